/** How far somebody has come in each lab: which steps' questions are answered, and where they were last. It stays in this browser. */

import { signal } from "@preact/signals";
import { readStored, writeStored } from "../core/stored.js";

/** @typedef {{ step: number, answered: number[] }} Progress places from 0 */

const KEY = "neuronpark.labs";

/** @type {import("@preact/signals").Signal<{ [lab: string]: Progress }>} */
export const progress = signal(read());

/** @param {string} lab @returns {Progress} */
export const progressOf = (lab) => progress.value[lab] ?? { step: 0, answered: [] };

/** Where somebody is now. @param {string} lab @param {number} step */
export function arrive(lab, step) {
  if (progress.peek()[lab]?.step !== step) write(lab, { ...peek(lab), step });
}

/** A step's question is answered rightly. @param {string} lab @param {number} step */
export function markAnswered(lab, step) {
  const before = peek(lab);
  if (!before.answered.includes(step)) write(lab, { ...before, answered: [...before.answered, step].sort() });
}

/** Whether every question of a lab is answered. @param {import("./types.js").Lab} lab */
export const isFinished = ({ name, steps }) => {
  const { answered } = progressOf(name);
  return steps.every(({ question }, place) => !question || answered.includes(place));
};

/** Whether anything of it has been done. @param {import("./types.js").Lab} lab */
export const isBegun = ({ name }) => {
  const { step, answered } = progressOf(name);
  return step > 0 || answered.length > 0;
};

/** @param {string} lab @returns {Progress} */
const peek = (lab) => progress.peek()[lab] ?? { step: 0, answered: [] };

/** @param {string} lab @param {Progress} entry */
function write(lab, entry) {
  progress.value = { ...progress.peek(), [lab]: entry };
  writeStored(KEY, progress.peek());
}

/** What was kept, as far as it can be understood. @returns {{ [lab: string]: Progress }} */
function read() {
  const kept = Object.entries(readStored(KEY) ?? {});
  return Object.fromEntries(kept.filter(([, entry]) => isProgress(entry)));
}

/** @param {any} entry */
function isProgress(entry) {
  return Number.isInteger(entry?.step) && Array.isArray(entry.answered) && entry.answered.every(Number.isInteger);
}
