/** Ten confidences: how sure the network is of each class, following every stroke and every step of training. */

import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { percent } from "../../core/format.js";
import { inert } from "../../core/inert.js";
import { frame, state } from "../../core/store.js";
import { html } from "../../ui/html.js";
import { answer } from "./confidencewords.js";
import { classes, image, label, watchImage } from "./current.js";

const COUNTS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];

/** The probabilities of the classes for the image in hand; null while there is none, or they have not come yet. */
export const confidences = computed(() => {
  const found = frame.value?.arrays.get("probabilities/probabilities");
  return image.value && found?.length === classes.value.length ? /** @type {Float32Array} */ (found) : null;
});

export function Confidences() {
  useEffect(() => watchImage("probabilities"), []);
  const shares = confidences.value;
  const names = classes.value;
  const best = shares ? shares.indexOf(Math.max(...shares)) : -1;
  const title = COUNTS[names.length] ?? String(names.length);
  return html`<section class="digits-confidences" aria-labelledby="confidences-head">
    <h2 id="confidences-head">${title} confidences</h2>
    <p class="hint">they share 100${"\u202f"}%</p>
    <ul class="confidences" data-best=${best < 0 ? null : names[best]}>
      ${names.map((name, at) => html`<${Row} key=${name} name=${name} share=${shares ? shares[at] : null} best=${at === best} />`)}
    </ul>
    <p class="confidences-answer" data-testid="answer" aria-live=${state.value === "running" ? "off" : "polite"}>${
      image.value ? answer(shares, names, label.value) : "Draw something, and it answers at once."
    }</p>
  </section>`;
}

/** @param {{ name: string, share: number | null, best: boolean }} props */
function Row({ name, share, best }) {
  const text = share === null ? "–" : percent(share, share > 0.0005 && share < 0.0095 ? 1 : 0);
  return html`<li class=${`confidence${best ? " confidence-best" : ""}`}>
    <span class="confidence-name" title=${inert(name)}>${inert(name)}</span>
    <span class="confidence-track" aria-hidden="true"><span class="confidence-bar" style=${{ width: `${100 * (share ?? 0)}%` }}></span></span>
    <span class="confidence-share">${text}</span>
  </li>`;
}
