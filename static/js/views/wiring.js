// Which unit feeds which, where each weight lies in theta, and where its link runs.

import { fanOffset } from "../draw/links.js";

/** @typedef {import("../core/types.js").LayerInfo} LayerInfo */
/** @typedef {import("../core/types.js").UnitAddress} UnitAddress */
/** @typedef {import("../draw/links.js").Link} Link */

/**
 * The sources of a layer's inputs in order, as addresses; a feature's is its place in the catalog.
 * @param {readonly LayerInfo[]} layers @param {number} index
 * @param {readonly number[]} featureRows places in the catalog of the features that the run uses
 * @returns {UnitAddress[]}
 */
export function sourcesOf(layers, index, featureRows) {
  return layers[index].inputs.flatMap((name) => {
    const source = name === "features" ? "features" : layers.findIndex((layer) => layer.name === name);
    const units = source === "features" ? featureRows : Array.from({ length: layers[source].units }, (_, unit) => unit);
    return units.map((unit) => /** @type {UnitAddress} */ ([source, unit]));
  });
}

/** Where the weight from an input into a unit lies in theta; the input after the last is the bias.
 * @param {LayerInfo} layer @param {number} unit @param {number | null} input */
export function parameterIndex(layer, unit, input) {
  const row = input ?? layer.shape[0] - 1;
  return layer.offset + row * layer.units + unit;
}

/** Position of a unit among all units in layer order; behind them all for a layer that was just taken away, whose
 * pictures still stand. @param {readonly LayerInfo[]} layers @param {number} layer @param {number} unit */
export function unitIndex(layers, layer, unit) {
  let index = unit;
  for (let before = 0; before < layer; before += 1) index += layers[before]?.units ?? 0;
  return index;
}

/** @param {readonly LayerInfo[]} layers */
export const unitCount = (layers) => layers.reduce((count, layer) => count + layer.units, 0);

/**
 * All links between units that are shown.
 * @param {readonly LayerInfo[]} layers
 * @param {readonly number[]} featureRows the row of each of the run's features in the features column
 * @param {import("./layout.js").Layout} layout
 * @returns {Link[]}
 */
export function wire(layers, featureRows, layout) {
  /** @type {Link[]} */
  const links = [];
  layers.forEach((layer, index) => {
    const target = layout.columns[index + 1];
    const ends = sourcesOf(layers, index, featureRows).map(([source, unit]) => {
      const column = layout.columns[source === "features" ? 0 : source + 1];
      return { column, place: column.places[unit] };
    });
    const byHeight = ends.map((_, input) => input).filter((input) => ends[input].place);
    byHeight.sort((a, b) => ends[a].place.y - ends[b].place.y || a - b);
    target.places.forEach((place, unit) => {
      byHeight.forEach((input, rank) => {
        const { column, place: from } = ends[input];
        links.push({
          x0: from.x + column.tile / 2,
          y0: from.y,
          x1: place.x - target.tile / 2,
          y1: place.y + fanOffset(rank, byHeight.length, target.tile),
          layer: index,
          unit,
          input,
          parameter: parameterIndex(layer, unit, input),
        });
      });
    });
  });
  return links;
}
