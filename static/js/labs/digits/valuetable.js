/** Numbers in cells, each on the colour that its picture has for it; and the sum that they lead to. */

import { fixed, signed } from "../../core/format.js";
import { html } from "../../ui/html.js";
import { inkCell, signedCell } from "../../views/cells.js";

/** The largest window that is written out in cells; a larger one is a picture. */
export const MOST_ACROSS = 5;

/**
 * @typedef {object} CellsProps
 * @property {readonly number[]} values row by row
 * @property {number} across
 * @property {import("./layerpaint.js").Look} look
 * @property {number} max what the colours end at
 * @property {string} caption
 * @property {string} name for those who do not see the caption beside its neighbours
 * @property {readonly boolean[]} [inside] which cells are not beyond the edge
 * @property {number} [marked] the cell that counts
 */

/** @param {CellsProps} props */
export function Cells({ values, across, look, max, caption, name, inside, marked }) {
  const colors = look === "ink" ? inkCell : signedCell;
  const end = max > 0 ? max : 1;
  const rows = Array.from({ length: values.length / across }, (_, row) => row * across);
  return html`<table class="cells" data-cells=${name}>
    <caption>${caption}</caption>
    <tbody>${rows.map(
      (start) =>
        html`<tr key=${start}>${values.slice(start, start + across).map((value, column) => {
          const at = start + column;
          const beyond = inside?.[at] === false;
          return html`<td key=${column} class=${`cell${beyond ? " cell-beyond" : ""}${at === marked ? " cell-marked" : ""}`}
          title=${beyond ? "Beyond the edge: 0" : undefined}
          style=${beyond ? {} : colors(value / end)}>${fixed(value, 2)}</td>`;
        })}</tr>`,
    )}</tbody>
  </table>`;
}

/**
 * A column of terms with what they come to.
 * @param {{ terms: Array<{ name: any, value: number, test?: string }>, result: { name: any, text: string }, children?: any }} props
 */
export function Sum({ terms, result, children }) {
  return html`<dl class="sum">
    ${terms.map(
      ({ name, value, test }) =>
        html`<div class="sum-term"><dt>${name}</dt><dd data-testid=${test}>${signed(value, 2)}</dd></div>`,
    )}
    ${children}
    <div class="sum-result"><dt>${result.name}</dt><dd data-testid="value">${result.text}</dd></div>
  </dl>`;
}
