import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addPoints,
  ERASE_RADIUS,
  erasePoints,
  History,
  MAX_POINTS,
  ownPoints,
  SPACING,
  splitPoints,
  strokePoints,
} from "../../../static/js/data/pointset.js";

/** @param {number} count @param {number | string} label @returns {[number, number, number | string][]} */
const row = (count, label) => Array.from({ length: count }, (_, index) => [index / 100, 0, label]);

test("a stroke leaves a point each 0.15, on the line", () => {
  const places = strokePoints([0, 0], [0.6, 0.8]);
  assert.equal(places.length, 6);
  places.forEach(([x, y], index) => {
    assert.ok(Math.abs(Math.hypot(x, y) - (index + 1) * SPACING) < 1e-9);
    assert.ok(Math.abs(0.8 * x - 0.6 * y) < 1e-9);
  });
});

test("a stroke that is too short leaves nothing", () => {
  assert.deepEqual(strokePoints([1, 1], [1.1, 1]), []);
  assert.deepEqual(strokePoints([1, 1], [1, 1]), []);
});

test("a stroke in many small moves leaves as many points as one in a single move", () => {
  /** @type {[number, number]} */
  let last = [0, 0];
  let count = 0;
  for (let step = 1; step <= 300; step += 1) {
    const places = strokePoints(last, [step / 100, 0]);
    count += places.length;
    last = places.at(-1) ?? last;
  }
  assert.equal(count, strokePoints([0, 0], [3, 0]).length);
});

test("points stay on the plot, with honest places", () => {
  const points = addPoints(
    [],
    [
      [7.5, -9],
      [1.23456, 0],
    ],
    -1,
    "classification",
  );
  assert.deepEqual(points, [
    { x1: 6, x2: -6, label: -1, slot: 0 },
    { x1: 1.235, x2: 0, label: -1, slot: 1 },
  ]);
});

test("slots count on within each class, and in all for numbers", () => {
  let points = addPoints(
    [],
    [
      [0, 0],
      [1, 0],
    ],
    -1,
    "classification",
  );
  points = addPoints(points, [[0, 1]], 1, "classification");
  points = addPoints(points, [[0, 2]], -1, "classification");
  assert.deepEqual(
    points.map((point) => point.slot),
    [0, 1, 0, 2],
  );
  let values = addPoints([], [[0, 0]], 0.5, "regression");
  values = addPoints(values, [[1, 0]], -0.5, "regression");
  assert.deepEqual(
    values.map((point) => point.slot),
    [0, 1],
  );
});

test("no more than 10 000 points", () => {
  const full = ownPoints(row(MAX_POINTS - 1, 1), "classification");
  const more = addPoints(
    full,
    [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
    1,
    "classification",
  );
  assert.equal(more.length, MAX_POINTS);
  assert.equal(addPoints(more, [[3, 3]], 1, "classification"), more);
});

test("the eraser takes what its path touches and nothing else", () => {
  const points = ownPoints(
    [
      [0, 0, 1],
      [1, ERASE_RADIUS - 0.01, 1],
      [1, ERASE_RADIUS + 0.01, 1],
      [2.5, 0, 1],
    ],
    "classification",
  );
  assert.deepEqual(
    erasePoints(points, [0, 0], [2, 0]).map((point) => [point.x1, point.x2]),
    [
      [1, ERASE_RADIUS + 0.01],
      [2.5, 0],
    ],
  );
  assert.equal(erasePoints(points, [5, 5], [5, 5]), points);
});

test("the training share is met for every class and every order of the rows", () => {
  const classes = [row(40, "a"), row(90, "b")];
  const alternating = row(60, 0).map(([x1, x2], index) => /** @type {const} */ ([x1, x2, index % 2]));
  for (const points of [classes.flat(), alternating]) {
    for (const share of [0.1, 0.25, 0.5, 0.7, 0.9]) {
      const { train, test: held } = splitPoints(ownPoints(points, "classification"), share);
      assert.equal(train.length + held.length, points.length);
      for (const label of new Set(points.map((point) => point[2]))) {
        const all = points.filter((point) => point[2] === label).length;
        const training = train.filter((point) => point[2] === label).length;
        assert.ok(Math.abs(training - share * all) <= 2, `${label} ${share}: ${training} of ${all}`);
      }
    }
  }
});

test("a point never changes sides because of others", () => {
  const points = ownPoints(row(50, 1), "classification");
  const sides = (/** @type {import("../../../static/js/data/pointset.js").OwnPoint[]} */ list) =>
    new Set(splitPoints(list, 0.5).train.map((point) => point[0]));
  const before = sides(points);
  const after = sides(addPoints(points.slice(5), [[5, 5]], 1, "classification"));
  for (const point of points.slice(5)) assert.equal(after.has(point.x1), before.has(point.x1));
});

test("the same points are divided the same way every time", () => {
  const points = ownPoints(row(30, 1), "classification");
  assert.deepEqual(splitPoints(points, 0.6), splitPoints(structuredClone(points), 0.6));
});

test("something always trains", () => {
  const rest = ownPoints(row(3, 1), "classification").slice(1, 2);
  assert.deepEqual(splitPoints(rest, 0.1), { train: [[0.01, 0, 1]], test: [] });
  assert.deepEqual(splitPoints([], 0.5), { train: [], test: [] });
});

test("undo and redo walk through whole changes", () => {
  const history = new History(["a"]);
  assert.deepEqual([history.canUndo, history.canRedo], [false, false]);
  history.push(["a", "b"]);
  history.push(["a", "b", "c"]);
  history.undo();
  assert.deepEqual(history.value, ["a", "b"]);
  history.undo();
  assert.deepEqual(history.value, ["a"]);
  assert.ok(history.canRedo && !history.canUndo);
  history.redo();
  history.redo();
  assert.deepEqual(history.value, ["a", "b", "c"]);
});

test("a drag of many moves is one change", () => {
  const history = new History(/** @type {number[]} */ ([]));
  history.begin();
  for (let value = 0; value < 20; value += 1) history.value = [...history.value, value];
  history.commit();
  history.undo();
  assert.deepEqual(history.value, []);
  history.redo();
  assert.equal(history.value.length, 20);
});

test("what changed nothing is not remembered", () => {
  const history = new History([1]);
  history.begin();
  history.commit();
  assert.ok(!history.canUndo);
});

test("a new change forgets what was undone", () => {
  const history = new History(1);
  history.push(2);
  history.undo();
  history.push(3);
  assert.ok(!history.canRedo);
  history.redo();
  assert.equal(history.value, 3);
});

test("the past is bounded, and nothing before it is undone", () => {
  const history = new History(0);
  for (let value = 1; value <= 500; value += 1) history.push(value);
  for (let times = 0; times < 600; times += 1) history.undo();
  assert.equal(history.value, 300);
});
