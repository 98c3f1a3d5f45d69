/** Strokes of a pen: what is drawn, and how it is written down to be kept. */

/** @typedef {readonly (readonly [number, number])[]} Stroke points from 0 to 1, to the right and down */

/** Points nearer to the last one than this add nothing. */
const NEAR = 0.004;
const MOST_POINTS = 600;
/** How far a simplified stroke may be off. */
const TOLERANCE = 0.004;
/** Numbers are written as whole ones up to this, to this base. */
const FINENESS = 1000;
const BASE = 36;
export const MOST_STROKES = 24;

/** @param {number} value */
const inside = (value) => Math.min(1, Math.max(0, value));

/**
 * A stroke that goes on to a point; the same stroke where the pen has hardly moved, or has drawn enough.
 * @param {Stroke} stroke
 * @param {number} x
 * @param {number} y
 * @returns {Stroke}
 */
export function extended(stroke, x, y) {
  const point = /** @type {[number, number]} */ ([inside(x), inside(y)]);
  const last = stroke.at(-1);
  if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAR) return stroke;
  return stroke.length < MOST_POINTS ? [...stroke, point] : stroke;
}

/**
 * A stroke without the points that lie on its way anyway (Ramer, 1972; Douglas and Peucker, 1973).
 * @param {Stroke} stroke
 * @param {number} [tolerance] how far the way may be off
 * @returns {Stroke}
 */
export function simplified(stroke, tolerance = TOLERANCE) {
  const [first, last] = [stroke[0], stroke[stroke.length - 1]];
  if (stroke.length < 3) return stroke;
  let farthest = 0;
  let distance = 0;
  for (let at = 1; at < stroke.length - 1; at += 1) {
    const off = distanceTo(first, last, stroke[at]);
    if (off > distance) [farthest, distance] = [at, off];
  }
  if (distance <= tolerance) return [first, last];
  const before = simplified(stroke.slice(0, farthest + 1), tolerance);
  return [...before.slice(0, -1), ...simplified(stroke.slice(farthest), tolerance)];
}

/** @param {readonly [number, number]} from @param {readonly [number, number]} to @param {readonly [number, number]} point */
function distanceTo([x0, y0], [x1, y1], [x, y]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const at = length ? inside(((x - x0) * dx + (y - y0) * dy) / length) : 0;
  return Math.hypot(x - x0 - at * dx, y - y0 - at * dy);
}

/**
 * The strokes as short text that an address can hold: two letters a number, a point between strokes.
 * @param {readonly Stroke[]} strokes
 */
export function write(strokes) {
  const number = (/** @type {number} */ value) =>
    Math.round(value * FINENESS)
      .toString(BASE)
      .padStart(2, "0");
  return strokes.map((stroke) => stroke.flat().map(number).join("")).join(".");
}

/**
 * Strokes as `write` wrote them; what is none is left out.
 * @param {string} text
 * @returns {Stroke[]}
 */
export function read(text) {
  return text
    .split(".")
    .slice(0, MOST_STROKES)
    .map((part) => (part.match(/.{4}/g) ?? []).slice(0, MOST_POINTS).map(pointOf))
    .filter((stroke) => stroke.length && stroke.every(([x, y]) => x >= 0 && y >= 0));
}

/** @param {string} letters @returns {[number, number]} */
function pointOf(letters) {
  const number = (/** @type {string} */ pair) =>
    /^[0-9a-z]{2}$/.test(pair) ? inside(Number.parseInt(pair, BASE) / FINENESS) : -1;
  return [number(letters.slice(0, 2)), number(letters.slice(2))];
}
