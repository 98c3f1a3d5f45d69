/** What the table of answers says of itself. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { behind, mistakes, tally } from "../../../static/js/labs/digits/confusioncounts.js";

/** The answers that have these counts: row by row, class i read as class j. */
function answersOf(rows) {
  const pairs = rows.flatMap((cells, was) => cells.flatMap((count, read) => Array(count).fill([was, read])));
  return { true: pairs.map(([was]) => was), predicted: pairs.map(([, read]) => read), outputs: pairs.map(() => 1) };
}

test("shares, the accuracy and the most frequent mistake", () => {
  const counts = [
    [5, 1, 0],
    [3, 4, 0],
    [0, 0, 0],
  ];
  const table = tally(answersOf(counts), 3);
  assert.deepEqual(table.rows, counts);
  assert.deepEqual(table.shares, [5 / 6, 4 / 7, null]);
  assert.equal(table.accuracy, 9 / 13);
  assert.deepEqual([table.most, table.worst, table.all], [3, [1, 0], 13]);
});

test("without a mistake there is no worst pair, without an example no accuracy", () => {
  assert.equal(tally({ true: [0, 1], predicted: [0, 1], outputs: [1, 1] }, 2).worst, null);
  assert.equal(tally({ true: [], predicted: [], outputs: [] }, 2).accuracy, null);
});

test("the surest answers come first", () => {
  const answers = { predicted: [1, 0, 1, 1], true: [0, 0, 0, 1], outputs: [0.6, 0.9, 0.8, 0.7] };
  assert.deepEqual(behind(answers, [0, 1]), [2, 0]);
  assert.deepEqual(behind(answers, [1, 0]), []);
  assert.deepEqual(mistakes(answers), [2, 0]);
});
