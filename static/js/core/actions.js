/** What a person can do to the run. Each shows at once and is taken back if the server refuses. */

import { batch } from "@preact/signals";
import * as api from "./api.js";
import { History } from "./history.js";
import { composePatches, diff, equal, isObject, mergePatch } from "./merge.js";
import { adopt, lastTheta, restoreWeights, SPEEDS, showStep, speedNamed, stream } from "./session.js";
import * as s from "./state.js";
import { dismiss, toast, toasts } from "./toast.js";

export { restoreWeights } from "./session.js";

/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {import("./types.js").RunSpec} RunSpec */

const LARGEST_MESSAGE = 60_000;
/** Kinds of data that hold their examples themselves. */
const GIVEN = ["points", "arrays"];
export const history = new History();
export const UNDO = { action: { label: "Undo", run: () => undo() } };

/** @param {unknown} error */
export function complain(error) {
  const { message, errors } = /** @type {Error & { errors?: Array<{ message: string }> }} */ (error);
  toast(errors?.length ? errors.map((issue) => issue.message).join(" ") : message, { bad: true });
}

/** What start and pause make of the run. @type {{ [command: string]: import("./types.js").RunState | undefined }} */
const LEADS_TO = { start: "running", pause: "paused" };
let wishes = 0;

/** What leaves the weights alone; before anything else that is done to the run it is shown as it is now. */
const HARMLESS = ["pause", "speed"];

/** A change is made to the network as it is now, and who looked at its past is told. */
function changeNow() {
  if (s.past.value !== null) toast("Back to now: a change is made to the network as it is.");
  showStep(null);
}

/** Show what a command leads to, until it is answered or another one is made. @param {string} name @returns {() => void} */
function wish(name) {
  const wished = LEADS_TO[name];
  if (!wished) return () => {};
  const number = ++wishes;
  s.pendingState.value = wished;
  return () => {
    if (number === wishes) s.pendingState.value = null;
  };
}

/**
 * @param {string} name a command of the protocol
 * @param {Patch} [args]
 * @returns {Promise<boolean>} whether the server did it; a refusal has been shown
 */
export async function command(name, args = {}) {
  if (!s.run.value) return false;
  if (!HARMLESS.includes(name)) showStep(null);
  const answered = wish(name);
  try {
    const answer = await stream.request({ type: "command", run: s.run.value.id, command: name, ...args });
    batch(() => {
      answered();
      if (answer.result?.id) adopt(answer.result);
    });
    return true;
  } catch (error) {
    answered();
    complain(error);
    return false;
  }
}

export const togglePlay = () => {
  showStep(null);
  if (s.state.value === "diverged") return;
  command(s.state.value === "running" || s.state.value === "recovering" ? "pause" : "start");
};

/** @param {"epoch" | "update"} unit */
export const step = (unit = "epoch") => command("step", { unit, count: 1 });

/** The same initial parameters and the same order again. */
export const reset = () => startAgain("reset", {}, "Start over.");

/** Other initial parameters: from a new random seed, or the one given. @param {number} [seed] */
export const newStart = (seed) => startAgain("new_start", seed === undefined ? {} : { seed }, "New start.");

/** What training has reached can be had back. @param {string} name @param {Patch} args @param {string} sentence */
async function startAgain(name, args, sentence) {
  showStep(null);
  const before = s.spec.value;
  const theta = lastTheta()?.slice();
  const trained = s.progress.value.step > 0;
  const edits = theta ? held(theta) : [];
  const hold = async () => {
    if (edits.length) await command("set_parameters", { edits, restored: true });
  };
  const begin = async () => {
    const plays = name === "new_start" && s.state.value === "running";
    if (edits.length && plays) await command("pause"); // not a step with what is held elsewhere
    const begun = await command(name, args);
    if (begun) await hold();
    if (edits.length && plays) await command("start");
    return begun;
  };
  const done = await begin();
  const after = s.spec.value;
  if (!done || !trained || !before || !after || !theta) return done;
  const same = equal(before, after);
  const goAndHold = () => {
    const went = goTo(after, before);
    settled().then(hold);
    return went;
  };
  history.push({
    key: name,
    undo: () => (same ? restoreWeights(theta).catch(complain) : goTo(before, after, theta)),
    redo: () => (same ? begin() : goAndHold()),
  });
  toast(sentence, UNDO);
  return done;
}

/** What training leaves as it is, as it is now: a new beginning leaves it so too. @param {ArrayLike<number>} theta */
function held(theta) {
  const { spec, network } = /** @type {any} */ (s.run.value);
  return (spec.pinned ?? []).map((/** @type {[number, number, number | null]} */ [layer, unit, input]) => {
    const { offset, shape } = network.layers[layer];
    const [rows, units] = shape;
    return { layer, unit, input, value: theta[offset + (input ?? rows - 1) * units + unit] };
  });
}

/** From a diverged run back to its last good parameters. @param {Patch} [patch] a remedy */
export const goBack = (patch) => command("back", patch ? { patch } : {});

/** @param {"slow" | "normal" | "max"} name */
export async function setSpeed(name) {
  s.speed.value = name;
  const done = await command("speed", { epochs_per_second: SPEEDS[name] });
  if (!done && s.run.value) s.speed.value = speedNamed(s.run.value.speed.epochs_per_second);
  return done;
}

/**
 * Change the spec.
 * @param {Patch} patch a merge patch
 * @param {{ label?: string }} options the toast's sentence when something is removed
 */
export function update(patch, { label } = {}) {
  const before = s.spec.value;
  if (!before) return;
  const fitted = fitDataset(before, patch);
  const after = mergePatch(before, fitted);
  if (equal(before, after)) return;
  changeNow();
  const theta = lastTheta()?.slice() ?? null;
  history.push({
    key: JSON.stringify([paths(fitted), changedLayers(before, after)]),
    undo: () => goTo(before, after, theta),
    redo: () => goTo(after, before),
  });
  send(fitted);
  const sentence = label ?? removal(before, after);
  if (sentence) toast(sentence, UNDO);
}

/** What became of the layers: each one's changes, or how many there are now. @param {RunSpec} before @param {RunSpec} after */
function changedLayers(before, after) {
  if (before.layers.length !== after.layers.length) return after.layers.length;
  return after.layers.map((layer, index) => Object.keys(diff(before.layers[index], layer)));
}

/** Go over to another setup as a whole. @param {RunSpec} target */
export function replaceSpec(target) {
  if (s.spec.value) update(diff(s.spec.value, target));
}

/** Fields of another kind of data do not stay behind. @param {RunSpec} before @param {Patch} patch @returns {Patch} */
function fitDataset(before, patch) {
  const kind = patch.dataset?.kind;
  const given = [kind, before.dataset.kind].some((name) => GIVEN.includes(name));
  if (!kind || kind === before.dataset.kind || !given) return patch;
  const dropped = Object.fromEntries(Object.keys(before.dataset).map((key) => [key, null]));
  return { ...patch, dataset: { ...dropped, ...patch.dataset } };
}

/** The sentence for what a change takes away, if it does. @param {RunSpec} before @param {RunSpec} after */
function removal(before, after) {
  const units = (/** @type {RunSpec} */ spec) => spec.layers.reduce((sum, layer) => sum + layer.units, 0);
  if (after.layers.length < before.layers.length) return "Layer removed.";
  if (after.layers.length === before.layers.length && units(after) < units(before)) return "Unit removed.";
  if (after.features.length < before.features.length) return "Feature removed.";
  if (before.dataset.kind === "points" && after.dataset.kind !== "points") return "Your points are put away.";
  const other = before.dataset.kind !== after.dataset.kind;
  return other && s.progress.value.step > 0 ? "Other data, so training starts over." : null;
}

/** Which fields a patch touches: bursts on the same fields are one entry of the history. @param {Patch} patch @returns {any[]} */
const paths = (patch) => Object.entries(patch).map(([key, value]) => (isObject(value) ? [key, paths(value)] : key));

/** @type {Promise<void> | null} */
let sending = null;

/** Until the server has answered every change. */
export const settled = () => sending ?? Promise.resolve();

/** Queue a patch; what gathers while one is under way goes as one. @param {Patch} patch @returns {Promise<void>} answered */
function send(patch) {
  s.pendingPatches.value = [...s.pendingPatches.value, patch];
  sending ??= sendAll();
  return sending;
}

async function sendAll() {
  while (s.pendingPatches.value.length) {
    const patches = s.pendingPatches.value;
    const answer = await post(patches.reduce(composePatches)).catch(complain);
    batch(() => {
      if (answer) adopt(answer);
      s.pendingPatches.value = s.pendingPatches.value.slice(patches.length);
    });
  }
  sending = null;
}

/** @param {Patch} patch @returns {Promise<import("./types.js").Run>} */
async function post(patch) {
  const id = /** @type {import("./types.js").Run} */ (s.run.value).id;
  if (JSON.stringify(patch).length > LARGEST_MESSAGE) return api.patchRun(id, patch);
  return (await stream.request({ type: "command", run: id, command: "update", patch })).result;
}

/**
 * Undo or redo of a spec edit: to one side of it from the other. A new start made since stays as it is.
 * @param {RunSpec} target
 * @param {RunSpec} from
 * @param {ArrayLike<number> | null} theta the weights that come back where the network has to be built anew
 * @returns {boolean} whether there was anything to change; a refused edit left nothing
 */
function goTo(target, from, theta = null) {
  const now = /** @type {RunSpec} */ (s.spec.value);
  const patch = diff(now, target.seed === from.seed ? { ...target, seed: now.seed } : target);
  if (!Object.keys(patch).length) return false;
  sendAndRestore(patch, theta);
  return true;
}

/** @param {Patch} patch @param {ArrayLike<number> | null} theta */
async function sendAndRestore(patch, theta) {
  const generation = s.run.value?.generation;
  await send(patch);
  if (theta && s.run.value?.generation !== generation) await restoreWeights(theta).catch(complain);
}

/** @type {Map<string, { layer: number, unit: number, input: number | null, value: number }>} */
const edits = new Map();
let editing = false;

/**
 * Write one weight, or a bias where `input` is null.
 * @param {number} layer index in the network's layers
 * @param {number} unit
 * @param {number | null} input
 * @param {number} value
 */
export function setParameter(layer, unit, input, value) {
  changeNow();
  const before = parameter(layer, unit, input);
  const write = (/** @type {number} */ number) => queueEdit({ layer, unit, input, value: number });
  if (before !== null) {
    history.push({ key: `${layer}/${unit}/${input}`, undo: () => write(before), redo: () => write(value) });
  }
  return write(value);
}

/** @param {{ layer: number, unit: number, input: number | null, value: number }} edit */
async function queueEdit(edit) {
  edits.set(`${edit.layer}/${edit.unit}/${edit.input}`, edit);
  if (editing) return;
  editing = true;
  while (edits.size) {
    const now = [...edits.values()];
    edits.clear();
    await command("set_parameters", { edits: now });
  }
  editing = false;
}

/** @param {number} layer @param {number} unit @param {number | null} input @returns {number | null} */
function parameter(layer, unit, input) {
  const info = s.run.value?.network.layers[layer];
  const theta = lastTheta();
  if (!info || !theta) return null;
  const [rows, units] = info.shape;
  return theta[info.offset + (input ?? rows - 1) * units + unit];
}

/** Take back the last edit of the spec or of a weight. What offered to do so has had its say. */
export function undo() {
  showStep(null);
  for (const { id, action } of toasts.value) if (action === UNDO.action) dismiss(id);
  return history.undo();
}

/** Do again what was taken back. */
export function redo() {
  showStep(null);
  return history.redo();
}
