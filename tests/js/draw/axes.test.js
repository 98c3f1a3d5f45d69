import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decimalsFor,
  logStep,
  logStepBelow,
  logTicks,
  lossRange,
  niceStep,
  niceTicks,
} from "../../../static/js/draw/axes.js";

test("the plot's own ticks are −5, 0 and 5", () => {
  assert.deepEqual(niceTicks(-6, 6, 3), [-5, 0, 5]);
});

test("ticks are round, inside the range and not too many", () => {
  for (const [low, high] of [
    [0, 412],
    [-3.3, 17],
    [1020, 1031],
    [0.0012, 0.0019],
    [-6e5, 6e5],
  ]) {
    for (const count of [2, 3, 5, 8]) {
      const ticks = niceTicks(low, high, count);
      assert.ok(ticks.length <= count + 1, `${low} to ${high}: ${ticks}`);
      assert.ok(ticks.every((tick) => tick >= low - 1e-9 && tick <= high + 1e-9));
    }
  }
});

test("a range without width has one tick", () => {
  assert.deepEqual(niceTicks(3, 3, 4), [3]);
});

test("steps are 1, 2 or 5 times a power of ten", () => {
  assert.equal(niceStep(12, 3), 5);
  assert.equal(niceStep(100, 5), 20);
  assert.equal(niceStep(0.9, 3), 0.5);
  assert.equal(niceStep(1, 1), 1);
});

test("logarithmic steps go 1, 3, 10", () => {
  assert.deepEqual([-3, -2, -1, 0, 1, 2, 3].map(logStep), [0.03, 0.1, 0.3, 1, 3, 10, 30]);
});

test("the step below a value is the largest that does not exceed it", () => {
  for (const value of [1e-7, 0.0029, 0.003, 0.02, 0.3, 0.9999, 1, 2.9, 3, 9.7, 500]) {
    const step = logStepBelow(value);
    assert.ok(logStep(step) <= value * (1 + 1e-9), `${value}`);
    assert.ok(logStep(step + 1) > value, `${value}`);
  }
});

test("logarithmic ticks thin out to decades where they would crowd", () => {
  assert.deepEqual(logTicks(0.003, 1, 8), [0.003, 0.01, 0.03, 0.1, 0.3, 1]);
  assert.deepEqual(logTicks(0.003, 1, 4), [0.01, 0.1, 1]);
  assert.deepEqual(logTicks(1e-6, 1, 4), [1e-6, 1e-4, 1e-2, 1]);
});

test("a loss axis grows by whole steps and never shrinks", () => {
  const first = lossRange("log", null, 0.5, 0.76);
  assert.deepEqual(first, [0.1, 1]);
  const second = lossRange("log", first, 0.014, 0.7);
  assert.deepEqual(second, [0.01, 1]);
  assert.deepEqual(lossRange("log", second, 0.5, 0.6), second);
  assert.deepEqual(lossRange("log", second, 0.5, 4), [0.01, 10]);
});

test("a loss of exactly one step touches the axis's end, not more", () => {
  assert.deepEqual(lossRange("log", null, 0.1, 1), [0.1, 1]);
});

test("a loss of zero has a place on a logarithmic axis", () => {
  const [low, high] = lossRange("log", null, 0, 0);
  assert.ok(low > 0 && high > low);
});

test("a linear loss axis begins at zero and holds its top", () => {
  const first = lossRange("linear", null, 0.2, 0.74);
  assert.equal(first[0], 0);
  assert.ok(first[1] >= 0.74 && first[1] <= 1);
  assert.deepEqual(lossRange("linear", first, 0, 0.1), first);
  assert.ok(lossRange("linear", first, 0, 7)[1] >= 7);
  assert.deepEqual(lossRange("linear", null, 0, 0), [0, 1]);
});

test("decimals follow an axis's scale", () => {
  assert.equal(decimalsFor(1), 1);
  assert.equal(decimalsFor(0.5), 2);
  assert.equal(decimalsFor(0.01), 3);
  assert.equal(decimalsFor(210), 0);
  assert.equal(decimalsFor(1e-9), 6);
});
