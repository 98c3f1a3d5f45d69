import assert from "node:assert/strict";
import { test } from "node:test";
import { detectDecimal, isMissing, parseNumber } from "../../../static/js/data/numbers.js";

/** @type {[string, "." | ",", number][]} */
const NUMBERS = [
  ["1", ".", 1],
  [" -2.5 ", ".", -2.5],
  ["+.5", ".", 0.5],
  ["5.", ".", 5],
  ["1e-3", ".", 0.001],
  ["−3.25", ".", -3.25],
  ["－1", ".", -1],
  ["1,5", ",", 1.5],
  ["−0,25", ",", -0.25],
  ["1.234,5", ",", 1234.5],
  ["1.5", ",", 1.5],
  ["1,234.5", ".", 1234.5],
  ["1 234 567", ".", 1234567],
  ["1\u202F234,5", ",", 1234.5],
  ["1\u00A0234.5", ".", 1234.5],
  ["-12'345.6", ".", -12345.6],
  ["007", ".", 7],
];

for (const [cell, decimal, value] of NUMBERS) {
  test(`${JSON.stringify(cell)} with ${decimal} is ${value}`, () => assert.equal(parseNumber(cell, decimal), value));
}

for (const cell of [
  "",
  "abc",
  "1.2.3",
  "1,5",
  "--1",
  "1 2",
  "12 34",
  "0x10",
  "NaN",
  "Infinity",
  "1e",
  "1_000",
  "5 cm",
]) {
  test(`${JSON.stringify(cell)} is no number`, () => assert.ok(Number.isNaN(parseNumber(cell, "."))));
}

test("a number that is too large to store is infinite, not wrong", () => {
  assert.equal(parseNumber("1e999", "."), Number.POSITIVE_INFINITY);
  assert.equal(parseNumber("-1e999", "."), Number.NEGATIVE_INFINITY);
});

test("the decimal sign is the one that most cells use", () => {
  assert.equal(detectDecimal(["1,5", "−2,25", "a", "3"]), ",");
  assert.equal(detectDecimal(["1.5", "2.25", "3,5"]), ".");
  assert.equal(detectDecimal(["1", "2"]), ".");
  assert.equal(detectDecimal([]), ".");
});

test("the usual words for a missing value are missing values", () => {
  for (const cell of ["", " ", "NA", "n/a", "NaN", "null", "?", "-"]) assert.ok(isMissing(cell), cell);
  for (const cell of ["0", "no", "-1"]) assert.ok(!isMissing(cell), cell);
});
