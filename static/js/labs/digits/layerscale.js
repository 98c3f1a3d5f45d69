/** A layer's maps as pictures, and where its colour scale ends: found once for each frame, however many there are. */

import { shown, theta } from "./layerlook.js";
import { channelOf, isImages, largestOf, largestWeight, valuesOf } from "./layerparts.js";

/** @typedef {import("./layerparts.js").Part} Part */

/** @type {WeakMap<object, Map<string, number>>} by the numbers they are of */
const known = new WeakMap();

/**
 * @param {object} numbers
 * @param {string} key
 * @param {() => number} find
 */
function once(numbers, key, find) {
  const scales = known.get(numbers) ?? new Map();
  known.set(numbers, scales);
  const found = scales.get(key) ?? find();
  scales.set(key, found);
  return found;
}

/** The largest |value| that a layer gives for the image in hand. @param {Part} part */
export function valueScale(part) {
  const found = shown.value?.values;
  return found ? once(found, `${part.start}:${part.size}`, () => largestOf(valuesOf(part, found))) : 1;
}

/** A map of a layer, or a unit, as a picture; all of a layer share one scale. @param {Part} part @param {number} unit */
export const mapNumbers = (part, unit) => () => {
  const found = shown.value;
  if (!found) return null;
  const values = valuesOf(part, found.values);
  const max = valueScale(part);
  const look = /** @type {const} */ ("signed");
  if (!isImages(part.output)) return { values: [values[unit]], width: 1, height: 1, look, max };
  const [, height, width] = part.output;
  return { values: channelOf(values, part.output, unit), width, height, look, max };
};

/** The largest |weight| of a layer. @param {Part} part */
export function weightScale(part) {
  const found = theta.value;
  return found ? once(found, `${part.offset}:${part.rows}`, () => largestWeight(part, found)) : 1;
}
