// The tools for drawing, in one line over the plot: what to draw with, erase, undo, redo, clear, done.

import { drawMode } from "../core/store.js";
import { Button, IconButton, pressable } from "../ui/button.js";
import { html } from "../ui/html.js";
import { className } from "./classes.js";
import {
  canRedo,
  canUndo,
  clearDrawing,
  drawableLabels,
  drawn,
  drawnValue,
  finishDrawing,
  redoDrawing,
  undoDrawing,
} from "./drawpoints.js";
import { classesOf, missing } from "./owndata.js";
import { ClassMark } from "./tiles.js";
import { counted } from "./wording.js";

/** @typedef {import("./owndata.js").OwnData} OwnData */

/** A third colour waits for the first two, because classes are numbered in order. @param {OwnData} data @param {number} index */
const waits = (data, index) => index === 2 && classesOf(data).length < 2;

/** @param {{data: OwnData}} props */
function ClassTools({ data }) {
  const labels = drawableLabels(data);
  return labels.map((label, index) => {
    const name = className(label, labels);
    const chosen = drawMode.value?.tool === "point" && drawMode.value.class === index;
    const choose = () => {
      drawMode.value = { tool: "point", class: index };
    };
    return html`<button
      key=${index} type="button" class="drawbar-tool" aria-pressed=${chosen} aria-label=${`Draw ${name}`}
      title=${waits(data, index) ? "Draw some orange and some blue points first" : `Draw ${name}`}
      ...${pressable({ disabled: waits(data, index), onClick: choose })}
    ><${ClassMark} index=${index} size=${18} /></button>`;
  });
}

function ValueTool() {
  const onInput = (/** @type {Event} */ event) => {
    drawnValue.value = Number(/** @type {HTMLInputElement} */ (event.target).value);
    drawMode.value = { tool: "point", class: 0 };
  };
  const text = drawnValue.value.toFixed(1).replace("-", "\u2212");
  return html`<label class="drawbar-value">
    <span>Value ${text}</span>
    <input type="range" min="-1" max="1" step="0.1" value=${drawnValue.value} aria-valuetext=${text} onInput=${onInput} />
  </label>`;
}

/** @param {OwnData} data what a person should know now */
function hint(data) {
  const reason = missing(data);
  if (reason === null) return `${counted(data.points.length, "point")}. Click or drag on the picture.`;
  return `${reason} Until then the network keeps the earlier ones.`;
}

/** In place of the plot's head while drawing. */
export function DrawBar() {
  const data = drawn.value;
  if (!data) return null;
  const quiet = canUndo.value && missing(data) === null;
  const erase = () => {
    drawMode.value = { tool: "erase", class: drawMode.value?.class ?? 0 };
  };
  return html`
    <div class="drawbar" role="toolbar" aria-label="Draw points">
      ${data.task === "regression" ? html`<${ValueTool} />` : html`<${ClassTools} data=${data} />`}
      <${IconButton} icon="erase" label="Erase" class="drawbar-tool" aria-pressed=${drawMode.value?.tool === "erase"} onClick=${erase} />
      <span class="drawbar-gap"></span>
      <${IconButton} icon="undo" label="Undo" class="drawbar-tool" disabled=${!canUndo.value} onClick=${undoDrawing} />
      <${IconButton} icon="redo" label="Redo" class="drawbar-tool" disabled=${!canRedo.value} onClick=${redoDrawing} />
      <${IconButton} icon="trash" label="Clear all points" class="drawbar-tool" disabled=${data.points.length === 0} onClick=${clearDrawing} />
      <${Button} kind="primary" onClick=${finishDrawing}>Done<//>
      <p class=${`drawbar-hint${quiet ? " drawbar-quiet" : ""}`} role="status">${hint(data)}</p>
    </div>
  `;
}
