// The loss over the epochs, for training and test points: a frame for the chart, and the keys that read it.

import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as format from "../core/format.js";
import { curve, curveVersion, lossScale, run, state } from "../core/store.js";
import { mark, markSoon, unmark } from "../draw/commit.js";
import { palette } from "../draw/palette.js";
import { onResize } from "../draw/surface.js";
import { html } from "../ui/html.js";
import { LossPlot } from "./lossplot.js";

const STRIDE = 10;
/** A growing curve is drawn at most so often; the numbers beside it are always the newest. */
const INTERVAL = 50;
const spoken = signal("");

/** @param {{ spark?: boolean }} props a spark line has neither axes nor reading */
export function LossChart({ spark = false }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const plot = useRef(/** @type {LossPlot | null} */ (null));
  useEffect(() => {
    const chart = new LossPlot(/** @type {HTMLElement} */ (root.current), spark);
    plot.current = chart;
    const end = follow(chart);
    return () => {
      end();
      plot.current = null;
    };
  }, [spark]);
  if (spark) return html`<div class="losschart losschart-spark" ref=${root} aria-hidden="true"></div>`;
  return html`<div class="losschart-frame">
    <div
      class="losschart" ref=${root} role="application" tabindex="0"
      aria-label="Loss by epoch. Arrow keys read the values." onKeyDown=${(/** @type {KeyboardEvent} */ event) => move(event, plot.current)}
      onBlur=${() => plot.current?.readAt(null)}
    ></div>
    <p class="hidden" aria-live="polite">${spoken}</p>
  </div>`;
}

/** @param {LossPlot} chart @returns {() => void} */
function follow(chart) {
  let last = 0;
  let late = 0;
  const draw = () => {
    clearTimeout(late);
    last = performance.now();
    chart.setData(curve, run.value?.changes ?? [], state.value === "diverged");
  };
  const drawInTime = () => {
    clearTimeout(late);
    const wait = last + INTERVAL - performance.now();
    if (wait <= 0) draw();
    else late = window.setTimeout(draw, wait);
  };
  const build = () => {
    chart.build(lossScale.value);
    draw();
  };
  const ends = [
    effect(() => {
      lossScale.value;
      palette();
      mark(build);
    }),
    effect(() => {
      curveVersion.value;
      run.value;
      state.value;
      markSoon(drawInTime);
    }),
    onResize(chart.root, () => mark(build)),
  ];
  return () => {
    for (const end of ends) end();
    unmark(drawInTime);
    clearTimeout(late);
    unmark(build);
    chart.destroy();
  };
}

/** @param {KeyboardEvent} event @param {LossPlot | null} chart */
function move(event, chart) {
  if (!chart || curve.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = chart.count - 1;
  const stride = event.shiftKey ? STRIDE : 1;
  const now = chart.reading ?? last + 1;
  /** @type {Record<string, number | null>} */
  const places = { ArrowLeft: now - stride, ArrowRight: now + stride, Home: 0, End: last, Escape: null };
  if (!(event.key in places)) return;
  const place = places[event.key];
  if (place === null && chart.reading === null) return;
  event.preventDefault();
  chart.readAt(place === null ? null : Math.max(0, Math.min(last, place)));
  const values = chart.values();
  spoken.value = values
    ? `Epoch ${format.epoch(values.epoch)}, test loss ${format.loss(values.test)}, training loss ${format.loss(values.train)}`
    : "";
}
