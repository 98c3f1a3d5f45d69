import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PlotPainter } from "../../../static/js/views/plotpaint.js";
import { fakePixels, installPage } from "./fakepage.js";

before(installPage);

const SIZE = 10;

function painter() {
  const made = new PlotPainter(fakePixels(), fakePixels(), fakePixels());
  made.side = 200;
  return made;
}

/** @param {(column: number, row: number) => number} level @param {number} [planes] */
function picture(level, planes = 1) {
  const cells = Array.from({ length: planes * SIZE * SIZE }, (_, cell) => level(cell % SIZE, Math.floor(cell / SIZE)));
  return { grid: Uint8Array.from(cells), start: 0, size: SIZE, planes };
}

/** The pixels last put on a canvas. @param {any} canvas */
function pixels(canvas) {
  const puts = canvas.context.named("putImageData");
  const { data } = puts[puts.length - 1].args[0];
  return Array.from({ length: data.length / 4 }, (_, index) => [...data.subarray(4 * index, 4 * index + 3)]);
}

const PLAIN = { twoColors: false, patterns: false };
const halves = picture((column) => (column < 5 ? 0 : 255));

test("a half-plane is drawn in the scale's two ends, with one line between", () => {
  const made = painter();
  made.paint(halves, PLAIN);
  const drawn = pixels(made.heat);
  assert.deepEqual(drawn[0], [200, 100, 0]);
  assert.deepEqual(drawn[9], [0, 100, 200]);
  const context = /** @type {any} */ (made.lines).context;
  assert.equal(context.named("stroke").length, 1);
  for (const { args } of context.named("moveTo")) assert.ok(Math.abs(args[0] - 100) < 1, "the line is in the middle");
});

test("in two colours every pixel is one or the other, on a finer raster", () => {
  const made = painter();
  made.paint(
    picture((column) => 10 + 25 * column),
    { ...PLAIN, twoColors: true },
  );
  const drawn = pixels(made.heat);
  assert.equal(drawn.length, (4 * SIZE) ** 2);
  assert.equal(new Set(drawn.map(String)).size, 2);
});

test("classes meet in lines between their areas", () => {
  const made = painter();
  const planes = 3;
  const level = (/** @type {number} */ column, /** @type {number} */ row) => {
    const plane = Math.floor(row / SIZE);
    return Math.min(2, Math.floor(column / 4)) === plane ? 255 : 0;
  };
  made.paint(picture(level, planes), PLAIN);
  const places = /** @type {any} */ (made.lines).context
    .named("moveTo")
    .map((/** @type {any} */ call) => Math.round(call.args[0] / 20));
  assert.deepEqual([...new Set(places)].sort(), [4, 8]);
});

test("patterns are laid over a single plane, and only when they are on", () => {
  const plain = painter();
  plain.paint(halves, PLAIN);
  assert.equal(/** @type {any} */ (plain.lines).context.named("drawImage").length, 0);
  const hatched = painter();
  hatched.paint(halves, { ...PLAIN, patterns: true });
  assert.equal(/** @type {any} */ (hatched.lines).context.named("drawImage").length, 1);
});

test("test points are hollow and only there when wanted", () => {
  const train = Float32Array.of(1, 1, 0, 2, 2, 1);
  const test = Float32Array.of(-1, -1, 1);
  const made = painter();
  made.paintPoints({ train, test: null, task: "classification", reach: 1 });
  const context = /** @type {any} */ (made.points).context;
  assert.equal(context.named("fill").length, 2);
  assert.equal(context.named("stroke").length, 2);
  made.paintPoints({ train, test, task: "classification", reach: 1 });
  assert.equal(context.named("stroke").length, 2 + 4, "a hollow point is its ring and its line");
});

test("points of a regression are coloured by their value and shaped by its sign", () => {
  const made = painter();
  made.paintPoints({ train: Float32Array.of(0, 0, 0.9, 1, 1, -0.9), test: null, task: "regression", reach: 0.9 });
  const context = /** @type {any} */ (made.points).context;
  assert.deepEqual(
    context.named("fill").map((/** @type {any} */ call) => call.fillStyle),
    ["rgb(0 0 90)", "rgb(90 0 0)"],
  );
  assert.equal(context.named("arc").length, 1);
});
