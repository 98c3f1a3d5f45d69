import assert from "node:assert/strict";
import { test } from "node:test";
import { Curve } from "../../../static/js/core/curve.js";

const points = (steps) => ({
  step: steps,
  epoch: steps.map((step) => step / 25),
  train: steps.map((step) => 1 / (1 + step)),
  test: steps.map((step) => 2 / (1 + step)),
});

test("points that are here already are dropped", () => {
  const curve = new Curve();
  assert.equal(curve.lastStep, -1);
  assert.equal(curve.append(points([0, 25, 50])), true);
  assert.equal(curve.append(points([25, 50])), false);
  assert.equal(curve.append(points([50, 75])), true);
  assert.deepEqual([...curve.step], [0, 25, 50, 75]);
  assert.deepEqual([...curve.epoch], [0, 1, 2, 3]);
  assert.equal(curve.lastStep, 75);
});

test("a point of the last step takes the last one's place, an earlier one does not", () => {
  const curve = new Curve();
  curve.append(points([0, 25]));
  const edited = { step: [0, 25, 50], epoch: [0, 1, 2], train: [9, 8, 7], test: [6, 5, 4] };
  assert.equal(curve.append(edited), true);
  assert.deepEqual([...curve.step], [0, 25, 50]);
  assert.deepEqual([...curve.train], [1, 8, 7]);
  assert.deepEqual([...curve.test], [2, 5, 4]);
  assert.equal(curve.append({ step: [50], epoch: [2], train: [3], test: [] }), true);
  assert.deepEqual([...curve.train], [1, 8, 3]);
});

test("what comes after the step a run went back to is forgotten, and comes again", () => {
  const curve = new Curve();
  curve.append(points([0, 25, 50, 75]));
  assert.equal(curve.cut(75), false);
  assert.equal(curve.cut(60), true);
  assert.deepEqual([...curve.step], [0, 25, 50]);
  assert.equal(curve.append({ step: [75], epoch: [3], train: [9], test: [9] }), true);
  assert.deepEqual([...curve.train], [1, 1 / 26, 1 / 51, 9]);
  assert.equal(curve.cut(-1), true);
  assert.equal(curve.lastStep, -1);
});

test("the columns grow and keep what they hold", () => {
  const curve = new Curve();
  for (let step = 0; step < 2000; step += 1) curve.append(points([step]));
  assert.equal(curve.length, 2000);
  assert.equal(curve.test.length, 2000);
  for (const step of [0, 255, 256, 1023, 1999]) assert.equal(curve.test[step], 2 / (1 + step));
});

test("a cleared curve begins again at step 0", () => {
  const curve = new Curve();
  curve.append(points([0, 100]));
  curve.clear();
  assert.equal(curve.lastStep, -1);
  assert.equal(curve.append(points([0])), true);
  assert.deepEqual([...curve.step], [0]);
});

test("the nearest point to an epoch", () => {
  const curve = new Curve();
  curve.append(points([0, 25, 50, 100]));
  const places = [-3, 0, 0.4, 0.6, 2, 2.9, 3.1, 4, 9].map((epoch) => curve.nearest(epoch));
  assert.deepEqual(places, [0, 0, 0, 1, 2, 2, 3, 3, 3]);
});
