/** What is shown of the run: now, or a past step in its place, while now is kept aside and goes on. */

import { batch } from "@preact/signals";
import * as s from "./state.js";

/**
 * @typedef {object} Moment
 * @property {import("./types.js").Frame | null} frame
 * @property {import("./types.js").Dataset | null} dataset
 * @property {{ step: number, epoch: number }} progress
 * @property {import("./types.js").Scalars} metrics
 */

/** @type {Moment | null} */
let aside = null;

/** @returns {Moment} */
const shown = () => ({
  frame: s.frame.peek(),
  dataset: s.dataset.peek(),
  progress: s.progress.peek(),
  metrics: s.metrics.peek(),
});

/** @param {Partial<Moment>} moment */
function show({ frame, dataset, progress, metrics }) {
  batch(() => {
    if (dataset !== undefined) s.dataset.value = dataset;
    if (progress) s.progress.value = progress;
    if (metrics) s.metrics.value = metrics;
    if (frame !== undefined) s.frame.value = frame;
  });
}

/** The run as it is, whatever is shown of it. */
export const now = () => aside ?? shown();

/** Take in something of now. @param {Partial<Moment>} moment */
export function publishNow(moment) {
  if (aside) Object.assign(aside, moment);
  else show(moment);
}

/** Show the run as it was at a past step. @param {Partial<Moment> & { progress: Moment["progress"] }} moment */
export function publishPast(moment) {
  batch(() => {
    aside ??= shown();
    show(moment);
    s.past.value = moment.progress.step;
  });
}

/** Show now again. */
export function returnToNow() {
  const moment = aside;
  if (!moment) return;
  batch(() => {
    stayHere();
    show(moment);
  });
}

/** What is shown is now from now on: the run goes on from there. */
export function stayHere() {
  aside = null;
  s.past.value = null;
}
