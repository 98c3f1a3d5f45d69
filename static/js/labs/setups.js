/**
 * The setups of the steps. Entering one shows another run in place of the student's own, which waits paused with its
 * weights and its curve until they go back to it; both are found again after a reload.
 */

import { signal } from "@preact/signals";
import { command, complain, history, settled } from "../core/actions.js";
import * as api from "../core/api.js";
import { mergePatch } from "../core/merge.js";
import { SPEEDS, takeOver } from "../core/session.js";
import { run, spec, speed, state } from "../core/state.js";
import { readStored, thisTab, writeStored } from "../core/stored.js";
import { dismiss, toast, toasts } from "../core/toast.js";

/** @typedef {import("../core/types.js").Run} Run */
/** @typedef {import("../core/types.js").RunSpec} RunSpec */
/** @typedef {import("./types.js").Lab} Lab */

/**
 * @typedef {object} Away
 * @property {{ id: string, spec: RunSpec }} own the student's network
 * @property {{ id: string, step: number }} shown the setup that is shown in its place
 */

/** The student's own network while a step's setup is shown in its place. @type {import("@preact/signals").Signal<Away | null>} */
export const away = signal(null);
/** Whether one is being exchanged for the other. */
export const exchanging = signal(false);

let key = "";
/** What the last message offers to press: once it has been done, it has had its say. */
let offer = { label: "", run: () => {} };

/** Find again what was kept over a reload. @param {Lab} lab */
export function startSetups({ name }) {
  key = `neuronpark.labs.${name}.own`;
  away.value = readStored(key, thisTab);
}

/** Once the page has its run: what was kept counts only if that run is the setup that was shown. */
export function settleSetups() {
  if (away.value && away.value.shown.id !== run.value?.id) keep(null);
}

/** Show a step's setup. @param {Lab} lab @param {number} step */
export const enter = (lab, step) => goAndRemember(lab, step);

/** Back to the student's own network. @param {Lab} lab */
export const leave = (lab) => goAndRemember(lab, null);

/** Undo leads back. @param {Lab} lab @param {number | null} target a step, or null for the student's own */
async function goAndRemember(lab, target) {
  const from = away.value?.shown.step ?? null;
  if (target === from || !(await exchange(lab, target))) return;
  history.push({
    key: `setup ${from} ${target} ${run.value?.id}`,
    undo: () => exchange(lab, from),
    redo: () => exchange(lab, target),
  });
}

/** @param {Lab} lab @param {number | null} target @returns {Promise<boolean>} whether it is done; a refusal has been shown */
async function exchange(lab, target) {
  if (exchanging.value || !run.value) return false;
  exchanging.value = true;
  try {
    await settled(); // what was changed of the run that is left
    await (target === null ? leaveSetup() : enterSetup(lab, target));
    return true;
  } catch (error) {
    complain(error);
    return false;
  } finally {
    exchanging.value = false;
  }
}

/** @param {Lab} lab @param {number} step */
async function enterSetup(lab, step) {
  const { title, preset } = lab.steps[step];
  const before = away.value;
  const own = before?.own ?? { id: /** @type {Run} */ (run.value).id, spec: /** @type {RunSpec} */ (spec.value) };
  if (state.value === "running") await command("pause");
  const made = await api.createRun(mergePatch(lab.preset, preset ?? {}), SPEEDS[speed.value]);
  await takeOver(made);
  keep({ own, shown: { id: made.id, step } });
  if (before) api.deleteRun(before.shown.id).catch(() => {}); // an idle run is put away in time
  offer = { label: "Back to my network", run: () => void leave(lab) };
  toast(`This is the setup of “${title}”. Your network waits.`, { action: offer });
}

async function leaveSetup() {
  const kept = away.value;
  if (!kept) return;
  await takeOver(await ownRun(kept.own));
  keep(null);
  for (const { id, action } of toasts.value) if (action === offer) dismiss(id);
  api.deleteRun(kept.shown.id).catch(() => {}); // an idle run is put away in time
  toast("This is your network again, as you left it.");
}

/** The run that waits; made anew where the server has it no more. @param {Away["own"]} own @returns {Promise<Run>} */
const ownRun = ({ id, spec: kept }) => api.getRun(id).catch(() => api.createRun(kept, SPEEDS[speed.value]));

/** @param {Away | null} next */
function keep(next) {
  away.value = next;
  writeStored(key, next, thisTab);
}
