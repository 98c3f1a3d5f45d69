import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeAxis,
  describeTarget,
  fitAxes,
  fitAxis,
  fitTarget,
  isUnscaled,
  roundUp,
  scalePoints,
  toPlot,
  toRaw,
} from "../../../static/js/data/scaling.js";

/** @type {[string, string]} */
const NAMES = ["length", "width"];

test("rounding up keeps three digits and never falls below", () => {
  for (const [value, rounded] of [
    [1, 1],
    [1.234, 1.24],
    [0.9999, 1],
    [0.0012341, 0.00124],
    [123456, 124000],
    [7.1e-20, 7.1e-20],
  ]) {
    assert.equal(roundUp(/** @type {number} */ (value)), rounded);
  }
  for (let value = 1e-12; value < 1e12; value *= 3.7) {
    assert.ok(roundUp(value) >= value * (1 - 1e-9) && roundUp(value) <= value * 1.011, `${value}`);
  }
});

test("data of any size and place lies within ±5, and fills at least ±4.9", () => {
  for (const offset of [0, 1, -1e3, 1e6]) {
    for (const size of [1e-3, 0.5, 20, 1e5]) {
      const values = [0, 0.1, 0.35, 1].map((share) => offset + size * share);
      const axis = fitAxis("a", values);
      const reach = Math.max(...values.map((value) => Math.abs(toPlot(value, axis))));
      assert.ok(reach <= 5.000001 && reach > 4.9, `${offset} ${size}: ${reach}`);
    }
  }
});

test("a middle and a unit of few digits", () => {
  const axis = fitAxis("petal length", [1, 1.4, 4.7, 6.9]);
  assert.deepEqual(axis, { name: "petal length", center: 3.95, scale: 0.59 });
  assert.equal(describeAxis(axis, "x₁"), "x₁ is petal length: 0 on the plot is 3.95, 5 is 6.9");
});

test("a column with one value is put in the middle", () => {
  assert.deepEqual(fitAxis("same", [42, 42, 42]), { name: "same", center: 42, scale: 1 });
  assert.deepEqual(fitAxis("zero", [0]), { name: "zero", center: 0, scale: 1 });
});

test("the largest numbers there are do not overflow", () => {
  const axis = fitAxis("huge", [-1.7e308, 1.7e308]);
  assert.ok(Number.isFinite(axis.scale) && Math.abs(toPlot(1.7e308, axis)) <= 5);
});

test("numbers that lie in a corner of the plot are spread over it", () => {
  const axes = fitAxes(NAMES, [
    [1.3, 0.1, "a"],
    [4.9, 1.5, "b"],
  ]);
  assert.ok(!axes.some(isUnscaled));
  assert.ok(Math.abs(toPlot(4.9, axes[0]) - 5) < 0.05 && Math.abs(toPlot(0.1, axes[1]) + 5) < 0.05);
});

test("plot and table are each other's inverse", () => {
  const axis = fitAxis("a", [12, 40, 17.5]);
  for (const value of [12, 17.5, 40, 99]) assert.ok(Math.abs(toRaw(toPlot(value, axis), axis) - value) < 1e-9);
});

test("numbers that fill the plot stay as they are", () => {
  const axes = fitAxes(NAMES, [
    [-5.9, -1, "a"],
    [2, 3, "b"],
  ]);
  assert.ok(axes.every(isUnscaled));
  assert.equal(describeAxis(axes[0], "x₁"), "x₁ is length, as it is");
});

test("numbers outside of the plot, or lost in its middle, are scaled, each axis by itself", () => {
  for (const factor of [10, 0.01]) {
    const axes = fitAxes(NAMES, [
      [0, 1 * factor, "a"],
      [2 * factor, 0, "b"],
    ]);
    assert.ok(!isUnscaled(axes[0]) && !isUnscaled(axes[1]));
    assert.notEqual(axes[0].scale, axes[1].scale);
  }
});

test("numbers to be learnt come to lie within ±1, and stay when they do", () => {
  assert.ok(isUnscaled(fitTarget("t", [-1, 0.5])));
  const axis = fitTarget("price", [100, 250, 400]);
  assert.deepEqual([toPlot(100, axis), toPlot(250, axis), toPlot(400, axis)], [-1, 0, 1]);
  assert.equal(toPlot(7, fitTarget("same", [7, 7])), 0);
});

test("the scale of a number to be learnt is told at the ends of the output", () => {
  const axis = fitTarget("price", [100, 250, 400]);
  assert.equal(describeTarget(axis), "The output is price: 0 stands for 250, 1 for 400");
  assert.equal(describeTarget(fitTarget("share", [0, 1])), "The output is share, as it is");
});

test("points are scaled, class names are not", () => {
  const axes = /** @type {[any, any]} */ ([
    { name: "a", center: 10, scale: 2 },
    { name: "b", center: 0, scale: 3 },
  ]);
  assert.deepEqual(scalePoints([[14, 1, "kept"]], axes, null), [[2, 0.333333, "kept"]]);
  assert.deepEqual(scalePoints([[14, 3, 5]], axes, { name: "t", center: 4, scale: 2 }), [[2, 1, 0.5]]);
});
