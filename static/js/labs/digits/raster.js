/**
 * From strokes to the network's pixels, as the digits' makers went: the ink is brought to one size and thickness on a
 * bitmap of 32 × 32 points, 20 wide and 32 high, and each pixel counts the ink in its square of 4 × 4 points. (NIST
 * Form-Based Handprint Recognition System, 1994; Alpaydin and Kaynak, Cascading classifiers, 1998.)
 */

import { simplified } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/** Points of the bitmap for each pixel, along a side. */
const FINE = 4;
/** How wide the ink becomes, as a share of its height. */
const WIDTH = 20 / 32;
/** A narrow digit is not widened beyond this: a one would become a seven. */
const MOST_STRETCH = 1.4;
/** Half the pen's thickness, as a share of the ink's height: the thinnest, the usual and the thickest. */
const PENS = { thin: 0.05, usual: 0.066, thick: 0.1 };
/** The share of the bitmap that ink covers in the data, whichever digit it is. */
const COVERED = 0.305;
/** Halvings of what is left to find the pen. */
const HALVINGS = 4;
/** A dot has no height: the ink is taken to be at least this much of the canvas. */
const LEAST = 0.08;
/** Half of the most ink counts as ink. */
const INK = 0.5;
const SMALL = 8;

/**
 * @param {readonly Stroke[]} strokes
 * @param {number} side pixels along a side
 * @param {boolean} inked whether a pixel is ink or paper, with nothing between
 * @returns {Float32Array | null} ink from 0 to 1, row by row; null where nothing is drawn
 */
export function rasterise(strokes, side, inked) {
  const way = strokes.filter((stroke) => stroke.length).map((stroke) => simplified(stroke));
  if (!way.length) return null;
  const pen = penFor(way);
  return inked ? thresholded(stretched(count(way, pen, SMALL), SMALL, side)) : count(way, pen, side);
}

/**
 * An image of another size, or of ink alone, as the network takes it.
 * @param {Float32Array} values
 * @param {number} from pixels along its side
 * @param {number} to
 * @param {boolean} inked
 */
export function fitted(values, from, to, inked) {
  const sized = from === to ? values : stretched(values, from, to);
  return inked ? thresholded(sized) : sized;
}

/** The pen with which the strokes cover as much as digits do. @param {readonly Stroke[]} strokes */
function penFor(strokes) {
  let { thin, thick } = PENS;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (thin + thick) / 2;
    const ink = count(strokes, middle, SMALL).reduce((sum, pixel) => sum + pixel, 0);
    if (ink < COVERED * SMALL * SMALL) thin = middle;
    else thick = middle;
  }
  return (thin + thick) / 2;
}

/** How the strokes lie in the bitmap. @param {readonly Stroke[]} strokes @param {number} thickness of half the pen, as a share of the height */
function frameOf(strokes, thickness) {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of strokes) {
    for (const point of stroke) {
      left = Math.min(left, point[0]);
      right = Math.max(right, point[0]);
      top = Math.min(top, point[1]);
      bottom = Math.max(bottom, point[1]);
    }
  }
  const height = Math.max(bottom - top, (right - left) * 0.5, LEAST);
  const pen = (thickness * height) / (1 - 2 * thickness);
  const tall = height + 2 * pen;
  const wide = right - left + 2 * pen;
  const stretch = Math.min(MOST_STRETCH, (WIDTH * tall) / wide);
  return { x: (left + right) / 2, y: (top + bottom) / 2, pen, tall, stretch };
}

/** The share of ink in every pixel. @param {readonly Stroke[]} strokes @param {number} thickness @param {number} side */
function count(strokes, thickness, side) {
  const { x, y, pen, tall, stretch } = frameOf(strokes, thickness);
  const fine = FINE * side;
  const points = new Uint8Array(fine * fine);
  const [across, down] = [(fine * stretch) / tall, fine / tall];
  const place = (/** @type {readonly [number, number]} */ point) =>
    /** @type {const} */ ([(point[0] - x) * across + fine / 2 - 0.5, (point[1] - y) * down + fine / 2 - 0.5]);
  for (const stroke of strokes) {
    stroke.forEach((point, at) => {
      const before = place(stroke[Math.max(0, at - 1)]);
      pass(points, fine, before, place(point), pen * across, pen * down);
    });
  }
  const pixels = new Float32Array(side * side);
  for (let at = 0; at < points.length; at += 1) {
    const [row, column] = [Math.floor(at / fine / FINE), Math.floor((at % fine) / FINE)];
    pixels[row * side + column] += points[at] / (FINE * FINE);
  }
  return pixels;
}

/**
 * Mark the bitmap's points that the pen passes over on its way. The pen is an ellipse there: `wide` and `tall` are its
 * half axes. Written for speed, since it runs several times for each move of the pen: 0.2 ms for a digit.
 * @param {Uint8Array} points
 * @param {number} fine
 * @param {readonly [number, number]} from a column and a row
 * @param {readonly [number, number]} to
 * @param {number} wide
 * @param {number} tall
 */
function pass(points, fine, [x0, y0], [x1, y1], wide, tall) {
  const [dx, dy] = [(x1 - x0) / wide, (y1 - y0) / tall];
  const length = dx * dx + dy * dy;
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - tall));
  const bottom = Math.min(fine - 1, Math.floor(Math.max(y0, y1) + tall));
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - wide));
  const right = Math.min(fine - 1, Math.floor(Math.max(x0, x1) + wide));
  for (let row = top; row <= bottom; row += 1) {
    const v = (row - y0) / tall;
    for (let column = left; column <= right; column += 1) {
      const u = (column - x0) / wide;
      const at = length > 0 ? Math.min(1, Math.max(0, (u * dx + v * dy) / length)) : 0;
      if ((u - at * dx) ** 2 + (v - at * dy) ** 2 <= 1) points[row * fine + column] = 1;
    }
  }
}

/**
 * Another number of pixels: between their centres the ink is interpolated linearly, the outermost going on.
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} to
 */
export function stretched(values, from, to) {
  const places = Array.from({ length: to }, (_, at) => Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5)));
  const pixels = new Float32Array(to * to);
  places.forEach((down, row) => {
    const above = Math.min(from - 1, Math.floor(down));
    const below = Math.min(from - 1, above + 1);
    places.forEach((along, column) => {
      const left = Math.min(from - 1, Math.floor(along));
      const right = Math.min(from - 1, left + 1);
      const upper = mix(values[above * from + left], values[above * from + right], along - left);
      const lower = mix(values[below * from + left], values[below * from + right], along - left);
      pixels[row * to + column] = mix(upper, lower, down - above);
    });
  });
  return pixels;
}

/** @param {number} from @param {number} to @param {number} share */
const mix = (from, to, share) => from * (1 - share) + to * share;

/** @param {Float32Array} values */
const thresholded = (values) => values.map((value) => (value >= INK ? 1 : 0));
