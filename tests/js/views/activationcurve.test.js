import assert from "node:assert/strict";
import { test } from "node:test";
import { curveFrame } from "../../../static/js/views/activationcurve.js";

const Z = Array.from({ length: 61 }, (_, index) => -4 + (8 * index) / 60);

test("the curve fills its box, with zero in it", () => {
  const { x, y } = curveFrame({ z: Z, a: Z.map(Math.tanh) }, 120, 100);
  assert.equal(x(-4), 8);
  assert.equal(x(4), 112);
  assert.ok(Math.abs(x(0) - 60) < 1e-9);
  assert.ok(Math.abs(y(0) - 50) < 1e-6);
  assert.ok(y(1) < y(-1), "up is more");
});

test("a curve above zero still shows the zero line", () => {
  const { y } = curveFrame({ z: Z, a: Z.map((z) => 1 / (1 + Math.exp(-z))) }, 120, 100);
  assert.equal(y(0), 92);
});

test("a dot beyond the box stays at its edge", () => {
  const { x, y } = curveFrame({ z: Z, a: Z.map((z) => Math.max(0, z)) }, 120, 100);
  assert.equal(x(50), 112);
  assert.equal(x(-50), 8);
  assert.equal(y(50), 8);
});
