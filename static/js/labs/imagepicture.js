/** An image, the first layer's maps of it, and the classes' probabilities: what a lab on images shows on the index. */

import { html } from "../ui/html.js";
import { Pixels } from "./digits/layerpaint.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/types.js").NetworkInfo} NetworkInfo */

const MAPS = 4;

/** @param {{ frame: Frame, network: NetworkInfo }} props */
export function ImagePicture({ frame, network }) {
  const inputs = frame.arrays.get("feature_maps/inputs");
  const values = frame.arrays.get("feature_maps/values");
  const shares = frame.arrays.get("probabilities/probabilities");
  const [count, height, width] = network.layers[0]?.output ?? [];
  if (!inputs || !values || !shares || !width) return null;
  const side = Math.round(Math.sqrt(inputs.length));
  const size = height * width;
  const shown = Math.min(MAPS, count);
  const maps = Array.from({ length: shown }, (_, map) => values.subarray(map * size, (map + 1) * size));
  const largest = Math.max(...Array.from(values.subarray(0, shown * size), Math.abs));
  const best = shares.indexOf(Math.max(...shares));
  return html`<div class="imagepicture" role="img" aria-label=${`The network reads a ${best}, ${Math.round(100 * shares[best])} % sure`}>
    <${Pixels} values=${inputs} width=${side} height=${side} look="ink" max=${1} class="pixels imagepicture-image" />
    <div class="imagepicture-maps">${maps.map(
      (map, index) =>
        html`<${Pixels} key=${index} values=${map} width=${width} height=${height} look="signed" max=${largest} class="pixels" />`,
    )}</div>
    <div>${[...shares].map(
      (
        share,
        index,
      ) => html`<div class=${`vote${index === best ? " vote-best" : ""}`} key=${index}><span>${index}</span>
        <svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect width=${Math.max(3, 100 * share)} height="10" /></svg></div>`,
    )}</div>
  </div>`;
}
