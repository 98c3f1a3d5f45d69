/** What every lab has around its stage: the header, the guide, the run's controls, its numbers and its curves. */

import { useEffect, useRef } from "preact/hooks";
import { layout, run, sheet, spec, state, task } from "../core/state.js";
import { TroubleCard } from "../data/trouble.js";
import { Counters, PlayButton, SpeedField, StartButtons, StepButton } from "../panels/controlbar.js";
import { Header } from "../panels/header.js";
import { HelpDialog } from "../panels/help.js";
import { LearningRate } from "../panels/learning.js";
import { Notices } from "../panels/notices.js";
import { epochText, hasTest, testAccuracyText, testLossText, trainLossText } from "../panels/numbers.js";
import { LossScale, Stat } from "../panels/stats.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { Sheet } from "../ui/sheet.js";
import { LossChart } from "../views/losschart.js";
import { Guide, StepBody, StepButtons } from "./guide.js";
import { STAGES } from "./stages.js";
import { current, goTo, isAnswered, lab, place } from "./steps.js";

export function LabPage() {
  const phone = layout.value === "phone";
  return html`
    <${Header} />
    <div class="lab">
      ${!phone && html`<${Guide} />`}
      <main class=${`lab-main${phone && sheet.value ? " lab-under" : ""}`} id="main" tabindex="-1">
        ${phone && html`<h1 class="lab-phone-title">${lab.value.title}</h1>`}
        ${!phone && html`<${LabBar} />`}
        <${Stage} />
      </main>
    </div>
    ${phone && html`<${GuideSheet} /><${PhoneBars} />`}
    <${Notices} />
    <${HelpDialog} />
  `;
}

function Stage() {
  const { Stage: Body } = STAGES[lab.value.stage];
  return html`<div class="lab-stage">
    ${state.value === "diverged" && html`<${TroubleCard} />`}
    ${run.value && spec.value ? html`<${Body} lab=${lab.value} />` : html`<div class="block block-stage"></div>`}
    <${Curves} />
  </div>`;
}

/** The run's controls in one row: the same as the playground's, without what is set by a lab itself. */
function LabBar() {
  return html`<section class="controlbar labbar" aria-label="Training">
    <div class="bar-run"><${PlayButton} /><${StepButton} /><${StartButtons} /></div>
    <div class="bar-counters"><${Counters} /><${SpeedField} /></div>
    <div class="bar-learning">
      <${LearningRate} />
      ${layout.value === "wide" && html`<${Glance} />`}
    </div>
  </section>`;
}

/** How well it learns, in sight wherever the stage is scrolled to. */
function Glance() {
  const sorted = hasTest.value && task.value === "classification";
  return html`
    ${sorted && html`<${Stat} label="Test accuracy" text=${testAccuracyText} class="stat-main" />`}
    <div class="labbar-curve"><${LossChart} spark /></div>
  `;
}

/** Losses and accuracy in numbers and, over the epochs, as curves. */
function Curves() {
  return html`<section class="lab-curves" aria-label="Curves">
    <header class="lab-curves-head">
      <h2 class="head">How well it learns</h2>
      <div class="lab-numbers">
        ${hasTest.value && task.value === "classification" && html`<${Stat} label="Test accuracy" text=${testAccuracyText} class="stat-main" />`}
        ${hasTest.value && html`<${Stat} label="Test loss" text=${testLossText} class="stat-main" />`}
        <${Stat} label="Training loss" text=${trainLossText} class="stat-train" />
        <${LossScale} />
      </div>
    </header>
    <${LossChart} />
  </section>`;
}

/** A phone's guide: a sheet over the lower part of the stage. That which greets one leaves the focus where it is. */
function GuideSheet() {
  const shown = useRef(0);
  useEffect(() => {
    sheet.value ??= "guide";
  }, []);
  if (sheet.value !== "guide") return null;
  shown.current += 1;
  return html`<${Sheet} key=${place.value} title=${`${place.value + 1} ${current.value.title}`} focus=${shown.current > 1}>
    <div class="guide-sheet"><${StepBody} /><${StepButtons} /></div>
  <//>`;
}

function PhoneBars() {
  const open = sheet.value === "guide";
  return html`<div class="phone-bars">
    <section class="runbar" aria-label="Training">
      <${StartButtons} short /><${PlayButton} size=${28} /><${StepButton} />
      <div class="lab-phone-number">${
        hasTest.value && task.value === "classification"
          ? html`<${Stat} label="Accuracy" text=${testAccuracyText} />`
          : html`<${Stat} label="Epoch" text=${epochText} />`
      }</div>
    </section>
    <nav class="guide-dots" aria-label="All steps">
      <button type="button" class="guide-open" aria-expanded=${open} onClick=${() => (sheet.value = open ? null : "guide")}>
        <${Icon} name="bulb" /><span>Guide</span>
      </button>
      ${lab.value.steps.map(
        (
          { title },
          index,
        ) => html`<button key=${index} type="button" class=${`guide-dot-button${isAnswered(index) ? " guide-step-done" : ""}`}
          aria-label=${`Step ${index + 1}: ${title}`} aria-current=${index === place.value ? "step" : null}
          onClick=${() => {
            goTo(index);
            sheet.value = "guide";
          }}><span class="guide-dot" aria-hidden="true">${index + 1}</span></button>`,
      )}
    </nav>
  </div>`;
}
