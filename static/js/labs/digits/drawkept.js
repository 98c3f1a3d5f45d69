/** Drawings that are kept with what they are, and training on them together with the data. */

import { computed, signal } from "@preact/signals";
import { restoreWeights, settled } from "../../core/actions.js";
import * as api from "../../core/api.js";
import { lastTheta } from "../../core/session.js";
import { replaceSpec, run, spec } from "../../core/store.js";
import { readStored, thisTab, writeStored } from "../../core/stored.js";
import { classes, drawing, inked, side } from "./current.js";
import { rasterise } from "./raster.js";
import { read, write } from "./strokes.js";

/** @typedef {{ strokes: string, name: string }} Kept a drawing as `write` has it, and the name of its class */
/**
 * @typedef {object} Base what is trained on, drawings apart
 * @property {any} dataset
 * @property {number} rows training examples
 * @property {readonly Kept[]} drawings those that are trained on beside it
 */

const STORED = "neuronpark.digits.kept";
/** What this tab's network is trained on; the drawings are every tab's. */
const TRAINED = "neuronpark.digits.trained";
export const MOST_KEPT = 60;
/** A drawing counts as often in training: alone it would hardly be noticed among more than a thousand. */
export const TIMES = 10;

/** Newest last. */
export const kept = signal(/** @type {readonly Kept[]} */ (stored()));
/** Null while no drawings are trained on. */
const base = signal(/** @type {Base | null} */ (readStored(TRAINED, thisTab)));

/** @returns {Kept[]} */
function stored() {
  const list = readStored(STORED)?.kept;
  return Array.isArray(list) ? list.filter(isKept).slice(-MOST_KEPT) : [];
}

/** @param {any} entry */
function isKept(entry) {
  return typeof entry?.strokes === "string" && typeof entry.name === "string" && read(entry.strokes).length > 0;
}

/** Keep what is drawn now. @param {string} name of its class */
export function keepDrawing(name) {
  setKept([...kept.value, { strokes: write(drawing.value), name }].slice(-MOST_KEPT));
}

/** @param {readonly Kept[]} next */
export function setKept(next) {
  kept.value = next;
  writeStored(STORED, { kept: next });
}

/** How many drawings the network trains on. */
export const trainedOn = computed(() => {
  const data = /** @type {any} */ (spec.value?.dataset);
  if (data?.kind !== "arrays" || !base.value) return 0;
  const { rows, drawings } = base.value;
  return data.train.inputs.length === rows + drawings.length * TIMES ? drawings.length : 0;
});

/** Whether it is a drawing of a class that the network knows. @param {Kept} entry */
const isUsable = (entry) => isKept(entry) && classes.value.includes(entry.name);

export const usable = computed(() => kept.value.filter(isUsable));

/** @param {string} name */
const labelOf = (name) => (name !== "" && Number.isFinite(Number(name)) ? Number(name) : name);

/** @param {number} value */
const short = (value) => Math.round(value * 10_000) / 10_000;

/**
 * The first rows of a table of the data, as a spec gives them.
 * @param {number[][]} rows pixels, then the place of the class
 * @param {number} [count]
 */
function given(rows, count) {
  const some = rows.slice(0, count);
  return {
    inputs: some.map((row) => row.slice(0, -1).map(short)),
    labels: some.map((row) => labelOf(classes.value[row[row.length - 1]])),
  };
}

/** Train on the kept drawings together with the data; the weights stay as they are. */
export const trainOnKept = () => trainOn(usable.value);

/** @param {readonly Kept[]} drawings */
async function trainOn(drawings) {
  await settled();
  const current = spec.value;
  const id = run.value?.id;
  if (!current || !id || !drawings.length) return;
  const { train: rows, test } = (await api.getProbe(id, "data")).arrays;
  if (run.value?.id !== id || spec.value?.dataset !== current.dataset) return; // other data came meanwhile
  const without = trainedOn.value ? base.value : null;
  const train = given(rows.data, without?.rows);
  base.value = { dataset: without?.dataset ?? current.dataset, rows: train.inputs.length, drawings };
  writeStored(TRAINED, base.value, thisTab);
  for (const { strokes, name } of drawings) {
    const pixels = [.../** @type {Float32Array} */ (rasterise(read(strokes), side.value, inked.value))];
    for (let time = 0; time < TIMES; time += 1) {
      train.inputs.push(pixels);
      train.labels.push(labelOf(name));
    }
  }
  const shape = [1, side.value, side.value];
  await withWeights({ kind: "arrays", task: "classification", shape, train, test: given(test.data) });
}

/** Train on the data alone again. */
export async function trainWithout() {
  if (trainedOn.value && base.value) await withWeights(base.value.dataset);
}

/** Other data for the same network, which goes on with the weights it has. @param {any} data */
async function withWeights(data) {
  const current = spec.value;
  const theta = lastTheta()?.slice();
  const generation = run.value?.generation;
  if (!current) return;
  replaceSpec({ ...current, dataset: data });
  await settled();
  if (theta && run.value?.generation !== generation) await restoreWeights(theta);
}

/** Whether two are the same drawing of the same class. @param {Kept} one */
const sameAs = (one) => (/** @type {Kept} */ other) => other.strokes === one.strokes && other.name === one.name;

/** In a link the drawings stand instead of the examples that were made of them. @type {import("../../core/boot.js").Luggage} */
export const luggage = {
  pack(value) {
    if (!trainedOn.value || !base.value) return { spec: value, note: "" };
    const note = base.value.drawings.map(({ strokes, name }) => `${encodeURIComponent(name)}:${strokes}`).join(",");
    return { spec: { ...value, dataset: base.value.dataset }, note };
  },
  async unpack(note) {
    await settled();
    const drawings = note.split(",").slice(0, MOST_KEPT).map(drawingOf).filter(isUsable);
    if (!drawings.length) throw new Error("The drawings in this link cannot be used.");
    const others = drawings.filter((each) => !kept.value.some(sameAs(each)));
    setKept([...kept.value, ...others.slice(0, Math.max(0, MOST_KEPT - kept.value.length))]);
    await trainOn(drawings);
  },
};

/** What a stranger wrote, as `pack` does. @param {string} text @returns {Kept} */
function drawingOf(text) {
  const [name, strokes = ""] = text.split(":");
  try {
    return { name: decodeURIComponent(name), strokes: write(read(strokes)) };
  } catch {
    return { name, strokes: "" };
  }
}
