import assert from "node:assert/strict";
import { test } from "node:test";
import { className, colourLabels, countClasses } from "../../../static/js/data/classes.js";

test("names are sorted by code point, as the server does", () => {
  const labels = ["é", "z", "Z", "\u{1F600}", "\uFF5E", "za"];
  assert.deepEqual(
    countClasses(labels.map((label) => [0, 0, label])).map((each) => each.label),
    ["Z", "z", "za", "é", "\uFF5E", "\u{1F600}"],
  );
});

/** @type {[(number | string)[], string[]][]} */
const NAMES = [
  [
    [-1, 1],
    ["Orange", "Blue"],
  ],
  [
    [-1, 1, 2],
    ["Orange", "Blue", "Green"],
  ],
  [
    [0, 1, 2],
    ["Orange", "Blue", "Green"],
  ],
  [
    [0, 1],
    ["Orange", "Blue"],
  ],
  [[1], ["Blue"]],
  [[-1], ["Orange"]],
  [
    ["setosa", "virginica"],
    ["setosa", "virginica"],
  ],
  [
    [7, 9],
    ["7", "9"],
  ],
  [
    [1, 2],
    ["1", "2"],
  ],
  [
    [0, 1, 2, 3],
    ["0", "1", "2", "3"],
  ],
  [
    ["1", "0"],
    ["1", "0"],
  ],
];

for (const [labels, names] of NAMES) {
  test(`classes ${JSON.stringify(labels)} are called ${names.join(", ")}`, () => {
    assert.deepEqual(
      labels.map((label) => className(label, labels)),
      names,
    );
  });
}

test("no labels at all stand for the colours one can draw with", () => {
  assert.deepEqual(colourLabels([]), [-1, 1, 2]);
  assert.deepEqual(colourLabels([0]), [0, 1, 2]);
  assert.equal(colourLabels(["a"]), null);
});
