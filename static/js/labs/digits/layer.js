/** One layer, opened: its filters beside their maps, how large its numbers are, and below them one number in full. */

import { labelOf } from "../../core/catalog.js";
import { whole } from "../../core/format.js";
import { spec } from "../../core/store.js";
import { counted } from "../../data/wording.js";
import { html } from "../../ui/html.js";
import { classNamed, image, side } from "./current.js";
import { moveAmong } from "./layerfocus.js";
import { Histogram } from "./layerhistogram.js";
import { open, openMap, openPart, openUnit, parts, theta } from "./layerlook.js";
import { Picture } from "./layermap.js";
import { channelOf, filterShape, hasFilters, isImages, unitsOf, weightsOf } from "./layerparts.js";
import { mapNumbers, weightScale } from "./layerscale.js";
import { layerTitle, sizeWords, unitWord } from "./layerwords.js";
import { OneValue } from "./value.js";

/** @typedef {import("./layerparts.js").Part} Part */

/** Channels of a filter that are shown beside each other. */
const MOST_CHANNELS = 4;
/** Units of a layer that are shown; arrow keys in the network reach all. */
const MOST_SHOWN = 128;

export function Inside() {
  const part = openPart.value;
  if (!part) return html`<div class="inside"><span class="block block-inside"></span></div>`;
  return html`<div class="inside">
    <${Path} />
    <div class="inside-layer">
      <${Head} part=${part} />
      <${Filters} key=${part.name} part=${part} />
      <${Histogram} part=${part} />
    </div>
    <${OneValue} part=${part} />
  </div>`;
}

/** Where one is: the image, every layer, the answers. */
function Path() {
  const last = parts.value.length - 1;
  return html`<ol class="inside-path" aria-label="Layers, from the image to the answers">
    <li><span class="inside-image">Image, ${side.value} × ${side.value}</span></li>
    ${parts.value.map(
      (part) =>
        html`<li key=${part.name}><button type="button" class="inside-step" aria-current=${
          part.index === openPart.value?.index ? "step" : null
        } onClick=${() => open(part.index)}>${part.index === last ? "Answers" : stepTitle(part)}</button></li>`,
    )}
  </ol>`;
}

/** @param {Part} part */
const stepTitle = (part) => labelOf("layers", part.kind);

/** @param {{ part: Part }} props */
function Head({ part }) {
  const label = labelOf("layers", part.kind);
  const output = part.index === parts.value.length - 1;
  const { title } = layerTitle(part, label, /** @type {any} */ (spec.value?.layers[part.index]));
  return html`<header class="inside-head">
    <h2>${output ? "The answers" : label}</h2>
    <p class="hint">${output ? `${title}, one for each class` : title}. ${sentence(part)}</p>
  </header>`;
}

/** What the layer reads, gives and has learnt. @param {Part} part */
function sentence(part) {
  const { input, output, rows, columns } = part;
  const reads = !input.length
    ? "Reads several layers"
    : isImages(input)
      ? `Reads ${counted(input[0], "image")} of ${sizeWords(input)}`
      : `Reads ${counted(input[0], "number")}`;
  const gives = isImages(output)
    ? `${counted(unitsOf(part), "map")} of ${sizeWords(output)}`
    : counted(part.size, "number");
  const learnt = rows
    ? `${whole(rows * columns)} parameters, ${whole(columns)} of them biases.`
    : "Nothing in it is learnt.";
  return `${reads}, gives ${gives}. ${learnt}`;
}

/** Some channels of a filter beside each other, with a gap. @param {Part} part @param {number} unit @param {number} channel */
const filterNumbers = (part, unit, channel) => () => {
  const all = theta.value;
  if (!all) return null;
  const shape = filterShape(part);
  const [, height, width] = shape;
  const values = channelOf(weightsOf(part, unit, all), shape, channel);
  return { values, width, height, look: /** @type {const} */ ("signed"), max: weightScale(part) };
};

/** @param {{ part: Part }} props */
function Filters({ part }) {
  const count = Math.min(MOST_SHOWN, unitsOf(part));
  const filters = hasFilters(part);
  const output = part.index === parts.value.length - 1;
  const more = unitsOf(part) - count;
  const reached = Math.min(openUnit.value, count - 1);
  return html`<div class="filters" role="group"
    aria-label=${filters ? "Filters and what they find" : `The layer's ${unitWord(part)}s`} onKeyDown=${(/** @type {KeyboardEvent} */ event) => moveAmong(event, ".filter")}>
    ${Array.from(
      { length: count },
      (_, unit) => html`<${FilterButton} key=${unit} part=${part} unit=${unit} filters=${filters}
      chosen=${unit === openUnit.value} reached=${unit === reached} name=${output ? classNamed(unit) : String(unit + 1)} />`,
    )}
    ${more > 0 && html`<p class="hint">and ${whole(more)} more, which are not drawn</p>`}
    ${!image.value && html`<p class="hint filters-empty">Draw a digit, and what each of them finds shows here.</p>`}
  </div>`;
}

/** @param {Part} part */
const wordFor = ({ kind, output }) => (kind === "convolution" ? "Filter" : isImages(output) ? "Map" : "Unit");

/** @param {{ part: Part, unit: number, filters: boolean, chosen: boolean, reached: boolean, name: string }} props */
function FilterButton({ part, unit, filters, chosen, reached, name }) {
  const channels = filters ? Math.min(MOST_CHANNELS, filterShape(part)[0]) : 0;
  const more = filters && filterShape(part)[0] > channels;
  const of = `${part.start}:${part.offset}:${part.input}:${part.output}:${unit}`;
  const title = `${wordFor(part)} ${name} of layer ${part.index + 1}`;
  return html`<button type="button" class="filter" aria-pressed=${chosen} tabindex=${reached ? 0 : -1} aria-label=${title}
    onClick=${() => openMap(unit)} onFocus=${(/** @type {FocusEvent} */ event) => {
      if (/** @type {HTMLElement} */ (event.currentTarget).matches(":focus-visible")) openMap(unit);
    }}>
    <span class="filter-number" aria-hidden="true">${name}</span>
    ${Array.from(
      { length: channels },
      (_, channel) =>
        html`<${Picture} key=${channel} class="filter-kernel" numbers=${filterNumbers(part, unit, channel)} of=${of} />`,
    )}
    ${more && html`<span class="filter-more" aria-hidden="true">…</span>`}
    ${filters && html`<span class="filter-arrow" aria-hidden="true">→</span>`}
    <${Picture} class=${isImages(part.output) ? "filter-map" : "filter-unit"} numbers=${mapNumbers(part, unit)} of=${of} />
  </button>`;
}
