// What is said while a past step is shown, and the two ways on from there.

import { whole } from "../core/format.js";
import { goOnFromHere, lookAt, past } from "../core/store.js";
import { html } from "../ui/html.js";

export function Looking() {
  return (
    past.value !== null &&
    html`<div class="looking" role="group" aria-label="A past step">
      <p>Step ${whole(past.value)}, <span>as it was</span></p>
      <button type="button" class="link" onClick=${goOnFromHere}>Go on from here</button>
      <button type="button" class="link" title="Back to now (Esc)" onClick=${() => lookAt(null)}>Back to now</button>
    </div>`
  );
}
