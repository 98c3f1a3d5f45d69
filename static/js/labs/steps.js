/** The path through a lab: which step is shown, kept in the address, and the answers to its questions. */

import { computed, signal } from "@preact/signals";
import { keepSetupInAddress } from "../core/boot.js";
import { isRight } from "./answers.js";
import { factOf } from "./facts.js";
import { arrive, markAnswered, progressOf } from "./progress.js";
import { STAGES } from "./stages.js";

/** @typedef {import("./types.js").Lab} Lab */

const PARAMETER = "step";

/** The lab of this page. @type {import("@preact/signals").Signal<Lab>} */
export const lab = signal(/** @type {any} */ (null));
/** The step that is shown, from 0. */
export const place = signal(0);
export const current = computed(() => lab.value.steps[place.value]);
export const isFirst = computed(() => place.value === 0);
export const isLast = computed(() => place.value === lab.value.steps.length - 1);
export const isAnswered = (/** @type {number} */ step) => progressOf(lab.value.name).answered.includes(step);

/** @param {Lab} opened */
export function startPath(opened) {
  lab.value = opened;
  place.value = stepInAddress();
  history.replaceState(null, "", addressOf(place.value));
  showPanel();
  arrive(opened.name, place.value);
  addEventListener("popstate", () => {
    const step = stepInAddress();
    if (step === place.value) return;
    keepSetupInAddress();
    show(step);
  });
}

/** What else the address holds, such as a drawing, stays there. @param {number} step */
function addressOf(step) {
  const address = new URL(location.href);
  address.searchParams.set(PARAMETER, String(step + 1));
  return address.pathname + address.search + address.hash;
}

/** The step the address names, within those there are; without one the last that was seen in this browser. */
function stepInAddress() {
  const named = new URLSearchParams(location.search).get(PARAMETER);
  const step = named === null ? progressOf(lab.value.name).step : Number(named) - 1;
  return Number.isInteger(step) ? Math.max(0, Math.min(lab.value.steps.length - 1, step)) : 0;
}

/** Go to a step; the browser's Back leads here again, and leaves the network as it is. @param {number} step */
export function goTo(step) {
  if (step === place.value || !lab.value.steps[step]) return;
  history.pushState(null, "", addressOf(step));
  show(step);
}

/** @param {number} step */
function show(step) {
  place.value = step;
  arrive(lab.value.name, step);
  showPanel();
}

function showPanel() {
  const { panel } = current.value;
  if (panel) STAGES[lab.value.stage].open?.(panel);
}

/** Take an answer to the question of the step that is shown. @param {number | null} [given] @returns {boolean} whether it is right */
export function answer(given = null) {
  const { question } = current.value;
  if (!question || !isRight(question, given, factOf)) return false;
  markAnswered(lab.value.name, place.value);
  return true;
}
