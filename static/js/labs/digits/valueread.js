/** What a layer reads, with the window that the open number was computed from. */

import { html } from "../../ui/html.js";
import { openChannel, openOver, openPlace, parts, readBy } from "./layerlook.js";
import { PointedPicture } from "./layermap.js";
import { channelOf, IMAGE, windowAt, within } from "./layerparts.js";
import { valueScale } from "./layerscale.js";

/** @typedef {import("./layerparts.js").Part} Part */
/** @typedef {import("./layerparts.js").Place} Place */

/** CSS pixels: the picture's width, and the way from it to the cells. */
const READ_WIDTH = 184;
const WAY = 44;

/** How the numbers that a layer reads are coloured. @param {Part} part */
export const lookOf = (part) =>
  part.source === IMAGE
    ? { look: /** @type {const} */ ("ink"), max: 1 }
    : { look: /** @type {const} */ ("signed"), max: valueScale(parts.value[part.source]) };

/** @param {{ part: Part, children?: any }} props */
export function ReadPicture({ part, children }) {
  const channel = openChannel.value;
  const [channels, height, width] = part.input;
  const box = windowAt(part, openPlace.value);
  const middle = /** @type {Place} */ ([
    within(Math.floor((box.top + box.bottom - 1) / 2), height),
    within(Math.floor((box.left + box.right - 1) / 2), width),
  ]);
  const numbers = () => {
    const now = readBy(part);
    return now && { values: channelOf(now, part.input, channel), width, height, ...lookOf(part) };
  };
  const what = part.source === IMAGE ? "the image" : `map ${channel + 1} of layer ${part.source + 1}`;
  const reading = `window over rows ${box.top + 1} to ${box.bottom}, columns ${box.left + 1} to ${box.right}`;
  return html`<figure class="value-read">
    <${PointedPicture} label=${`What it reads, ${what}`} reading=${reading} numbers=${numbers}
      of=${`${part.index}:${part.input}:${channel}`} width=${width} height=${height} cursor=${middle} box=${part.window ? box : null}
      step=${part.stride} onPoint=${openOver} />
    ${children}
    <figcaption>${channels > 1 ? what : part.source === IMAGE ? "the image" : "what it reads"}</figcaption>
  </figure>`;
}

/** The wedge from the window to its cells: this is that, bigger. @param {{ part: Part, tall: number }} props */
export function Wedge({ part, tall }) {
  const [, height, width] = part.input;
  const { top, bottom, right } = windowAt(part, openPlace.value);
  const unit = READ_WIDTH / width;
  const total = Math.max(tall, READ_WIDTH * (height / width));
  const end = READ_WIDTH + WAY;
  const inside = (/** @type {number} */ at) => within(at, height + 1) * unit;
  const upper = `M${within(right, width + 1) * unit} ${inside(top)}L${end} 0`;
  const lower = `L${end} ${tall}L${within(right, width + 1) * unit} ${inside(bottom)}`;
  return html`<svg class="value-wedge" viewBox=${`0 0 ${end} ${total}`} width=${end} height=${total} aria-hidden="true">
    <path class="wedge-glass" d=${`${upper}${lower}Z`} /><path class="wedge-edge" d=${`${upper}${lower.replace("L", "M")}`} />
  </svg>`;
}
