// The loss over the epochs, for training and test points: a frame for the chart, the keys that read it, and the pointer
// and the keys that look back at a step.

import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as format from "../core/format.js";
import { curve, curveVersion, layout, lookAtEpoch, lossScale, past, progress, run } from "../core/store.js";
import { mark, markSoon, unmark } from "../draw/commit.js";
import { palette } from "../draw/palette.js";
import { onResize } from "../draw/surface.js";
import { html } from "../ui/html.js";
import { Looking } from "./looking.js";
import { LossPlot } from "./lossplot.js";

const STRIDE = 10;
/** A growing curve is drawn at most so often; the numbers beside it are always the newest. */
const INTERVAL = 50;
const spoken = signal("");
const marked = computed(() => (past.value === null ? null : progress.value.epoch));

/** @param {{ spark?: boolean }} props a spark line has neither axes nor reading */
export function LossChart({ spark = false }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const plot = useRef(/** @type {LossPlot | null} */ (null));
  useEffect(() => {
    const chart = new LossPlot(/** @type {HTMLElement} */ (root.current), spark);
    plot.current = chart;
    const ends = [follow(chart), ...(spark ? [] : [listen(chart)])];
    return () => {
      for (const end of ends) end();
      plot.current = null;
    };
  }, [spark]);
  if (spark) return html`<div class="losschart losschart-spark" ref=${root} aria-hidden="true"></div>`;
  return html`<div class="losschart-frame">
    <div
      class="losschart" ref=${root} role="application" tabindex="0"
      aria-label="Loss by epoch. Arrow keys read the values, Enter looks at the network as it was then." onKeyDown=${(/** @type {KeyboardEvent} */ event) => move(event, plot.current)}
      onBlur=${() => plot.current?.readAt(null)}
    ></div>
    ${layout.value !== "phone" && html`<${Looking} />`}
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
    chart.setData(curve, run.value?.changes ?? [], run.value?.state === "diverged");
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
  const drawMarked = () => chart.mark(marked.value);
  const ends = [
    effect(() => {
      lossScale.value;
      palette();
      mark(build);
    }),
    effect(() => {
      curveVersion.value;
      run.value;
      markSoon(drawInTime);
    }),
    effect(() => {
      marked.value;
      mark(drawMarked);
    }),
    onResize(chart.root, () => mark(build)),
  ];
  return () => {
    for (const end of ends) end();
    unmark(drawInTime);
    clearTimeout(late);
    for (const paint of [build, drawMarked]) unmark(paint);
    chart.destroy();
  };
}

/** Pressing and dragging look back, a finger only once it is clear that it does not scroll the page.
 * @param {LossPlot} chart @returns {() => void} */
function listen(chart) {
  let held = false;
  const look = (/** @type {PointerEvent} */ event) => {
    // In whole pixels, as the mouse events have it that move the reading.
    if (held && curve.length) lookAtEpoch(chart.epochAt(Math.floor(event.clientX)));
  };
  const handlers = /** @type {Record<string, (event: PointerEvent) => void>} */ ({
    pointerdown(event) {
      if (event.button !== 0) return;
      held = true;
      /** @type {Element} */ (event.target).setPointerCapture(event.pointerId);
      if (event.pointerType !== "touch") look(event);
    },
    pointermove: look,
    pointerup(event) {
      look(event);
      held = false;
    },
    pointercancel() {
      held = false;
    },
  });
  const entries = /** @type {[string, EventListener][]} */ (Object.entries(handlers));
  for (const [type, handle] of entries) chart.root.addEventListener(type, handle);
  return () => {
    for (const [type, handle] of entries) chart.root.removeEventListener(type, handle);
  };
}

/** @param {KeyboardEvent} event @param {LossPlot | null} chart */
function move(event, chart) {
  if (!chart || curve.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = chart.count - 1;
  const stride = event.shiftKey ? STRIDE : 1;
  const now = chart.place;
  /** @type {Record<string, number | null>} */
  const places = { ArrowLeft: now - stride, ArrowRight: now + stride, Home: 0, End: last, Escape: null };
  if (event.key === "Enter") return look(chart, event);
  if (!(event.key in places) || (event.key === "Escape" && past.value !== null)) return;
  const place = places[event.key];
  if (place === null && chart.reading === null) return;
  event.preventDefault();
  chart.readAt(place === null ? null : Math.max(0, Math.min(last, place)));
  const values = chart.values();
  if (values && past.value !== null) lookAtEpoch(values.epoch);
  spoken.value = values
    ? `Epoch ${format.epoch(values.epoch)}, test loss ${format.loss(values.test)}, training loss ${format.loss(values.train)}`
    : "";
}

/** @param {LossPlot} chart @param {KeyboardEvent} event */
function look(chart, event) {
  const values = chart.values();
  if (!values) return;
  event.preventDefault();
  lookAtEpoch(values.epoch);
}
