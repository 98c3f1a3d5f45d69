/** Losses and accuracy above the chart, and the chart's scale. */

import { lossScale, state, task } from "../core/state.js";
import { FieldHelp } from "../ui/fieldhelp.js";
import { html } from "../ui/html.js";
import { Segmented } from "../ui/segmented.js";
import { hasTest, longLoss, testAccuracyText, testLossText, trainLossText } from "./numbers.js";

const SCALES = [
  { value: "linear", label: "Linear" },
  { value: "log", label: "Log" },
];

export function Stats() {
  const bad = state.value === "diverged" ? " stat-bad" : longLoss.value ? " stat-long" : "";
  return html`<div class="stats">
    ${hasTest.value && html`<${Stat} label="Test loss" text=${testLossText} class=${`stat-main${bad}`} />`}
    <${Stat} label="Training loss" text=${trainLossText} class=${`stat-train${bad}`} />
    ${
      hasTest.value &&
      task.value === "classification" &&
      html`<${Stat} label="Test accuracy" text=${testAccuracyText} class="stat-main" />`
    }
    <${LossScale} />
  </div>`;
}

/** @param {{ label: string, text: any, class?: string }} props `text` may be a signal: then only the text changes */
export function Stat({ label, text, class: extra = "" }) {
  return html`<div class=${`stat ${extra}`}><span class="stat-label">${label}</span><span class="stat-value">${text}</span></div>`;
}

export function LossScale() {
  return html`<div class="stats-scale">
    <${FieldHelp} control="loss_scale" also=${["show_test", "discretize", "patterns"]} about="Output" />
    <${Segmented} label="Loss axis" small value=${lossScale.value} options=${SCALES}
      onChange=${(/** @type {"linear" | "log"} */ value) => (lossScale.value = value)} />
  </div>`;
}
