// What units, features and classes are called on the screen.

import { catalog } from "../core/store.js";
import { colourLabels, countClasses } from "../data/classes.js";

/** @typedef {import("../core/types.js").UnitAddress} UnitAddress */
/** @typedef {import("../core/types.js").NetworkInfo} NetworkInfo */
/** @typedef {import("../core/types.js").RunSpec} RunSpec */

/** The places in the catalog of the features that a run uses. @param {RunSpec} spec */
export const featureRows = (spec) =>
  spec.features.map((name) => catalog.value?.features.findIndex((feature) => feature.name === name) ?? -1);

/** @param {UnitAddress} address @param {NetworkInfo} network @param {RunSpec} spec */
export function unitName([layer, unit], network, spec) {
  if (layer === "features") return catalog.value?.features[unit].label ?? "";
  if (layer < network.layers.length - 1) return `Layer ${layer + 1}, unit ${unit + 1}`;
  return network.layers[layer].units === 1 ? "Output" : `Output, ${classNames(spec, network)[unit]}`;
}

const TWO_CLASSES = ["Orange", "Blue"];
const MORE_CLASSES = ["Orange", "Blue", "Green", "Purple", "Yellow", "Grey", "Rose", "Teal", "Brown", "Lime"];

/** The classes by index: the labels of one's own data, or the colours' names. @param {RunSpec} spec
 * @param {NetworkInfo} network @returns {string[]} */
export function classNames(spec, network) {
  const own = spec.dataset.kind === "points" ? ownLabels(spec) : null;
  const units = network.layers.at(-1)?.units ?? 1;
  return own ?? (units > 1 ? MORE_CLASSES.slice(0, units) : TWO_CLASSES);
}

/** @param {RunSpec} spec @returns {string[] | null} in the engine's order; null where the labels only stand for colours */
function ownLabels({ dataset }) {
  const rows = /** @type {import("../data/classes.js").Point[]} */ ([
    ...(dataset.train ?? []),
    ...(dataset.test ?? []),
  ]);
  const labels = countClasses(rows).map(({ label }) => label);
  return colourLabels(labels) ? null : labels.map(String);
}

/** @param {UnitAddress | null} a @param {UnitAddress | null} b */
export const sameUnit = (a, b) => a === b || (!!a && !!b && a[0] === b[0] && a[1] === b[1]);
