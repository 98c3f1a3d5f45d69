/** The whole network for the image in hand: every hidden layer with its maps or units, from the image to the answer. */

import { useEffect } from "preact/hooks";
import { labelOf } from "../../core/catalog.js";
import { spec } from "../../core/store.js";
import { html } from "../../ui/html.js";
import { panel, watchImage } from "./current.js";
import { moveAmong } from "./layerfocus.js";
import { open, openPart, openPlace, openUnit, parts, shown } from "./layerlook.js";
import { Frame, Picture, PointedPicture } from "./layermap.js";
import { isImages, unitsOf, valuesOf } from "./layerparts.js";
import { mapNumbers, valueScale } from "./layerscale.js";
import { layerTitle, mapTitle, readingOf } from "./layerwords.js";

/** @typedef {import("./layerparts.js").Part} Part */

/** Maps of a layer that are shown here; the open layer has all of them below. */
const MOST_MAPS = 16;
const UNITS_ACROSS = 8;
/** Layers that show nothing new: they give what they are given. */
const PASSING = ["dropout", "noise", "flatten"];

/** How many pictures stand beside each other in a layer. @param {Part} part */
function acrossOf(part) {
  if (PASSING.includes(part.kind)) return 1;
  if (!isImages(part.output)) return 2;
  return Math.min(4, Math.max(1, Math.ceil(Math.min(MOST_MAPS, unitsOf(part)) / 4)));
}

export function Network() {
  useEffect(() => watchImage("feature_maps"), []);
  const hidden = parts.value.slice(0, -1);
  return html`<section class="digits-network" aria-label="The network, layer by layer">
    ${
      hidden.length
        ? html`<ol class="net" style=${{ "--layers": hidden.length, "--columns": columnsOf(hidden) }}>${hidden.map((part) => html`<${Layer} key=${part.name} part=${part} />`)}</ol>`
        : html`<${NoLayers} />`
    }
  </section>`;
}

/** @param {readonly Part[]} layers */
const columnsOf = (layers) => layers.reduce((sum, part) => sum + acrossOf(part), 0);

function NoLayers() {
  return html`<h2>No hidden layers</h2>
    <p class="hint">The image goes straight to the answers. Build adds layers; Inside shows the weights of every class.</p>`;
}

/** @param {{ part: Part }} props */
function Layer({ part }) {
  const chosen = openPart.value?.index === part.index;
  const { title, detail } = layerTitle(
    part,
    labelOf("layers", part.kind),
    /** @type {any} */ (spec.value?.layers[part.index]),
  );
  const show = () => {
    open(part.index);
    panel.value = "inside";
  };
  const body = isImages(part.output) ? Maps : Units;
  return html`<li class=${`net-layer${chosen ? " net-layer-open" : ""}`} style=${{ "--across": acrossOf(part) }}>
    <button type="button" class="net-head" aria-pressed=${chosen} title="Open this layer" onClick=${show}>
      <span class="net-title">${title}</span><span class="hint">${detail}</span>
    </button>
    ${!PASSING.includes(part.kind) && html`<${body} part=${part} chosen=${chosen} />`}
  </li>`;
}

/** @param {{ part: Part, chosen: boolean }} props */
function Maps({ part, chosen }) {
  const count = Math.min(MOST_MAPS, unitsOf(part));
  const more = unitsOf(part) - count;
  const at = chosen ? Math.min(openUnit.value, count - 1) : 0;
  return html`<div class="net-maps" role="group" aria-label=${`Maps of layer ${part.index + 1}`} onKeyDown=${(/** @type {KeyboardEvent} */ event) => moveAmong(event, ".net-map")}>
    ${Array.from(
      { length: count },
      (_, map) => html`<${MapButton} key=${map} part=${part} map=${map}
      chosen=${chosen && openUnit.value === map} reached=${map === at} />`,
    )}
    ${more > 0 && html`<span class="hint net-more">and ${more} more</span>`}
  </div>`;
}

/** @param {{ part: Part, map: number, chosen: boolean, reached: boolean }} props */
function MapButton({ part, map, chosen, reached }) {
  const [, height, width] = part.output;
  const [row, column] = chosen ? openPlace.value : [0, 0];
  const show = () => {
    open(part.index, map);
    panel.value = "inside";
  };
  return html`<button type="button" class="net-map" aria-pressed=${chosen} tabindex=${reached ? 0 : -1}
    aria-label=${mapTitle(part, map)} onClick=${show} onFocus=${(/** @type {FocusEvent} */ event) => {
      const button = /** @type {HTMLElement} */ (event.currentTarget);
      if (button.matches(":focus-visible")) open(part.index, map);
    }}>
    <${Picture} numbers=${mapNumbers(part, map)} of=${`${part.start}:${part.output}:${map}`} />
    <span class="net-number" aria-hidden="true">${map + 1}</span>
    ${chosen && html`<${Frame} box=${{ top: row, left: column, bottom: row + 1, right: column + 1 }} width=${width} height=${height} />`}
  </button>`;
}

/** The units of a layer without maps, in rows. @param {{ part: Part, chosen: boolean }} props */
function Units({ part, chosen }) {
  const count = part.size;
  const width = Math.min(UNITS_ACROSS, count);
  const height = Math.ceil(count / width);
  const numbers = () => {
    const found = shown.value;
    if (!found) return null;
    const values = valuesOf(part, found.values);
    return { values, width, height, look: /** @type {const} */ ("signed"), max: valueScale(part) };
  };
  const unit = chosen ? openUnit.value : 0;
  const cursor = /** @type {[number, number]} */ ([Math.floor(unit / width), unit % width]);
  const box = { top: cursor[0], left: cursor[1], bottom: cursor[0] + 1, right: cursor[1] + 1 };
  return html`<div class="net-units"><${PointedPicture} numbers=${numbers} of=${`${part.start}:${part.size}`} width=${width} height=${height}
    label=${`Units of layer ${part.index + 1}`} reading=${readingOf(part, unit, [0, 0])} cursor=${cursor} box=${chosen ? box : null} pressed
    onPoint=${(/** @type {import("./layerparts.js").Place} */ [row, column]) => open(part.index, Math.min(count - 1, row * width + column))} /></div>`;
}
