// The first visit: one line that points at Play, one more under Try this, then silence for good.

import { effect, signal } from "@preact/signals";
import { drawMode, hoveredUnit, progress, run, selectedUnit, sheet, state, task } from "../core/store.js";
import { html } from "../ui/html.js";
import { tellingApart } from "../views/names.js";

const STORED = "neuronpark.visit";

/** @typedef {"new" | "played" | "done"} Visit how far a newcomer has come */

/** @returns {Visit} */
function remembered() {
  try {
    const value = localStorage.getItem(STORED);
    return value === "played" || value === "done" ? value : "new";
  } catch {
    return "done";
  }
}

export const visit = signal(remembered());

/** @param {Visit} value */
export function advanceVisit(value) {
  visit.value = value;
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // A browser that keeps nothing shows the line again next time.
  }
}

effect(() => {
  if (visit.value === "new" && state.value === "running" && progress.value.step > 0) advanceVisit("played");
});

/** So long a look at a unit counts as having pointed at it, in milliseconds. */
const LOOK = 1500;

effect(() => {
  if (visit.value !== "played") return undefined;
  if (selectedUnit.value) advanceVisit("done");
  if (typeof hoveredUnit.value?.[0] !== "number") return undefined;
  const timer = setTimeout(() => advanceVisit("done"), LOOK);
  return () => clearTimeout(timer);
});

/** The line under Try this after the first play. */
export const NEXT_STEP = "Now point at a unit in the network: the large picture shows what it has learnt to look for.";

/** The line over the picture (on a phone over Play), until Play was pressed once. */
export function Coach() {
  if (visit.value !== "new" || drawMode.value || sheet.value || state.value === "diverged") return null;
  const current = run.value;
  if (!current) return null;
  const classes = task.value === "classification";
  const aim = classes ? `to tell ${tellingApart(current.spec, current.network)}` : "to match the colours of the points";
  return html`<p class="coach" id="coach" role="note">Press play. It learns ${aim}.</p>`;
}
