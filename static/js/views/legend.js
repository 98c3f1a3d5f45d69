// Under the plot: the colour scale with a pointer at the value of the probe point (or the classes' marks), and one line
// that reads the point. What changes with every frame is written straight into the page.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { fixed, percent, setting, signed } from "../core/format.js";
import { frame, layout, probePoint, run, task } from "../core/store.js";
import { decimalsFor } from "../draw/axes.js";
import { markPath } from "../draw/points.js";
import { html } from "../ui/html.js";
import { axes, PLAIN_AXES } from "./axisnames.js";
import { activations, rangeOf, valueAt } from "./frames.js";
import { classNames, unitName } from "./names.js";
import { columnName, inUnits, outputColumn } from "./outputunits.js";
import { shownUnit } from "./probe.js";
import { leaning, placeOn, readOutputs } from "./reading.js";

/** @typedef {(name: string, text: string) => void} Write */

/** @param {{ kind: number }} props */
export function Mark({ kind }) {
  const color = kind < 2 ? ["neg", "pos"][kind] : `class${kind + 1}`;
  return html`<svg class="datamark" width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true" style=${{ color: `var(--${color})` }}>
    <path d=${markPath(kind)} fill="currentColor" />
  </svg>`;
}

/** What the point says, or null while it is not known. */
function readingNow() {
  const current = run.value;
  const values = activations();
  if (!probePoint.value || !current || !values) return null;
  const address = shownUnit.value;
  if (address) {
    const value = valueAt(address);
    if (value === null) return null;
    const word = leaning(placeOn(value, rangeOf("decision")));
    const name = unitName(address, current.network, current.spec);
    return { name, value, text: numberOn(value), word, certainty: null };
  }
  const output = current.network.layers[current.network.layers.length - 1];
  const outputs = values.a.subarray(values.a.length - output.units);
  const reading = readOutputs(outputs, output.activation, task.value);
  const word = reading.class === null ? "" : classNames(current.spec, current.network)[reading.class];
  const column = outputColumn.value;
  const told = output.units > 1 || (axes.value !== PLAIN_AXES && reading.certainty !== null);
  const name = told ? "" : column ? columnName(column) : "Output";
  const text = column ? inUnits(reading.value, column) : numberOn(reading.value);
  return { name, value: reading.value, text, word, certainty: reading.certainty };
}

/** With its sign where the scale has two. @param {number} value */
const numberOn = (value) => (rangeOf("decision")[0] < 0 ? signed(value) : fixed(value, 2));

/** One line: x₁ 2.1  x₂ −0.6  Output −0.95  Orange, 97.4 % sure. @param {Write} write */
function writeReading(write) {
  const point = probePoint.value;
  const reading = readingNow();
  axes.value.forEach(({ center, scale }, index) => {
    write(`x${index + 1}`, point ? fixed(center + scale * point[index], decimalsFor(scale)) : "");
  });
  write("name", reading?.name ?? "Output");
  write("value", reading?.name ? reading.text : "");
  write("word", reading ? reading.word + (reading.certainty === null ? "" : ", ") : "");
  write("certainty", reading?.certainty ? percent(reading.certainty) : "");
  write("sure", reading?.certainty ? " sure" : "");
  return reading;
}

/** The sentence a screen reader hears when the point was moved by a key. @param {HTMLElement} readout */
export const spokenReading = (readout) =>
  [...readout.children]
    .map((part) => (part.textContent ?? "").trim())
    .filter(Boolean)
    .join(", ");

/** @param {number} end */
const short = (end) => setting(Number(end.toFixed(2)));

export function PlotLegend() {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => effect(() => writeAll(root.current)), []);
  const current = run.value;
  const classes = current && task.value === "classification" ? classNames(current.spec, current.network) : null;
  const several = (current?.network.layers.at(-1)?.units ?? 1) > 1 && !shownUnit.value;
  const [across, up] = axes.value;
  const naming = axes.value === PLAIN_AXES ? "math" : "axis-name";
  const ends = classes && !shownUnit.value && !several ? classes : null;
  return html`
    <div class="legend" ref=${root}>
      ${several && classes ? html`<${ClassLegend} names=${classes} />` : html`<${ScaleLegend} ends=${ends} />`}
      <p class="readout">
        <span class="readout-hint">${layout.value === "phone" ? "Touch" : "Move over"} the picture to read it</span>
        <span class="readout-line">
          <span><i class=${naming}>${across.name}</i> <b data-part="x1"></b></span>
          <span><i class=${naming}>${up.name}</i> <b data-part="x2"></b></span>
          <span><span data-part="name"></span> <b data-part="value"></b></span>
          <span><span data-part="word"></span><b data-part="certainty"></b><span data-part="sure"></span></span>
        </span>
      </p>
    </div>
  `;
}

/** @param {HTMLElement | null} root null once the page has gone on without it */
function writeAll(root) {
  frame.value;
  if (!root) return;
  /** @type {Write} */
  const write = (name, text) => {
    const element = root.querySelector(`[data-part=${name}]`);
    if (element && element.textContent !== text) element.textContent = text;
  };
  const reading = writeReading(write);
  root.classList.toggle("has-point", reading !== null);
  const range = rangeOf("decision");
  const column = shownUnit.value ? null : outputColumn.value;
  const plus = range[0] < 0 && !column ? "+" : "";
  const end = (/** @type {number} */ value) => (column ? inUnits(value, column) : short(value));
  write("low", end(range[0]));
  write("middle", end((range[0] + range[1]) / 2));
  write("high", plus + end(range[1]));
  const pointer = /** @type {HTMLElement | null} */ (root.querySelector(".legend-pointer"));
  if (pointer && reading) pointer.style.left = `${50 + 50 * placeOn(reading.value, range)}%`;
}

/** @param {{ ends: readonly string[] | null }} props the two classes' names */
function ScaleLegend({ ends }) {
  return html`
    <div class="legend-scale">
      <div class="legend-bar"><span class="legend-pointer"></span></div>
      <div class="legend-ends">
        <span>${ends && html`<${Mark} kind=${0} /> ${ends[0]} `}<span class="legend-number" data-part="low"></span></span>
        <span class="legend-middle" data-part="middle"></span>
        <span><span class="legend-number" data-part="high"></span>${ends && html` ${ends[1]} <${Mark} kind=${1} />`}</span>
      </div>
    </div>
  `;
}

/** @param {{ names: readonly string[] }} props */
function ClassLegend({ names }) {
  return html`<ul class="legend-classes">
    ${names.map((name, kind) => html`<li key=${kind}><${Mark} kind=${kind} /> ${name}</li>`)}
  </ul>`;
}
