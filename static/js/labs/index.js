/** The index of the labs: a card for each, with a small picture of its network in training and how far somebody has come. */

import { render } from "preact";
import { connect, startPage } from "../core/boot.js";
import { Header } from "../panels/header.js";
import { Notices } from "../panels/notices.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { isBegun, isFinished, progressOf } from "./progress.js";
import { Thumbnail } from "./thumbnail.js";

/** @typedef {import("./types.js").Lab} Lab */

/** @param {HTMLElement} root @param {Lab[]} labs */
export async function startIndex(root, labs) {
  startPage();
  root.replaceChildren();
  render(html`<${IndexPage} labs=${labs} />`, root);
  await connect().catch(() => {}); // without a server the cards stay as they are
}

/** @param {{ labs: Lab[] }} props */
function IndexPage({ labs }) {
  const finished = labs.filter(isFinished).length;
  const next = labs.find((lab) => !isFinished(lab));
  return html`
    <${Header} plain />
    <main class="labs" id="main" tabindex="-1">
      <header class="labs-head">
        <div>
          <h1 class="labs-title">Labs</h1>
          <p class="labs-about">Short walks, each around one idea. Every picture is a network training right now.</p>
        </div>
        <div class="labs-on">
          ${finished > 0 && html`<span class="labs-finished">${finished} of ${labs.length} finished</span>`}
          ${next && html`<a class="button button-primary" href=${`/labs/${next.name}`}>${isBegun(next) ? "Continue" : "Begin"}: ${next.title}<${Icon} name="next" /></a>`}
        </div>
      </header>
      <ul class="labs-list">${labs.map((lab) => html`<${Card} key=${lab.name} lab=${lab} />`)}</ul>
    </main>
    <${Notices} />
  `;
}

/** @param {{ lab: Lab }} props */
function Card({ lab }) {
  const { step, answered } = progressOf(lab.name);
  const count = lab.steps.length;
  return html`<li class=${`labcard${isBegun(lab) && !isFinished(lab) ? " labcard-begun" : ""}`}>
    <div class="labcard-picture"><${Thumbnail} lab=${lab} /></div>
    <h2 class="labcard-title"><span class="labcard-number">${lab.number}</span> <a href=${`/labs/${lab.name}`}>${lab.title}</a></h2>
    <p class="labcard-summary">${lab.summary}</p>
    <p class="labcard-facts"><${Icon} name="clock" size=${16} />${lab.minutes} min
      ${isFinished(lab) && html`<span class="labcard-finished"><${Icon} name="check" size=${16} />Finished</span>`}
      ${
        isBegun(lab) &&
        !isFinished(lab) &&
        html`<progress class="labcard-progress" max=${count} value=${answered.length} aria-label="Questions answered"></progress>
          <span>step ${step + 1} of ${count}</span>`
      }
    </p>
  </li>`;
}
