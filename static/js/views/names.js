// What units, features and classes are called on the screen.

import { inert } from "../core/inert.js";
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
  const units = network.layers.at(-1)?.units ?? 1;
  return ownLabels(spec) ?? (units > 1 ? MORE_CLASSES.slice(0, units) : TWO_CLASSES);
}

/** Letters of the classes' names that a sentence has room for. */
const LONGEST_CLASSES = 30;

/** What telling the classes apart is called within a sentence: "orange from blue", "orange, blue and green apart".
 * @param {RunSpec} spec @param {NetworkInfo} network */
export function tellingApart(spec, network) {
  const names = ownLabels(spec) ?? classNames(spec, network).map((name) => name.toLowerCase());
  if (names.length > 3 || names.join("").length > LONGEST_CLASSES) return `the ${names.length} classes apart`;
  const last = names[names.length - 1];
  return names.length === 2 ? `${names[0]} from ${last}` : `${names.slice(0, -1).join(", ")} and ${last} apart`;
}

/** @param {RunSpec} spec @returns {string[] | null} in the engine's order; null where nobody named them */
function ownLabels({ dataset }) {
  if (dataset.kind !== "points") return null;
  const rows = /** @type {import("../data/classes.js").Point[]} */ ([
    ...(dataset.train ?? []),
    ...(dataset.test ?? []),
  ]);
  const labels = countClasses(rows).map(({ label }) => label);
  return colourLabels(labels) ? null : labels.map((label) => inert(`${label}`));
}

/** @param {UnitAddress | null} a @param {UnitAddress | null} b */
export const sameUnit = (a, b) => a === b || (!!a && !!b && a[0] === b[0] && a[1] === b[1]);
