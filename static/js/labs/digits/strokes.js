/** Strokes of a pen: what is drawn, how it is undone, and how it is written down to be kept. */

/** @typedef {readonly (readonly [number, number])[]} Stroke points from 0 to 1, to the right and down */

/** Points nearer to the last one than this add nothing. */
const NEAR = 0.004;
const MOST_POINTS = 600;
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
 * The strokes as short text: tenths of a percent, points by spaces, strokes by semicolons.
 * @param {readonly Stroke[]} strokes
 */
export function write(strokes) {
  return strokes.map((stroke) => stroke.flat().map((value) => Math.round(1000 * value)).join(" ")).join(";");
}

/**
 * Strokes as `write` wrote them; what is none is left out.
 * @param {string} text
 * @returns {Stroke[]}
 */
export function read(text) {
  return text
    .split(";")
    .slice(0, MOST_STROKES)
    .map((part) => part.split(" ").filter(Boolean).map(Number))
    .filter((numbers) => numbers.length >= 2 && numbers.length % 2 === 0 && numbers.every(Number.isFinite))
    .map((numbers) =>
      Array.from({ length: Math.min(MOST_POINTS, numbers.length / 2) }, (_, at) =>
        /** @type {[number, number]} */ ([inside(numbers[2 * at] / 1000), inside(numbers[2 * at + 1] / 1000)]),
      ),
    );
}

/** What can be undone and redone: whole drawings, one after the other. */
export class Strokes {
  /** @type {(readonly Stroke[])[]} */
  #past = [];
  /** @type {(readonly Stroke[])[]} */
  #future = [];

  /** @param {readonly Stroke[]} now */
  constructor(now = []) {
    this.now = now;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Begin a stroke, or clear: a step of its own. @param {readonly Stroke[]} next */
  push(next) {
    this.#past.push(this.now);
    this.#future = [];
    this.now = next;
  }

  /** The stroke goes on: part of the same step. @param {readonly Stroke[]} next */
  grow(next) {
    this.now = next;
  }

  undo() {
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.now);
    this.now = before;
  }

  redo() {
    const after = this.#future.pop();
    if (!after) return;
    this.#past.push(this.now);
    this.now = after;
  }
}
