// The user's own data: what it is, whether it can train, and how it becomes the run's dataset. It is kept apart from the
// run, so choosing a ready-made set, or another window's link, never loses it.

import { computed, effect, signal } from "@preact/signals";
import { spec, update } from "../core/store.js";
import { countClasses } from "./classes.js";
import { keep, recall } from "./keep.js";
import { ownPoints, splitPoints } from "./pointset.js";

/** @typedef {import("../core/types.js").DatasetSpec} DatasetSpec */
/** @typedef {import("./scaling.js").Axis} Axis */
/** @typedef {import("./pointset.js").OwnPoint} OwnPoint */
/**
 * @typedef {object} OwnData
 * @property {"classification" | "regression"} task
 * @property {OwnPoint[]} points on the plot's scale
 * @property {[Axis, Axis] | null} axes null when the plot's numbers are all there is, as with drawn points
 * @property {Axis | null} target the scale of a number to be learnt
 * @property {"draw" | "csv"} source
 * @property {string} name
 * @property {number} share used for training
 */

const SAVE_DELAY = 400;
const DEFAULT_SHARE = 0.5;

/** What the user made last, in use or put away. */
export const own = signal(/** @type {OwnData | null} */ (null));
/** The text in the dialog, as it was typed. */
export const csvText = signal("");
/** What the table is called: its file's name, if it came from a file. */
export const PASTED = "Pasted table";
export const csvName = signal(PASTED);
/** The ready-made set to go back to. */
export const lastReadyMade = signal("circle");

/** @param {OwnPoint[]} points */
const triples = (points) =>
  points.map(({ x1, x2, label }) => /** @type {import("./classes.js").Point} */ ([x1, x2, label]));

/** @param {OwnData} data */
export const classesOf = (data) => (data.task === "classification" ? countClasses(triples(data.points)) : []);

/**
 * Why these points cannot train yet; null when they can.
 * @param {OwnData} data
 * @returns {string | null}
 */
export function missing(data) {
  if (data.points.length === 0) return "There are no points yet.";
  if (data.task === "regression") return null;
  return classesOf(data).length < 2 ? "Points of two classes are needed." : null;
}

/**
 * The dataset of a run that trains on these points.
 * @param {OwnData} data
 */
export function datasetOf(data) {
  return { kind: "points", task: data.task, ...splitPoints(data.points, data.share), axes: data.axes };
}

/**
 * Points that came with a link or a restored run, as own data.
 * @param {DatasetSpec} dataset
 * @returns {OwnData}
 */
export function fromDataset(dataset) {
  const train = dataset.train ?? [];
  const all = [...train, ...(dataset.test ?? [])];
  const task = dataset.task ?? "classification";
  return {
    task,
    points: ownPoints(all, task),
    axes: /** @type {[Axis, Axis] | null} */ (dataset.axes ?? null),
    target: null,
    source: "draw",
    name: "Your points",
    share: all.length > 0 ? Math.min(0.9, Math.max(0.1, train.length / all.length)) : DEFAULT_SHARE,
  };
}

/** Whether these are numbers of a table whose own scale is not known: a link brings them scaled. @param {OwnData} data */
export const targetLost = ({ task, axes, target }) => task === "regression" && axes !== null && target === null;

/** A number that does not depend on the order of the rows. @param {readonly (readonly (number | string)[])[]} rows */
function fingerprint(rows) {
  let sum = 0;
  for (const row of rows) {
    const text = row.join(",");
    let hash = 2166136261;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
    sum = (sum + hash) | 0;
  }
  return sum;
}

/**
 * Whether a dataset holds these points, whatever their order and side.
 * @param {DatasetSpec} dataset
 * @param {OwnData} data
 */
export function holds(dataset, data) {
  const rows = [...(dataset.train ?? []), ...(dataset.test ?? [])];
  if (rows.length !== data.points.length || dataset.task !== data.task) return false;
  return fingerprint(rows) === fingerprint(triples(data.points));
}

/** The own data in use, or null when the run trains on a ready-made set. */
export const inUse = computed(() => {
  const dataset = spec.value?.dataset;
  if (dataset?.kind !== "points") return null;
  return own.value && holds(dataset, own.value) ? own.value : fromDataset(dataset);
});

/**
 * Makes these points the user's own and, when they can train, the run's.
 * @param {OwnData} data
 */
export function useOwn(data) {
  own.value = data;
  if (missing(data) === null) update({ dataset: datasetOf(data) });
}

/** Divides the points in use anew. @param {number} share */
export function setShare(share) {
  if (inUse.value) useOwn({ ...inUse.value, share });
}

/** Goes back to the ready-made set that was shown before; the own points stay. */
export function backToReadyMade() {
  if (inUse.value) own.value = inUse.value;
  update({ dataset: { kind: lastReadyMade.value } });
}

/** @param {any} value @returns {value is OwnData} */
const isOwnData = (value) =>
  Array.isArray(value?.points) && (value.task === "classification" || value.task === "regression");

/** Saves a value a little after every change, and at once when the page is left. @param {string} key @param {() => unknown} read */
function keepUp(key, read) {
  /** @type {any} */
  let timer = null;
  const save = () => {
    clearTimeout(timer);
    timer = null;
    keep(key, read());
  };
  effect(() => {
    read();
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_DELAY);
  });
  addEventListener("pagehide", () => timer && save());
}

/** Brings back what was kept and keeps it up to date from now on. */
export async function startKeeping() {
  const [data, text, name] = await Promise.all([recall("data"), recall("text"), recall("name")]);
  if (own.value === null && isOwnData(data)) own.value = data;
  if (csvText.value === "" && typeof text === "string") {
    csvText.value = text;
    if (typeof name === "string") csvName.value = name;
  }
  keepUp("data", () => own.value);
  keepUp("text", () => csvText.value);
  keepUp("name", () => csvName.value);
  effect(() => {
    const kind = spec.value?.dataset.kind;
    if (kind && kind !== "points") lastReadyMade.value = kind;
  });
}
