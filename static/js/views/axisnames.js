// The two axes of the input plane: x₁ and x₂, or the names and raw values of one's own data.

import { computed } from "@preact/signals";
import { inert } from "../core/inert.js";
import { spec } from "../core/store.js";
import { niceTicks } from "../draw/axes.js";

/** @typedef {import("../core/types.js").Axis} Axis */

const REACH = 6;
/** @type {readonly Axis[]} */
export const PLAIN_AXES = [
  { name: "x₁", center: 0, scale: 1 },
  { name: "x₂", center: 0, scale: 1 },
];

export const axes = computed(() => {
  const own = spec.value?.dataset.kind === "points" ? spec.value.dataset.axes : null;
  return own?.length === 2 ? own.map((axis) => ({ ...axis, name: inert(axis.name) })) : PLAIN_AXES;
});

/** Raw values to write along an axis, with their places as a share of its length. @param {Axis} axis */
export function ticksOf({ center, scale }) {
  return niceTicks(center - REACH * scale, center + REACH * scale, 3).map((raw) => ({
    text: (raw < 0 ? "−" : "") + String(Math.abs(raw)),
    share: ((raw - center) / scale + REACH) / (2 * REACH),
  }));
}
