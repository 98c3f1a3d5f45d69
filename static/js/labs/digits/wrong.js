/** What goes wrong: the confusion matrix and the images behind it, the surest mistakes, and what an answer hangs on. */

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { percent, whole } from "../../core/format.js";
import { dataset } from "../../core/store.js";
import { html } from "../../ui/html.js";
import { Segmented } from "../../ui/segmented.js";
import { useFrame, useProbe } from "../../views/useframe.js";
import { Confusion } from "./confusion.js";
import { tally } from "./confusioncounts.js";
import { classes } from "./current.js";
import { Occlusion } from "./occlusion.js";
import { BehindCell, SurestMistakes } from "./worst.js";

/** @typedef {import("./confusioncounts.js").Cell} Cell */
/** @typedef {import("../../core/types.js").Frame} Frame */
/** @typedef {"test" | "train"} Part */

/** Whose answers are looked at. */
const part = signal(/** @type {Part} */ ("test"));
/** The cell that was chosen; the most frequent mistake while none is. */
export const chosen = signal(/** @type {Cell | null} */ (null));

const PARTS = [
  { value: "test", label: "Unseen", title: "Examples kept aside: the network never learns from them" },
  { value: "train", label: "Learned from", title: "The examples the network is trained on" },
];
const WORDS = { test: "unseen", train: "training" };

/** @param {Cell} cell */
function choose(cell) {
  chosen.value = cell;
}

export function Wrong() {
  const untested = dataset.value !== null && !dataset.value.test.shape[0];
  const from = untested ? "train" : part.value;
  useProbe("answers", { part: from });
  const frame = useFrame();
  const answers = useMemo(() => answersIn(frame, dataset.value?.[from].shape[0] ?? 0), [frame, from, dataset.value]);
  const table = useMemo(() => answers && tally(answers, classes.value.length), [answers, classes.value.length]);
  const cell = chosen.value && Math.max(...chosen.value) < classes.value.length ? chosen.value : (table?.worst ?? null);
  return html`<div class="wrong">
    <section class="wrong-matrix" aria-label="Where it goes wrong">
      <header class="lab-head">
        <h3>Where it goes wrong</h3>
        <p class="lab-sub">${table ? `${percent(table.accuracy)} right on ${whole(table.all)} ${WORDS[from]} images` : "Counting …"}</p>
      </header>
      ${
        !untested &&
        html`<${Segmented} label="Examples looked at" small value=${from} options=${PARTS}
        onChange=${(/** @type {Part} */ value) => (part.value = value)} />`
      }
      <${Confusion} table=${table} cell=${cell} onChoose=${choose} />
      <${BehindCell} part=${from} table=${table} cell=${cell} answers=${answers} />
    </section>
    <${SurestMistakes} part=${from} answers=${answers} />
    <${Occlusion} />
  </div>`;
}

/**
 * The answers to all examples of a part, in their order; null while they are not those of this part.
 * @param {Frame | null} frame
 * @param {number} count how many examples the part has
 */
function answersIn(frame, count) {
  const [predicted, was, outputs] = ["predicted", "true", "outputs"].map((name) =>
    frame?.arrays.get(`answers/${name}`),
  );
  return predicted && was && outputs && predicted.length === count ? { predicted, true: was, outputs } : null;
}
