/** Two losses on one chart: the test loss of the student's network and of the one beside it, over the epochs. */

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { curve, curveVersion, lossScale } from "../core/store.js";
import { lossRange } from "../draw/axes.js";
import { mark, markSoon, unmark } from "../draw/commit.js";
import { decimate } from "../draw/decimate.js";
import { palette } from "../draw/palette.js";
import { onResize } from "../draw/surface.js";
import { html } from "../ui/html.js";
import { spread } from "./lossmarks.js";
import { FIRST_EPOCHS, lossAxes } from "./lossplot.js";

/** @typedef {import("../core/beside.js").Beside} Beside */
/** @typedef {[number[], (number | null)[], (number | null)[]]} Columns */

const LABEL_HEIGHT = 14;
const DASHES = [6, 4];

/** @param {{ beside: Beside, names: [string, string] }} props the student's network comes first */
export function ComparisonChart({ beside, names }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const [one, other] = names;
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (root.current);
    const chart = new Chart(element, beside, [one, other]);
    const build = () => chart.build();
    const draw = () => chart.draw();
    const stops = [
      effect(() => {
        palette();
        lossScale.value;
        mark(build);
      }),
      effect(() => {
        curveVersion.value;
        beside.curveVersion.value;
        markSoon(draw);
      }),
      onResize(element, () => mark(build)),
    ];
    return () => {
      for (const stop of stops) stop();
      unmark(build);
      unmark(draw);
      chart.destroy();
    };
  }, [beside, one, other]);
  return html`<div class="compare-chart" ref=${root} role="img" aria-label=${`Test loss over the epochs: ${one} and ${other}. The table has the numbers.`}></div>`;
}

/** @param {readonly (number | null)[]} values */
const lastOf = (values) => values.findLastIndex((value) => value !== null && value !== undefined);

class Chart {
  /** @type {uPlot | null} */
  #chart = null;
  /** @type {Columns} */
  #columns = [[], [], []];
  /** @type {[number, number] | null} */
  #held = null;
  #length = 0;

  /** @param {HTMLElement} root @param {Beside} beside @param {[string, string]} names */
  constructor(root, beside, names) {
    this.root = root;
    this.beside = beside;
    this.names = names;
  }

  destroy() {
    this.#chart?.destroy();
    this.#chart = null;
  }

  build() {
    const { clientWidth: width, clientHeight: height } = this.root;
    this.destroy();
    this.#held = null;
    if (width > 0 && height > 0) this.#chart = new uPlot(this.#options(width, height), this.#columns, this.root);
    this.draw();
  }

  draw() {
    if (!this.#chart) return;
    const length = curve.length + this.beside.curve.length;
    if (length < this.#length) this.#held = null;
    this.#length = length;
    const [one, other] = [curve, this.beside.curve].map((each) => tested(decimate(each, this.root.clientWidth)));
    this.#columns = /** @type {Columns} */ (/** @type {unknown} */ (uPlot.join([one, other])));
    const values = [...one[1], ...other[1]].filter((value) => value !== null);
    if (values.length) this.#held = lossRange(lossScale.value, this.#held, Math.min(...values), Math.max(...values));
    this.#chart.setData(this.#columns);
  }

  /** @param {number} width @param {number} height @returns {uPlot.Options} */
  #options(width, height) {
    const { color } = palette();
    const line = { points: { show: false }, spanGaps: true };
    return {
      width,
      height,
      pxAlign: 0,
      legend: { show: false },
      cursor: { show: false },
      padding: [14, 104, 0, 0],
      scales: {
        x: { time: false, range: () => [0, Math.max(FIRST_EPOCHS, this.#columns[0].at(-1) ?? 0)] },
        y: { distr: lossScale.value === "log" ? 3 : 1, range: () => this.#held ?? [0.1, 1] },
      },
      axes: lossAxes(lossScale.value),
      series: [{}, { ...line, stroke: color.ink, width: 2 }, { ...line, stroke: color.ink2, width: 2, dash: DASHES }],
      hooks: { draw: [(chart) => this.#name(chart)] },
    };
  }

  /** The networks' names at the ends of their lines. @param {uPlot} chart */
  #name(chart) {
    const { axis, color, font } = palette();
    const { ctx } = chart;
    const ratio = window.devicePixelRatio || 1;
    const { left, top, width, height } = chart.bbox;
    const ends = [1, 2].flatMap((series) => {
      const at = lastOf(this.#columns[series]);
      return at < 0 ? [] : [{ series, value: /** @type {number} */ (this.#columns[series][at]) }];
    });
    const wanted = ends.map(({ value }) => Math.max(top, Math.min(top + height, chart.valToPos(value, "y", true))));
    const places = spread(wanted, LABEL_HEIGHT * ratio);
    ctx.save();
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    ends.forEach(({ series }, at) => {
      ctx.fillStyle = series === 1 ? color.ink : color.ink2;
      ctx.font = `${series === 1 ? 600 : 400} ${axis * ratio}px ${font}`;
      ctx.fillText(this.names[series - 1], left + width + 8 * ratio, places[at]);
    });
    ctx.restore();
  }
}

/** Epochs and test losses; training losses where nothing is kept aside.
 * @param {import("../draw/decimate.js").Columns} columns @returns {[number[], (number | null)[]]} */
const tested = ([epochs, train, test]) => [epochs, lastOf(test) < 0 ? train : test];
