import assert from "node:assert/strict";
import { test } from "node:test";
import { fitted, rasterise, stretched } from "../../../static/js/labs/digits/raster.js";

const RING = Array.from({ length: 33 }, (_, at) => [
  0.5 + 0.2 * Math.sin((at / 32) * 2 * Math.PI),
  0.5 - 0.3 * Math.cos((at / 32) * 2 * Math.PI),
]);
const moved = (stroke, size, x, y) => stroke.map(([a, b]) => [(a - 0.5) * size + x, (b - 0.5) * size + y]);
const row = (pixels, side, at) => [...pixels.slice(at * side, (at + 1) * side)];
const column = (pixels, side, at) => Array.from({ length: side }, (_, each) => pixels[each * side + at]);
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

test("nothing drawn is no image", () => {
  assert.equal(rasterise([], 8, false), null);
  assert.equal(rasterise([[]], 8, false), null);
});

test("ink is a count of sixteenths and fills the height, as in the data", () => {
  const pixels = rasterise([RING], 8, false);
  assert.equal(pixels.length, 64);
  for (const value of pixels) assert.ok(Number.isInteger(value * 16) && value >= 0 && value <= 1);
  assert.ok(sum(row(pixels, 8, 0)) > 1);
  assert.ok(sum(row(pixels, 8, 7)) > 1);
  assert.equal(sum(column(pixels, 8, 0)), 0);
  assert.equal(sum(column(pixels, 8, 7)), 0);
  assert.equal(pixels[3 * 8 + 3] + pixels[4 * 8 + 4], 0);
});

test("where and how large something is drawn does not matter", () => {
  const large = rasterise([RING], 8, false);
  for (const other of [moved(RING, 0.4, 0.2, 0.75), moved(RING, 1.3, 0.45, 0.5)]) {
    const pixels = rasterise([other], 8, false);
    for (let at = 0; at < 64; at += 1) assert.ok(Math.abs(pixels[at] - large[at]) <= 2 / 16);
  }
});

test("a drawing is centred: turned upside down, it is its own mirror image", () => {
  const pixels = rasterise([RING], 8, false);
  const turned = [...pixels].reverse();
  for (let at = 0; at < 64; at += 1) assert.ok(Math.abs(pixels[at] - turned[at]) <= 1 / 16);
});

test("a straight line is not stretched to the whole width, a dot is still there", () => {
  const line = rasterise(
    [
      [
        [0.5, 0.1],
        [0.5, 0.9],
      ],
    ],
    8,
    false,
  );
  const touched = Array.from({ length: 8 }, (_, at) => sum(column(line, 8, at))).filter((ink) => ink > 0).length;
  assert.ok(touched >= 2 && touched <= 4, `${touched} columns`);
  assert.ok(sum([...rasterise([[[0.3, 0.3]]], 8, false)]) > 0);
  const dash = rasterise(
    [
      [
        [0.2, 0.5],
        [0.8, 0.5],
      ],
    ],
    8,
    false,
  );
  assert.equal(sum(row(dash, 8, 0)) + sum(row(dash, 8, 7)), 0);
});

test("the large images are ink or paper, made of the small ones as the data are", () => {
  const small = rasterise([RING], 8, false);
  const large = rasterise([RING], 16, true);
  assert.deepEqual(
    [...large],
    [...stretched(small, 8, 16)].map((value) => (value >= 0.5 ? 1 : 0)),
  );
});

test("between pixel centres ink is interpolated linearly, the outermost going on", () => {
  assert.deepEqual([...stretched([0, 1, 0, 1], 2, 4)].slice(0, 4), [0, 0.25, 0.75, 1]);
  assert.deepEqual([...stretched([0.25, 0.5, 0.75, 1], 2, 2)], [0.25, 0.5, 0.75, 1]);
});

test("an image of another size is fitted", () => {
  const given = Float32Array.from([0, 1, 1, 0]);
  assert.equal(fitted(given, 2, 2, false), given);
  assert.equal(fitted(given, 2, 8, false).length, 64);
  assert.ok([...fitted(given, 2, 8, true)].every((value) => value === 0 || value === 1));
});

test("much or little drawn, as much is ink as in the data", () => {
  const bar = [
    [0.3, 0.2],
    [0.7, 0.2],
    [0.5, 0.8],
  ];
  for (const strokes of [[RING], [bar], [RING, moved(RING, 0.5, 0.5, 0.5)]]) {
    const share = sum([...rasterise(strokes, 8, false)]) / 64;
    assert.ok(share > 0.25 && share < 0.4, `${share}`);
  }
});
