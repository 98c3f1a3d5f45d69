import assert from "node:assert/strict";
import { test } from "node:test";
import { largest, paintClasses, paintGrid, upsample } from "../../../static/js/draw/heatmap.js";

/** @param {number} word */
const channels = (word) => [word & 255, (word >> 8) & 255, (word >> 16) & 255];

test("a grid is looked up level by level, from where its plane begins", () => {
  const levels = Uint32Array.from({ length: 256 }, (_, level) => level * 2);
  const pixels = new Uint32Array(4);
  paintGrid(Uint8Array.of(9, 9, 9, 9, 0, 1, 128, 255), levels, pixels, 4);
  assert.deepEqual([...pixels], [0, 2, 256, 510]);
});

test("classes blend by their probabilities", () => {
  /** @type {import("../../../static/js/draw/scale.js").Rgb[]} */
  const grounds = [
    [200, 0, 0],
    [0, 100, 0],
    [0, 0, 40],
  ];
  const pixels = new Uint32Array(2);
  // Two cells: one all of class 0, one half class 1 and half class 2.
  paintClasses(Uint8Array.of(255, 0, 0, 100, 0, 100), grounds, pixels);
  assert.deepEqual(channels(pixels[0]), [200, 0, 0]);
  assert.deepEqual(channels(pixels[1]), [0, 50, 20]);
  assert.equal(pixels[0] >>> 24, 255);
});

test("a cell that no class wants is black, not a fault", () => {
  const pixels = new Uint32Array(1);
  paintClasses(
    Uint8Array.of(0, 0),
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    pixels,
  );
  assert.deepEqual(channels(pixels[0]), [0, 0, 0]);
});

test("sampling between cells keeps a plane a plane", () => {
  const size = 5;
  const factor = 4;
  const field = Float32Array.from(
    { length: size * size },
    (_, cell) => 3 * (cell % size) - 2 * Math.floor(cell / size),
  );
  const finer = new Float32Array((size * factor) ** 2);
  upsample(field, size, factor, finer);
  for (let row = 2; row < size * factor - 2; row += 1) {
    for (let column = 2; column < size * factor - 2; column += 1) {
      const x = (column + 0.5) / factor - 0.5;
      const y = (row + 0.5) / factor - 0.5;
      assert.ok(Math.abs(finer[row * size * factor + column] - (3 * x - 2 * y)) < 1e-4, `${row}, ${column}`);
    }
  }
});

test("beyond the outer cell centres sampling holds the last value", () => {
  const finer = new Float32Array(64);
  upsample(Float32Array.of(1, 2, 3, 4), 2, 4, finer);
  assert.equal(finer[0], 1);
  assert.equal(finer[63], 4);
});

test("the winner of several fields is the largest, of one field its sign", () => {
  const winners = new Uint8Array(3);
  largest([Float32Array.of(1, 0, 5), Float32Array.of(2, -1, 6), Float32Array.of(0, 3, 6)], winners);
  assert.deepEqual([...winners], [1, 2, 1]);
  largest([Float32Array.of(-1, 0, 1)], winners);
  assert.deepEqual([...winners], [0, 0, 1]);
});
