import assert from "node:assert/strict";
import { test } from "node:test";
import { classesOf, datasetOf, fromDataset, holds, missing, targetLost } from "../../../static/js/data/owndata.js";
import { ownPoints } from "../../../static/js/data/pointset.js";

/**
 * @param {(number | string)[][]} rows
 * @param {"classification" | "regression"} task
 * @returns {import("../../../static/js/data/owndata.js").OwnData}
 */
const data = (rows, task = "classification") => ({
  task,
  points: ownPoints(rows, task),
  axes: null,
  target: null,
  source: "draw",
  name: "Your points",
  share: 0.5,
});

const FOUR = [
  [0, 1, -1],
  [0.5, 1, -1],
  [2, 3, 1],
  [2.5, 3, 1],
];

test("classes are counted in the server's order", () => {
  assert.deepEqual(classesOf(data([...FOUR].reverse())), [
    { label: -1, count: 2 },
    { label: 1, count: 2 },
  ]);
  assert.deepEqual(classesOf(data(FOUR, "regression")), []);
});

test("points that cannot train say what is missing", () => {
  assert.equal(missing(data([])), "There are no points yet.");
  assert.equal(missing(data([], "regression")), "There are no points yet.");
  assert.equal(missing(data(FOUR.slice(0, 2))), "Points of two classes are needed.");
  assert.equal(missing(data(FOUR.slice(0, 2), "regression")), null);
  assert.equal(missing(data(FOUR)), null);
});

test("the dataset of a run has every class among its training points", () => {
  for (const share of [0.1, 0.5, 0.9]) {
    const dataset = datasetOf({ ...data(FOUR), share });
    assert.equal(dataset.kind, "points");
    assert.equal(dataset.task, "classification");
    assert.equal(dataset.train.length + dataset.test.length, 4);
    assert.deepEqual([...new Set(dataset.train.map((row) => row[2]))].sort(), [-1, 1]);
  }
});

test("no axes take away those that were there", () => {
  assert.equal(datasetOf(data(FOUR)).axes, null);
});

test("a link brings a table's numbers without their units, and the page knows", () => {
  const axis = { name: "a", center: 3, scale: 2 };
  const table = { ...data(FOUR, "regression"), axes: [axis, axis], target: { name: "price", center: 20, scale: 8 } };
  assert.equal(targetLost(table), false);
  assert.equal(targetLost(fromDataset(datasetOf(table))), true);
  assert.equal(targetLost(data(FOUR, "regression")), false);
  assert.equal(targetLost({ ...data(FOUR), axes: [axis, axis] }), false);
});

test("points from a link become one's own and stay the same points", () => {
  const dataset = datasetOf({ ...data(FOUR), share: 0.5 });
  const axes = [
    { name: "a", center: 1, scale: 2 },
    { name: "b", center: 0, scale: 1 },
  ];
  const own = fromDataset({ ...dataset, axes });
  assert.equal(own.points.length, 4);
  assert.deepEqual(own.axes, axes);
  assert.equal(own.share, 0.5);
  assert.ok(holds({ ...dataset, axes }, own));
});

test("the share of a link without test points stays on the slider", () => {
  assert.equal(fromDataset({ kind: "points", task: "classification", train: FOUR, test: [] }).share, 0.9);
  assert.equal(fromDataset({ kind: "points" }).share, 0.5);
});

test("a dataset holds points whatever their order and side, and no others", () => {
  const own = data(FOUR);
  const dataset = datasetOf(own);
  assert.ok(holds({ ...dataset, train: dataset.test, test: dataset.train, axes: undefined }, own));
  assert.ok(!holds({ ...dataset, train: dataset.train.slice(1), axes: undefined }, own));
  assert.ok(!holds({ ...dataset, task: "regression", axes: undefined }, own));
  assert.ok(!holds({ ...datasetOf(data([[9, 9, -1], ...FOUR.slice(1)])), axes: undefined }, own));
});
