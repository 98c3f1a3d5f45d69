/** A formula set in type. The source is what a screen reader is given. */

import { parseFormula } from "../core/formula.js";
import { html } from "./html.js";

/** @typedef {import("../core/formula.js").Part} Part */

/** @param {{ source: string }} props */
export function Formula({ source }) {
  return html`<span class="formula" role="math" aria-label=${source}>${parseFormula(source).map(typeset)}</span>`;
}

/** The same without a role: for labels that hold a formula's letters. @param {{ source: string }} props */
export function InlineFormula({ source }) {
  return html`<span class="formula-inline">${parseFormula(source).map(typeset)}</span>`;
}

/** @param {Part} part @returns {any} */
function typeset(part) {
  if ("text" in part) return part.kind === "variable" ? html`<i>${part.text}</i>` : part.text;
  const children = part.children.map(typeset);
  return part.kind === "sub" ? html`<sub>${children}</sub>` : html`<sup>${children}</sup>`;
}
