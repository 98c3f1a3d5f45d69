/** Where a layer's colour scale ends: found once for each frame, however many pictures there are. */

import { shown, theta } from "./layerlook.js";
import { largestOf, largestWeight, valuesOf } from "./layerparts.js";

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

/** The largest |weight| of a layer. @param {Part} part */
export function weightScale(part) {
  const found = theta.value;
  return found ? once(found, `${part.offset}:${part.rows}`, () => largestWeight(part, found)) : 1;
}
