import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldOf, leadOf, Segments, trace, zeroContour } from "../../../static/js/draw/contour.js";
import { fakeContext } from "./fakecanvas.js";

const SIZE = 40;

/** @param {(x: number, y: number) => number} value at a cell's centre @param {number} [size] */
function sample(value, size = SIZE) {
  return Float32Array.from({ length: size * size }, (_, cell) => value(cell % size, Math.floor(cell / size)));
}

/** @param {Float32Array} field @param {number} [size] @returns {[number, number, number, number][]} */
function contour(field, size = SIZE) {
  const segments = new Segments();
  zeroContour(field, size, segments);
  return Array.from({ length: segments.count }, (_, index) => {
    const [x0, y0, x1, y1] = segments.data.subarray(4 * index, 4 * index + 4);
    return [x0, y0, x1, y1];
  });
}

test("a field of one sign has no line", () => {
  assert.deepEqual(contour(sample(() => 1)), []);
  assert.deepEqual(contour(sample(() => -1)), []);
});

test("a straight border is met exactly, from edge to edge of the plot", () => {
  const lines = contour(sample((x) => x - 12.3));
  for (const [x0, , x1] of lines) {
    assert.ok(Math.abs(x0 - 12.3) < 1e-4);
    assert.ok(Math.abs(x1 - 12.3) < 1e-4);
  }
  const heights = lines.flatMap(([, y0, , y1]) => [y0, y1]);
  assert.equal(Math.min(...heights), -0.5);
  assert.equal(Math.max(...heights), SIZE - 0.5);
});

test("a circle's line lies on the circle and closes", () => {
  const radius = 11.4;
  const lines = contour(sample((x, y) => radius - Math.hypot(x - 20, y - 19)));
  /** @type {Map<string, number>} */
  const ends = new Map();
  let length = 0;
  for (const [x0, y0, x1, y1] of lines) {
    assert.ok(Math.abs(Math.hypot(x0 - 20, y0 - 19) - radius) < 0.05);
    length += Math.hypot(x1 - x0, y1 - y0);
    for (const end of [`${x0.toFixed(3)},${y0.toFixed(3)}`, `${x1.toFixed(3)},${y1.toFixed(3)}`]) {
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
  }
  assert.ok(
    [...ends.values()].every((count) => count === 2),
    "every end is shared by two segments",
  );
  assert.ok(Math.abs(length - 2 * Math.PI * radius) < 0.3);
});

test("a saddle is split by the value in its middle", () => {
  const high = contour(Float32Array.of(1, -0.5, -0.5, 1), 2);
  const low = contour(Float32Array.of(0.5, -1, -1, 0.5), 2);
  /** @param {[number, number, number, number][]} lines whether some line cuts off the corner at (0, 0) */
  const cutsCorner = (lines) =>
    lines.some(([x0, y0, x1, y1]) => Math.max(x0, x1) <= 0.5 && Math.max(y0, y1) <= 0.5 && x0 !== x1);
  assert.equal(cutsCorner(low), true);
  assert.equal(cutsCorner(high), false);
});

test("every way a cell can be crossed gives segments inside it", () => {
  for (let kind = 1; kind < 15; kind += 1) {
    const corner = (/** @type {number} */ bit) => (kind & bit ? 1 : -1);
    const field = Float32Array.of(corner(1), corner(2), corner(8), corner(4));
    const inside = contour(field, 2).filter((line) => line.every((value) => value >= 0 && value <= 1));
    assert.ok(inside.length >= 1, `kind ${kind}`);
    for (const [x0, y0, x1, y1] of inside) assert.ok(x0 !== x1 || y0 !== y1, `kind ${kind} is a line`);
  }
});

test("a quantised grid becomes a field around its neutral level, smoothed", () => {
  const field = new Float32Array(9);
  fieldOf(new Uint8Array(9).fill(255), 3, field);
  assert.ok(field.every((value) => value === 127.5));
  fieldOf(Uint8Array.of(0, 0, 0, 0, 16, 0, 0, 0, 0), 3, field);
  assert.deepEqual(
    [...field].map((value) => value + 127.5),
    [1, 2, 1, 2, 4, 2, 1, 2, 1],
  );
});

test("smoothing keeps the mean and can begin at a later plane", () => {
  const grid = Uint8Array.from({ length: 32 }, (_, cell) => (cell < 16 ? 0 : 200));
  const field = new Float32Array(16);
  fieldOf(grid, 4, field, 16);
  assert.ok(field.every((value) => value === 72.5));
});

test("a class leads where it beats the best of the others", () => {
  const lead = new Float32Array(3);
  leadOf([Float32Array.of(1, 5, 2), Float32Array.of(3, 1, 2), Float32Array.of(2, 2, 9)], 0, lead);
  assert.deepEqual([...lead], [-2, 3, -7]);
});

test("the list of segments grows and can be used again", () => {
  const segments = new Segments();
  for (let index = 0; index < 1000; index += 1) segments.push(index, 0, 0, index);
  assert.equal(segments.count, 1000);
  assert.equal(segments.data[4 * 999], 999);
  segments.clear();
  assert.equal(segments.count, 0);
});

test("tracing puts cell centres at half cells of the plot", () => {
  const segments = new Segments();
  segments.push(-0.5, 0, 9.5, 9);
  const context = fakeContext();
  trace(segments, context, 10, 200);
  assert.deepEqual(context.named("moveTo")[0].args, [0, 10]);
  assert.deepEqual(context.named("lineTo")[0].args, [200, 190]);
});
