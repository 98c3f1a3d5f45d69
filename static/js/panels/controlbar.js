/** The control bar: play and its neighbours, the counters, the speed, and how the network learns. */

import { newStart, reset, setSpeed, step, togglePlay } from "../core/actions.js";
import { controlOf } from "../core/catalog.js";
import * as format from "../core/format.js";
import { away, layout, past, progress, run, speed, state } from "../core/state.js";
import { Button, pressable, StackButton } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { FieldHelp } from "../ui/fieldhelp.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { Popover } from "../ui/popover.js";
import { Segmented } from "../ui/segmented.js";
import {
  ActivationForAll,
  Arithmetic,
  InitialWeights,
  LearningRate,
  LossField,
  OutputActivation,
  Regularization,
  regularizationText,
} from "./learning.js";
import { epochText, rateText, stepText, untouched } from "./numbers.js";

const SPEED_OPTIONS = [
  { value: "slow", label: "Slow" },
  { value: "normal", label: "Normal" },
  { value: "max", label: "Max" },
];

export function ControlBar() {
  return html`<section class="controlbar" aria-label="Training">
    <div class="bar-run"><${PlayButton} /><${StepButton} /><${StartButtons} /></div>
    <div class="bar-counters"><${Counters} /><${SpeedField} /></div>
    <div class="bar-learning">
      <${LearningRate} />
      <${ActivationForAll} />
      ${layout.value !== "desktop" && html`<${LossField} /><${RegularizationField} />`}
      <${More} />
    </div>
  </section>`;
}

/** Disabled buttons stay in place and say why. */
const unheard = () => (away.value ? "The server cannot be reached just now." : "");
const stuck = () =>
  unheard() || (state.value === "diverged" ? "Training has diverged. Go back or start over first." : "");

export function PlayButton({ size = 24 }) {
  const running = state.value === "running" || state.value === "recovering";
  const word = running ? "Pause" : "Play";
  const title = past.value === null ? word : "Back to now, and play";
  const waiting = !run.value;
  return html`<button
    type="button" class=${`play${untouched.value ? " play-waiting" : ""}`} aria-label=${word} title=${stuck() || `${title} (Space)`}
    ...${pressable({ disabled: Boolean(stuck()) || waiting, onClick: togglePlay })}
  ><${Icon} name=${running ? "pause" : "play"} size=${size} /></button>`;
}

export function StepButton() {
  const disabled = Boolean(stuck());
  const choose = (/** @type {"epoch" | "update"} */ unit, /** @type {() => void} */ close) => () => {
    close();
    step(unit);
  };
  return html`<div class="split">
    <${StackButton} icon="step" word="Step" title=${stuck() || "One epoch (→)"} disabled=${disabled} onClick=${() => step("epoch")} />
    <${Popover} label="Step by" name="Step by an epoch or an update" title="Step by an epoch or an update" disabled=${disabled}
      triggerClass="split-more" trigger=${html`<${Icon} name="down" size=${14} />`}
    >${(/** @type {() => void} */ close) => html`<div class="menu">
      <${Button} kind="row" onClick=${choose("epoch", close)}>One epoch<kbd>→</kbd><//>
      <${Button} kind="row" onClick=${choose("update", close)}>One update<kbd>Shift →</kbd><//>
      <p class="hint menu-hint">An epoch goes once through all training points. An update is one batch of them.</p>
    </div>`}<//>
  </div>`;
}

export function StartButtons({ short = false }) {
  const disabled = Boolean(unheard());
  return html`
    <${StackButton} icon="restart" word="Start over" title=${unheard() || "Back to the same initial weights (R)"}
      disabled=${disabled} onClick=${reset} />
    <${StackButton} icon="dice" word=${short ? "New" : "New start"} aria-label="New start"
      title=${unheard() || "New initial weights from a new seed (N)"} disabled=${disabled} onClick=${() => newStart()} />
  `;
}

export function Counters() {
  return html`<dl class="counters">
    <div class="counter counter-epoch"><dt>Epoch</dt><dd data-testid="epoch">${epochText}</dd></div>
    <div class="counter counter-step"><dt>Step<${FieldHelp} control="step" also=${["play", "reset", "new_start"]} about="Training" /></dt><dd data-testid="step">${stepText}</dd></div>
  </dl>`;
}

export function SpeedField() {
  const title = controlOf("speed")?.label ?? "Speed";
  return html`<${Field} label=${title} help="speed" value=${rateText} group class="field-speed">
    ${
      state.value === "diverged"
        ? html`<p class="diverged-chip"><${Icon} name="burst" />Diverged at step ${format.whole(progress.value.step)}</p>`
        : html`<${Segmented} label=${title} value=${speed.value} options=${SPEED_OPTIONS} onChange=${setSpeed} />`
    }
  <//>`;
}

function RegularizationField() {
  return html`<${Field} label=${controlOf("regularizer")?.label ?? "Regularisation"} help="regularizer" group class="field-regularization">
    <${Popover} label="Regularisation" name=${`Regularisation: ${regularizationText()}`} triggerClass="select select-button"
      trigger=${html`<span>${regularizationText()}</span><${Icon} name="down" size=${16} />`} class="panel"
    >${() => html`<div class="panel-fields"><${Regularization} /></div>`}<//>
  <//>`;
}

function More() {
  return html`<${Popover} label="More settings" triggerClass="button button-quiet more-button" class="panel panel-more"
    trigger=${html`<${Icon} name="sliders" /><span>More</span>`}
  >${() => html`<div class="panel-fields panel-columns">
    ${layout.value === "desktop" && html`<${LossField} /><${Regularization} />`}
    <${OutputActivation} /><${InitialWeights} /><${Arithmetic} />
  </div>`}<//>`;
}
