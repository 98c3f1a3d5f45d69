/** How large a layer's numbers are, over the test examples: shares of them by powers of ten. */

import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { percent } from "../../core/format.js";
import { dataset, frame, progress, run, watch } from "../../core/store.js";
import { html } from "../../ui/html.js";
import { parts } from "./layerlook.js";

/** @typedef {import("./layerparts.js").Part} Part */

const WIDTH = 224;
const HEIGHT = 72;
/** Powers of ten that are drawn: what is smaller is hardly ever there. */
const LOWEST = -6;
const HIGHEST = 2;
const LABELS = ["10⁻⁶", "10⁻⁴", "0.01", "1", "100"];

/** Milliseconds between two looks: it takes hundreds of examples through the network. */
const INTERVAL = 1000;

/** @typedef {import("../../core/types.js").FrameArray} FrameArray */
/** @typedef {{ [name: string]: FrameArray }} Found shares (layers, bins), zeros, dead and saturated (layers), edges */

/** What was seen last. */
const kept = signal(/** @type {Found | null} */ (null));

/** @param {import("../../core/types.js").Frame | null} from @returns {Found | null} */
function foundIn(from) {
  const names = ["shares", "edges", "zeros", "dead", "saturated"];
  const arrays = names.map((name) => /** @type {const} */ ([name, from?.arrays.get(`histograms/${name}`)]));
  if (arrays.some(([, array]) => !array)) return null;
  return /** @type {Found} */ (Object.fromEntries(arrays));
}

/** What there is to be seen: another one when the network has moved. */
const moment = () => `${run.peek()?.generation}:${run.peek()?.revision}:${progress.peek().step}`;

/** Look now, and again now and then while the network moves. @returns {() => void} dispose */
function lookNowAndThen() {
  let release = () => {};
  let seen = "";
  const ask = () => {
    if (seen === moment()) return;
    release();
    release = watch("histograms", { part: dataset.peek()?.test.shape[0] === 0 ? "train" : "test" });
  };
  const stop = effect(() => {
    const found = foundIn(frame.value);
    if (!found) return;
    kept.value = found;
    seen = moment();
    release();
  });
  ask();
  const timer = setInterval(ask, INTERVAL);
  return () => {
    clearInterval(timer);
    stop();
    release();
  };
}

/** @param {{ part: Part }} props */
export function Histogram({ part }) {
  useEffect(lookNowAndThen, []);
  return html`<figure class="histogram">
    <figcaption><b>How large its numbers are</b><span class="hint">${dataset.value?.test.shape[0] === 0 ? "over the training digits" : "over the test digits"}</span></figcaption>
    <${Bars} index=${part.index} />
  </figure>`;
}

/** @param {{ index: number }} props */
function Bars({ index }) {
  const histogram = kept.value;
  if (histogram?.shares.shape[0] !== parts.value.length) return html`<span class="block block-histogram"></span>`;
  const bins = histogram.shares.shape[1];
  const shares = histogram.shares.subarray(index * bins, (index + 1) * bins);
  const bars = [...shares].map((share, bin) => ({ share, power: Math.log10(histogram.edges[bin]) }));
  const seen = bars.filter(({ power }) => power >= LOWEST - 0.01 && power < HIGHEST - 0.01);
  const highest = Math.max(0.001, ...seen.map(({ share }) => share));
  const wide = WIDTH / seen.length;
  const zeros = histogram.zeros[index];
  return html`<svg class="histogram-bars" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${words(seen, zeros)}>
      ${seen.map(({ share }, at) => {
        const tall = (share / highest) * HEIGHT;
        return html`<rect key=${at} x=${at * wide + 0.5} y=${HEIGHT - tall} width=${wide - 1} height=${tall} />`;
      })}
    </svg>
    <div class="histogram-axis" aria-hidden="true">${LABELS.map((label) => html`<span>${label}</span>`)}</div>
    <p class="hint">${percent(zeros, 0)} are zero.${idle(histogram.dead[index], histogram.saturated[index])}</p>`;
}

/** @param {number} dead @param {number} full shares of the units */
function idle(dead, full) {
  const sentences = [];
  if (dead > 0) sentences.push(` ${percent(dead, 0)} of its units never say anything.`);
  if (full > 0) sentences.push(` ${percent(full, 0)} of its units are nearly always at an end of their range.`);
  return sentences.join("");
}

/** @param {Array<{ share: number, power: number }>} bars @param {number} zeros */
function words(bars, zeros) {
  const most = bars.reduce((best, bar) => (bar.share > best.share ? bar : best));
  const about = Number((10 ** (most.power + 0.125)).toPrecision(1));
  return `${percent(zeros, 0)} of the numbers are zero; most of the others are about ${about}.`;
}
