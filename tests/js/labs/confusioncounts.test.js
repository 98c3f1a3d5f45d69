/** What the table of answers says of itself. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { behind, mistakes, tally } from "../../../static/js/labs/digits/confusioncounts.js";

test("shares, the accuracy and the most frequent mistake", () => {
  const table = tally([5, 1, 0, 3, 4, 0, 0, 0, 0], 3);
  assert.deepEqual(table.shares, [5 / 6, 4 / 7, null]);
  assert.equal(table.accuracy, 9 / 13);
  assert.deepEqual([table.most, table.worst, table.all], [3, [1, 0], 13]);
});

test("without a mistake there is no worst pair, without an example no accuracy", () => {
  assert.deepEqual([tally([2, 0, 0, 1], 2).worst, tally([0, 0, 0, 0], 2).accuracy], [null, null]);
});

test("the surest answers come first", () => {
  const answers = { predicted: [1, 0, 1, 1], true: [0, 0, 0, 1], outputs: [0.6, 0.9, 0.8, 0.7] };
  assert.deepEqual(behind(answers, [0, 1]), [2, 0]);
  assert.deepEqual(behind(answers, [1, 0]), []);
  assert.deepEqual(mistakes(answers), [2, 0]);
});
