/** How large a layer's numbers are, over the test examples: shares of them by powers of ten. */

import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { percent } from "../../core/format.js";
import { frame, watch } from "../../core/store.js";
import { html } from "../../ui/html.js";
import { parts } from "./layerlook.js";

/** @typedef {import("./layerparts.js").Part} Part */

const WIDTH = 224;
const HEIGHT = 72;
/** Powers of ten that are drawn: what is smaller is hardly ever there. */
const LOWEST = -6;
const HIGHEST = 2;
const LABELS = ["10⁻⁶", "10⁻⁴", "0.01", "1", "100"];

/** Of the latest frame: shares (layers, bins), zeros and idle units (layers). */
const found = computed(() => {
  const arrays = frame.value?.arrays;
  const shares = arrays?.get("histograms/shares");
  const edges = arrays?.get("histograms/edges");
  const zeros = arrays?.get("histograms/zeros");
  if (!shares || !edges || !zeros || shares.shape[0] !== parts.value.length) return null;
  return { shares, edges, zeros, dead: arrays?.get("histograms/dead"), full: arrays?.get("histograms/saturated") };
});

/** @param {{ part: Part }} props */
export function Histogram({ part }) {
  useEffect(() => watch("histograms", { part: "test" }), []);
  return html`<figure class="histogram">
    <figcaption><b>How large its numbers are</b><span class="hint">over the test digits</span></figcaption>
    <${Bars} index=${part.index} />
  </figure>`;
}

/** @param {{ index: number }} props */
function Bars({ index }) {
  const histogram = found.value;
  if (!histogram) return html`<span class="block block-histogram"></span>`;
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
    <p class="hint">${percent(zeros, 0)} are zero.${idle(histogram.dead?.[index] ?? 0, histogram.full?.[index] ?? 0)}</p>`;
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
