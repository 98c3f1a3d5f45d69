// The classes of a set of points: how many of each, in which order, and what they are called.

import { inert } from "../core/inert.js";

/** @typedef {[x1: number, x2: number, label: number | string]} Point */
/** @typedef {{label: number | string, count: number}} ClassCount */

/** By code points, as the server sorts. @param {string} a @param {string} b */
function byCodePoint(a, b) {
  const left = [...a];
  const right = [...b];
  const at = left.findIndex((char, index) => char !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}

/** @param {Point[]} points @returns {ClassCount[]} in the order in which the server numbers the classes */
export function countClasses(points) {
  /** @type {Map<number | string, number>} */
  const counts = new Map();
  for (const [, , label] of points) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) =>
      typeof a.label === "number" && typeof b.label === "number"
        ? a.label - b.label
        : byCodePoint(`${a.label}`, `${b.label}`),
    );
}

/** The labels of classes that have no names of their own: those of the ready-made sets, and of drawings. */
const UNNAMED = [
  [-1, 1, 2],
  [0, 1, 2],
];
const COLOURS = ["Orange", "Blue", "Green"];

/**
 * The labels that stand for orange, blue and green, when these labels are only that; null when the classes have names.
 * @param {(number | string)[]} labels
 * @returns {number[] | null}
 */
export function colourLabels(labels) {
  const set = labels.includes(0) ? UNNAMED[1] : UNNAMED[0];
  const whole = labels.length === 1 || labels.every((label, index) => label === set?.[index]);
  return set && whole && labels.every((label) => set.includes(/** @type {number} */ (label))) ? set : null;
}

/**
 * What a class is called on the page: its own name, or its colour when it has none.
 * @param {number | string} label
 * @param {(number | string)[]} labels all of them, sorted
 */
export function className(label, labels) {
  const colours = colourLabels(labels);
  return colours ? /** @type {string} */ (COLOURS[colours.indexOf(/** @type {number} */ (label))]) : inert(`${label}`);
}
