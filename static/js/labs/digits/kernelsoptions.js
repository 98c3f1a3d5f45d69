/** What is done with the image: which operation, which kernel, and how the window moves. */

import { Field } from "../../ui/field.js";
import { html } from "../../ui/html.js";
import { Segmented } from "../../ui/segmented.js";
import { Select } from "../../ui/select.js";
import { Stepper } from "../../ui/stepper.js";
import { bench, setBench } from "./kernelsbench.js";
import { KERNELS, LARGEST_KERNEL, parseNumber } from "./kernelsmath.js";
import { signedLook } from "./slide.js";

/** @typedef {import("./kernelsmath.js").Operation} Operation */

const OPERATIONS = [
  { value: "convolve", label: "Kernel", title: "The sum of numbers times weights" },
  { value: "max", label: "Largest", title: "Max pooling: the largest number under the window" },
  { value: "average", label: "Mean", title: "Average pooling: the mean of the numbers under the window" },
  { value: "l2", label: "L2", title: "L2 pooling: the length of the numbers seen as a vector" },
];
const CONVENTIONS = [
  { value: "plain", label: "As it is", title: "Cross-correlation, what networks call a convolution" },
  { value: "flipped", label: "Turned by 180°", title: "Convolution as mathematics has it: the kernel is turned first" },
];
const CHOICES = [
  ...KERNELS.map(({ name, label, about }) => ({ value: name, label, title: about })),
  { value: "typed", label: "Numbers of your own" },
];
const MOST_STRIDE = 8;
const MOST_PADDING = 6;
const MOST_WINDOW = 8;

export function Options() {
  const { operation, flipped, stride, padding, window } = bench.value;
  const pooling = operation !== "convolve";
  const choose = (/** @type {Operation} */ value) => {
    if ((value === "convolve") === !pooling) return setBench({ operation: value });
    setBench({ operation: value, padding: 0, stride: value === "convolve" ? 1 : window });
  };
  return html`<div class="kernels-options">
    <${Field} label="What the window does" group>
      <${Segmented} label="What the window does" small value=${operation} options=${OPERATIONS} onChange=${choose} />
    <//>
    ${
      !pooling &&
      html`<${Field} label="How the kernel lies on the image" group>
      <${Segmented} label="How the kernel lies on the image" small value=${flipped ? "flipped" : "plain"} options=${CONVENTIONS}
        onChange=${(/** @type {string} */ value) => setBench({ flipped: value === "flipped" })} />
      <p class="hint">${flipped ? "True convolution." : "Cross-correlation, as networks do it."}</p>
    <//>`
    }
    <div class="kernels-steppers">
      ${pooling && html`<${Count} label="Window" value=${window} min=${1} max=${MOST_WINDOW} onChange=${(/** @type {number} */ value) => setBench({ window: value })} />`}
      <${Count} label="Stride" value=${stride} min=${1} max=${MOST_STRIDE} onChange=${(/** @type {number} */ value) => setBench({ stride: value })} />
      ${!pooling && html`<${Count} label="Padding" value=${padding} min=${0} max=${MOST_PADDING} onChange=${(/** @type {number} */ value) => setBench({ padding: value })} />`}
    </div>
  </div>`;
}

/** @param {{ label: string, value: number, min: number, max: number, onChange: (value: number) => void }} props */
export function Count({ label, ...rest }) {
  return html`<${Field} label=${label} group><${Stepper} label=${label} ...${rest} /><//>`;
}

export function KernelEditor() {
  const { name, kernel } = bench.value;
  const known = KERNELS.find((entry) => entry.name === name);
  const choose = (/** @type {string} */ value) => {
    const found = KERNELS.find((entry) => entry.name === value);
    if (found) setBench({ name: found.name, kernel: found.rows });
    else setBench({ name: "typed" });
  };
  return html`<div class="kernels-kernel">
    <${Select} label="Kernel" value=${name} options=${CHOICES} onChange=${choose} />
    <p class="hint">${known?.about ?? "Type into the cells; 1/9 can be typed too."}</p>
    <div class="kernels-edit">
      <${KernelCells} />
      <${Count} label="Size" value=${kernel.length} min=${1} max=${LARGEST_KERNEL} onChange=${resize} />
    </div>
  </div>`;
}

/** Weights to type into, in their colours. */
function KernelCells() {
  const { kernel } = bench.value;
  const look = signedLook(kernel);
  const take = (/** @type {Event} */ event, /** @type {number} */ row, /** @type {number} */ column) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const value = parseNumber(input.value);
    if (Number.isNaN(value) || value === kernel[row][column]) input.value = plain(kernel[row][column]);
    else setBench({ name: "typed", kernel: replaced(kernel, row, column, value) });
  };
  return html`<table class="numgrid numgrid-typed" aria-label="Kernel" style=${{ "--columns": kernel.length }}>
    <tbody>
      ${kernel.map(
        (weights, row) => html`<tr key=${row}>
          ${weights.map(
            (weight, column) => html`<td key=${column} style=${look(weight)}><input
              type="text" inputmode="decimal" autocomplete="off" value=${plain(weight)} aria-label=${`Row ${row + 1}, column ${column + 1}`}
              onChange=${(/** @type {Event} */ event) => take(event, row, column)}
              onFocus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select()} /></td>`,
          )}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A weight short enough for its cell. @param {number} value */
const plain = (value) => String(Number(value.toFixed(3))).replace("-", "−");

/** @param {number[][]} rows @param {number} row @param {number} column @param {number} value */
const replaced = (rows, row, column, value) =>
  rows.map((cells, p) => (p === row ? cells.map((cell, q) => (q === column ? value : cell)) : cells));

/** The kernel larger or smaller around its middle. @param {number} size */
function resize(size) {
  const { kernel } = bench.value;
  const shift = Math.floor(size / 2) - Math.floor(kernel.length / 2);
  const rows = Array.from({ length: size }, (_, p) =>
    Array.from({ length: size }, (_, q) => kernel[p - shift]?.[q - shift] ?? 0),
  );
  setBench({ name: "typed", kernel: rows });
}
