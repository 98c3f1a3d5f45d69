/** The number of a unit that reads other units: its terms, the largest first, the bias, and what the activation makes. */

import { labelOf } from "../../core/catalog.js";
import { fixed, percent, signed } from "../../core/format.js";
import { html } from "../../ui/html.js";
import { openUnit, parts } from "./layerlook.js";
import { numberOf } from "./layerwords.js";
import { unitSum } from "./valuesum.js";
import { Sum } from "./valuetable.js";

/** Terms that are told one by one. */
const MOST_TERMS = 12;

/** @param {{ part: import("./layerparts.js").Part, read: Float32Array, theta: ArrayLike<number> }} props */
export function PlainUnits({ part, read, theta }) {
  const unit = openUnit.value;
  const { terms, rest, bias, z } = unitSum(part, unit, read, theta, MOST_TERMS);
  const largest = Math.max(...terms.map(({ product }) => Math.abs(product)), 1e-9);
  const output = part.index === parts.value.length - 1;
  const value = numberOf(part, unit, [0, 0]) ?? 0;
  const shares = output && part.activation === "softmax";
  const after = [{ name: "bias", value: bias, test: "bias" }];
  if (rest.count) after.unshift({ name: `${rest.count} smaller terms`, value: rest.sum, test: "rest" });
  return html`<div class="value-flow">
      <table class="terms">
        <thead><tr><th scope="col">unit</th><th scope="col">says</th><th scope="col">weight</th><th scope="col" colspan="2">adds</th></tr></thead>
        <tbody>${terms.map(
          ({ input, value: said, weight, product }) => html`<tr key=${input}>
            <th scope="row">${input + 1}</th><td>${fixed(said, 2)}</td><td>${signed(weight, 2)}</td><td>${signed(product, 2)}</td>
            <td class="term-bar" aria-hidden="true"><span class=${product < 0 ? "bar-neg" : "bar-pos"}
              style=${{ width: `${(50 * Math.abs(product)) / largest}%` }}></span></td>
          </tr>`,
        )}</tbody>
      </table>
      <span class="value-sign" aria-hidden="true">→</span>
      <div class="value-total">
        <${Sum} terms=${after} result=${{
          name: labelOf("activations", part.activation),
          text: shares ? percent(value, 1) : fixed(value, 2),
        }}>
          <div class="sum-term sum-z"><dt>all together</dt><dd data-testid="z">${signed(z, 2)}</dd></div>
        <//>
      </div>
    </div>
    <p class="value-words">${
      shares
        ? "Softmax raises e to each class's sum and divides by what all of them come to: so the answers share 100 %."
        : "Every number it reads is weighed; the products and the bias add up, and the activation bends the sum."
    }</p>`;
}
