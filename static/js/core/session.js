/** The page's run: attaching to it, taking in what the server sends, and getting it back when it is lost. */

import { batch } from "@preact/signals";
import * as api from "./api.js";
import { whole } from "./format.js";
import { Lookback } from "./lookback.js";
import { now, publishNow, publishPast, returnToNow, stayHere } from "./moment.js";
import { ProbeRegistry } from "./probes.js";
import * as s from "./state.js";
import { Stream, TOO_MANY_CODE, waitAfter } from "./stream.js";
import { tell, toast } from "./toast.js";

/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").FrameArray} FrameArray */

/** Epochs a second for each speed; null is as fast as it goes. */
export const SPEEDS = { slow: 4, normal: 60, max: null };
const CALM_INTERVAL = 500;
const UNDER_WAY = 1000;
const EDITS_A_MESSAGE = 400;

const registry = new ProbeRegistry(subscribe);
const lookback = new Lookback(subscribe);
/** What is shown of the open run, as JSON; empty while none is open. */
let subscribed = "";

function subscribe() {
  const shown = { probes: registry.probes(), ...(lookback.at !== null && { at: lookback.at }) };
  const text = JSON.stringify(shown);
  if (!subscribed || text === subscribed) return;
  subscribed = text;
  stream.send({ type: "subscribe", run: s.run.value?.id, ...shown });
}

/** Show a past step in place of now, or now again. @param {number | null} step */
export function showStep(step) {
  lookback.want(step);
  if (step === null) returnToNow();
}

/**
 * Ask for a probe's arrays in every frame.
 * @param {string} name
 * @param {{ [option: string]: any }} [options]
 * @returns {() => void} dispose
 */
export const watch = (name, options) => registry.watch(name, options);

const MEASURED = ["losses", "accuracy"];
let measuring = MEASURED.map((name) => watch(name));
for (const name of ["weights", "data"]) watch(name);

/** Until when a frame may lack what is measured: for good while it rests, for those under way when it goes on again. */
let unmeasuredUntil = 0;

/**
 * Let what is measured over all examples rest, or go on: with a large network it takes so long that a view of one example
 * cannot follow a hand beside it. What was measured last stays in sight, and the curve goes on all the same.
 * @param {boolean} rest
 */
export function restMeasuring(rest) {
  if (rest === !measuring.length) return;
  for (const release of measuring) release();
  measuring = rest ? [] : MEASURED.map((name) => watch(name));
  unmeasuredUntil = rest ? Number.POSITIVE_INFINITY : performance.now() + UNDER_WAY;
}

/** What a frame says was measured, or what was before where it does not measure. @param {import("./types.js").Scalars} scalars */
function measuredIn(scalars) {
  if (scalars.train_loss !== null || performance.now() > unmeasuredUntil) return scalars;
  return { ...now().metrics, steps_per_second: scalars.steps_per_second };
}

/**
 * Who else listens on this connection, by the run it is about: each is told of that run's frames and events, and when a
 * new connection has been made.
 * @type {Map<string, { frame: (frame: Frame) => void, event: (event: { [key: string]: any }) => void, attach: () => unknown }>}
 */
export const listeners = new Map();

/** The generation the curve belongs to. */
let generation = -1;
/** Boot id of the server the run was opened on. */
let server = "";

/** @param {number} newGeneration */
function enterGeneration(newGeneration) {
  if (newGeneration === generation) return;
  generation = newGeneration;
  showStep(null);
  s.curve.clear();
  s.curveVersion.value += 1;
}

/**
 * Take in a document of the run that is shown: the server's word replaces what was assumed. What comes late about one
 * that has been left is of no use any more.
 * @param {Run} doc
 * @param {boolean} [backwards] whether the run may have gone back behind what was seen of it
 */
export function adopt(doc, backwards = false) {
  const before = s.run.value;
  if (before && (before.id !== doc.id || (doc.revision < before.revision && !backwards))) return;
  show(doc);
}

/** @param {Run} doc of the run that is shown, or of another one in its place */
function show(doc) {
  batch(() => {
    if (s.run.value?.id !== doc.id) generation = -1;
    const again = doc.generation !== generation;
    enterGeneration(doc.generation);
    s.run.value = doc;
    s.recovering.value = false;
    s.speed.value = speedNamed(doc.speed.epochs_per_second);
    if (again || doc.step >= now().progress.step) publishNow({ progress: { step: doc.step, epoch: doc.epoch } });
    if (again || doc.losses) publishNow({ metrics: scalarsOf(doc) });
  });
}

/**
 * Take in the document of a run that may have gone back to a checkpoint.
 * @param {Run} doc
 * @param {boolean} restarted whether the whole server has: it forgot what it had not answered yet
 */
function restored(doc, restarted) {
  adopt(doc, restarted);
  if (doc.generation !== generation || !s.curve.cut(doc.step)) return;
  s.curveVersion.value += 1;
  publishNow({ progress: { step: doc.step, epoch: doc.epoch } });
}

/** @param {Run} doc @returns {import("./types.js").Scalars} */
function scalarsOf({ losses, accuracy, state }) {
  return {
    train_loss: losses?.train ?? null,
    test_loss: losses?.test ?? null,
    train_accuracy: accuracy?.train ?? null,
    test_accuracy: accuracy?.test ?? null,
    steps_per_second: state === "running" ? now().metrics.steps_per_second : 0,
  };
}

/** The nearest of the three speeds. @param {number | null} rate @returns {keyof typeof SPEEDS} */
export function speedNamed(rate) {
  if (rate === null) return "max";
  return rate < (SPEEDS.slow + SPEEDS.normal) / 2 ? "slow" : "normal";
}

/** @type {Frame | null} */
let waitingFrame = null;
let lastCommit = 0;
const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/** Whether a frame is of another run, from before it started over, or of a past that is not looked at any more. @param {Frame} frame */
const isOutdated = ({ header }) =>
  header.run !== s.run.value?.id || header.generation < generation || (header.past && lookback.at === null);

/** Curve points and data are kept from every frame; the picture is drawn from the latest only. @param {Frame} frame */
function receiveFrame(frame) {
  const other = listeners.get(frame.header.run);
  if (other) return other.frame(frame);
  if (isOutdated(frame)) return;
  const { header, arrays } = frame;
  enterGeneration(header.generation);
  const [step, epoch, train, test] = ["step", "epoch", "train", "test"].map((name) => arrays.get(`curve/${name}`));
  if (step && epoch && train && test && s.curve.append({ step, epoch, train, test })) curveGrew = true;
  const data = arrays.get("data/train");
  if (data) waitingData = { train: data, test: arrays.get("data/test") ?? noPoints() };
  if (!waitingFrame) requestAnimationFrame(commit);
  waitingFrame = frame;
}

let curveGrew = false;
/** @type {import("./types.js").Dataset | null} */
let waitingData = null;
const noPoints = () => /** @type {FrameArray} */ (Object.assign(new Float32Array(0), { shape: [0, 3] }));

/** Publish the latest frame, once per animation frame; twice a second where motion is unwelcome. */
function commit() {
  const time = performance.now();
  if (calm?.matches && waitingFrame?.header.state === "running" && time - lastCommit < CALM_INTERVAL) {
    requestAnimationFrame(commit);
    return;
  }
  const frame = waitingFrame;
  waitingFrame = null;
  if (!frame || isOutdated(frame)) return;
  lastCommit = time;
  const { step, epoch, scalars, past } = frame.header;
  batch(() => {
    const moment = {
      frame,
      progress: { step, epoch },
      metrics: measuredIn(scalars),
      ...(waitingData && { dataset: waitingData }),
    };
    waitingData = null;
    if (curveGrew) s.curveVersion.value += 1;
    curveGrew = false;
    if (past) receivePast(moment);
    else publishNow(moment);
  });
}

/** What came for a past step: it is now where the server keeps no past. @param {Parameters<typeof publishPast>[0]} moment */
function receivePast(moment) {
  if (moment.progress.step >= now().progress.step) {
    showStep(null);
    toast("This network is too large for its past to be kept.");
    return;
  }
  publishPast(moment);
  lookback.arrived();
}

/** @param {{ [key: string]: any }} event */
function receiveEvent(event) {
  const about = event.run?.id ?? event.run;
  if (about !== s.run.value?.id) {
    listeners.get(about)?.event(event);
    return;
  }
  if (event.type === "run") adopt(event.run);
  else if (event.type === "recovering") s.recovering.value = true;
  else if (event.type === "recovered") {
    restored(event.run, false);
    tell(`A training process stopped. Going on from step ${whole(event.run.step)}.`);
  } else if (event.type === "error") toast(event.detail || event.title, { bad: true });
}

const scheme = globalThis.location?.protocol === "https:" ? "wss" : "ws";

export const stream = new Stream(`${scheme}://${globalThis.location?.host}${api.BASE}/stream`, {
  onStatus: (status) => {
    s.connection.value = status;
  },
  onWelcome: (boot) => attach(boot),
  onEvent: receiveEvent,
  onFrame: receiveFrame,
  onRefused: (code, reason) => {
    if (code === TOO_MANY_CODE) tell(`${reason} This page tries again by itself.`);
    else api.beginSession().catch(() => {}); // the next connection says whether there is one
  },
});

/** Connect now. */
export const tryAgain = () => stream.tryAgain();

let attachments = 0;

/** Open the run on a fresh connection, from where the curve ends. @param {string} boot */
async function attach(boot) {
  attachments += 1;
  if (document.hidden) stream.send({ type: "hidden", hidden: true });
  for (const { attach: again } of [...listeners.values()]) again();
  try {
    await reopen(boot !== server);
    server = boot;
  } catch (error) {
    // Without a status the connection was lost again, and the next welcome comes here again.
    if (!statusOf(error)) return;
    toast(/** @type {Error} */ (error).message, { bad: true });
    if (/** @type {import("./stream.js").RequestError} */ (error).retryAfter) attachLater(boot, error);
  }
}

/** There was no room for the run just now: ask again when the server says so, unless another connection does before. @param {string} boot @param {unknown} error */
function attachLater(boot, error) {
  const begun = ++attachments;
  setTimeout(() => stream.live && begun === attachments && attach(boot), waitAfter(error, 0));
}

/** @param {unknown} error @returns {unknown} */
const statusOf = (error) => (error instanceof Error && "status" in error ? error.status : 0);

/** @param {boolean} restarted whether this is another server than last time */
async function reopen(restarted) {
  const run = s.run.value;
  if (!run) return;
  try {
    await open(run, restarted);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    if (s.run.value?.id === run.id) await recreate(restarted);
  }
}

/** @param {Run} run @param {boolean} [restarted] whether this is another server than last time */
async function open(run, restarted = false) {
  const probes = registry.probes();
  subscribed = "";
  const answer = await stream.request({
    type: "open",
    run: run.id,
    probes,
    after_step: s.curve.lastStep,
    generation: Math.max(generation, 0),
  });
  if (s.run.value?.id !== run.id) {
    stream.send({ type: "close", run: run.id }); // another one is shown by now
    return;
  }
  restored(answer.run, restarted);
  subscribed = JSON.stringify({ probes });
  subscribe();
}

/** The server no longer knows the run: make it again from its spec and its last weights. @param {boolean} restarted */
async function recreate(restarted) {
  const lost = s.run.value;
  const spec = s.spec.value;
  if (!lost || !spec) return;
  const theta = lastTheta();
  const wasRunning = lost.state === "running";
  const made = await begin(spec);
  if (s.run.value?.id !== made.id) return;
  if (theta) await restoreWeights(theta);
  if (wasRunning) {
    const { result } = await stream.request({ type: "command", run: made.id, command: "start" });
    adopt(result);
  }
  const reason = restarted ? "The server was restarted." : "The server had put this network away.";
  tell(`${reason} Your network is back with its last weights; the curve starts again.`);
}

/** Create a run and show it. @param {Partial<import("./types.js").RunSpec>} spec */
export async function begin(spec) {
  const made = await api.createRun(spec, SPEEDS[s.speed.value]);
  await takeUp(made);
  return made;
}

/** Show a run that exists. @param {Run} doc */
export async function takeUp(doc) {
  if (s.run.value?.id === doc.id) adopt(doc);
  else show(doc);
  if (stream.live) await open(doc);
}

/** Until the run is open that was last taken over. @type {Promise<unknown>} */
let taken = Promise.resolve();

/** Show another run, of which what is shown is part, in place of this one, once an earlier one is open. @param {Run} doc */
export function takeOver(doc) {
  const turn = taken.then(() => exchange(doc));
  taken = turn.catch(() => {});
  return turn;
}

/** @param {Run} doc */
async function exchange(doc) {
  const left = s.run.value?.id;
  subscribed = "";
  lookback.want(null);
  await batch(() => {
    stayHere();
    return takeUp(doc);
  });
  stream.send({ type: "close", run: left });
}

/** The parameters in the latest frame of now, if they fit the network of now. @returns {FrameArray | null} */
export function lastTheta() {
  const { frame } = now();
  const theta = frame?.header.run === s.run.value?.id ? frame?.arrays.get("weights/theta") : null;
  return theta && theta.length === s.run.value?.network.parameters ? theta : null;
}

/** Write a whole row of parameters back into the network of now. @param {ArrayLike<number>} theta */
export async function restoreWeights(theta) {
  const current = s.run.value;
  if (!current || theta.length !== current.network.parameters) return;
  const edits = current.network.layers.flatMap(({ offset, shape }, layer) => {
    const [rows, units] = shape;
    return Array.from({ length: rows * units }, (_, index) => {
      const row = Math.floor(index / units);
      return { layer, unit: index % units, input: row === rows - 1 ? null : row, value: theta[offset + index] };
    });
  });
  for (let start = 0; start < edits.length; start += EDITS_A_MESSAGE) {
    const part = edits.slice(start, start + EDITS_A_MESSAGE);
    const command = { type: "command", run: current.id, command: "set_parameters", edits: part, restored: true };
    adopt((await stream.request(command)).result);
  }
}
