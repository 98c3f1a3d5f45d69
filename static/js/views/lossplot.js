// The chart itself: uPlot for axes and lines, and on top the line ends' names, the marks of changes and the reading.

import uPlot from "uplot";
import * as format from "../core/format.js";
import { logTicks, lossRange, niceTicks } from "../draw/axes.js";
import { decimate } from "../draw/decimate.js";
import { palette } from "../draw/palette.js";
import { drawChanges, drawDiverged, drawEnds, drawMarker } from "./lossmarks.js";

/** @typedef {import("../core/types.js").Change} Change */
/** @typedef {import("../core/curve.js").Curve} Curve */

const SPARK_LINE = 1.6;
/** A diverging loss may leave the chart at the top instead of flattening all that was before. */
const HEADROOM = { running: 1000, diverged: 5 };
/** The axis of epochs is at least as long. */
export const FIRST_EPOCHS = 10;

/** As short as it goes: 0.003, but 1e−4. @param {number} value */
const lossTick = (value) =>
  value > 0 && value < 0.001 ? value.toExponential().replace("-", "−") : format.setting(value);

/** Epochs below, losses on the left. @param {"linear" | "log"} kind @returns {uPlot.Axis[]} */
export function lossAxes(kind) {
  const { axis, color, font } = palette();
  const common = { stroke: color.ink3, font: `${axis}px ${font}` };
  return [
    {
      ...common,
      size: axis + 14,
      gap: 3,
      grid: { show: false },
      border: { show: true, stroke: color.line2, width: 1 },
      ticks: { show: true, stroke: color.line2, width: 1, size: 4 },
      splits: (chart, _, low, high) => niceTicks(low, high, Math.max(2, Math.floor(chart.width / 80))),
      values: (_, splits) =>
        splits.map((value) => (Number.isInteger(value) ? format.whole(value) : format.setting(value))),
    },
    {
      ...common,
      size: Math.round(2.8 * axis) + 8,
      gap: 8,
      grid: { show: true, stroke: color.line, width: 1 },
      ticks: { show: false },
      splits: (chart, _, low, high) => {
        const labels = Math.max(2, Math.floor(chart.height / 22));
        return kind === "log" ? logTicks(low, high, labels) : niceTicks(low, high, Math.min(5, labels));
      },
      filter: (_, splits) => splits,
      values: (_, splits) => splits.map(lossTick),
    },
  ];
}

export class LossPlot {
  /** @type {uPlot | null} */
  #chart = null;
  /** @type {"linear" | "log"} */
  #kind = "log";
  /** @type {[number, number] | null} */
  #held = null;
  /** @type {import("../draw/decimate.js").Columns} */
  #columns = [[], [], []];
  /** @type {readonly Change[]} */
  #changes = [];
  #diverged = false;
  #lastLength = 0;
  /** Which of the shown points is read by keys or pointer. @type {number | null} */
  reading = null;
  /** The epoch that is looked at. @type {number | null} */
  #marked = null;

  /** @param {HTMLElement} root @param {boolean} spark */
  constructor(root, spark) {
    this.root = root;
    this.spark = spark;
    this.readout = document.createElement("p");
    this.readout.className = "losschart-reading";
    this.readout.hidden = true;
    if (!spark) root.append(this.readout);
  }

  get count() {
    return this.#columns[0].length;
  }

  destroy() {
    this.#chart?.destroy();
    this.#chart = null;
    this.readout.remove();
  }

  /** Makes the chart anew: for another scale, other colours or another size. @param {"linear" | "log"} kind */
  build(kind) {
    if (kind !== this.#kind) this.#held = null;
    this.#kind = kind;
    const { clientWidth: width, clientHeight: height } = this.root;
    this.#chart?.destroy();
    this.#chart = null;
    if (width > 0 && height > 0) this.#chart = new uPlot(this.#options(width, height), this.#columns, this.root);
  }

  /** @param {Curve} curve @param {readonly Change[]} changes @param {boolean} diverged */
  setData(curve, changes, diverged) {
    if (!this.#chart) return;
    if (curve.length < this.#lastLength || diverged !== this.#diverged) this.#held = null;
    this.#lastLength = curve.length;
    this.#columns = decimate(curve, this.root.clientWidth);
    this.#changes = changes;
    this.#diverged = diverged;
    this.#held = this.#range();
    this.#chart.setData(this.#columns);
  }

  /** @returns {[number, number]} */
  #range() {
    const [, train, test] = this.#columns;
    const first = Math.max(train[0] ?? 0, test[0] ?? 0) || 1;
    const highest = first * (this.#diverged ? HEADROOM.diverged : HEADROOM.running);
    let smallest = Number.POSITIVE_INFINITY;
    let largest = 0;
    for (const series of [train, test]) {
      for (const value of series) {
        if (value === null) continue;
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, Math.min(value, highest));
      }
    }
    if (largest === 0) return [this.#kind === "log" ? 0.1 : 0, 1];
    return lossRange(this.#kind, this.#held, smallest, largest);
  }

  /** Puts the cursor on a point. @param {number | null} index */
  readAt(index) {
    this.reading = index;
    const x = index === null ? undefined : this.#columns[0][index];
    const left = x === undefined ? -10 : (this.#chart?.valToPos(x, "x") ?? -10);
    this.#chart?.setCursor({ left, top: index === null ? -10 : 0 });
  }

  /** A marker at an epoch, null for none. @param {number | null} epoch */
  mark(epoch) {
    this.#marked = epoch;
    this.#chart?.redraw(false);
  }

  /** The epoch at a place on the page, at an end of the chart for what is beside it. @param {number} clientX */
  epochAt(clientX) {
    if (!this.#chart) return 0;
    const { left, width } = this.#chart.over.getBoundingClientRect();
    return this.#chart.posToVal(Math.max(0, Math.min(width, clientX - left)), "x");
  }

  /** Where the keys go on: at the reading, else at the marker, else beyond the end. */
  get place() {
    if (this.reading !== null) return this.reading;
    return this.#marked === null ? this.count : (this.#chart?.valToIdx(this.#marked) ?? this.count);
  }

  /** What the cursor reads. */
  values() {
    if (this.reading === null || this.reading >= this.count) return null;
    const [epoch, train, test] = this.#columns;
    return { epoch: epoch[this.reading], train: train[this.reading], test: test[this.reading] };
  }

  /** @param {uPlot} chart */
  #showReading(chart) {
    const { left = -1, idx } = chart.cursor;
    this.reading = left >= 0 && idx !== null && idx !== undefined ? idx : null;
    const values = this.values();
    this.readout.hidden = !values;
    if (!values) return;
    const test = values.test === null ? "" : `  test ${format.loss(values.test)}`;
    this.readout.textContent = `epoch ${format.epoch(values.epoch)}${test}  train ${format.loss(values.train)}`;
    const plotLeft = chart.over.offsetLeft;
    const end = plotLeft + chart.over.clientWidth - this.readout.offsetWidth;
    this.readout.style.left = `${Math.max(plotLeft, Math.min(end, plotLeft + left - this.readout.offsetWidth / 2))}px`;
  }

  /** @param {number} width @param {number} height @returns {uPlot.Options} */
  #options(width, height) {
    const { color } = palette();
    const series = [
      {},
      { stroke: color.ink3, width: 1.2, points: { show: false }, show: !this.spark },
      { stroke: color.ink, width: this.spark ? SPARK_LINE : 2, points: { show: false } },
    ];
    return {
      width,
      height,
      pxAlign: 0,
      legend: { show: false },
      cursor: {
        show: !this.spark,
        y: false,
        drag: { x: false, y: false, setScale: false },
        points: { size: 7, stroke: color.bg, width: 1.5, fill: (_, index) => (index === 2 ? color.ink : color.ink3) },
      },
      padding: this.spark ? [3, 2, 3, 2] : [14, 60, 0, 0],
      scales: {
        x: {
          time: false,
          range: () => [0, Math.max(FIRST_EPOCHS, this.#columns[0].at(-1) ?? 0, this.#changes.at(-1)?.epoch ?? 0)],
        },
        y: { distr: this.#kind === "log" ? 3 : 1, range: () => this.#held ?? [0.1, 1] },
      },
      axes: this.spark ? [{ show: false }, { show: false }] : lossAxes(this.#kind),
      series,
      hooks: this.spark
        ? {}
        : { draw: [(chart) => this.#annotate(chart)], setCursor: [(chart) => this.#showReading(chart)] },
    };
  }

  /** @param {uPlot} chart */
  #annotate(chart) {
    if (this.#marked !== null) drawMarker(chart, this.#marked);
    drawChanges(chart, this.#changes, this.#diverged);
    if (this.#diverged) drawDiverged(chart, this.#columns);
    drawEnds(chart, this.#columns);
  }
}
