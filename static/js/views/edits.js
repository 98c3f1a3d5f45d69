// Changes to a network's shape, as merge patches of the run specification.

/** @typedef {import("../core/types.js").RunSpec} RunSpec */
/** @typedef {import("../core/types.js").LayerSpec} LayerSpec */
/** @typedef {import("../core/types.js").Patch} Patch */

const NEW_UNITS = 4;

/** @param {readonly LayerSpec[]} layers @param {number} index @param {Partial<LayerSpec>} change @returns {Patch} */
const change = (layers, index, change) => ({
  layers: layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer)),
});

/** @param {RunSpec} spec @returns {Patch} a layer after the last one, like it */
export function addLayer({ layers }) {
  const last = layers.at(-1);
  const added = {
    kind: "dense",
    units: Math.min(NEW_UNITS, last?.units ?? NEW_UNITS),
    activation: last?.activation ?? "tanh",
  };
  return { layers: [...layers, added] };
}

/** @param {RunSpec} spec @returns {Patch} without the last layer, and without the inputs that named it */
export function removeLayer({ layers }) {
  const removed = layers.at(-1)?.name;
  return { layers: layers.slice(0, -1).map((layer) => withoutInput(layer, removed)) };
}

/** @param {LayerSpec} layer @param {string | undefined} name @returns {LayerSpec} */
function withoutInput(layer, name) {
  if (!name || !layer.inputs?.includes(name)) return layer;
  const { inputs, ...others } = layer;
  const left = inputs.filter((input) => input !== name);
  return left.length ? { ...others, inputs: left } : others;
}

/** @param {RunSpec} spec @param {number} index @param {number} units @returns {Patch} */
export const setUnits = ({ layers }, index, units) => change(layers, index, { units });

/** @param {RunSpec} spec @param {number} index @param {string} activation @returns {Patch} */
export const setActivation = ({ layers }, index, activation) => change(layers, index, { activation });

/** Switches a feature; the features stay in the catalog's order. @param {RunSpec} spec @param {string} name
 * @param {readonly string[]} order @returns {Patch | null} null for the last feature: a network needs one */
export function toggleFeature({ features }, name, order) {
  const wanted = new Set(features);
  if (!wanted.delete(name)) wanted.add(name);
  return wanted.size ? { features: order.filter((feature) => wanted.has(feature)) } : null;
}
