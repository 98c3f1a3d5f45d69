/** Grids of numbers: how a number is written and coloured, and how keys and the pointer move over a grid. */

import { fixed } from "../core/format.js";
import { palette } from "../draw/palette.js";
import { clamp, cssColor, mix, parseColor, scaleEntry } from "../draw/scale.js";

/** @typedef {readonly (readonly number[])[]} Rows */
/** @typedef {readonly [number, number]} Place row and column */

/** Above this luminance black words are read more easily than white ones. */
const BRIGHT = 0.179;

/** Whole as it is, else with two decimals. @param {number} value */
export const written = (value) => fixed(value, Math.abs(value - Math.round(value)) < 1e-6 ? 0 : 2);

/** The largest size of a number. @param {Rows} rows @param {number} [least] */
export const largest = (rows, least = 1e-9) => Math.max(least, ...rows.flat().map(Math.abs));

/** @param {import("../draw/scale.js").Rgb} color @returns {string} black or white, whichever is read on it */
export function legible(color) {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > BRIGHT ? "#000" : "#fff";
}

/** @param {import("../draw/scale.js").Rgb} color */
const filled = (color) => ({ backgroundColor: cssColor(color), color: legible(color) });

/** Ink on paper: 0 is paper, 1 ink. @param {number} share */
export function inkCell(share) {
  const { color } = palette();
  return filled(mix(parseColor(color.surface), parseColor(color.ink), clamp(share, 0, 1)));
}

/** A number of either sign, as a share of the largest. @param {number} share */
export function signedCell(share) {
  const word = palette().scale[scaleEntry(share)];
  return filled([word & 255, (word >> 8) & 255, (word >> 16) & 255]);
}

/** Trouble on paper, from 8 to 90 %. @param {number} share */
export function badCell(share) {
  const { color } = palette();
  return filled(mix(parseColor(color.surface), parseColor(color.bad), 0.08 + 0.82 * clamp(share, 0, 1)));
}

const MOVES = /** @type {{ [key: string]: Place }} */ ({
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
  PageUp: [-Infinity, 0],
  PageDown: [Infinity, 0],
});

/**
 * Take a signal to a place, unless it is there: a place is another array each time, and who reads it would render anew.
 * @template {Place | null} P
 * @param {import("@preact/signals").Signal<P>} signal
 * @param {NonNullable<P>} to
 */
export function goTo(signal, to) {
  const now = signal.peek();
  if (now?.[0] !== to[0] || now[1] !== to[1]) signal.value = to;
}

/**
 * Where a key leads from a place in a grid.
 * @param {KeyboardEvent} event
 * @param {Place} at
 * @param {number} rows
 * @param {number} columns
 * @param {number} [step] how far an arrow key goes
 * @returns {Place | null} null for a key that does not move; one that does is used up
 */
export function movedBy(event, [row, column], rows, columns, step = 1) {
  const move = MOVES[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return null;
  event.preventDefault();
  event.stopPropagation();
  return [clamp(row + step * move[0], 0, rows - 1), clamp(column + step * move[1], 0, columns - 1)];
}

/**
 * The cell under the pointer, of the grid that the handler's element is or holds.
 * @param {PointerEvent | MouseEvent} event
 * @param {number} rows
 * @param {number} columns
 * @returns {Place}
 */
export function placeUnder(event, rows, columns) {
  const element = /** @type {Element} */ (event.currentTarget);
  const area = (element.querySelector("table, canvas") ?? element).getBoundingClientRect();
  const part = (/** @type {number} */ at, /** @type {number} */ length, /** @type {number} */ count) =>
    clamp(Math.floor((at / length) * count), 0, count - 1);
  return [part(event.clientY - area.top, area.height, rows), part(event.clientX - area.left, area.width, columns)];
}
