import assert from "node:assert/strict";
import { test } from "node:test";
import { isRight } from "../../../static/js/labs/answers.js";

const knows = (facts) => (name) => facts[name] ?? null;
const nothing = knows({});

test("of a choice one option is right", () => {
  const question = { kind: "choice", options: ["a", "b"], answer: 1 };
  assert.equal(isRight(question, 1, nothing), true);
  assert.equal(isRight(question, 0, nothing), false);
  assert.equal(isRight(question, null, nothing), false);
});

test("a typed number may be off by the tolerance and no more", () => {
  const question = { kind: "typed", answer: 0.3, tolerance: 0.01 };
  for (const given of [0.3, 0.31, 0.29, 0.1 + 0.2]) assert.equal(isRight(question, given, nothing), true, given);
  for (const given of [0.3101, 0.28, -0.3, null]) assert.equal(isRight(question, given, nothing), false, given);
  assert.equal(isRight({ kind: "typed", answer: 64, tolerance: 0 }, 64, nothing), true);
});

test("a number is reached at its bound, from either side", () => {
  const question = { kind: "reach", value: "test_accuracy", least: 0.98, most: null };
  assert.equal(isRight(question, null, knows({ test_accuracy: 0.98 })), true);
  assert.equal(isRight(question, null, knows({ test_accuracy: 0.979 })), false);
  assert.equal(isRight(question, null, nothing), false);
  assert.equal(isRight({ ...question, least: null, most: 0.1 }, null, knows({ test_accuracy: 0.05 })), true);
  assert.equal(isRight({ ...question, least: null, most: 0.1 }, null, knows({ test_accuracy: 0.2 })), false);
});

test("what has been done is told by the stage alone", () => {
  const question = { kind: "done", fact: "drawn" };
  assert.equal(isRight(question, null, knows({ drawn: true })), true);
  assert.equal(isRight(question, null, knows({ drawn: 1 })), false);
  assert.equal(isRight(question, 1, nothing), false);
});
