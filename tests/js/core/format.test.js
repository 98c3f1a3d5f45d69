import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../../../static/js/core/format.js";

test("signed numbers carry a real minus or a plus", () => {
  assert.equal(format.signed(-0.731), "−0.73");
  assert.equal(format.signed(1.066), "+1.07");
  assert.equal(format.signed(-0.001), "+0.00");
  assert.equal(format.fixed(-2, 1), "−2.0");
});

test("thousands are set apart by a thin space", () => {
  assert.equal(format.whole(412), "412");
  assert.equal(format.whole(9064), "9\u202f064");
  assert.equal(format.whole(1234567), "1\u202f234\u202f567");
});

test("a loss has three decimals until it is large, then it is a word", () => {
  assert.equal(format.loss(0.0141), "0.014");
  assert.equal(format.loss(12.5), "12.500");
  assert.equal(format.loss(123.456), "123.5");
  assert.equal(format.loss(4567.8), "4\u202f567");
  assert.equal(format.loss(1e9), "too large");
  assert.equal(format.loss(Number.POSITIVE_INFINITY), "too large");
  assert.equal(format.loss(null), "–");
});

test("a loss too small for three decimals has two digits", () => {
  assert.equal(format.loss(0.0005), "0.001");
  assert.equal(format.loss(0.000318), "0.00032");
  assert.equal(format.loss(0.0001), "0.00010");
  assert.equal(format.loss(0.0000999), "1.0×10⁻⁴");
  assert.equal(format.loss(3.21e-7), "3.2×10⁻⁷");
  assert.equal(format.loss(4.56e-12), "4.6×10⁻¹²");
  assert.equal(format.loss(0), "0.000");
});

test("percent", () => {
  assert.equal(format.percent(0.974), "97.4\u202f%");
  assert.equal(format.percent(0.06, 0), "6\u202f%");
  assert.equal(format.percent(null), "–");
});

test("settings are as short as they can be", () => {
  assert.equal(format.setting(0.03), "0.03");
  assert.equal(format.setting(0.1 + 0.2), "0.3");
  assert.equal(format.setting(10), "10");
  assert.equal(format.setting(0.00001), "1e−5");
  assert.equal(format.setting(2500000), "2.5e6");
  assert.equal(format.setting(0), "0");
  assert.equal(format.setting(-0.5), "−0.5");
});

test("epochs show a decimal only between two", () => {
  assert.equal(format.epoch(12), "12");
  assert.equal(format.epoch(12.48), "12.4");
  assert.equal(format.epoch(1234.5), "1\u202f234");
});

test("any value in a sentence", () => {
  assert.equal(format.value(0.003), "0.003");
  assert.equal(format.value("tanh"), "tanh");
  assert.equal(format.value(true), "true");
});

test("numbers are read as people write them", () => {
  assert.equal(format.parseTyped(" 1,5 "), 1.5);
  assert.equal(format.parseTyped("−0.25"), -0.25);
  for (const text of ["", "  ", "three", "1.2.3", "Infinity"]) assert.equal(format.parseTyped(text), null, text);
});
