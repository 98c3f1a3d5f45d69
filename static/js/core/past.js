/** The time machine: looking at a past step of the run, and going on from there. */

import { command, complain, history, UNDO } from "./actions.js";
import * as api from "./api.js";
import { whole } from "./format.js";
import { now } from "./moment.js";
import { showStep, takeOver } from "./session.js";
import * as s from "./state.js";
import { toast } from "./toast.js";

/**
 * Look at a past step. Training pauses first and stays paused, so that now is where it was left: who looks back
 * compares two pictures, and neither may run away meanwhile.
 * @param {number | null} step null for now; what is not past is now
 */
export function lookAt(step) {
  if (step === null || step >= now().progress.step) return showStep(null);
  if (s.state.value === "running" || s.state.value === "recovering") command("pause");
  return showStep(step);
}

/** Look at the point of the curve that is nearest to an epoch; the last one is now. @param {number} epoch */
export function lookAtEpoch(epoch) {
  const place = s.curve.nearest(epoch);
  lookAt(place < s.curve.length - 1 ? s.curve.step[place] : null);
}

let forking = false;

/** Another run begins at the step that is looked at, and the page goes over to it. This one is kept: undo leads back. */
export async function goOnFromHere() {
  const left = s.run.value;
  const step = s.past.value;
  if (!left || step === null || forking) return;
  forking = true;
  try {
    const fork = await api.forkRun(left.id, step);
    await takeOver(fork);
    history.push({ key: fork.id, undo: () => goOver(left.id), redo: () => goOver(fork.id) });
    toast(`Going on from step ${whole(fork.step)}. The run before is kept.`, UNDO);
  } catch (error) {
    complain(error);
  }
  forking = false;
}

/** @param {string} id */
const goOver = (id) => api.getRun(id).then(takeOver).catch(complain);
