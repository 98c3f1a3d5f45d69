/** Windows slid over images by hand: the lectures' own numbers, and the rules that hold for any. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EXAMPLES,
  fit,
  judge,
  KERNELS,
  parseNumber,
  parseRows,
  rowsOf,
  slidOver,
  turned,
  windowAt,
} from "../../../static/js/labs/digits/kernelsmath.js";

const example = (name) => EXAMPLES.find((entry) => entry.name === name);
const kernel = (name) => KERNELS.find((entry) => entry.name === name).rows;
function close(rows, expected) {
  for (const [at, value] of rows.flat().entries()) assert.ok(Math.abs(value - expected.flat()[at]) < 1e-9, `at ${at}`);
}

test("the crosses of the lecture give 434, 243, 234", () => {
  const { image, kernel: crosses } = example("crosses");
  const { rows } = parseRows(image);
  assert.deepEqual(slidOver(rows, "convolve", crosses, { size: 3, stride: 1, padding: 0 }), [
    [4, 3, 4],
    [2, 4, 3],
    [2, 3, 4],
  ]);
});

test("a row of ones finds 30 on a bright row and 14 on a bright column", () => {
  for (const [name, found] of [
    ["bright_row", 30],
    ["bright_column", 14],
  ]) {
    const { image, kernel: ones } = example(name);
    assert.deepEqual(slidOver(parseRows(image).rows, "convolve", ones, { size: 3, stride: 1, padding: 0 }), [[found]]);
  }
});

test("pooling gives the lecture's 68, 34 and 35, 22", () => {
  const slide = { size: 2, stride: 2, padding: 0 };
  assert.deepEqual(slidOver(parseRows(example("largest").image).rows, "max", [], slide), [
    [6, 8],
    [3, 4],
  ]);
  assert.deepEqual(slidOver(parseRows(example("mean").image).rows, "average", [], slide), [
    [3, 5],
    [2, 2],
  ]);
  assert.deepEqual(
    slidOver(
      [
        [3, 0],
        [0, 4],
      ],
      "l2",
      [],
      slide,
    ),
    [[5]],
  );
});

test("sharpening is the image twice, less its blur", () => {
  const image = rowsOf(
    Float32Array.from({ length: 25 }, (_, at) => (at * at) % 7),
    5,
  );
  const slide = { size: 3, stride: 1, padding: 0 };
  const [sharp, blurred, same] = ["sharpen", "box_blur", "identity"].map((name) =>
    slidOver(image, "convolve", kernel(name), slide),
  );
  close(
    sharp,
    same.map((row, p) => row.map((value, q) => 2 * value - blurred[p][q])),
  );
});

test("a shift moves the image by one, and true convolution moves it the other way", () => {
  const image = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  const slide = { size: 3, stride: 1, padding: 1 };
  assert.deepEqual(slidOver(image, "convolve", kernel("shift"), slide)[0], [0, 1, 2]);
  assert.deepEqual(slidOver(image, "convolve", turned(kernel("shift")), slide)[0], [2, 3, 0]);
  assert.deepEqual(turned(turned(kernel("shift"))), kernel("shift"));
});

test("zeros lie around the image", () => {
  assert.deepEqual(
    windowAt(
      [
        [1, 2],
        [3, 4],
      ],
      { size: 2, stride: 1, padding: 1 },
      [0, 0],
    ),
    [
      [0, 0],
      [0, 1],
    ],
  );
});

test("places are counted as networks do, and what is left at the end is known", () => {
  assert.deepEqual(fit(8, { size: 3, stride: 1, padding: 0 }), { count: 6, left: 0 });
  assert.deepEqual(fit(8, { size: 3, stride: 2, padding: 0 }), { count: 3, left: 1 });
  assert.deepEqual(fit(2, { size: 3, stride: 1, padding: 0 }), { count: 0, left: 0 });
});

test("a window that does not fit is explained, with what would", () => {
  const large = judge(4, 4, { size: 5, stride: 1, padding: 0 });
  assert.equal(large.possible, false);
  assert.match(large.message, /5 × 5 does not fit into 4 × 4\. Take one of at most 4, or padding of 1\./);
  assert.equal(judge(4, 4, { size: 3, stride: 1, padding: 3 }).possible, false);
  const uneven = judge(8, 8, { size: 3, stride: 2, padding: 0 });
  assert.equal(uneven.possible, true);
  assert.match(
    uneven.message,
    /\(8 − 3\) \/ 2 \+ 1 = 3\.5 is no whole number of places: the last row or column is left out/,
  );
  assert.deepEqual(judge(8, 8, { size: 3, stride: 1, padding: 1 }), { possible: true, message: null });
});

test("numbers are read as people type them", () => {
  assert.deepEqual(["1/9", "−2", "0.5", " 3 "].map(parseNumber), [1 / 9, -2, 0.5, 3]);
  for (const text of ["", "x", "1/0", "1//2", "/2", "1e9"]) assert.ok(Number.isNaN(parseNumber(text)), text);
});

test("rows are digits in a line or numbers with spaces, and what is wrong is named by its row", () => {
  assert.deepEqual(parseRows("110\n\n011;101").rows, [
    [1, 1, 0],
    [0, 1, 1],
    [1, 0, 1],
  ]);
  assert.deepEqual(parseRows("10 -2\n1/2, 3").rows, [
    [10, -2],
    [0.5, 3],
  ]);
  assert.match(parseRows("").trouble, /line for each row/);
  assert.match(parseRows("1 2\n3 x").trouble, /Row 2 holds “x”/);
  assert.match(parseRows("111\n11").trouble, /Row 1 has 3 numbers, row 2 has 2/);
  assert.match(parseRows("1".repeat(33)).trouble, /at most 32/);
});
