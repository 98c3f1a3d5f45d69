/** The drawing: how the pen goes on, what can be undone, and how it is found again after a reload or by a link. */

import { signal } from "@preact/signals";
import { dataset } from "../../core/store.js";
import { readStored, thisTab, writeStored } from "../../core/stored.js";
import { History } from "../../data/pointset.js";
import { drawing, showDrawing, showExample, source } from "./current.js";
import { extended, MOST_STROKES, read, simplified, write } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

const STORED = "neuronpark.digits.drawing";
const PARAMETER = "drawing";

let history = new History(/** @type {readonly Stroke[]} */ ([]));
export const canUndo = signal(false);
export const canRedo = signal(false);
/** Whether the pen is on the paper. */
export const penDown = signal(false);

function show() {
  drawing.value = history.value;
  canUndo.value = history.canUndo;
  canRedo.value = history.canRedo;
}

/** Put the pen on the paper. Over an example a new drawing begins. @param {number} x @param {number} y */
export function press(x, y) {
  const strokes = source.value.kind === "drawing" ? history.value : [];
  if (strokes.length >= MOST_STROKES) return;
  history.push([...strokes, extended([], x, y)]);
  penDown.value = true;
  showDrawing();
  show();
}

/** @param {number} x @param {number} y */
export function drag(x, y) {
  const last = history.value.at(-1);
  if (!penDown.value || !last) return;
  const longer = extended(last, x, y);
  if (longer === last) return;
  history.value = [...history.value.slice(0, -1), longer];
  show();
}

/** Lift the pen. */
export function release() {
  if (!penDown.value) return;
  penDown.value = false;
  history.value = history.value.map((stroke) => simplified(stroke));
  show();
  keep();
}

export function clear() {
  release();
  if (history.value.length) history.push([]);
  showDrawing();
  show();
  keep();
}

export function undo() {
  release();
  if (source.value.kind === "drawing") history.undo();
  showDrawing();
  show();
  keep();
}

export function redo() {
  release();
  history.redo();
  showDrawing();
  show();
  keep();
}

/** Take other strokes into the hand, such as a drawing that was kept. @param {readonly Stroke[]} strokes */
export function take(strokes) {
  release();
  history.push(strokes);
  showDrawing();
  show();
  keep();
}

/** Show one of the digits that the network is tested with, another one each time. @param {number} chance in [0, 1) */
export function giveOne(chance = Math.random()) {
  const count = dataset.value?.test.shape[0] ?? 0;
  const part = count ? "test" : "train";
  const all = count || (dataset.value?.train.shape[0] ?? 0);
  if (!all) return;
  const from = source.value;
  const before = from.kind === "example" && from.part === part ? from.index : -1;
  const index = Math.floor(chance * all);
  showExample(part, index === before ? (index + 1) % all : index);
}

/** Write the drawing into the address, where a link and a reload find it, and into this tab's memory. */
function keep() {
  const text = write(history.value);
  const address = new URL(location.href);
  if (text) address.searchParams.set(PARAMETER, text);
  else address.searchParams.delete(PARAMETER);
  globalThis.history.replaceState(globalThis.history.state, "", address);
  writeStored(STORED, { strokes: text }, thisTab);
}

/** Find the drawing again that the address holds, or that this tab had. */
export function recall() {
  const address = new URLSearchParams(location.search).get(PARAMETER);
  const strokes = read(address ?? stored());
  if (!strokes.length || drawing.peek().length) return;
  history = new History(/** @type {readonly Stroke[]} */ (strokes));
  show();
}

function stored() {
  const strokes = readStored(STORED, thisTab)?.strokes;
  return typeof strokes === "string" ? strokes : "";
}
