import assert from "node:assert/strict";
import { test } from "node:test";
import { spread } from "../../../static/js/views/lossmarks.js";

test("labels that are apart stay where they are", () => {
  assert.deepEqual(spread([10, 90], 14), [10, 90]);
  assert.deepEqual(spread([90, 10], 14), [90, 10]);
});

test("labels that would touch are pushed apart evenly, in their order", () => {
  assert.deepEqual(spread([50, 54], 14), [45, 59]);
  assert.deepEqual(spread([54, 50], 14), [59, 45]);
  assert.deepEqual(spread([50, 50], 14), [43, 57]);
});

test("one label or none has nobody to avoid", () => {
  assert.deepEqual(spread([7], 14), [7]);
  assert.deepEqual(spread([], 14), []);
});
