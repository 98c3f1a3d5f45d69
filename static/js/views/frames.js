// What the views read out of a frame, checked against the network it should belong to: while a change is under way
// the last frame may still be of the network before.

import { frame, run } from "../core/store.js";
import { featureRows } from "./names.js";
import { parameterIndex, sourcesOf, unitCount, unitIndex } from "./wiring.js";

/** @typedef {import("../core/types.js").FrameArray} FrameArray */
/** @typedef {import("../core/types.js").UnitAddress} UnitAddress */

/** All parameters of the run's network, or null while they are not there. */
export function parameters() {
  const theta = frame.value?.arrays.get("weights/theta");
  return theta && theta.length === run.value?.network.parameters ? theta : null;
}

/** The thumbnails of all units, shape (units, size, size), or null. */
export function unitGrids() {
  const grid = frame.value?.arrays.get("units/grid");
  return grid && run.value && grid.shape[0] === unitCount(run.value.network.layers) ? grid : null;
}

/** Whether a unit's numbers were finite. @param {number} index among all units */
export const isFiniteUnit = (index) => frame.value?.arrays.get("units/finite")?.[index] !== 0;

/** The two ends of an array's quantised scale. @param {string} probe @param {number} [row] @returns {[number, number]} */
export function rangeOf(probe, row = 0) {
  const arrays = frame.value?.arrays;
  const range = arrays?.get(`${probe}/range`) ?? arrays?.get(`${probe}/grid`)?.range;
  return range ? [range[2 * row], range[2 * row + 1]] : [-1, 1];
}

/** The network's values at the probe point. */
export function activations() {
  const arrays = frame.value?.arrays;
  const features = arrays?.get("activations/features");
  const z = arrays?.get("activations/z");
  const a = arrays?.get("activations/a");
  if (!features || !z || !a || !run.value) return null;
  const fits = a.length === unitCount(run.value.network.layers) && features.length === run.value.spec.features.length;
  return fits ? { features, z, a } : null;
}

/** A unit's or feature's value at the probe point, or null. @param {UnitAddress} address */
export function valueAt([layer, unit]) {
  const values = activations();
  if (!values || !run.value) return null;
  if (layer !== "features") return values.a[unitIndex(run.value.network.layers, layer, unit)];
  return values.features[featureRows(run.value.spec).indexOf(unit)] ?? null;
}

/** A unit's weights, its bias and its sources, or null. @param {number} layer @param {number} unit */
export function incoming(layer, unit) {
  const theta = parameters();
  const info = run.value?.network.layers[layer];
  if (!theta || !run.value || !info || unit >= info.units) return null;
  const sources = sourcesOf(run.value.network.layers, layer, featureRows(run.value.spec));
  return {
    sources,
    weights: sources.map((_, input) => theta[parameterIndex(info, unit, input)]),
    bias: theta[parameterIndex(info, unit, null)],
  };
}
