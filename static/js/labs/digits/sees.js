/** What the network sees: the image in hand as numbers, and the part of it that the open number hangs on. */

import { useSignal } from "@preact/signals";
import { fixed } from "../../core/format.js";
import { html } from "../../ui/html.js";
import { goTo } from "../../views/cells.js";
import { image, inked, side } from "./current.js";
import { openOverImage, reach } from "./layerlook.js";
import { PointedPicture } from "./layermap.js";
import { within } from "./layerparts.js";

/** @typedef {import("./layerparts.js").Place} Place */

const numbers = () => {
  const held = image.value;
  const width = side.value;
  const values = held?.values ?? new Float32Array(width * width);
  return { values, width, height: width, look: /** @type {const} */ ("ink"), max: 1 };
};

export function Sees() {
  const cursor = useSignal(/** @type {Place} */ ([0, 0]));
  const width = side.value;
  /** @type {Place} */
  const at = [within(cursor.value[0], width), within(cursor.value[1], width)];
  const value = image.value?.values[at[0] * width + at[1]];
  const reading =
    value === undefined ? "nothing yet" : `row ${at[0] + 1}, column ${at[1] + 1}: ${fixed(value, inked.value ? 0 : 2)}`;
  return html`<section class="digits-sees" aria-labelledby="sees-head">
    <h2 id="sees-head">What the network sees</h2>
    <p class="hint">${width} × ${width} numbers, ${inked.value ? "0 or 1" : "0 to 1"}</p>
    <${PointedPicture} class="sees-picture" label="What the network sees" reading=${reading} numbers=${numbers}
      width=${width} height=${width} cursor=${at} box=${image.value && reach.value}
      onPoint=${(/** @type {Place} */ place) => {
        goTo(cursor, place);
        openOverImage(place);
      }} />
    <p class="hint sees-reading" aria-hidden="true">${image.value ? sentence(reading) : "Draw, and it shows here."}</p>
  </section>`;
}

/** @param {string} text */
const sentence = (text) => text[0].toUpperCase() + text.slice(1);
