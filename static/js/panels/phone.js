/** The phone: plot first, everything else behind four tabs. A sheet is never over the plot. */

import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { setSpeed } from "../core/actions.js";
import { past, run, selectedUnit, sheet, spec, speed, state, task } from "../core/state.js";
import { DataPanel } from "../data/datapanel.js";
import { DrawBar } from "../data/drawbar.js";
import { Coach } from "../data/firstvisit.js";
import { TryThis } from "../data/ideas.js";
import { TroubleCard } from "../data/trouble.js";
import { Button } from "../ui/button.js";
import { FieldHelp } from "../ui/fieldhelp.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { Sheet } from "../ui/sheet.js";
import { Explain } from "../views/explain.js";
import { Looking } from "../views/looking.js";
import { LossChart } from "../views/losschart.js";
import { unitName } from "../views/names.js";
import { NetworkView } from "../views/network.js";
import { OutputPlot, PlotSwitches } from "../views/plot.js";
import { PlayButton, StartButtons, StepButton } from "./controlbar.js";
import {
  ActivationForAll,
  Arithmetic,
  InitialWeights,
  LearningRate,
  LossField,
  OutputActivation,
  Regularization,
} from "./learning.js";
import { epochText, hasTest, testAccuracyText, testLossText, trainLossText } from "./numbers.js";
import { LossScale, Stat } from "./stats.js";

/** @typedef {import("../core/types.js").Sheet} SheetName */

const TABS = /** @type {Array<{ name: Exclude<SheetName, null>, word: string, icon: string }>} */ ([
  { name: "data", word: "Data", icon: "scatter" },
  { name: "network", word: "Network", icon: "net" },
  { name: "learning", word: "Learning", icon: "curve" },
  { name: "explain", word: "Explain", icon: "bulb" },
]);

export function PhonePage() {
  useEffect(
    () =>
      effect(() => {
        if (state.value === "diverged") sheet.value = "explain";
      }),
    [],
  );
  useEffect(() => {
    if (sheet.value) scrollTo(0, 0);
  }, [sheet.value]);
  const full = sheet.value === "network";
  return html`
    <main class=${`phone${sheet.value && !full ? " phone-under" : ""}`} id="main" tabindex="-1">
      <h1 class="hidden">Neural network playground</h1>
      <${Strip} full=${full} />
      ${full ? html`<${PhoneNetwork} />` : html`<${PhoneOverview} />`}
    </main>
    <${OpenSheet} />
    <div class="phone-bars"><${RunBar} /><${Tabs} /></div>
  `;
}

/** @param {{ full: boolean }} props with the network open, a small plot and curve stay in sight */
function Strip({ full }) {
  return html`<div class=${`strip${full ? " strip-full" : ""}`}>
    ${full && html`<${OutputPlot} mini />`}
    <div class="strip-numbers">
      <${Stat} label="Epoch" text=${epochText} />
      ${hasTest.value ? html`<${Stat} label="Test loss" text=${testLossText} />` : html`<${Stat} label="Training loss" text=${trainLossText} />`}
      ${hasTest.value && task.value === "classification" && html`<${Stat} label="Accuracy" text=${testAccuracyText} />`}
    </div>
    ${full && html`<${LossChart} spark />`}
  </div>`;
}

function PhoneOverview() {
  const sizes = [spec.value?.features.length ?? 0, ...(run.value?.network.layers.map(({ units }) => units) ?? [])];
  return html`
    <section class="phone-output" aria-label="Output"><${DrawBar} /><${OutputPlot} /></section>
    <section class="phone-curve" aria-label="Loss"><${LossChart} /></section>
    <section class="phone-network" aria-label="Network">
      <header class="phone-network-head">
        <h2 class="head">Network</h2><span class="phone-sizes">${sizes.join(" – ")}</span>
        <${Button} onClick=${() => (sheet.value = "network")}>Open<//>
      </header>
      <${NetworkView} mini />
    </section>
  `;
}

function PhoneNetwork() {
  const chosen = selectedUnit.value;
  return html`<section class="phone-full" aria-label="Network"><${NetworkView} /></section>
    ${chosen && run.value?.network.layers[Number(chosen[0])] && html`<${Sheet} key="Unit" title=${unitName(chosen, run.value.network, run.value.spec)} onClose=${() => (selectedUnit.value = null)}><${Explain} /><//>`}`;
}

function OpenSheet() {
  if (sheet.value === "data") {
    return html`<${Sheet} key="Data" title="Data">
      <div class="sheet-shown"><${PlotSwitches} /><${FieldHelp} control="show_test" also=${["discretize"]} about="Points and colours" /></div>
      <${DataPanel} title=${false} />
    <//>`;
  }
  if (sheet.value === "learning") {
    return html`<${Sheet} key="Learning" title="Learning"><div class="sheet-fields">
      <${LearningRate} />
      <div class="sheet-pair"><${ActivationForAll} /><${LossField} /></div>
      <${Regularization} />
      <${OutputActivation} /><${InitialWeights} /><${Arithmetic} />
      <div class="sheet-scale"><span class="field-label">Loss axis</span><${LossScale} /></div>
    </div><//>`;
  }
  if (sheet.value !== "explain") return null;
  return html`<${Sheet} key="Explain" title="Explain">
    ${state.value === "diverged" ? html`<${TroubleCard} />` : html`<${Explain} /><${TryThis} />`}
  <//>`;
}

const SPEED_WORD = { slow: "Slow", normal: "1×", max: "Max" };
const NEXT_SPEED = /** @type {const} */ ({ slow: "normal", normal: "max", max: "slow" });

function RunBar() {
  const { value } = speed;
  if (past.value !== null) return html`<section class="runbar" aria-label="Training"><${Looking} /></section>`;
  return html`<section class="runbar" aria-label="Training">
    <${Coach} />
    <${StartButtons} short />
    <${PlayButton} size=${28} />
    <${StepButton} />
    <button type="button" class="stack-button" title=${`Speed: ${value}. Change to ${NEXT_SPEED[value]}`}
      onClick=${() => setSpeed(NEXT_SPEED[value])}>
      <b>${SPEED_WORD[value]}</b><span>Speed</span>
    </button>
  </section>`;
}

function Tabs() {
  return html`<nav class="tabs" aria-label="Parts of the page">
    ${TABS.map(({ name, word, icon }) => {
      const open = sheet.value === name;
      return html`<button key=${name} type="button" class="tab" aria-expanded=${open}
        onClick=${() => (sheet.value = open ? null : name)}><${Icon} name=${icon} /><span>${word}</span></button>`;
    })}
  </nav>`;
}
