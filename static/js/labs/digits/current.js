/**
 * The image in hand: a drawing, an example of the data, or numbers from elsewhere. Everything in the digits lab looks at
 * this one image; it is always as the network takes it, whatever was drawn and whichever network there is.
 */

import { computed, effect, signal } from "@preact/signals";
import { inert } from "../../core/inert.js";
import { catalog, dataset, frame, spec, watch } from "../../core/store.js";
import { fitted, rasterise } from "./raster.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {{ values: Float32Array, side: number }} Picture ink from 0 to 1, row by row */
/**
 * @typedef {{ kind: "drawing" } | { kind: "example", part: "train" | "test", index: number }
 *   | { kind: "given", values: Float32Array, side: number, label: number | null }} Source
 */

const SMALLEST = 8;
const DIGITS = 10;

/** The strokes on the canvas, in its units: 0 to 1 from left to right and from top to bottom. */
export const drawing = signal(/** @type {readonly Stroke[]} */ ([]));
/** Where the image in hand comes from. */
export const source = signal(/** @type {Source} */ ({ kind: "drawing" }));
/** Which of the stage's panels is open. */
export const panel = signal("inside");

/** @typedef {{ kind: string, shape?: number[], train?: any, test?: any }} Data what a spec says of its images */

/** @returns {Data | undefined} */
const data = () => spec.value?.dataset;

/** Pixels along a side of the images of a set. @param {Data | undefined} set */
export function sideOf(set) {
  const shape = set?.shape ?? catalog.value?.datasets.find(({ name }) => name === set?.kind)?.shape;
  return shape?.at(-1) ?? SMALLEST;
}

/** Pixels along a side of the images that the network takes, or will once the server has heard of it. */
export const side = computed(() => sideOf(data()));

/** Whether the network's images know ink and paper alone, and nothing between. */
export const inked = computed(() => {
  const held = data();
  if (held?.kind !== "arrays") return held?.kind === "digits_ink";
  return side.value > SMALLEST && held.train.inputs.every((/** @type {number[]} */ row) => row.every(isInkOrPaper));
});

/** @param {number} value */
const isInkOrPaper = (value) => value === 0 || value === 1;

/**
 * The row of an example of the data: its pixels, then the place of its class.
 * @param {"train" | "test"} part
 * @param {number} index
 * @returns {Float32Array | null}
 */
export function exampleRow(part, index) {
  const rows = dataset.value?.[part];
  const width = rows?.shape[1] ?? 0;
  if (!rows || index >= rows.shape[0] || width !== side.value ** 2 + 1) return null;
  return /** @type {Float32Array} */ (rows.subarray(index * width, (index + 1) * width));
}

/** The image in hand as the network takes it; null while there is none. */
export const image = computed(() => {
  const from = source.value;
  const width = side.value;
  if (from.kind === "drawing") {
    const values = rasterise(drawing.value, width, inked.value);
    return values && { values, side: width };
  }
  if (from.kind === "given") return { values: fitted(from.values, from.side, width, inked.value), side: width };
  const row = exampleRow(from.part, from.index);
  return row && { values: row.slice(0, -1), side: width };
});

/** The place of the class that the image in hand is known to be of; null where nobody said. */
export const label = computed(() => {
  const from = source.value;
  if (from.kind === "example") return exampleRow(from.part, from.index)?.at(-1) ?? null;
  return from.kind === "given" ? from.label : null;
});

/** What the classes are called, in the order of the network's outputs. */
export const classes = computed(() => {
  const held = data();
  if (held?.kind !== "arrays") return Array.from({ length: DIGITS }, (_, digit) => String(digit));
  /** @type {Array<string | number>} */
  const labels = [...new Set([...held.train.labels, ...(held.test?.labels ?? [])])];
  return labels.sort((a, b) => (a < b ? -1 : 1)).map(String);
});

/** What a class is called on the page. @param {number} place */
export const classNamed = (place) => inert(classes.value[place] ?? String(place + 1));

/**
 * Take an image from elsewhere into the hand.
 * @param {ArrayLike<number>} values ink from 0 to 1, row by row
 * @param {number} width
 * @param {number | null} [known] the place of its class
 */
export function setImage(values, width, known = null) {
  source.value = { kind: "given", values: Float32Array.from(values), side: width, label: known };
}

/** Take an example of the data into the hand. @param {"train" | "test"} part @param {number} index */
export function showExample(part, index) {
  source.value = { kind: "example", part, index };
}

/** Take the drawing into the hand again. */
export function showDrawing() {
  source.value = { kind: "drawing" };
}

/**
 * Ask for a probe of the image in hand, in every frame, whichever it is by then.
 * @param {string} name a probe that takes `inputs`
 * @param {{ [option: string]: any }} [options]
 * @returns {() => void} dispose
 */
export function watchImage(name, options = {}) {
  let release = () => {};
  const stop = effect(() => {
    const held = image.value;
    const before = release;
    release = held ? watch(name, { ...options, inputs: [...held.values] }) : () => {};
    before();
  });
  return () => {
    stop();
    release();
  };
}

/** What every layer makes of the image in hand, all layers one after the other; null in a frame that does not say. */
export const maps = computed(() => {
  const arrays = frame.value?.arrays;
  const inputs = arrays?.get("feature_maps/inputs");
  const values = arrays?.get("feature_maps/values");
  return inputs && values ? { inputs, values } : null;
});
