// A unit's weights as a table: what comes in, how much it counts, and a field to change each number by keyboard.

import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { parseTyped, signed } from "../core/format.js";
import { frame, past, run, setParameter, state } from "../core/store.js";
import { markSoon, unmark } from "../draw/commit.js";
import { html } from "../ui/html.js";
import { incoming, valueAt } from "./frames.js";
import { featureRows, unitName } from "./names.js";
import { parameterName, takeComma, typed } from "./weighteditor.js";
import { sourcesOf } from "./wiring.js";

/** Whether Explain shows the table instead of the drawing. */
export const weightsOpen = signal(false);

/** @param {{ layer: number, unit: number }} props */
export function WeightTable({ layer, unit }) {
  const table = useRef(/** @type {HTMLTableElement | null} */ (null));
  useEffect(() => {
    const element = /** @type {HTMLTableElement} */ (table.current);
    const fill = () => fillTable(element, layer, unit);
    fill();
    element.querySelector("input")?.focus();
    const stop = effect(() => {
      if (frame.value) markSoon(fill);
    });
    return () => {
      stop();
      unmark(fill);
    };
  }, [layer, unit]);
  if (!run.value) return null;
  const { network, spec } = run.value;
  const sources = sourcesOf(network.layers, layer, featureRows(spec));
  return html`<div class="weight-table">
    <table ref=${table}>
      <thead><tr><th scope="col">From</th><th scope="col">Weight</th><th scope="col">Value</th><th scope="col">Weight × value</th></tr></thead>
      <tbody>
        <${Row} name="bias" address=${{ layer, unit, input: null }} />
        ${sources.map((source, input) => html`<${Row} key=${input} name=${unitName(source, network, spec)} address=${{ layer, unit, input }} />`)}
      </tbody>
    </table>
  </div>`;
}

/** @param {{ name: string, address: import("./networkpaint.js").ParameterAddress }} props */
function Row({ name, address }) {
  const write = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    delete field.dataset.typed;
    const value = parseTyped(field.value);
    if (value !== null) setParameter(address.layer, address.unit, address.input, value);
  };
  const then = past.value !== null;
  return html`<tr>
    <th scope="row">${name}</th>
    <td><input class="weight-input" type="number" step="0.05" aria-label=${parameterName(address)} readonly=${then} title=${then ? "As it was. Go back to now to change it." : null} onBeforeInput=${takeComma} onInput=${hold} onChange=${write} /></td>
    <td></td><td></td>
  </tr>`;
}

/** What is being typed stays until it is taken. @param {Event} event */
function hold(event) {
  /** @type {HTMLInputElement} */ (event.target).dataset.typed = "";
}

/** Writes the numbers of the last frame, but not under the caret while they change by themselves or by typing.
 * @param {HTMLTableElement} table @param {number} layer @param {number} unit */
function fillTable(table, layer, unit) {
  const found = incoming(layer, unit);
  if (!found) return;
  const weights = [found.bias, ...found.weights];
  [...table.tBodies[0].rows].forEach((row, index) => {
    const field = /** @type {HTMLInputElement} */ (row.querySelector("input"));
    const inUse = field === document.activeElement && (state.value === "running" || "typed" in field.dataset);
    if (!inUse) field.value = typed(weights[index]);
    const value = index === 0 ? null : valueAt(found.sources[index - 1]);
    row.cells[2].textContent = value === null ? "" : signed(value);
    row.cells[3].textContent = index === 0 ? signed(found.bias) : value === null ? "" : signed(weights[index] * value);
  });
}
