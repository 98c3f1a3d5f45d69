/**
 * A window slid over an image by hand: cross-correlation, true convolution and pooling, as sums that can be followed.
 *
 *     y[i, j] = Σ_p Σ_q w[p, q] · x[s·i + p − t, s·j + q − t]
 *
 * with stride s and t zeros around the image. True convolution is the same with w turned by 180°.
 */

/** @typedef {import("../../views/cells.js").Rows} Rows */
/** @typedef {import("../../views/cells.js").Place} Place */
/** @typedef {"convolve" | "max" | "average" | "l2"} Operation */
/** @typedef {{ size: number, stride: number, padding: number }} Slide a square window, how far it moves, zeros around */

const LARGEST_IMAGE = 32;
export const LARGEST_KERNEL = 7;
const LARGEST_NUMBER = 1e6;

const NINTH = 1 / 9;

/** Kernels to begin with. */
export const KERNELS = [
  {
    name: "identity",
    label: "Identity",
    about: "Gives the image back.",
    rows: [
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
  },
  {
    name: "edge_corners",
    label: "Edges, by the corners",
    about: "Answers where the four corners do not balance: at slanted edges.",
    rows: [
      [1, 0, -1],
      [0, 0, 0],
      [-1, 0, 1],
    ],
  },
  {
    name: "edge_four",
    label: "Edges, by four neighbours",
    about: "A pixel against its four neighbours: nothing where the ink is even.",
    rows: [
      [0, -1, 0],
      [-1, 4, -1],
      [0, -1, 0],
    ],
  },
  {
    name: "edge_eight",
    label: "Edges, by eight neighbours",
    about: "A pixel against all eight neighbours: the outline.",
    rows: [
      [-1, -1, -1],
      [-1, 8, -1],
      [-1, -1, -1],
    ],
  },
  {
    name: "sharpen",
    label: "Sharpen",
    about: "The image twice, less its blur: what differs from around it grows.",
    rows: [
      [-NINTH, -NINTH, -NINTH],
      [-NINTH, 2 - NINTH, -NINTH],
      [-NINTH, -NINTH, -NINTH],
    ],
  },
  {
    name: "box_blur",
    label: "Box blur",
    about: "The mean of nine pixels.",
    rows: [
      [NINTH, NINTH, NINTH],
      [NINTH, NINTH, NINTH],
      [NINTH, NINTH, NINTH],
    ],
  },
  {
    name: "shift",
    label: "Shift",
    about: "Takes each pixel from its left: the image moves one to the right.",
    rows: [
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ],
  },
];

/** Worked examples: an image, and what is done with it. */
export const EXAMPLES = [
  {
    name: "crosses",
    label: "Crosses in 5 × 5",
    image: "11100\n01110\n00111\n00110\n01100",
    kernel: [
      [1, 0, 1],
      [0, 1, 0],
      [1, 0, 1],
    ],
    operation: "convolve",
  },
  {
    name: "bright_row",
    label: "A bright row",
    image: "2 2 2\n10 10 10\n2 2 2",
    kernel: [
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ],
    operation: "convolve",
  },
  {
    name: "bright_column",
    label: "A bright column",
    image: "2 10 2\n2 10 2\n2 10 2",
    kernel: [
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ],
    operation: "convolve",
  },
  { name: "largest", label: "Pooling: the largest", image: "1124\n5678\n3210\n1234", operation: "max" },
  { name: "mean", label: "Pooling: the mean", image: "0124\n5668\n3210\n1234", operation: "average" },
];

/**
 * A number as it is typed: 2, −0.5, 1/9.
 * @param {string} text
 * @returns {number} NaN for what is none
 */
export function parseNumber(text) {
  const plain = text.trim().replaceAll("−", "-");
  const parts = plain.split("/");
  if (parts.length > 2 || parts.some((part) => part.trim() === "")) return Number.NaN;
  const [top, bottom = 1] = parts.map(Number);
  const value = top / bottom;
  return Number.isFinite(value) && Math.abs(value) <= LARGEST_NUMBER ? value : Number.NaN;
}

/**
 * Rows of numbers as they are typed, a line each: digits one after the other, or numbers with spaces between.
 * @param {string} text
 * @returns {{ rows: number[][], trouble: null } | { rows: null, trouble: string }}
 */
export function parseRows(text) {
  const lines = text
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter(Boolean);
  if (!lines.length) return { rows: null, trouble: "Type some numbers, a line for each row." };
  /** @type {number[][]} */
  const rows = [];
  for (const [at, line] of lines.entries()) {
    const words = /^\d{2,}$/.test(line) ? [...line] : line.split(/[\s,]+/).filter(Boolean);
    const numbers = words.map(parseNumber);
    const wrong = numbers.findIndex(Number.isNaN);
    if (wrong >= 0)
      return { rows: null, trouble: `Row ${at + 1} holds “${words[wrong].slice(0, 12)}”, which is no number.` };
    if (rows.length && numbers.length !== rows[0].length) {
      const [first, here] = [rows[0].length, numbers.length];
      return { rows: null, trouble: `Row 1 has ${first} numbers, row ${at + 1} has ${here}. Give every row as many.` };
    }
    rows.push(numbers);
  }
  const most = Math.max(rows.length, rows[0].length);
  if (most > LARGEST_IMAGE)
    return { rows: null, trouble: `Give at most ${LARGEST_IMAGE} rows of ${LARGEST_IMAGE} numbers.` };
  return { rows, trouble: null };
}

/** A flat square image as rows. @param {ArrayLike<number>} values @param {number} side @returns {number[][]} */
export const rowsOf = (values, side) =>
  Array.from({ length: side }, (_, row) => Array.from({ length: side }, (_, column) => values[row * side + column]));

/** Turned by 180°. @param {Rows} kernel @returns {number[][]} */
export const turned = (kernel) => kernel.map((row) => [...row].reverse()).reverse();

/**
 * How often a window fits along a side, and how many pixels at the end it never reaches.
 * @param {number} length
 * @param {Slide} slide
 */
export function fit(length, { size, stride, padding }) {
  const room = length + 2 * padding - size;
  if (room < 0) return { count: 0, left: 0 };
  return { count: Math.floor(room / stride) + 1, left: room % stride };
}

/**
 * Whether a window can slide over an image, and what to do where it cannot.
 * @param {number} rows
 * @param {number} columns
 * @param {Slide} slide
 * @returns {{ possible: boolean, message: string | null }}
 */
export function judge(rows, columns, slide) {
  const { size, stride, padding } = slide;
  const narrow = Math.min(rows, columns);
  if (size > narrow + 2 * padding) {
    const around = padding ? `, even with ${padding} of padding` : "";
    const needed = Math.ceil((size - narrow) / 2);
    const message = `A window of ${size} × ${size} does not fit into ${rows} × ${columns}${around}. Take one of at most ${narrow + 2 * padding}, or padding of ${needed}.`;
    return { possible: false, message };
  }
  if (padding >= size) {
    const message = `With padding ${padding} the first window would lie in zeros alone. Take at most ${size - 1}.`;
    return { possible: false, message };
  }
  const ends = [fit(rows, slide).left, fit(columns, slide).left];
  const left = Math.max(...ends);
  if (!left) return { possible: true, message: null };
  const length = ends[0] ? rows : columns;
  const places = (length + 2 * padding - size) / stride + 1;
  const sum = `(${length}${padding ? ` + 2 · ${padding}` : ""} − ${size}) / ${stride} + 1 = ${Number(places.toFixed(2))}`;
  const lost = left === 1 ? "the last row or column is" : `the last ${left} rows or columns are`;
  return { possible: true, message: `${sum} is no whole number of places: ${lost} left out, as networks do it.` };
}

/**
 * What lies under the window at a place of the result; zeros outside of the image.
 * @param {Rows} image
 * @param {Slide} slide
 * @param {Place} place
 * @returns {number[][]}
 */
export function windowAt(image, { size, stride, padding }, [row, column]) {
  const [top, left] = [row * stride - padding, column * stride - padding];
  return Array.from({ length: size }, (_, p) =>
    Array.from({ length: size }, (_, q) => image[top + p]?.[left + q] ?? 0),
  );
}

/** @param {Rows} one @param {Rows} other @returns {number[][]} pair by pair */
export const products = (one, other) => one.map((row, p) => row.map((value, q) => value * other[p][q]));

/** @param {Rows} rows */
export const total = (rows) => rows.flat().reduce((sum, value) => sum + value, 0);

/**
 * What one window becomes.
 * @param {Operation} operation
 * @param {Rows} window
 * @param {Rows} kernel as it lies on the window
 */
export function reduced(operation, window, kernel) {
  if (operation === "convolve") return total(products(window, kernel));
  const values = window.flat();
  if (operation === "max") return Math.max(...values);
  if (operation === "average") return total(window) / values.length;
  return Math.hypot(...values);
}

/**
 * The whole result.
 * @param {Rows} image
 * @param {Operation} operation
 * @param {Rows} kernel as it lies on the window
 * @param {Slide} slide
 * @returns {number[][]}
 */
export function slidOver(image, operation, kernel, slide) {
  const height = fit(image.length, slide).count;
  const width = fit(image[0].length, slide).count;
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => reduced(operation, windowAt(image, slide, [row, column]), kernel)),
  );
}
