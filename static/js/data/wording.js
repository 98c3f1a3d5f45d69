// Sentences that the data panel, the dialog and the drawing bar share.

import { whole } from "../core/format.js";

/** "1 point", "2 points" @param {number} count @param {string} one @param {string} many */
export const counted = (count, one, many = `${one}s`) => `${whole(count)} ${count === 1 ? one : many}`;

/** @param {import("./csv.js").Problem} problem */
export const problemSentence = ({ line, reason }) => `Line ${whole(line)} ${reason}, so it is skipped.`;

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
  return colours ? /** @type {string} */ (COLOURS[colours.indexOf(/** @type {number} */ (label))]) : `${label}`;
}
