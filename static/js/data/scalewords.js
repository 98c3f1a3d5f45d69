// What the scale of one's own data means, in words.

import { html } from "../ui/html.js";
import { describeAxis, describeTarget, isUnscaled } from "./scaling.js";

/** @typedef {import("./scaling.js").Axis} Axis */

const PLAIN = ["x₁", "x₂"];

/** @param {{axes: [Axis, Axis] | null, target: Axis | null, lost?: boolean}} props lost when the target's scale is not known */
export function ScaleWords({ axes, target, lost = false }) {
  const plain = axes?.every((axis, index) => isUnscaled(axis) && axis.name === PLAIN[index]);
  return html`
    ${plain && html`<p class="hint">The numbers fit the plot and stay as they are.</p>`}
    ${!plain && axes?.map((axis, index) => html`<p class="hint" key=${index}>${describeAxis(axis, PLAIN[index])}</p>`)}
    ${target && html`<p class="hint">${describeTarget(target)}</p>`}
    ${lost && html`<p class="hint">The output is scaled to −1 … 1: a link does not carry its units.</p>`}
  `;
}
