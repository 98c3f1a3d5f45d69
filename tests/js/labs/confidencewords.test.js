import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, withArticle } from "../../../static/js/labs/digits/confidencewords.js";

const NAMES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const shares = (given) => NAMES.map((_, at) => given[at] ?? 0);

test("the surest answer is told, and the second where it matters", () => {
  assert.equal(answer(shares({ 5: 0.82, 6: 0.17 }), NAMES, null), "It reads a 5, 82\u202f% sure. A 6 comes second.");
  assert.equal(answer(shares({ 8: 0.97, 3: 0.03 }), NAMES, null), "It reads an 8, 97\u202f% sure.");
});

test("where the right answer is known, a wrong one is set right", () => {
  assert.equal(answer(shares({ 1: 0.99 }), NAMES, 7), "It reads a 1, 99\u202f% sure. It is a 7.");
  assert.equal(answer(shares({ 1: 0.99 }), NAMES, 1), "It reads a 1, 99\u202f% sure.");
});

test("no answer yet is said too", () => assert.equal(answer(null, NAMES, null), "It has not answered yet."));

test("names of classes take their article", () => {
  assert.deepEqual(["8", "11", "18", "80", "1", "apple", "cat"].map(withArticle), [
    "an 8",
    "an 11",
    "an 18",
    "an 80",
    "a 1",
    "an apple",
    "a cat",
  ]);
});
