/** What layers and their numbers are called. */

import { fixed, percent } from "../../core/format.js";
import { counted } from "../../data/wording.js";
import { shown } from "./layerlook.js";
import { isImages, isPooling, unitsOf, valuesOf } from "./layerparts.js";

/** @typedef {import("./layerparts.js").Part} Part */
/** @typedef {import("./layerparts.js").Place} Place */

/** "6 × 6". @param {readonly number[]} shape */
export const sizeWords = ([, height, width]) => `${height} × ${width}`;

/**
 * The two lines over a layer.
 * @param {Part} part
 * @param {string} label the kind's, as the catalog has it
 * @param {{ rate?: number } | undefined} fields of the spec
 */
export function layerTitle(part, label, fields) {
  const { kind, output } = part;
  const maps = isImages(output)
    ? `${counted(unitsOf(part), "map")}, ${sizeWords(output)}`
    : counted(part.size, "number");
  if (kind === "convolution") return { title: counted(unitsOf(part), "filter"), detail: `${sizeWords(output)} each` };
  if (kind === "dense") return { title: counted(unitsOf(part), "unit"), detail: "read everything before" };
  if (isPooling(kind)) return { title: label, detail: maps };
  if (kind === "dropout" && fields?.rate !== undefined) {
    return { title: label, detail: `${percent(fields.rate, 0)} while training` };
  }
  return { title: label, detail: maps };
}

/** @param {Part} part @param {number} map */
export const mapTitle = (part, map) => `Map ${map + 1} of layer ${part.index + 1}`;

/** What a layer gives is one of these. @param {Part} part */
export const unitWord = (part) => (isImages(part.output) ? "map" : "unit");

/** One number of a layer; null while there is none. @param {Part} part @param {number} unit @param {Place} place */
export function numberOf(part, unit, [row, column]) {
  if (!shown.value) return null;
  const values = valuesOf(part, shown.value.values);
  return isImages(part.output) ? values[(unit * part.output[1] + row) * part.output[2] + column] : values[unit];
}

/** @param {Part} part @param {number} unit @param {Place} place */
export function readingOf(part, unit, place) {
  const value = numberOf(part, unit, place);
  const where = isImages(part.output) ? `row ${place[0] + 1}, column ${place[1] + 1}` : `unit ${unit + 1}`;
  return `${where}${value === null ? "" : `: ${fixed(value, 2)}`}`;
}
