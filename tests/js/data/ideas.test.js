import assert from "node:assert/strict";
import { test } from "node:test";
import { fittingIdeas } from "../../../static/js/data/ideas.js";

const IDEAS = [
  { text: "general", when: null, patch: null },
  { text: "spiral", when: { dataset: "spiral" }, patch: null },
  { text: "circle", when: { dataset: "circle" }, patch: { layers: [] } },
];

/** @param {string | undefined} kind */
const texts = (kind) => fittingIdeas(IDEAS, kind).map((idea) => idea.text);

test("ideas made for the data come first, those for other data not at all", () => {
  assert.deepEqual(texts("circle"), ["circle", "general"]);
  assert.deepEqual(texts("spiral"), ["spiral", "general"]);
});

test("data without ideas of its own has the general ones", () => {
  assert.deepEqual(texts("points"), ["general"]);
  assert.deepEqual(texts(undefined), ["general"]);
});

test("no ideas, no ideas", () => assert.deepEqual(fittingIdeas([], "circle"), []));
