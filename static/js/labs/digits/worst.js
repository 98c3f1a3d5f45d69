/** The images behind the numbers: those of a cell of the confusion matrix, and the mistakes the network was surest of. */

import { useMemo } from "preact/hooks";
import { percent } from "../../core/format.js";
import { dataset } from "../../core/store.js";
import { html } from "../../ui/html.js";
import { withArticle } from "./confidencewords.js";
import { behind, mistakes } from "./confusioncounts.js";
import { classes, classNamed, exampleRow, showExample, side, source } from "./current.js";
import { Thumb } from "./thumb.js";

/** @typedef {import("./confusioncounts.js").Cell} Cell */
/** @typedef {import("./confusioncounts.js").Answers} Answers */
/** @typedef {ReturnType<typeof import("./confusioncounts.js").tally>} Table */
/** @typedef {"test" | "train"} Part */

const BEHIND_A_CELL = 24;
const MISTAKES = 18;

/** @param {{ part: Part, table: Table | null, cell: Cell | null, answers: Answers | null }} props */
export function BehindCell({ part, table, cell, answers }) {
  if (!table) return null;
  if (!cell) return html`<p class="lab-note" aria-live="polite">Not one mistake among them.</p>`;
  const found = answers ? behind(answers, cell) : [];
  const [was, read] = cell.map(classNamed);
  const count = table.rows[cell[0]][cell[1]];
  const more = found.length - BEHIND_A_CELL;
  const words =
    cell[0] === cell[1]
      ? html`<b>${count} of ${table.totals[cell[0]]}</b> images of ${was} are read rightly.`
      : html`<b>${times(count)}</b> ${withArticle(classes.value[cell[0]])} was read as ${read}.`;
  return html`<div class="behind">
    <p class="lab-note">${words}${more > 0 ? ` The ${BEHIND_A_CELL} surest are shown.` : ""}</p>
    <ul class="thumbs">
      ${found.slice(0, BEHIND_A_CELL).map((index) => html`<li key=${index}>${example({ part, index, answers })}</li>`)}
    </ul>
  </div>`;
}

/** @param {number} count */
const times = (count) => ["Never", "Once", "Twice"][count] ?? `${count} times`;

/** @param {{ part: Part, answers: Answers | null }} props */
export function SurestMistakes({ part, answers }) {
  const found = answers ? mistakes(answers) : [];
  const sub = answers ? `${found.length} wrong, the surest first` : "Counting …";
  return html`<section class="wrong-mistakes" aria-label="Surest mistakes">
    <header class="lab-head"><h3>Surest mistakes</h3><p class="lab-sub">${sub}</p></header>
    ${
      answers && !found.length
        ? html`<p class="lab-note">Every one of these images is read rightly.</p>`
        : html`<ul class="mistakes">
        ${found.slice(0, MISTAKES).map((index) => html`<li key=${index}>${example({ part, index, answers, told: true })}</li>`)}
      </ul>`
    }
    ${found.length > 0 && html`<p class="lab-note">Choose one to take it in hand.</p>`}
  </section>`;
}

/** @param {{ part: Part, index: number, answers: Answers | null, told?: boolean }} props */
const example = (props) => html`<${Example} ...${props} />`;

/** One image of the data, to be taken in hand; `told` writes what it was and what it was read as beside it.
 * @param {{ part: Part, index: number, answers: Answers, told?: boolean }} props */
function Example({ part, index, answers, told = false }) {
  const row = useMemo(() => exampleRow(part, index), [part, index, dataset.value, side.value]);
  if (!row) return null;
  const [was, read] = [answers.true[index], answers.predicted[index]].map(classNamed);
  const sure = percent(answers.outputs[index], 0);
  const held = source.value.kind === "example" && source.value.part === part && source.value.index === index;
  const name = was === read ? `${was}, read rightly, ${sure} sure` : `${was} read as ${read}, ${sure} sure`;
  const spoken = told ? `${was} → ${read} ${sure} sure` : name;
  return html`<button type="button" class=${told ? "example example-told" : "example"} aria-pressed=${held}
    aria-label=${`${spoken}. Take it in hand`} title=${name} onClick=${() => showExample(part, index)}>
    <${Thumb} values=${row} side=${side.value} />
    ${told && html`<span class="example-words"><b>${was} → ${read}</b>${" "}${sure}</span>`}
  </button>`;
}
