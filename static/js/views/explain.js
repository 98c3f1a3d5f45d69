// Explain: how one unit comes to its value at the probe point. Weighted inputs pile up to z; the activation bends z.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { entryOf } from "../core/catalog.js";
import { catalog, frame, layout, run, selectedUnit } from "../core/store.js";
import { mark, markSoon, unmark } from "../draw/commit.js";
import { palette } from "../draw/palette.js";
import { onResize } from "../draw/surface.js";
import { IconButton } from "../ui/button.js";
import { Formula } from "../ui/formula.js";
import { html } from "../ui/html.js";
import { ExplainPainter } from "./explainpaint.js";
import { unitFormula, unitLine } from "./formulas.js";
import { unitName } from "./names.js";
import { showThumbnail } from "./thumbnails.js";
import { WeightTable, weightsOpen } from "./weighttable.js";

/** @typedef {import("../core/types.js").Run} Run */

/** Letters of a unit's name and formula that have room beside its equation. */
const LONGEST_HEAD = 39;

/** What a layer's formula is made of. @param {Run} current @param {number} layer */
function termsOf({ network }, layer) {
  const { activation, inputs } = network.layers[layer];
  const entry = entryOf("activations", activation);
  return {
    formula: entry?.formula ?? `a = ${activation}(z)`,
    label: entry?.label ?? activation,
    result: /** @type {"y" | "h"} */ (layer === network.layers.length - 1 ? "y" : "h"),
    input: /** @type {"x" | "h"} */ (inputs.every((name) => name === "features") ? "x" : "h"),
  };
}

export function Explain() {
  const current = run.value;
  if (!current) return html`<section class="explain explain-empty" aria-label="Explain"></section>`;
  const chosen = selectedUnit.value;
  const layers = current.network.layers;
  if (!chosen || chosen[0] === "features" || chosen[1] >= (layers[chosen[0]]?.units ?? 0)) {
    return html`<${Overview} current=${current} />`;
  }
  return html`<${Unit} key=${chosen.join(":")} current=${current} layer=${chosen[0]} unit=${chosen[1]} />`;
}

/** Nothing chosen: what is to be seen, and what to do. @param {{ current: Run }} props */
function Overview({ current }) {
  const { formula, result, input } = termsOf(current, current.network.layers.length - 1);
  const verb = layout.value === "phone" ? "Tap" : "Choose";
  return html`
    <section class="explain explain-overview" aria-label="Explain">
      <h2>What you see</h2>
      <div class="explain-columns">
        <p>
          Each small picture is one unit and what it makes of the plane: <span class="word-pos">blue where its value is
          high</span>, <span class="word-neg">orange where it is low</span>. A line is a weight, the thicker, the larger.
        </p>
        <p>
          <b>${verb} a unit</b> to see how its value comes about. ${verb} a line, or the bar under a unit, to change that weight
          or bias.
        </p>
        <p>The output: ${unitFormula(formula, result, input).map((source) => html`<br /><${Formula} source=${source} />`)}</p>
      </div>
    </section>
  `;
}

/** @param {{ current: Run, layer: number, unit: number }} props */
function Unit({ current, layer, unit }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const map = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const open = weightsOpen.value;
  const { activation } = current.network.layers[layer];
  const { formula, label, result, input } = termsOf(current, layer);
  const line = unitLine(formula, label, result, input);
  const title = unitName([layer, unit], current.network, current.spec);
  const long = line.length + title.length > LONGEST_HEAD;
  const entry = catalog.value?.activations.find(({ name }) => name === activation);
  useEffect(
    () => (root.current ? followUnit(root.current, layer, unit) : undefined),
    [open, current.spec, layer, unit],
  );
  useEffect(() => (map.current ? showThumbnail(`${layer}:${unit}`, map.current) : undefined), [open, layer, unit]);
  const drawing = html`<div class="explain-body">
    <canvas class="explain-waterfall" role="img" aria-label="The terms of the sum"></canvas>
    ${
      entry &&
      html`<figure class="explain-curve"><canvas></canvas><figcaption><i class="math">z</i> → ${label}</figcaption></figure>`
    }
    <figure class="explain-map">
      <canvas ref=${map}></canvas>
      <figcaption><b data-part="value"></b><span data-part="leaning"></span>
        ${!entry?.range && html`<span class="explain-scale" data-part="scale" title=${`Every ${label} unit has a colour scale of its own.`}></span>`}
      </figcaption>
    </figure>
  </div>`;
  return html`
    <section class="explain" aria-label="Explain" ref=${root} onKeyDown=${letGo}>
      <header class=${`explain-head${long ? " explain-head-long" : ""}`}>
        <h2>${title}</h2>
        <${Formula} source=${line} />
        <span class="explain-equation"><span data-part="equation"></span> = <b data-part="a"></b></span>
        <button type="button" class="explain-weights" aria-expanded=${open} onClick=${() => (weightsOpen.value = !open)}>
          ${open ? "Drawing" : "Weights as a table"}
        </button>
        <${IconButton} icon="close" label="Close" onClick=${() => (selectedUnit.value = null)} />
      </header>
      ${open ? html`<${WeightTable} layer=${layer} unit=${unit} />` : drawing}
    </section>
  `;
}

/** @param {KeyboardEvent} event */
function letGo(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  selectedUnit.value = null;
}

/** @param {HTMLElement} root @param {number} layer @param {number} unit */
function followUnit(root, layer, unit) {
  const painter = new ExplainPainter(root, layer, unit);
  const paint = () => painter.paint();
  const endFrames = effect(() => {
    if (frame.value) markSoon(paint);
  });
  const endColors = effect(() => {
    palette();
    mark(paint);
  });
  const endSize = onResize(root, () => mark(paint));
  return () => {
    endFrames();
    endColors();
    endSize();
    unmark(paint);
    painter.dispose();
  };
}
