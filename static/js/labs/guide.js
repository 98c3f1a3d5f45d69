/** The guide: the steps of the path, the text of the one that is shown, its setup and its question. */

import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/button.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { QuestionCard } from "./question.js";
import { away, enter, exchanging, leave } from "./setups.js";
import { current, goTo, isAnswered, isFirst, isLast, lab, place } from "./steps.js";

/** The server's text of each step, taken out of the page before it is drawn anew. @type {Element[]} */
let texts = [];

/** @param {ParentNode} page */
export function takeTexts(page) {
  texts = [...page.querySelectorAll("[data-step]")];
}

/** At the left of the stage. */
export function Guide() {
  return html`<aside class="guide" aria-label="Guide">
    <div class="guide-scroll">
      <a class="guide-back" href="/labs"><${Icon} name="back" size=${16} />All labs</a>
      <h1 class="guide-title">${lab.value.title}</h1>
      <ol>
        ${lab.value.steps.map((step, index) => html`<${StepLine} key=${index} index=${index} title=${step.title} />`)}
      </ol>
    </div>
    <${StepButtons} />
  </aside>`;
}

/** @param {{ index: number, title: string }} props */
function StepLine({ index, title }) {
  const open = index === place.value;
  const done = isAnswered(index);
  return html`<li class=${`guide-step${open ? " guide-step-open" : ""}${done ? " guide-step-done" : ""}`}>
    <button type="button" class="guide-step-button" aria-current=${open ? "step" : null} onClick=${() => goTo(index)}>
      <span class="guide-dot">${done && !open ? html`<${Icon} name="check" size=${16} /><span class="hidden">${index + 1}</span>` : index + 1}</span>
      <span>${title}</span>${done && html`<span class="hidden">(done)</span>`}
    </button>
    ${open && html`<div class="guide-body"><${StepBody} /></div>`}
  </li>`;
}

/** The text of the step that is shown, its setup and its question. */
export function StepBody() {
  const index = place.value;
  return html`
    <${Text} key=${`text ${index}`} index=${index} />
    <${Setup} index=${index} />
    ${current.value.question && html`<${QuestionCard} key=${`question ${index}`} question=${current.value.question} />`}
  `;
}

/** @param {{ index: number }} props */
function Text({ index }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    box.current?.replaceChildren(...(texts[index]?.cloneNode(true).childNodes ?? []));
  }, [index]);
  return html`<div class="guide-words" ref=${box}></div>`;
}

/** @param {{ index: number }} props */
function Setup({ index }) {
  const { preset, enter: word } = current.value;
  const shown = away.value?.shown.step;
  const waiting = exchanging.value;
  if (!preset && shown === undefined) return null;
  return html`<div class="guide-setup">
    ${
      preset &&
      shown !== index &&
      html`<${Button} icon="net" disabled=${waiting} onClick=${() => enter(lab.value, index)}>${word}<//>`
    }
    ${
      shown !== undefined &&
      html`<${Button} icon="undo" disabled=${waiting} onClick=${() => leave(lab.value)}>Back to my network<//>
        <p class="hint">${shown === index ? "This step’s setup is shown." : `The setup of step ${shown + 1} is shown.`} Your own network waits, as you left it.</p>`
    }
  </div>`;
}

export function StepButtons() {
  return html`<nav class="guide-buttons" aria-label="Back and next">
    <${Button} icon="back" disabled=${isFirst.value} title=${isFirst.value ? "This is the first step." : null}
      onClick=${() => goTo(place.value - 1)}>Back<//>
    ${
      isLast.value
        ? html`<a class="button button-primary" href="/labs">All labs<${Icon} name="next" /></a>`
        : html`<${Button} kind="primary" onClick=${() => goTo(place.value + 1)}>Next step<${Icon} name="next" /><//>`
    }
  </nav>`;
}
