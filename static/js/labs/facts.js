/**
 * What a stage tells the guide: that something has been done (true), or a number it shows just now. Questions of the kinds
 * `done` and `reach` name a fact; the scalars of training (`test_accuracy`, `train_loss`, …) are known without being told.
 */

import { signal } from "@preact/signals";
import { metrics } from "../core/state.js";

/** @typedef {boolean | number | null} Fact */

const told = signal(/** @type {{ [name: string]: Fact }} */ ({}));

/** @param {string} name @param {Fact} value */
export function setFact(name, value) {
  if (told.peek()[name] !== value) told.value = { ...told.peek(), [name]: value };
}

/** @param {string} name @returns {Fact} */
export function factOf(name) {
  const scalars = /** @type {{ [name: string]: number | null }} */ (/** @type {unknown} */ (metrics.value));
  return told.value[name] ?? scalars[name] ?? null;
}
