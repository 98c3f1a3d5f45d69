// Drawing on the large plot: click and drag leave points or take them away, every change trains at once, all can be undone.

import { effect, signal } from "@preact/signals";
import { dataset, drawMode, probePoint, sheet, showTest, spec, task, toast } from "../core/store.js";
import { registerPlotTool } from "../views/plottool.js";
import { colourLabels } from "./classes.js";
import { classesOf, inUse, missing, useOwn } from "./owndata.js";
import { addPoints, erasePoints, History, ownPoints, splitPoints, strokePoints } from "./pointset.js";

/** @typedef {import("./owndata.js").OwnData} OwnData */
/** @typedef {import("./pointset.js").OwnPoint} OwnPoint */
/** @typedef {import("../core/types.js").Dataset} Dataset */
/** @typedef {import("../core/types.js").FrameArray} FrameArray */

/** At most four changes a second go to the server. */
const SEND_INTERVAL = 250;

/** What is being drawn; null while nothing is. @type {import("@preact/signals").Signal<OwnData | null>} */
export const drawn = signal(null);
/** The value a new point gets where numbers are to be learnt. */
export const drawnValue = signal(1);
export const canUndo = signal(false);
export const canRedo = signal(false);

/** @type {History<OwnPoint[]>} */
let history = new History([]);
/** @type {[number, number]} */
let last = [0, 0];
/** @type {Dataset | null} what the server trains on */
let served = null;
/** @type {Dataset | null} what is shown instead while drawing */
let shown = null;
/** @type {(() => void)[]} */
let ends = [];
/** @type {ReturnType<typeof setTimeout> | null} */
let timer = null;
let changed = false;

/**
 * The labels one can draw with: orange, blue and green, or the classes of one's own table.
 * @param {OwnData} data
 */
export function drawableLabels(data) {
  if (data.task === "regression") return [];
  const labels = classesOf(data).map((each) => each.label);
  return colourLabels(labels) ?? labels;
}

/** @param {readonly (number | string)[][]} rows @param {(label: number | string) => number} value @returns {FrameArray} */
function rowsArray(rows, value) {
  const flat = rows.flatMap(([x1, x2, label]) => [
    Number(x1),
    Number(x2),
    value(/** @type {number | string} */ (label)),
  ]);
  return Object.assign(Float32Array.from(flat), { shape: [rows.length, 3] });
}

/**
 * The points as the plot draws them: labels by their number among those that are there, or, while the network still
 * learns numbers, by the ends of its scale.
 * @param {OwnData} data
 * @returns {Dataset}
 */
function picture(data) {
  const present = classesOf(data).map((each) => each.label);
  const labels = present.length < 2 ? drawableLabels(data) : present;
  const awaited = task.value === "regression" && missing(data) !== null;
  const value = (/** @type {number | string} */ label) => {
    if (data.task === "regression") return Number(label);
    const index = labels.indexOf(label);
    return awaited ? Math.min(1, 2 * index - 1) : index;
  };
  const { train, test } = splitPoints(data.points, data.share);
  return { train: rowsArray(train, value), test: rowsArray(test, value) };
}

function send() {
  timer = null;
  if (changed && drawn.value) useOwn(drawn.value);
  changed = false;
}

/** Shows the points of the history's present, and lets the server know soon. */
function show() {
  if (!drawn.value) return;
  drawn.value = { ...drawn.value, points: history.value, source: "draw" };
  canUndo.value = history.canUndo;
  canRedo.value = history.canRedo;
  shown = picture(drawn.value);
  dataset.value = shown;
  changed = true;
  timer ??= setTimeout(send, SEND_INTERVAL);
}

/** @param {OwnPoint[]} points */
function draw(points) {
  if (points === history.value) return;
  history.value = points;
  show();
}

/** @param {[number, number][]} places */
function add(places) {
  const data = drawn.value;
  const mode = drawMode.value;
  if (!data || !mode) return;
  const label = data.task === "regression" ? drawnValue.value : (drawableLabels(data)[mode.class] ?? 1);
  draw(addPoints(history.value, places, label, data.task));
}

/** @param {[number, number]} place */
function press(place) {
  history.begin();
  last = place;
  if (drawMode.value?.tool === "erase") draw(erasePoints(history.value, place, place));
  else add([place]);
}

/** @param {[number, number]} place */
function drag(place) {
  if (drawMode.value?.tool === "erase") {
    draw(erasePoints(history.value, last, place));
    last = place;
    return;
  }
  const places = strokePoints(last, place);
  last = places.at(-1) ?? last;
  add(places);
}

function release() {
  history.commit();
  canUndo.value = history.canUndo;
}

export function undoDrawing() {
  history.undo();
  show();
}

export function redoDrawing() {
  history.redo();
  show();
}

export function clearDrawing() {
  history.push([]);
  show();
}

/** The keys of the plot while drawing: Enter adds, Delete erases, Escape ends. @param {string} key */
function plotKey(key) {
  const place = probePoint.value ?? [0, 0];
  if (key === "Enter") {
    press(place);
    release();
  } else if (key === "Delete" || key === "Backspace") {
    history.push(erasePoints(history.value, place, place));
    show();
  } else return false;
  return true;
}

/** @param {KeyboardEvent} event taken before the page's own keys */
function onKey(event) {
  const target = event.target instanceof Element ? event.target : document.body;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const undoes = (event.ctrlKey || event.metaKey) && (key === "z" || key === "y");
  if (undoes) key === "y" || event.shiftKey ? redoDrawing() : undoDrawing();
  else if (event.key === "Escape") finishDrawing();
  else if (!target.closest(".plot-area") || !plotKey(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Keeps the drawing in sight when frames that were under way bring older points. */
function holdPicture() {
  return effect(() => {
    const latest = dataset.value;
    if (!shown || latest === shown) return;
    served = latest;
    dataset.value = shown;
  });
}

/**
 * What is on the plot now, as points of one's own.
 * @returns {OwnData}
 */
export function pointsOnPlot() {
  if (inUse.value) return inUse.value;
  const kind = task.value;
  const rows = [dataset.value?.train, dataset.value?.test].flatMap((array) => {
    const values = array ?? new Float32Array(0);
    return Array.from({ length: values.length / 3 }, (_, index) => [...values.slice(3 * index, 3 * index + 3)]);
  });
  const labels = rows.some((row) => row[2] === 2) ? [0, 1, 2] : [-1, 1];
  const points = rows.map(([x1 = 0, x2 = 0, value = 0]) => {
    const round = (/** @type {number} */ x) => Math.round(x * 1000) / 1000;
    return [round(x1), round(x2), kind === "regression" ? round(value) : (labels[value] ?? value)];
  });
  return { ...emptyDrawing(kind), points: ownPoints(points, kind), share: spec.value?.dataset.train_fraction ?? 0.5 };
}

/** @param {"classification" | "regression"} kind @returns {OwnData} */
export function emptyDrawing(kind) {
  return { task: kind, points: [], axes: null, target: null, source: "draw", name: "Your points", share: 0.5 };
}

/**
 * Hands the plot over to drawing.
 * @param {OwnData} data to begin with
 */
export function startDrawing(data) {
  if (drawn.value) finishDrawing();
  const hadTest = showTest.value;
  history = new History(data.points);
  served = dataset.value;
  drawn.value = data;
  drawMode.value = { tool: "point", class: 0 };
  sheet.value = null;
  showTest.value = true;
  probePoint.value ??= [0, 0];
  const giveBack = registerPlotTool({
    onDown: (x1, x2) => press([x1, x2]),
    onMove: (x1, x2) => drag([x1, x2]),
    onUp: release,
  });
  addEventListener("keydown", onKey, true);
  const letGo = holdPicture();
  ends = [
    giveBack,
    letGo,
    () => removeEventListener("keydown", onKey, true),
    () => {
      showTest.value = hadTest;
    },
  ];
  show();
}

/** Gives the plot back. Points that cannot train are kept, and the network keeps those it has. */
export function finishDrawing() {
  const data = drawn.value;
  if (!data) return;
  if (timer) clearTimeout(timer);
  send();
  for (const end of ends) end();
  shown = null;
  drawn.value = null;
  drawMode.value = null;
  const reason = missing(data);
  if (reason === null) return;
  dataset.value = served;
  if (data.points.length > 0) toast(`${reason} Yours are kept; the network goes on with those it had.`);
}
