import assert from "node:assert/strict";
import { test } from "node:test";
import { decimate, TOO_LARGE } from "../../../static/js/draw/decimate.js";

/** @param {number} length @param {(index: number) => number} train @param {(index: number) => number} [test] */
function curveOf(length, train, test = train) {
  const indices = Array.from({ length }, (_, index) => index);
  return { length, epoch: indices, train: indices.map(train), test: indices.map(test) };
}

test("a short curve is shown as it is", () => {
  const columns = decimate(
    curveOf(5, (index) => 1 / (index + 1)),
    100,
  );
  assert.deepEqual(columns[0], [0, 1, 2, 3, 4]);
  assert.deepEqual(columns[1], [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]);
});

test("a long curve has at most two points a pixel and one, in order", () => {
  const [epochs, train, test] = decimate(
    curveOf(100_000, (index) => 2 + Math.sin(index)),
    300,
  );
  assert.ok(epochs.length <= 601);
  assert.equal(train.length, epochs.length);
  assert.equal(test.length, epochs.length);
  for (let at = 1; at < epochs.length; at += 1) assert.ok(epochs[at] > epochs[at - 1]);
  assert.equal(epochs[0], 0);
  assert.equal(epochs.at(-1), 99_999);
});

test("no spike is lost, in either series", () => {
  const curve = curveOf(
    20_000,
    (index) => (index === 7777 ? 50 : 1),
    (index) => (index === 12_345 ? 0.001 : 1),
  );
  const [, train, test] = decimate(curve, 200);
  assert.ok(train.includes(50));
  assert.ok(test.includes(0.001));
});

test("the last point is the true last point", () => {
  const [, train] = decimate(
    curveOf(5000, (index) => index + 0.5),
    50,
  );
  assert.equal(train.at(-1), 4999.5);
});

test("what is no loss is a gap, and zero has a place on a logarithmic axis", () => {
  const values = [1, Number.NaN, Number.POSITIVE_INFINITY, 2 * TOO_LARGE, 0];
  const [, train] = decimate(
    curveOf(5, (index) => values[index]),
    10,
  );
  assert.deepEqual(train.slice(0, 4), [1, null, null, null]);
  assert.ok(/** @type {number} */ (train[4]) > 0);
});

test("a chart without width still gives a curve", () => {
  assert.equal(
    decimate(
      curveOf(2, () => 1),
      0,
    )[0].length,
    2,
  );
});
