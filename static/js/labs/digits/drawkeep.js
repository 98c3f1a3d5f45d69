/** Keeping a drawing: say what it is, see what is kept, train on it. */

import { signal } from "@preact/signals";
import { complain } from "../../core/actions.js";
import { inert } from "../../core/inert.js";
import { toast } from "../../core/store.js";
import { Button } from "../../ui/button.js";
import { html } from "../../ui/html.js";
import { SelectBox } from "../../ui/select.js";
import { confidences } from "./confidences.js";
import { withArticle } from "./confidencewords.js";
import { classes, drawing, source } from "./current.js";
import { keepDrawing, kept, setKept, TIMES, trainedOn, trainOnKept, trainWithout, usable } from "./drawkept.js";
import { take } from "./drawstate.js";
import { rasterise } from "./raster.js";
import { read } from "./strokes.js";
import { Thumb } from "./thumb.js";

const THUMB = 8;
/** What the drawing is said to be; null while nobody said, and the network's own answer stands there. */
const said = signal(/** @type {string | null} */ (null));

/** The class that is offered: what was said last, else what the network reads. */
function offered() {
  if (said.value !== null && classes.value.includes(said.value)) return said.value;
  const shares = confidences.value;
  return classes.value[shares ? shares.indexOf(Math.max(...shares)) : 0];
}

export function Keep() {
  return html`<div class="keep"><${Naming} />${kept.value.length > 0 && html`<${KeptDrawings} />`}</div>`;
}

function Naming() {
  const ready = source.value.kind === "drawing" && drawing.value.length > 0;
  const name = offered();
  return html`<div class="keep-row" role="group" aria-label="Keep this drawing">
    <span class="keep-word">This is</span>
    <${SelectBox} value=${name} aria-label="What the drawing is" small
      options=${classes.value.map((each) => ({ value: each, label: inert(each) }))}
      onChange=${(/** @type {string} */ each) => (said.value = each)} />
    <${Button} disabled=${!ready} title=${ready ? undefined : "Draw something first."} onClick=${() => keepAs(name)}>Keep it<//>
  </div>`;
}

/** @param {string} name */
function keepAs(name) {
  const before = kept.value;
  keepDrawing(name);
  said.value = null;
  toast(`Kept as ${withArticle(name)}.`, { action: { label: "Undo", run: () => setKept(before) } });
}

function KeptDrawings() {
  const count = usable.value.length;
  const trained = trainedOn.value;
  const word = count === 1 ? "this drawing" : `these ${count}`;
  const asIs = trained === count;
  return html`<ul class="kept" aria-label="Kept drawings">
      ${kept.value.map((entry, at) => html`<${KeptDrawing} key=${`${at}:${entry.strokes}`} entry=${entry} at=${at} />`)}
    </ul>
    <div class="keep-row">
      <${Button} kind="primary" disabled=${!count || asIs} title=${asIs ? "The network trains on all of them." : undefined}
        onClick=${() => trainOnKept().catch(complain)}>Train on ${word}<//>
      ${trained > 0 && html`<${Button} onClick=${() => trainWithout().catch(complain)}>Leave out<//>`}
    </div>
    <p class="hint">${
      trained
        ? `${trained === 1 ? "One drawing is" : `${trained} drawings are`} among what the network trains on.`
        : `Each counts ${TIMES} times, to be noticed among the data. The network keeps its weights; epochs count anew.`
    }</p>`;
}

/** @param {{ entry: import("./drawkept.js").Kept, at: number }} props */
function KeptDrawing({ entry, at }) {
  const strokes = read(entry.strokes);
  const pixels = rasterise(strokes, THUMB, false) ?? new Float32Array(THUMB * THUMB);
  const remove = () => {
    const before = kept.value;
    setKept(before.filter((_, index) => index !== at));
    toast("Drawing removed.", { action: { label: "Undo", run: () => setKept(before) } });
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    remove();
  };
  return html`<li class="kept-drawing">
    <button type="button" class="kept-open" aria-label=${`Drawing ${at + 1}, ${withArticle(entry.name)}: draw it again`}
      title="Show it again; Delete removes it" onClick=${() => take(strokes)} onKeyDown=${keys}>
      <${Thumb} values=${pixels} side=${THUMB} /><span class="kept-name">${inert(entry.name)}</span>
    </button>
    <button type="button" class="kept-remove" aria-label=${`Remove drawing ${at + 1}`} title="Remove" onClick=${remove}>×</button>
  </li>`;
}
