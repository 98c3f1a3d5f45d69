/** A number of a pooling layer: what its window shows, and what is kept of it. */

import { labelOf } from "../../core/catalog.js";
import { fixed } from "../../core/format.js";
import { html } from "../../ui/html.js";
import { openChannel, openPlace, openUnit } from "./layerlook.js";
import { numberOf } from "./layerwords.js";
import { lookOf, ReadPicture, Wedge } from "./valueread.js";
import { pixelsAt } from "./valuesum.js";
import { Cells, MOST_ACROSS, Sum } from "./valuetable.js";

/** CSS pixels of a cell with its gap: the style sheet has the same. */
const CELL = 50;
const WORDS = /** @type {{ [kind: string]: { result: string, sentence: string } }} */ ({
  max_pooling: {
    result: "the largest",
    sentence: "Only the largest number of the window goes on. Where exactly it was no longer matters.",
  },
  average_pooling: {
    result: "their mean",
    sentence: "The numbers of the window are added up and divided by how many they are.",
  },
  l2_pooling: {
    result: "their length",
    sentence: "The squares of the window's numbers are added up; the root of that goes on.",
  },
});

/** @param {{ part: import("./layerparts.js").Part, read: Float32Array, result: any }} props */
export function PoolingWindow({ part, read, result }) {
  const { pixels } = pixelsAt(read, part, openChannel.value, openPlace.value);
  const value = numberOf(part, openUnit.value, openPlace.value) ?? 0;
  const { result: name, sentence } = WORDS[part.kind] ?? { result: labelOf("layers", part.kind), sentence: "" };
  const most = part.kind === "max_pooling" ? pixels.indexOf(Math.max(...pixels)) : -1;
  const small = part.window <= MOST_ACROSS;
  return html`<div class="value-flow">
      <${ReadPicture} part=${part}>${small && html`<${Wedge} part=${part} tall=${part.window * CELL - 2} />`}<//>
      ${small && html`<${Cells} name="pixels" values=${pixels} across=${part.window} ...${lookOf(part)} caption="the window" marked=${most} />`}
      <span class="value-sign" aria-hidden="true">→</span>
      <div class="value-total"><${Sum} terms=${[]} result=${{ name, text: fixed(value, 2) }} /></div>
      ${result}
    </div>
    <p class="value-words">${sentence}</p>`;
}
