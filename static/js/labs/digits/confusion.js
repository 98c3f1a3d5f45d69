/** The confusion matrix: each cell counts the images of one class that were read as another. */

import { useRef } from "preact/hooks";
import { percent } from "../../core/format.js";
import { inert } from "../../core/inert.js";
import { html } from "../../ui/html.js";
import { badCell, movedBy } from "../../views/cells.js";
import { classes, classNamed } from "./current.js";

/** @typedef {import("./confusioncounts.js").Cell} Cell */
/** @typedef {ReturnType<typeof import("./confusioncounts.js").tally>} Table */

/** Fewer than this are left unwritten: the colour says enough. */
const WRITTEN_FROM = 3;
/** Longer names stand upright over their columns. */
const LONGEST_ACROSS = 3;

/** @param {{ table: Table | null, cell: Cell | null, onChoose: (cell: Cell) => void }} props */
export function Confusion({ table, cell, onChoose }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const names = classes.value;
  const worded = names.some((name) => name.length > LONGEST_ACROSS);
  const [row, column] = cell ?? [0, 0];
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const place = movedBy(event, [row, column], names.length, names.length);
    if (!place) return;
    onChoose(/** @type {Cell} */ (place));
    /** @type {HTMLElement | null | undefined} */ (
      root.current?.querySelector(`[data-cell="${place.join()}"]`)
    )?.focus();
  };
  return html`<div>
    <table class="confusion" ref=${root} onKeyDown=${onKeyDown} aria-label="Rows: what it was. Columns: what it was read as.">
      <thead>
        <tr>
          <td></td>
          ${names.map((name) => html`<th key=${name} scope="col" class=${worded ? "confusion-worded" : null}><span>${inert(name)}</span></th>`)}
          <th scope="col" class="confusion-share">right</th>
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name, was) => html`<tr key=${name}>
            <th scope="row">${inert(name)}</th>
            ${names.map((_, read) => {
              const reached = was === row && read === column;
              return html`<td key=${read}><${CellButton} table=${table} was=${was} read=${read} reached=${reached}
                chosen=${cell !== null && reached} onChoose=${onChoose} /></td>`;
            })}
            <${Share} share=${table?.shares[was] ?? null} />
          </tr>`,
        )}
      </tbody>
    </table>
    <p class="confusion-axes"><span>was (row)</span><span>read as (column)</span></p>
  </div>`;
}

/** @param {{ table: Table | null, was: number, read: number, reached: boolean, chosen: boolean, onChoose: (cell: Cell) => void }} props */
function CellButton({ table, was, read, reached, chosen, onChoose }) {
  const count = table?.rows[was][read] ?? 0;
  const wrong = was !== read;
  const [one, other] = [classNamed(was), classNamed(read)];
  const name = wrong ? `${one} read as ${other}: ${count}` : `${one} read rightly: ${count}`;
  const kind = wrong ? (count ? "wrong" : "none") : "right";
  return html`<button
    type="button" class="confusion-cell" data-kind=${kind} data-cell=${`${was},${read}`} aria-pressed=${chosen} aria-label=${name}
    title=${name} tabindex=${reached ? 0 : -1} style=${kind === "wrong" ? badCell(count / Math.max(WRITTEN_FROM, table?.most ?? 0)) : null}
    onClick=${() => onChoose([was, read])}
  >${wrong && count >= WRITTEN_FROM ? count : ""}</button>`;
}

/** The share of a class that is read rightly, as a bar and a number. @param {{ share: number | null }} props */
function Share({ share }) {
  return html`<td class="confusion-share">
    <span class="confusion-bar" aria-hidden="true"><span style=${{ width: `${100 * (share ?? 0)}%` }}></span></span>
    <span class="confusion-percent">${percent(share, 0)}</span>
  </td>`;
}
