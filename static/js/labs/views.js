/** The stage of a lab that is made of views the playground has: each probe it names is shown by its view. */

import { html } from "../ui/html.js";
import { Explain } from "../views/explain.js";
import { NetworkView } from "../views/network.js";
import { OutputPlot } from "../views/plot.js";

function Network() {
  return html`<section class="labview labview-wide" aria-label="Network"><${NetworkView} /><${Explain} /></section>`;
}

function Output() {
  return html`<section class="labview" aria-label="Output"><${OutputPlot} /></section>`;
}

/** Which view shows a probe; several probes may share one. Losses and accuracy every lab has below its stage. @type {{ [probe: string]: () => unknown }} */
const VIEWS = {
  decision: Output,
  data: Output,
  units: Network,
  weights: Network,
  activations: Network,
};

/** @param {{ lab: import("./types.js").Lab }} props */
export function ViewsStage({ lab }) {
  const views = new Set(Object.keys(lab.probes).flatMap((name) => VIEWS[name] ?? []));
  return html`<div class="labviews">${[...views].map((View, place) => html`<${View} key=${place} />`)}</div>`;
}
