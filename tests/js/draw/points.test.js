import assert from "node:assert/strict";
import { test } from "node:test";
import { addMark, drawPoints, MARK_NAMES, markPath } from "../../../static/js/draw/points.js";
import { fakeContext } from "./fakecanvas.js";

/** Area of a mark drawn with radius 10. @param {number} kind */
function area(kind) {
  const context = fakeContext();
  addMark(context, kind, 0, 0, 10);
  if (context.named("arc").length) return Math.PI * 100;
  const corners = [...context.named("moveTo"), ...context.named("lineTo")].map((call) => call.args);
  let doubled = 0;
  corners.forEach(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length];
    doubled += x * nextY - nextX * y;
  });
  return Math.abs(doubled) / 2;
}

test("ten classes have ten different marks", () => {
  const paths = Array.from({ length: 10 }, (_, kind) => markPath(kind));
  assert.equal(new Set(paths).size, 10);
  assert.equal(new Set(MARK_NAMES).size, 10);
});

test("the first class is a diamond, the second a disc", () => {
  assert.deepEqual(MARK_NAMES.slice(0, 4), ["diamond", "disc", "triangle", "square"]);
  const context = fakeContext();
  addMark(context, 1, 5, 6, 3);
  assert.deepEqual(context.named("arc")[0].args.slice(0, 3), [5, 6, 3]);
});

test("all marks are of about the same area", () => {
  const disc = area(1);
  for (let kind = 0; kind < 10; kind += 1) {
    assert.ok(area(kind) / disc > 0.7 && area(kind) / disc < 1.35, `${MARK_NAMES[kind]}: ${area(kind) / disc}`);
  }
});

test("marks of an SVG are closed and centred", () => {
  for (let kind = 0; kind < 10; kind += 1) {
    const path = markPath(kind);
    assert.match(path, /^M.*Z$/);
    const numbers = (path.match(/-?\d+\.?\d*/g) ?? []).map(Number);
    assert.ok(
      numbers.every((value) => Math.abs(value) < 8),
      MARK_NAMES[kind],
    );
  }
});

const STYLE = {
  kind: (/** @type {number} */ label) => label,
  color: (/** @type {number} */ label) => ["brown", "navy"][label],
  ring: "white",
  radius: 3.3,
};

test("points stand at their place in the square from −6 to 6, upwards", () => {
  const context = fakeContext();
  drawPoints(context, Float32Array.of(0, 0, 1, 6, 6, 1, -6, -6, 1), 120, { ...STYLE, hollow: false });
  const middles = context.named("arc").map((/** @type {any} */ call) => call.args.slice(0, 2));
  assert.deepEqual(middles, [
    [60, 60],
    [120, 0],
    [0, 120],
  ]);
});

test("a filled point lies on its ring, a hollow one is a line on it", () => {
  const filled = fakeContext();
  drawPoints(filled, Float32Array.of(1, 1, 0), 120, { ...STYLE, hollow: false });
  assert.deepEqual(
    filled.named("stroke").map((/** @type {any} */ call) => call.strokeStyle),
    ["white"],
  );
  assert.equal(filled.named("fill")[0].fillStyle, "brown");
  const hollow = fakeContext();
  drawPoints(hollow, Float32Array.of(1, 1, 0), 120, { ...STYLE, hollow: true });
  assert.deepEqual(
    hollow.named("stroke").map((/** @type {any} */ call) => call.strokeStyle),
    ["white", "brown"],
  );
  assert.equal(hollow.named("fill").length, 0);
});
