// A small panel to change one weight or bias, by number or by slider.

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { fixed, parseTyped } from "../core/format.js";
import { run, setParameter } from "../core/store.js";
import { html } from "../ui/html.js";
import { parameters } from "./frames.js";
import { featureRows, unitName } from "./names.js";
import { parameterIndex, sourcesOf } from "./wiring.js";

/** @typedef {import("./networkpaint.js").ParameterAddress} ParameterAddress */

const SLIDER_END = 4;
const STEP = 0.05;

/** Which parameter is being edited, and where its panel stands in the network.
 * @type {import("@preact/signals").Signal<(ParameterAddress & { x: number, y: number }) | null>} */
export const editing = signal(null);

/** "Weight from x₁ to layer 1, unit 3". @param {ParameterAddress} address */
export function parameterName({ layer, unit, input }) {
  if (!run.value) return "";
  const { network, spec } = run.value;
  const target = unitName([layer, unit], network, spec).replace(/^[LO]/, (letter) => letter.toLowerCase());
  if (input === null) return `Bias of ${target}`;
  const source = unitName(sourcesOf(network.layers, layer, featureRows(spec))[input], network, spec);
  return `Weight from ${source.replace(/^L/, "l")} to ${target}`;
}

/** @param {ParameterAddress} address */
export function parameterValue({ layer, unit, input }) {
  const info = run.value?.network.layers[layer];
  const theta = parameters();
  return info && theta ? theta[parameterIndex(info, unit, input)] : 0;
}

/** A number as an input field takes it. @param {number} value */
export const typed = (value) => String(Number(value.toFixed(3)));

const DECIMAL = new Intl.NumberFormat().formatToParts(0.5).find(({ type }) => type === "decimal")?.value;

/** A field of numbers swallows the comma where it reads a point, and would take 3,5 for 35. @param {InputEvent} event */
export function takeComma(event) {
  if (DECIMAL === "," || !event.data?.includes(",")) return;
  event.preventDefault();
  document.execCommand("insertText", false, event.data.replaceAll(",", "."));
}

export function WeightEditor() {
  const address = editing.value;
  return address && html`<${Panel} key=${`${address.layer}/${address.unit}/${address.input}`} address=${address} />`;
}

/** @param {{ address: ParameterAddress & { x: number, y: number } }} props */
function Panel({ address }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  const [before] = useState(() => parameterValue(address));
  const [text, setText] = useState(() => typed(before));
  const opener = useRef(document.activeElement);
  const [ringed] = useState(() => opener.current?.matches(":focus-visible") ?? false);
  const close = () => {
    editing.value = null;
    if (opener.current instanceof HTMLElement) opener.current.focus({ focusVisible: ringed });
  };
  const write = (/** @type {string} */ next) => {
    setText(next);
    const value = parseTyped(next);
    if (value !== null) setParameter(address.layer, address.unit, address.input, value);
  };
  useEffect(() => listenOutside(/** @type {HTMLElement} */ (panel.current)), []);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    const changed = text !== typed(before);
    if (event.key === "Escape" && changed) setParameter(address.layer, address.unit, address.input, before);
    close();
  };
  const onInput = (/** @type {Event} */ event) => write(/** @type {HTMLInputElement} */ (event.target).value);
  const slider = Math.max(-SLIDER_END, Math.min(SLIDER_END, parseTyped(text) ?? 0));
  const name = parameterName(address);
  return html`
    <div
      class="weight-editor" ref=${panel} role="dialog" aria-label=${name} onKeyDown=${onKeyDown}
      style=${{ left: `${address.x}px`, top: `${address.y}px` }}
    >
      <label>
        <span>${name}</span>
        <input class="weight-input" type="number" step=${STEP} value=${text} onBeforeInput=${takeComma} onInput=${onInput} />
      </label>
      <input
        type="range" min=${-SLIDER_END} max=${SLIDER_END} step=${STEP} value=${slider} onInput=${onInput}
        aria-label=${name} aria-valuetext=${fixed(slider, 2)}
      />
      <p class="weight-editor-hint">Enter keeps it, Esc takes it back.</p>
    </div>
  `;
}

/** Takes the focus, and closes on a press elsewhere. @param {HTMLElement} panel */
function listenOutside(panel) {
  const field = /** @type {HTMLInputElement} */ (panel.querySelector("input"));
  field.focus();
  field.select();
  const outside = (/** @type {PointerEvent} */ event) => {
    if (!panel.contains(/** @type {Node} */ (event.target))) editing.value = null;
  };
  document.addEventListener("pointerdown", outside, true);
  return () => document.removeEventListener("pointerdown", outside, true);
}
