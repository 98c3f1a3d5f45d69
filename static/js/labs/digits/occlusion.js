/** What an answer hangs on: a grey square laid over each pixel of the image in hand in turn. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fixed, percent } from "../../core/format.js";
import { frame } from "../../core/store.js";
import { Field } from "../../ui/field.js";
import { html } from "../../ui/html.js";
import { Segmented } from "../../ui/segmented.js";
import { goTo, movedBy, placeUnder } from "../../views/cells.js";
import { useFrame } from "../../views/useframe.js";
import { classNamed, image, side, watchImage } from "./current.js";
import { boxStyle, Picture } from "./layermap.js";
import { Thumb } from "./thumb.js";

/** @typedef {import("../../views/cells.js").Place} Place */
/** @typedef {import("../../core/types.js").Frame} Frame */

/** Pixels along a side of the square. */
const size = signal(3);
/** The pixel that is pointed at. */
const pointed = signal(/** @type {Place | null} */ (null));

const SIZES = [1, 2, 3, 4].map((value) => ({ value: String(value), label: `${value} × ${value}` }));
/** Smaller differences than this do not fill the scale. */
const LEAST = 0.05;

/** @typedef {{ grid: ArrayLike<number>, whole: number, predicted: number }} Seen */

/** What a frame has of it, if it is of an image of this size. @param {Frame | null} shown @returns {Seen | null} */
function seenIn(shown) {
  const arrays = shown?.arrays;
  const [grid, whole, predicted] = ["grid", "whole", "predicted"].map((name) => arrays?.get(`occlusion/${name}`));
  if (!grid || !whole || !predicted || grid.length !== side.value ** 2) return null;
  return { grid, whole: whole[0], predicted: predicted[0] };
}

export function Occlusion() {
  const length = size.value;
  useEffect(() => watchImage("occlusion", { size: length }), [length]);
  const shown = useFrame();
  const found = image.value && seenIn(shown);
  return html`<section class="wrong-occlusion" aria-label="What the answer hangs on">
    <header class="lab-head">
      <h3>What the answer hangs on</h3>
      <p class="lab-sub">${found ? `It reads ${classNamed(found.predicted)}, ${percent(found.whole)} sure` : "of the image in hand"}</p>
    </header>
    ${
      image.value
        ? html`
      <${Pictures} found=${found} />
      <p class="lab-note occlusion-reading" aria-live="polite">${found ? reading(found) : "Looking …"}</p>
      <${Field} label="Square" group><${Segmented} label="Side of the square" small value=${String(length)} options=${SIZES}
        onChange=${(/** @type {string} */ value) => (size.value = Number(value))} /><//>`
        : html`<p class="lab-note">Draw a digit, or choose one of the mistakes, to see which part of it the answer hangs on.</p>`
    }
  </section>`;
}

/** @param {{ found: Seen | null }} props */
function Pictures({ found }) {
  const count = side.value;
  const at = pointed.value ?? (found ? deepest(found) : null);
  const point = (/** @type {PointerEvent} */ event) => goTo(pointed, placeUnder(event, count, count));
  const leave = () => (pointed.value = null);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") return leave();
    const place = movedBy(event, at ?? [0, 0], count, count);
    if (place) goTo(pointed, place);
  };
  const held = /** @type {{ values: Float32Array, side: number }} */ (image.value);
  return html`<div class="occlusion-pair">
    <figure>
      <div class="occlusion-picture" onPointerMove=${point} onPointerLeave=${leave}>
        <${Thumb} values=${held.values} side=${held.side} />
        ${at && html`<span class="occlusion-square" style=${squareAt(at, count)}></span>`}
      </div>
      <figcaption>covered here</figcaption>
    </figure>
    <figure>
      <div class="occlusion-picture" role="application" tabindex="0" onPointerMove=${point} onPointerLeave=${leave} onKeyDown=${onKeyDown}
        onBlur=${leave} aria-label="Certainty with a square over each pixel. Arrow keys move the square.">
        <${Picture} class="thumb" numbers=${drops} />
        ${at && html`<span class="occlusion-dot" style=${pixelAt(at, count)}></span>`}
      </div>
      <figcaption>${legend(found)}</figcaption>
    </figure>
  </div>`;
}

/** The differences as numbers: blue where the ink speaks for the answer, orange where it speaks against it. */
function drops() {
  const found = seenIn(frame.value);
  if (!found) return null;
  const values = Array.from(found.grid, (left) => found.whole - left);
  return { values, width: side.value, height: side.value, look: /** @type {const} */ ("signed"), max: mostOf(found) };
}

/** The largest difference, what the scale ends at. @param {Seen} found */
function mostOf({ grid, whole }) {
  let most = LEAST;
  for (let at = 0; at < grid.length; at += 1) most = Math.max(most, Math.abs(whole - grid[at]));
  return most;
}

/** The pixel that matters most. @param {Seen} found @returns {Place} */
function deepest({ grid }) {
  let best = 0;
  for (let at = 1; at < grid.length; at += 1) if (grid[at] < grid[best]) best = at;
  return [Math.floor(best / side.value), best % side.value];
}

/** @param {Seen | null} found */
const legend = (found) => (found ? `blue: ${fixed(100 * mostOf(found), 0)} points less sure` : "");

/** @param {Seen} found */
function reading(found) {
  const at = pointed.value ?? deepest(found);
  const left = found.grid[at[0] * side.value + at[1]];
  const name = classNamed(found.predicted);
  const place = pointed.value ? `Row ${at[0] + 1}, column ${at[1] + 1}` : "The place that matters most";
  return `${place}: covered, it is ${percent(left)} sure of ${name} instead of ${percent(found.whole)}.`;
}

/** @param {Place} at @param {number} count */
const pixelAt = ([row, column], count) =>
  boxStyle({ top: row, left: column, bottom: row + 1, right: column + 1 }, count, count);

/** The square with its middle at a pixel, cut off at the edges. @param {Place} at @param {number} count */
function squareAt([row, column], count) {
  const before = Math.floor((size.value - 1) / 2);
  const after = Math.floor(size.value / 2) + 1;
  const [top, left] = [Math.max(0, row - before), Math.max(0, column - before)];
  const [bottom, right] = [Math.min(count, row + after), Math.min(count, column + after)];
  return boxStyle({ top, left, bottom, right }, count, count);
}
