/** Drawings that are kept with what they are, and training on them together with the data. */

import { computed, signal } from "@preact/signals";
import { restoreWeights, settled } from "../../core/actions.js";
import { lastTheta } from "../../core/session.js";
import { dataset, replaceSpec, run, spec } from "../../core/store.js";
import { readStored, writeStored } from "../../core/stored.js";
import { classes, drawing, inked, side } from "./current.js";
import { rasterise } from "./raster.js";
import { read, write } from "./strokes.js";

/** @typedef {{ strokes: string, name: string }} Kept a drawing as `write` has it, and the name of its class */
/** @typedef {{ dataset: any, rows: number }} Base the data without drawings, and how many training examples they have */

const STORED = "neuronpark.digits.kept";
export const MOST_KEPT = 60;
/** A drawing counts as often in training: alone it would hardly be noticed among more than a thousand. */
export const TIMES = 10;

const found = stored();
/** Newest last. */
export const kept = signal(/** @type {readonly Kept[]} */ (found.kept));
/** What is trained on, drawings apart; null while no drawings are among it. */
const base = signal(/** @type {Base | null} */ (found.base));

/** @returns {{ kept: Kept[], base: Base | null }} */
function stored() {
  const { kept: list, base: data = null } = readStored(STORED) ?? {};
  return { kept: Array.isArray(list) ? list.filter(isKept).slice(-MOST_KEPT) : [], base: data };
}

/** @param {any} entry */
function isKept(entry) {
  return typeof entry?.strokes === "string" && typeof entry.name === "string" && read(entry.strokes).length > 0;
}

const remember = () => writeStored(STORED, { kept: kept.value, base: base.value });

/** Keep what is drawn now. @param {string} name of its class */
export function keepDrawing(name) {
  setKept([...kept.value, { strokes: write(drawing.value), name }].slice(-MOST_KEPT));
}

/** @param {readonly Kept[]} next */
export function setKept(next) {
  kept.value = next;
  remember();
}

/** How many drawings the network trains on. */
export const trainedOn = computed(() => {
  const data = /** @type {any} */ (spec.value?.dataset);
  if (data?.kind !== "arrays" || !base.value) return 0;
  const added = (data.train.inputs.length - base.value.rows) / TIMES;
  return Number.isInteger(added) && added > 0 ? added : 0;
});

/** The kept drawings that are of a class the network knows. */
export const usable = computed(() => kept.value.filter(({ name }) => classes.value.includes(name)));

/** @param {string} name */
const labelOf = (name) => (name !== "" && Number.isFinite(Number(name)) ? Number(name) : name);

/** @param {number} value */
const short = (value) => Math.round(value * 10_000) / 10_000;

/** The first rows of one part of the data, as a spec gives them. @param {"train" | "test"} part @param {number} [count] */
function given(part, count = Number.POSITIVE_INFINITY) {
  const rows = dataset.value?.[part];
  if (!rows) return { inputs: [], labels: [] };
  const width = rows.shape[1];
  const all = Array.from({ length: Math.min(count, rows.shape[0]) }, (_, at) => [
    ...rows.subarray(at * width, (at + 1) * width),
  ]);
  return {
    inputs: all.map((row) => row.slice(0, -1).map(short)),
    labels: all.map((row) => labelOf(classes.value[row[width - 1]])),
  };
}

/** Train on the kept drawings together with the data; the weights stay as they are. */
export async function trainOnKept() {
  const current = spec.value;
  if (!current || !usable.value.length) return;
  const without = trainedOn.value ? base.value : null;
  const train = given("train", without?.rows);
  const rows = train.inputs.length;
  for (const { strokes, name } of usable.value) {
    const pixels = rasterise(read(strokes), side.value, inked.value);
    if (!pixels) continue;
    for (let time = 0; time < TIMES; time += 1) {
      train.inputs.push([...pixels]);
      train.labels.push(labelOf(name));
    }
  }
  base.value = without ?? { dataset: current.dataset, rows };
  remember();
  const shape = [1, side.value, side.value];
  await withWeights({ kind: "arrays", task: "classification", shape, train, test: given("test") });
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
