// What the scale of one's own data means, in words.

import { html } from "../ui/html.js";
import { describeAxis, describeTarget, isUnscaled } from "./scaling.js";

/** @typedef {import("./scaling.js").Axis} Axis */

const PLAIN = ["x₁", "x₂"];

/** @param {{axes: [Axis, Axis] | null, target: Axis | null}} props */
export function ScaleWords({ axes, target }) {
  const plain = axes?.every((axis, index) => isUnscaled(axis) && axis.name === PLAIN[index]);
  return html`
    ${plain && html`<p class="hint">The numbers fit the plot and stay as they are.</p>`}
    ${!plain && axes?.map((axis, index) => html`<p class="hint" key=${index}>${describeAxis(axis, PLAIN[index])}</p>`)}
    ${target && html`<p class="hint">${describeTarget(target)}</p>`}
  `;
}
