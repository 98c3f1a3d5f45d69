/** Dense against convolutional: the student's network and one of the other sort with as many parameters, side by side. */

import { costOf } from "../../cards/rules.js";
import { loss, percent, whole, epoch as writeEpoch } from "../../core/format.js";
import { metrics, progress, run, spec, state } from "../../core/store.js";
import { Button } from "../../ui/button.js";
import { html } from "../../ui/html.js";
import { ComparisonChart } from "../../views/comparison.js";
import { useFrame } from "../../views/useframe.js";
import { counterpart, isConvolutional } from "./comparematch.js";
import { preparing, rival, startComparing, stopComparing } from "./comparerival.js";
import { classes, side } from "./current.js";

/** @typedef {import("./comparematch.js").Layer} Layer */
/** @typedef {import("../../core/types.js").Run} Run */
/** @typedef {{ name: string, run: Run, epoch: number, scalars: import("../../core/types.js").Scalars | null }} Side */

const SORTS = { true: "Convolutional", false: "Dense" };

/** @param {readonly Layer[]} layers */
const sortOf = (layers) => SORTS[/** @type {"true" | "false"} */ (String(isConvolutional(layers)))];

/** @param {Run} shown @returns {readonly Layer[]} */
const layersOf = (shown) => /** @type {any} */ (shown.spec.layers);

export function Compare() {
  if (!run.value || !spec.value) return null;
  return html`<div class="compare">
    <header class="cards-head">
      <div class="lab-head">
        <h3>Dense against convolutional</h3>
        <p class="lab-sub">Equal in parameters, data, order and settings, from one start</p>
      </div>
      ${rival.value && html`<div class="cards-actions"><${Button} onClick=${stopComparing}>Stop comparing<//></div>`}
    </header>
    ${rival.value?.run.value ? html`<${Comparison} />` : html`<${Offer} />`}
  </div>`;
}

/** What would stand beside the network. */
function Offer() {
  const own = /** @type {Run} */ (run.value);
  const layers = layersOf(own);
  const parameters = own.network.parameters;
  const [first] = counterpart(layers, { parameters, side: side.value, classes: classes.value.length });
  const other =
    first.kind === "dense"
      ? `a dense layer of ${first.units} units, each of which sees every pixel through weights of its own`
      : `a convolution of ${first.filters} filters, the same few weights at every place, and a pooling`;
  const again =
    progress.value.step > 0 ? " Yours begins again from its first weights; Undo brings back what it has learned." : "";
  return html`<div class="compare-offer">
    <p>Your network is ${sortOf(layers).toLowerCase()} and has ${whole(parameters)} parameters. Beside it trains ${other}.${again}</p>
    <${Button} kind="primary" disabled=${preparing.value} onClick=${startComparing}>${preparing.value ? "Making it …" : "Set them side by side"}<//>
  </div>`;
}

function Comparison() {
  useFrame();
  const beside = /** @type {import("../../core/beside.js").Beside} */ (rival.value);
  const own = /** @type {Run} */ (run.value);
  const other = /** @type {Run} */ (beside.run.value);
  const frame = beside.frame.value;
  const here = {
    name: `${sortOf(layersOf(own))}, yours`,
    run: own,
    epoch: progress.value.epoch,
    scalars: metrics.value,
  };
  const there = {
    name: sortOf(layersOf(other)),
    run: other,
    epoch: frame?.header.epoch ?? other.epoch,
    scalars: frame?.header.scalars ?? null,
  };
  return html`<div class="compare-both">
    <${ComparisonChart} beside=${beside} names=${[sortOf(layersOf(own)), there.name]} />
    <${Numbers} sides=${[here, there]} />
    ${progress.value.step === 0 && state.value === "paused" && html`<p class="lab-note">Press play: both train at once.</p>`}
  </div>`;
}

/** @type {Array<{ label: string, text: (side: Side) => string }>} */
const ROWS = [
  { label: "Test accuracy", text: ({ scalars }) => percent(scalars?.test_accuracy ?? null) },
  { label: "Test loss", text: ({ scalars }) => loss(scalars?.test_loss ?? null) },
  { label: "Training loss", text: ({ scalars }) => loss(scalars?.train_loss ?? null) },
  { label: "Epoch", text: ({ epoch }) => writeEpoch(epoch) },
  { label: "Parameters", text: ({ run: shown }) => whole(shown.network.parameters) },
  { label: "Multiplications for an image", text: ({ run: shown }) => whole(work(shown)) },
];

/** Multiply-adds of one image on its way through. @param {Run} shown */
const work = (shown) =>
  shown.network.layers.reduce((sum, info, at) => sum + costOf(info, layersOf(shown)[at] ?? null).multiplyAdds, 0);

/** @param {{ sides: [Side, Side] }} props */
function Numbers({ sides }) {
  return html`<table class="compare-numbers">
    <caption class="hidden">The two networks in numbers</caption>
    <thead><tr><td></td>${sides.map(({ name }) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
    <tbody>
      ${ROWS.map(
        ({ label, text }) => html`<tr key=${label}>
        <th scope="row">${label}</th>${sides.map((side, at) => html`<td key=${at}>${text(side)}</td>`)}
      </tr>`,
      )}
    </tbody>
  </table>`;
}
