/** The network beside the student's own: it has the same data, order, seed and settings, and does what that one does. */

import { computed, effect, signal, untracked } from "@preact/signals";
import { complain, reset } from "../../core/actions.js";
import { Beside } from "../../core/beside.js";
import { diff } from "../../core/merge.js";
import { SPEEDS } from "../../core/session.js";
import { pendingState, progress, run, spec, speed } from "../../core/state.js";
import { readStored, thisTab, writeStored } from "../../core/stored.js";
import { counterpart } from "./comparematch.js";
import { classes, side } from "./current.js";

/** @typedef {import("../../core/types.js").RunSpec} RunSpec */

/** A change larger than this is not sent: the network is made anew. */
const LARGEST_PATCH = 50_000;
const MOST_STEPS = 10_000;
/** So many epochs ahead it waits, and so many ahead it goes on. */
const LEAD = { waits: 3, goesOn: 1 };
const PROBES = { losses: {}, accuracy: {} };

/** Where this tab keeps which network stands beside which. */
const STORED = "neuronpark.digits.rival";
const NOT_FOUND = 404;

export const rival = signal(/** @type {Beside | null} */ (null));
/** Whether it is on its way. */
export const preparing = signal(false);

/** What the other network is asked to be, following the student's. @returns {RunSpec | null} */
function wanted() {
  const own = spec.value;
  const parameters = run.value?.network.parameters;
  if (!own || !parameters) return null;
  const { initial: _, pinned: __, ...rest } = /** @type {any} */ (own);
  const layers = counterpart(/** @type {any} */ (own.layers), {
    parameters,
    side: side.value,
    classes: classes.value.length,
  });
  return { ...rest, layers };
}

/** What the run of the page does, whether or not its past is looked at. */
const doing = computed(() => pendingState.value ?? run.value?.state ?? "paused");

/** @type {(() => void)[]} */
let stops = [];
/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/** Both begin at step 0 and from then on do the same. */
export async function startComparing() {
  if (rival.value || preparing.value) return;
  preparing.value = true;
  if (progress.value.step > 0) await reset();
  await begin((beside) => beside.begin()).catch(complain);
  preparing.value = false;
}

/** After a reload both are found again, wherever they are by then. */
export function resumeComparing() {
  const { own, other } = readStored(STORED, thisTab) ?? {};
  if (typeof other !== "string") return;
  const stop = effect(() => {
    if (!run.value) return;
    queueMicrotask(() => stop());
    if (run.value.id === own) untracked(() => resume(other));
    else forget();
  });
}

/** @param {string} other */
async function resume(other) {
  preparing.value = true;
  try {
    await begin((beside) => beside.takeUp(other));
  } catch (error) {
    if (/** @type {import("../../core/stream.js").RequestError} */ (error).status === NOT_FOUND) forget();
    else complain(error);
  }
  preparing.value = false;
}

const forget = () => writeStored(STORED, null, thisTab);

/** @param {(beside: Beside) => Promise<void>} find */
async function begin(find) {
  const asked = wanted();
  if (!asked) return;
  const beside = new Beside(asked, PROBES, SPEEDS[speed.value]);
  await find(beside);
  rival.value = beside;
  writeStored(STORED, { own: run.value?.id, other: beside.run.value?.id }, thisTab);
  stops = [
    followSpec(beside, asked),
    followState(beside),
    followStart(beside),
    followSpeed(beside),
    followSteps(beside),
    followPace(beside),
  ];
}

export function stopComparing() {
  forget();
  for (const stop of stops) stop();
  stops = [];
  rival.value?.end();
  rival.value = null;
}

/** One command after the other. @param {Beside} beside @param {string} name @param {{ [argument: string]: any }} [args] */
function send(beside, name, args) {
  const command = async () => {
    if (rival.peek() === beside) await beside.command(name, args);
  };
  queue = queue.then(command).catch(complain);
}

/** @param {Beside} beside @param {RunSpec} asked */
function followSpec(beside, asked) {
  let before = asked;
  return effect(() => {
    const now = wanted();
    if (!now) return;
    const patch = diff(before, now);
    before = now;
    if (!Object.keys(patch).length) return;
    if (JSON.stringify(patch).length < LARGEST_PATCH) send(beside, "update", { patch });
    else untracked(renew);
  });
}

/** The data are others, and too many for a message. */
function renew() {
  stopComparing();
  begin((beside) => beside.begin()).catch(complain);
}

/** @param {Beside} beside */
function followState(beside) {
  return effect(() => send(beside, doing.value === "running" ? "start" : "pause"));
}

/** @param {Beside} beside */
function followStart(beside) {
  const place = computed(() => `${run.value?.id} ${run.value?.generation}`);
  let before = place.peek();
  return effect(() => {
    if (place.value === before) return;
    before = place.value;
    send(beside, "reset");
    if (doing.peek() === "running") send(beside, "start");
  });
}

/** @param {Beside} beside */
function followSpeed(beside) {
  let before = speed.peek();
  return effect(() => {
    if (speed.value === before) return;
    before = speed.value;
    send(beside, "speed", { epochs_per_second: SPEEDS[before] });
  });
}

/** Where the student's network stands still, the other one comes after it. @param {Beside} beside */
function followSteps(beside) {
  let asked = 0;
  return effect(() => {
    const own = run.value;
    const other = beside.run.value;
    if (!own || !other || own.state !== "paused" || other.state !== "paused" || doing.value !== "paused") return;
    const behind = Math.round(own.epoch - other.epoch);
    if (behind < 1 || asked === own.epoch) return;
    asked = own.epoch;
    send(beside, "step", { unit: "epoch", count: Math.min(MOST_STEPS, behind) });
  });
}

/** It does not run away: a network that is trained faster waits for the student's. @param {Beside} beside */
function followPace(beside) {
  let waits = false;
  return effect(() => {
    const lead = (beside.frame.value?.header.epoch ?? 0) - progress.value.epoch;
    if (doing.value !== "running") {
      waits = false;
      return;
    }
    if (waits ? lead >= LEAD.goesOn : lead <= LEAD.waits) return;
    waits = !waits;
    send(beside, waits ? "pause" : "start");
  });
}
