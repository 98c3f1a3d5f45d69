// The probe point: where the plot is read, by pointer or by keyboard; and which unit the large plot shows.

import { computed, effect } from "@preact/signals";
import { hoveredUnit, probePoint, run, selectedUnit, watch } from "../core/store.js";
import { clamp } from "../draw/scale.js";
import { featureRows } from "./names.js";

/** @typedef {import("../core/types.js").UnitAddress} UnitAddress */

export const REACH = 6;
/** Where Explain and the first arrow key begin when no point was chosen. @type {[number, number]} */
const FIRST_POINT = [2.1, -0.6];

/** Where nothing can be hovered, the chosen unit is the one to look at. */
const touch = globalThis.matchMedia?.("(hover: none)").matches ?? false;

/** The unit whose picture the plot shows, or null for the network's output. */
export const shownUnit = computed(() => {
  const address = hoveredUnit.value ?? (touch ? selectedUnit.value : null);
  const layers = run.value?.network.layers;
  if (!address || !layers) return null;
  const [layer, unit] = address;
  if (layer === "features") return address;
  if (layer >= layers.length || unit >= layers[layer].units) return null;
  return layer === layers.length - 1 && layers[layer].units === 1 ? null : address;
});

/** @param {number} coordinate */
const inside = (coordinate) => clamp(coordinate, -REACH, REACH);

/** @param {number} x1 @param {number} x2 */
export function setProbe(x1, x2) {
  const [before1, before2] = probePoint.peek() ?? [];
  if (before1 !== inside(x1) || before2 !== inside(x2)) probePoint.value = [inside(x1), inside(x2)];
}

export function ensureProbe() {
  probePoint.value ??= FIRST_POINT;
}

const STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
});

/** Moves the probe by a key. @param {string} key @param {boolean} far @returns {boolean} whether the key was one */
export function moveProbe(key, far) {
  const step = STEPS[key];
  if (!step) return false;
  const length = far ? 1 : 0.1;
  const [x1, x2] = probePoint.value ?? FIRST_POINT;
  /** @param {number} value */
  const tenth = (value) => Math.round(value * 10) / 10;
  setProbe(tenth(x1 + step[0] * length), tenth(x2 + step[1] * length));
  return true;
}

/** Asks for the values at the probe point as long as there is one. @returns {() => void} */
export function followProbe() {
  return effect(() => {
    const point = probePoint.value;
    return point ? watch("activations", { point: point.map((value) => Number(value.toFixed(4))) }) : undefined;
  });
}

/** A unit as the server counts: a feature by its place among those of the run. */
const shownAddress = computed(() => {
  const address = shownUnit.value;
  if (address?.[0] !== "features" || !run.value) return address;
  const index = featureRows(run.value.spec).indexOf(address[1]);
  return index < 0 ? null : [address[0], index];
});

/** Asks for the large picture of what is shown. @returns {() => void} */
export function followPicture() {
  const output = watch("decision", { resolution: 100 });
  const unit = effect(() => {
    const address = shownAddress.value;
    return address ? watch("decision", { unit: address }) : undefined;
  });
  return () => {
    unit();
    output();
  };
}
