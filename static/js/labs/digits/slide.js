/** The window at one place: its numbers, the kernel's, and what the pairs of them add up to. */

import { fixed } from "../../core/format.js";
import { html } from "../../ui/html.js";
import { inkCell, largest, signedCell, written } from "../../views/cells.js";
import { products, total } from "./kernelsmath.js";
import { boxStyle } from "./layermap.js";

/** @typedef {import("../../views/cells.js").Rows} Rows */
/** @typedef {import("./kernelsmath.js").Operation} Operation */

/** A cell that the window has not reached yet: it shows nothing. */
export const LATER = "numgrid-later";

/** @typedef {{ row: number, column: number, size: number }} Framed the window, or the one cell it leads to */

/**
 * A grid of numbers in colours.
 * @param {{ rows: Rows, look: (value: number) => object, label: string, caption?: string, marked?: (row: number, column: number) => string,
 *   framed?: Framed | null, shown?: boolean, class?: string }} props `marked` names what a cell is beside its number; `shown` writes
 *   the numbers
 */
export function Cells({
  rows,
  look,
  label,
  caption,
  marked = () => "",
  framed = null,
  shown = true,
  class: extra = "",
}) {
  const columns = rows[0]?.length ?? 1;
  return html`<figure class=${`numgrid-figure ${extra}`}>
    <div class="numgrid-ground">
      <table class="numgrid" aria-label=${label} style=${{ "--columns": columns }} data-shown=${shown}>
        <tbody>
          ${rows.map(
            (row, p) => html`<tr key=${p}>
              ${row.map((value, q) => {
                const mark = marked(p, q);
                return html`<td key=${q} class=${mark} style=${mark === LATER ? null : look(value)}><span>${written(value)}</span></td>`;
              })}
            </tr>`,
          )}
        </tbody>
      </table>
      ${framed && html`<span class="numgrid-window" style=${boxStyle(boxOf(framed), columns, rows.length)}></span>`}
    </div>
    ${caption && html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}

/** @param {Framed} framed */
const boxOf = ({ row, column, size }) => ({ top: row, left: column, bottom: row + size, right: column + size });

/** How an image is coloured: as ink, or by its sign where some numbers are negative. @param {Rows} rows */
export function imageLook(rows) {
  const most = largest(rows, 1);
  const signs = rows.some((row) => row.some((value) => value < 0));
  return (/** @type {number} */ value) => (signs ? signedCell(value / most) : inkCell(value / most));
}

/** @param {Rows} rows @param {number} [least] */
export function signedLook(rows, least = 1e-9) {
  const most = largest(rows, least);
  return (/** @type {number} */ value) => signedCell(value / most);
}

/** @param {{ operation: Operation, window: Rows, kernel: Rows, image: Rows, kernelName: string, result: number }} props */
export function Sum({ operation, window, kernel, image, kernelName, result }) {
  const look = imageLook(image);
  const pixels = html`<${Cells} rows=${window} look=${look} label="Numbers under the window" caption=${counted(window, "pixel")} class="numgrid-large" />`;
  if (operation !== "convolve") {
    return html`<div class="slide-sum">
      ${pixels}<span class="slide-sign" aria-hidden="true">→</span>
      <p class="slide-result">${pooled(operation, window)}<output class="slide-number" aria-label="Result here">${written(result)}</output></p>
    </div>`;
  }
  const terms = products(window, kernel);
  return html`<div class="slide-sum">
    ${pixels}<span class="slide-sign" aria-hidden="true">×</span>
    <${Cells} rows=${kernel} look=${signedLook(kernel)} label="Kernel as it lies on the window" caption=${kernelName} class="numgrid-large" />
    <span class="slide-sign" aria-hidden="true">=</span>
    <${Cells} rows=${terms} look=${signedLook(terms, largest(kernel))} label="Products" caption=${counted(terms, "product")} class="numgrid-large" />
    <span class="slide-sign" aria-hidden="true">→</span>
    <p class="slide-result">sum<output class="slide-number" aria-label="Result here">${written(total(terms))}</output></p>
  </div>`;
}

/** @param {Rows} rows @param {string} word */
const counted = (rows, word) => `${rows.length * rows[0].length} ${word}${rows.length > 1 ? "s" : ""}`;

/** In words, how a pooled number comes about. @param {Operation} operation @param {Rows} window */
function pooled(operation, window) {
  const count = window.length ** 2;
  if (operation === "max") return `the largest of ${count}`;
  if (operation === "average") return `${written(total(window))} / ${count}`;
  const squares = window.flat().reduce((sum, value) => sum + value * value, 0);
  return `√ of the squares’ sum, ${fixed(squares, Number.isInteger(squares) ? 0 : 2)}`;
}
