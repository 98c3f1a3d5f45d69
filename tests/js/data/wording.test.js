import assert from "node:assert/strict";
import { test } from "node:test";
import { className, colourLabels, counted, problemSentence } from "../../../static/js/data/wording.js";

test("one and many", () => {
  assert.equal(counted(1, "point"), "1 point");
  assert.equal(counted(0, "point"), "0 points");
  assert.equal(counted(10000, "point"), "10\u202F000 points");
  assert.equal(counted(2, "class", "classes"), "2 classes");
});

test("a problem is a sentence that names its line", () => {
  assert.equal(
    problemSentence({ line: 7, reason: "has no second number" }),
    "Line 7 has no second number, so it is skipped.",
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
