// Try this: one idea at a time, those for the data on the page first.

import { signal } from "@preact/signals";
import { catalog, spec, update } from "../core/store.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { advanceVisit, NEXT_STEP, visit } from "./firstvisit.js";

/** @typedef {import("../core/types.js").Catalog["ideas"][number]} Idea */

/** How many times "Next idea" was pressed. */
const turn = signal(0);

/**
 * The ideas that fit the data, those made for it before the general ones.
 * @param {Idea[]} ideas
 * @param {string | undefined} kind of the dataset
 */
export function fittingIdeas(ideas, kind) {
  const made = ideas.filter((idea) => idea.when?.dataset !== undefined && idea.when.dataset === kind);
  return [...made, ...ideas.filter((idea) => idea.when?.dataset === undefined)];
}

function nextIdea() {
  if (visit.value === "played") advanceVisit("done");
  else turn.value += 1;
}

export function TryThis() {
  const ideas = fittingIdeas(catalog.value?.ideas ?? [], spec.value?.dataset.kind);
  if (ideas.length === 0) return null;
  const welcome = visit.value === "played";
  const idea = ideas[turn.value % ideas.length];
  const patch = welcome ? null : idea.patch;
  return html`
    <aside class="trythis" aria-labelledby="trythis-head">
      <h3 class="trythis-head" id="trythis-head"><${Icon} name="bulb" />Try this</h3>
      <p class="trythis-text" aria-live="polite">
        ${welcome ? NEXT_STEP : idea.text}${" "}
        ${patch && html`<button type="button" class="link" onClick=${() => update(patch)}>Show me</button>${" "}`}
        <button type="button" class="link" onClick=${nextIdea}>Next idea</button>
      </p>
    </aside>
  `;
}
