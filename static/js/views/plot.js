// The large plot: what the network makes of the input plane, with the data on it, read by pointer or by arrow keys.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { whole } from "../core/format.js";
import { discretize, layout, run, showTest, state } from "../core/store.js";
import { html } from "../ui/html.js";
import { Switch } from "../ui/switch.js";
import { axes, PLAIN_AXES, ticksOf } from "./axisnames.js";
import { PlotLegend, spokenReading } from "./legend.js";
import { Lens } from "./lens.js";
import { unitName } from "./names.js";
import { PlotController } from "./plotcontrol.js";
import { plotTool } from "./plottool.js";
import { shownUnit } from "./probe.js";

const SPEAKING_PAUSE = 300;

/** @param {{ mini?: boolean, children?: import("preact").ComponentChildren }} props mini is the picture alone, for looking
 * at while something else is in hand; children lie over the picture */
export function OutputPlot({ mini = false, children }) {
  if (mini) return html`<div class="plot plot-mini"><${PlotFrame} mini /></div>`;
  return html`
    <div class="plot">
      ${layout.value !== "phone" && html`<header class="plot-head"><${PlotTitle} /><${PlotSwitches} /></header>`}
      <${PlotFrame}>${children}<//>
      <${PlotLegend} />
    </div>
  `;
}

/** What the plot shows; a phone keeps them with the data. */
export function PlotSwitches() {
  const test = (/** @type {boolean} */ on) => {
    showTest.value = on;
  };
  const two = (/** @type {boolean} */ on) => {
    discretize.value = on;
  };
  return html`
    <div class="plot-switches">
      <${Switch} label="Test points" checked=${showTest.value} onChange=${test} />
      <${Switch} label="Two colours" checked=${discretize.value} onChange=${two} />
    </div>
  `;
}

function PlotTitle() {
  const address = shownUnit.value;
  return html`<h2 class=${`plot-title${address ? " plot-title-unit" : ""}`}>${address && run.value ? unitName(address, run.value.network, run.value.spec) : "Output"}</h2>`;
}

function Ticks() {
  const [across, up] = axes.value;
  const naming = axes.value === PLAIN_AXES ? "math" : "";
  return html`
    <div class="plot-ticks" aria-hidden="true">
      ${ticksOf(across).map(({ text, share }) => html`<span class="tick-x" style=${{ left: `${100 * share}%` }}>${text}</span>`)}
      ${ticksOf(up).map(({ text, share }) => html`<span class="tick-y" style=${{ bottom: `${100 * share}%` }}>${text}</span>`)}
      <span class=${`axis-x ${naming}`}>${across.name}</span>
      <span class=${`axis-y ${naming}`}>${up.name}</span>
    </div>
  `;
}

const spoken = signal("");
let speaking = 0;

/** Says the reading once the keys have rested. */
function speak() {
  clearTimeout(speaking);
  speaking = window.setTimeout(() => {
    const line = /** @type {HTMLElement | null} */ (document.querySelector(".readout-line"));
    if (line) spoken.value = spokenReading(line);
  }, SPEAKING_PAUSE);
}

/** @param {{ mini?: boolean, children?: import("preact").ComponentChildren }} props */
function PlotFrame({ mini = false, children }) {
  const area = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const controller = new PlotController(/** @type {HTMLElement} */ (area.current), speak);
    return () => controller.dispose();
  }, []);
  const canvases = html`<canvas class="plot-heat"></canvas><canvas class="plot-lines"></canvas><canvas class="plot-points"></canvas>`;
  if (mini) {
    return html`<div class="plot-frame"><div class="plot-area" ref=${area} role="img" aria-label="The output">${canvases}</div></div>`;
  }
  const [across, up] = axes.value;
  const keys = plotTool.value ? "Enter adds a point there, Delete erases." : "";
  const label = `The network over ${across.name} and ${up.name}. Arrow keys move the point that is read. ${keys}`;
  return html`
    <div class="plot-frame">
      <${Lens} />
      <div class="plot-area" ref=${area} role="application" tabindex="0" aria-label=${label} data-lens-to>
        ${canvases}
        <span class="cross cross-x" hidden></span>
        <span class="cross cross-y" hidden></span>
        <span class="cross cross-ring" hidden></span>
      </div>
      <${LastGood} />
      ${children}
      <${Ticks} />
      <p class="hidden" aria-live="polite">${spoken}</p>
    </div>
  `;
}

function LastGood() {
  const diagnosis = state.value === "diverged" ? run.value?.diagnosis : null;
  return diagnosis && html`<p class="plot-caption">Last good picture, step ${whole(diagnosis.last_good_step)}</p>`;
}
