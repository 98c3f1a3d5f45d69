// The Your data dialog: draw points, or paste, choose or drop a table. A file may be dropped anywhere on the page.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { yourData } from "../core/store.js";
import { Dialog } from "../ui/dialog.js";
import { carriesFiles } from "../ui/drop.js";
import { html } from "../ui/html.js";
import { Segmented } from "../ui/segmented.js";
import { emptyDrawing, pointsOnPlot, startDrawing } from "./drawpoints.js";
import { inUse, own, startKeeping } from "./owndata.js";
import { counted } from "./wording.js";

/** @typedef {import("./owndata.js").OwnData} OwnData */

const PAGES = [
  { value: "draw", label: "Draw points" },
  { value: "csv", label: "Paste CSV" },
];

/** @type {import("@preact/signals").Signal<typeof import("./csvpage.js") | null>} tables are read by code that only their readers load */
const tables = signal(null);

async function loadTables() {
  tables.value ??= await import("./csvpage.js");
  return tables.value;
}

/** Whether the dialog ends because its points are used or drawing begins: Space then plays, not opens it again. */
let begun = false;

/** Also called once the dialog is closed and has given the focus back. */
function close() {
  yourData.value = null;
  if (begun) /** @type {HTMLElement | null} */ (document.querySelector(".plot-area[tabindex]"))?.focus();
  begun = false;
}

function use() {
  yourData.value = null;
  begun = true;
}

/** @param {OwnData} data */
function begin(data) {
  startDrawing(data);
  use();
}

/** @param {{title: string, words: string, onChoose: () => void}} props */
function Way({ title, words, onChoose }) {
  return html`<button type="button" class="drawway" onClick=${onChoose}><strong>${title}</strong><span class="hint">${words}</span></button>`;
}

/** Where drawing begins: with what is there, with nothing, with what was drawn before. */
function DrawPage() {
  const here = pointsOnPlot();
  const kept = inUse.value ? null : own.value;
  return html`
    <div class="drawpage">
      <p>Click or drag on the large picture to add points of a colour, or go there with the arrow keys and press Enter. The network learns from them at once.</p>
      <${Way} title="Start from these points" words=${`${counted(here.points.length, "point")} of the data on the plot`} onChoose=${() => begin(here)} />
      ${
        kept &&
        kept.points.length > 0 &&
        html`<${Way} title="Go on with your points" words=${`${counted(kept.points.length, "point")}, kept from before`} onChoose=${() => begin(kept)} />`
      }
      <${Way} title="Start with an empty plot" words="Two or three colours to tell apart" onChoose=${() => begin(emptyDrawing("classification"))} />
      <${Way} title="Start with an empty plot of numbers" words="Values from −1 to 1 to be learnt" onChoose=${() => begin(emptyDrawing("regression"))} />
    </div>
  `;
}

/** A file that is dropped anywhere opens the dialog with it. */
function useDrop() {
  useEffect(() => {
    const hover = (/** @type {boolean} */ on) => document.documentElement.classList.toggle("dropping", on);
    const over = (/** @type {DragEvent} */ event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      hover(true);
    };
    const leave = (/** @type {DragEvent} */ event) => event.relatedTarget === null && hover(false);
    const drop = (/** @type {DragEvent} */ event) => {
      hover(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      loadTables().then(({ takeFile }) => takeFile(file));
      yourData.value = "csv";
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
}

export function YourDataDialog() {
  const page = yourData.value;
  useDrop();
  useEffect(() => {
    startKeeping();
  }, []);
  useEffect(() => {
    if (page === "csv") loadTables();
  }, [page]);
  const head = html`<${Segmented}
    label="How" value=${page ?? "csv"} options=${PAGES} small
    onChange=${(/** @type {"draw" | "csv"} */ value) => {
      yourData.value = value;
    }}
  />`;
  return html`
    <${Dialog} open=${page !== null} onClose=${close} title="Your data" head=${head} class="yourdata">
      ${page === "csv" && (tables.value ? html`<${tables.value.CsvPage} onDone=${use} />` : html`<div class="block csvpage-waiting"></div>`)}
      ${page === "draw" && html`<${DrawPage} />`}
    <//>
  `;
}
