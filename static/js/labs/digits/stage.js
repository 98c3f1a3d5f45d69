/** The digits lab's stage: draw, see what the network sees, and what it answers; below, one panel at a time. */

import { html } from "../../ui/html.js";
import { Cards } from "./cards.js";
import { Compare } from "./compare.js";
import { Confidences } from "./confidences.js";
import { panel } from "./current.js";
import { Drawing } from "./draw.js";
import { Kernels } from "./kernels.js";
import { Inside } from "./layer.js";
import { Network } from "./network.js";
import { OwnImages } from "./own.js";
import { Sees } from "./sees.js";
import { Wrong } from "./wrong.js";

/** The panels by their name, in the order of their tabs. */
const PANELS = [
  { name: "inside", title: "Inside", Body: Inside },
  { name: "mistakes", title: "Mistakes", Body: Wrong },
  { name: "kernels", title: "Kernels", Body: Kernels },
  { name: "build", title: "Build", Body: Cards },
  { name: "compare", title: "Compare", Body: Compare },
  { name: "own", title: "Own images", Body: OwnImages },
];

export function DigitsStage() {
  const open = PANELS.find(({ name }) => name === panel.value) ?? PANELS[0];
  return html`<div class="digits">
    <div class="digits-top">
      <${Drawing} />
      <${Sees} />
      <${Network} />
      <${Confidences} />
    </div>
    <div class="digits-tabs" role="tablist" aria-label="More about this network" onKeyDown=${moveTab}>
      ${PANELS.map(
        ({ name, title }) => html`<button key=${name} type="button" role="tab" id=${`tab-${name}`} class="digits-tab"
          aria-selected=${name === open.name} aria-controls="digits-panel" tabindex=${name === open.name ? 0 : -1}
          onClick=${() => (panel.value = name)}>${title}</button>`,
      )}
    </div>
    <div class="digits-panel" id="digits-panel" role="tabpanel" aria-labelledby=${`tab-${open.name}`} data-panel=${open.name}>
      <${open.Body} key=${open.name} />
    </div>
  </div>`;
}

const MOVES = /** @type {{ [key: string]: (at: number) => number }} */ ({
  ArrowRight: (at) => (at + 1) % PANELS.length,
  ArrowLeft: (at) => (at + PANELS.length - 1) % PANELS.length,
  Home: () => 0,
  End: () => PANELS.length - 1,
});

/** @param {KeyboardEvent} event */
function moveTab(event) {
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  event.stopPropagation();
  const at = PANELS.findIndex(({ name }) => name === panel.value);
  panel.value = PANELS[move(Math.max(0, at))].name;
  document.getElementById(`tab-${panel.value}`)?.focus();
}
