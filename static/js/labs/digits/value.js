/** One number, opened: the window it was computed from, every product, the sum, and the map it stands in. */

import { labelOf } from "../../core/catalog.js";
import { fixed } from "../../core/format.js";
import { html } from "../../ui/html.js";
import { classNamed, image } from "./current.js";
import { openAt, openPlace, openUnit, parts, readBy, shown, theta } from "./layerlook.js";
import { PointedPicture } from "./layermap.js";
import { isImages } from "./layerparts.js";
import { mapNumbers } from "./layerscale.js";
import { numberOf, readingOf } from "./layerwords.js";
import { PoolingWindow } from "./valuepool.js";
import { wayOf } from "./valuesum.js";
import { PlainUnits } from "./valueunits.js";
import { SlidingWindow } from "./valuewindow.js";

/** @typedef {import("./layerparts.js").Part} Part */
/** @typedef {import("./layerparts.js").Place} Place */

const BODIES = { windows: SlidingWindow, pooling: PoolingWindow, units: PlainUnits };

/** @param {{ part: Part }} props */
export function OneValue({ part }) {
  return html`<section class="value" aria-labelledby="value-head">
    <header class="value-head">
      <h2 id="value-head">${title(part)}</h2>
      <p class="hint">${isImages(part.output) ? "Point at either picture, or go there by arrow keys." : "One number, from all that it reads."}</p>
    </header>
    ${body(part)}
  </section>`;
}

/** @param {Part} part */
function title(part) {
  const unit = openUnit.value;
  if (isImages(part.output)) {
    const [row, column] = openPlace.value;
    return `One number of map ${unit + 1}: row ${row + 1}, column ${column + 1}`;
  }
  const output = part.index === parts.value.length - 1;
  return output ? `How sure it is of ${classNamed(unit)}` : `Unit ${unit + 1}`;
}

/** @param {Part} part */
function body(part) {
  if (!image.value)
    return html`<p class="value-empty">Draw a digit first, or take one of the data: then there are numbers to look at.</p>`;
  const read = readBy(part);
  const way = wayOf(part);
  const all = theta.value;
  if (way === "passed") return html`<${PassedOn} part=${part} />`;
  if (!read || !all || !shown.value) return html`<span class="block block-value"></span>`;
  const result = html`<${Result} part=${part} />`;
  return html`<${BODIES[way]} part=${part} read=${read} theta=${all} result=${result} />`;
}

/** A layer that gives what it is given. @param {{ part: Part }} props */
function PassedOn({ part }) {
  const value = numberOf(part, openUnit.value, openPlace.value);
  const disturbs = part.kind === "dropout" || part.kind === "noise";
  return html`<div class="value-flow">
    <p class="value-words">${labelOf("layers", part.kind)} passes on <b data-testid="value">${value === null ? "–" : fixed(value, 2)}</b> as it is.
      ${disturbs && " It only disturbs what comes by while the network trains, not when it answers."}</p>
    ${isImages(part.output) && html`<${Result} part=${part} />`}
  </div>`;
}

/** The map in which the number stands. @param {{ part: Part }} props */
function Result({ part }) {
  const unit = openUnit.value;
  if (!isImages(part.output)) return null;
  const [, height, width] = part.output;
  const [row, column] = openPlace.value;
  return html`<figure class="value-result">
    <${PointedPicture} label=${`Map ${unit + 1}`} reading=${readingOf(part, unit, [row, column])} numbers=${mapNumbers(part, unit)}
      of=${`${part.start}:${part.output}:${unit}`} width=${width} height=${height} cursor=${[row, column]}
      box=${{ top: row, left: column, bottom: row + 1, right: column + 1 }} onPoint=${openAt} />
    <figcaption>map ${unit + 1}</figcaption>
  </figure>`;
}
