import assert from "node:assert/strict";
import { test } from "node:test";
import { className, counted, formatNumber, problemSentence } from "../../../static/js/data/wording.js";

/** @type {[number, string][]} */
const NUMBERS = [
  [0, "0"],
  [-0.5, "−0.5"],
  [3.95, "3.95"],
  [1234.56, "1\u202F235"],
  [1234567, "1\u202F235\u202F000"],
  [0.001, "0.001"],
  [0.00001234, "1.234e−5"],
  [1e20, "1e20"],
  [-2.5e9, "−2.5e9"],
];

for (const [value, text] of NUMBERS) {
  test(`${value} is written ${text}`, () => assert.equal(formatNumber(value), text));
}

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

test("classes without names are called by their colours", () => {
  assert.deepEqual(
    [-1, 1].map((label, index) => className(label, index, [-1, 1])),
    ["Orange", "Blue"],
  );
  assert.deepEqual(
    [0, 1, 2].map((label, index) => className(label, index, [0, 1, 2])),
    ["Orange", "Blue", "Green"],
  );
  assert.equal(className("setosa", 0, ["setosa", "virginica"]), "setosa");
  assert.equal(className(7, 0, [7, 9]), "7");
  assert.equal(className(3, 3, [0, 1, 2, 3]), "3");
});
