/** A number of a map written out: the window's pixels, times the filter, gives the products; they and the bias add up. */

import { useSignal } from "@preact/signals";
import { labelOf } from "../../core/catalog.js";
import { fixed, percent, signed } from "../../core/format.js";
import { html } from "../../ui/html.js";
import { goTo } from "../../views/cells.js";
import { openChannel, openPlace, openUnit, parts, showChannel } from "./layerlook.js";
import { PointedPicture } from "./layermap.js";
import { IMAGE, largestOf, within } from "./layerparts.js";
import { weightScale } from "./layerscale.js";
import { numberOf } from "./layerwords.js";
import { lookOf, ReadPicture, Wedge } from "./valueread.js";
import { windowSum } from "./valuesum.js";
import { Cells, MOST_ACROSS, Sum } from "./valuetable.js";

/** @typedef {import("./layerparts.js").Part} Part */
/** @typedef {import("./layerparts.js").Place} Place */
/** @typedef {import("./valuesum.js").Patch} Patch */
/** @typedef {{ part: Part, read: Float32Array, theta: ArrayLike<number>, result: any }} BodyProps */

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** CSS pixels of a cell, the gap behind it among them: the style sheet has the same. */
const CELL = 50;

/** @param {BodyProps} props */
export function SlidingWindow({ part, read, theta, result }) {
  const sum = windowSum(part, openUnit.value, openPlace.value, read, theta);
  const patch = sum.patches[openChannel.value];
  const across = part.window || part.input[2];
  const small = part.window > 0 && across <= MOST_ACROSS;
  const scales = { pixels: lookOf(part), weights: weightScale(part) };
  return html`<div class="value-flow">
      <${ReadPicture} part=${part}>${small && html`<${Wedge} part=${part} tall=${across * CELL - 2} />`}<//>
      ${
        small
          ? html`<${Tables} patch=${patch} across=${across} scales=${scales} />`
          : html`<${Pictures} patch=${patch} across=${across} scales=${scales} />`
      }
      <span class="value-sign" aria-hidden="true">→</span>
      <${Total} part=${part} sum=${sum} />
      ${result}
    </div>
    <p class="value-words">${explanation(part, sum.patches.length, patch.pixels.length)}</p>`;
}

/** @typedef {{ pixels: { look: import("./layerpaint.js").Look, max: number }, weights: number }} Scales */

/** @param {{ patch: Patch, across: number, scales: Scales }} props */
function Tables({ patch, across, scales }) {
  const { pixels, weights, products, inside } = patch;
  const word = NUMBERS[pixels.length] ?? String(pixels.length);
  const unit = openUnit.value + 1;
  const most = scales.weights * scales.pixels.max;
  return html`
    <${Cells} name="pixels" values=${pixels} across=${across} ...${scales.pixels} inside=${inside}
      caption=${scales.pixels.look === "ink" ? `${word} pixels` : `${word} numbers`} />
    <span class="value-sign" aria-hidden="true">×</span>
    <${Cells} name="weights" values=${weights} across=${across} look="signed" max=${scales.weights} caption=${`filter ${unit}`} />
    <span class="value-sign" aria-hidden="true">=</span>
    <${Cells} name="products" values=${products} across=${across} look="signed" max=${most} caption=${`${word} products`} />`;
}

/** Of what is too large for cells: three pictures with one cursor. @param {{ patch: Patch, across: number, scales: Scales }} props */
function Pictures({ patch, across, scales }) {
  const { pixels, weights, products } = patch;
  const cursor = useSignal(/** @type {Place} */ ([0, 0]));
  const tall = pixels.length / across;
  const [row, column] = [within(cursor.value[0], tall), within(cursor.value[1], across)];
  const at = row * across + column;
  const reading = `row ${row + 1}, column ${column + 1}: ${fixed(pixels[at], 2)} × ${signed(weights[at])} = ${signed(products[at])}`;
  const box = { top: row, left: column, bottom: row + 1, right: column + 1 };
  const shared = {
    width: across,
    height: tall,
    cursor: [row, column],
    box,
    onPoint: (/** @type {Place} */ to) => goTo(cursor, to),
  };
  const picture = (
    /** @type {string} */ name,
    /** @type {readonly number[]} */ values,
    /** @type {any} */ scale,
  ) => html`
    <figure class="value-picture" data-cells=${name}><${PointedPicture} ...${shared} label=${`The ${name}`} reading=${reading}
      numbers=${() => ({ values, width: across, height: tall, ...scale })} of=${values} /><figcaption>${name}</figcaption></figure>`;
  return html`<div class="value-pictures">
    ${picture("weights", weights, { look: "signed", max: scales.weights })}
    <span class="value-sign" aria-hidden="true">→</span>
    ${picture("products", products, { look: "signed", max: largestOf(products) })}
    <p class="hint value-reading" data-testid="product">${reading[0].toUpperCase() + reading.slice(1)}</p>
  </div>`;
}

/** @param {{ part: Part, sum: ReturnType<typeof windowSum> }} props */
function Total({ part, sum }) {
  const output = part.index === parts.value.length - 1;
  const value = numberOf(part, openUnit.value, openPlace.value) ?? 0;
  const many = sum.patches.length > 1;
  const result = {
    name: labelOf("activations", part.activation),
    text: output && part.activation === "softmax" ? percent(value, 1) : fixed(value, 2),
  };
  const terms = many ? [] : [{ name: "sum", value: sum.patches[0].sum, test: "sum" }];
  return html`<div class="value-total">
    ${many && html`<${Channels} patches=${sum.patches} />`}
    <${Sum} terms=${[...terms, { name: "bias", value: sum.bias, test: "bias" }]} result=${result}>
      <div class="sum-term sum-z"><dt>together</dt><dd data-testid="z">${signed(sum.z, 2)}</dd></div>
    <//>
  </div>`;
}

/** The part of every channel in the sum; one of them is written out. @param {{ patches: readonly Patch[] }} props */
function Channels({ patches }) {
  return html`<ol class="channels" aria-label="What each channel adds">
    ${patches.map(
      ({
        channel,
        sum,
      }) => html`<li key=${channel}><button type="button" class="channel" aria-pressed=${channel === openChannel.value}
        onClick=${() => showChannel(channel)}>
        <span><span class="hidden">Channel </span>${channel + 1}<span class="hidden"> adds </span></span>
        <span data-testid="channel-sum">${signed(sum, 2)}</span></button></li>`,
    )}
  </ol>`;
}

/** @param {Part} part @param {number} channels @param {number} size of a window */
function explanation(part, channels, size) {
  const unit = openUnit.value + 1;
  const word = NUMBERS[size] ?? String(size);
  const what =
    part.source === IMAGE
      ? "Blue weights want ink under them, orange weights want paper."
      : "Blue weights want a large number under them, orange weights a small one.";
  const each = channels > 1 ? `The ${word} products of each of the ${channels} channels` : `The ${word} products`;
  const is = part.window ? `one pixel of map ${unit}` : "what the unit says before its activation";
  return `${what} ${each} and the bias add up to one number${part.window ? `; ${labelOf("activations", part.activation)} makes of it` : ", and that number is"} ${is}.`;
}
