// The keyboard in the network: arrows go between units and layers, E opens a unit's weights, Escape lets it go.

import { selectedUnit } from "../core/store.js";
import { choose } from "./tiles.js";
import { weightsOpen } from "./weighttable.js";

/** @typedef {import("./layout.js").Layout} Layout */

/**
 * The place an arrow key leads to: up and down within a column, left and right to the nearest tile of the next one.
 * @param {Layout} layout @param {number} column @param {number} row @param {string} key
 * @returns {[number, number] | null}
 */
export function neighbour({ columns }, column, row, key) {
  const { places } = columns[column];
  if (key === "ArrowUp") return row > 0 ? [column, row - 1] : null;
  if (key === "ArrowDown") return row + 1 < places.length ? [column, row + 1] : null;
  if (key === "Home") return [0, 0];
  if (key === "End") return [columns.length - 1, 0];
  const next = column + (key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : Number.NaN);
  const target = columns[next];
  if (!target) return null;
  const distance = target.places.map((place) => Math.abs(place.y - places[row].y));
  return [next, distance.indexOf(Math.min(...distance))];
}

const MOVES = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];

/** @param {KeyboardEvent} event @param {import("./networkpaint.js").Scene} scene */
export function moveFocus(event, { layout }) {
  const tile = event.target instanceof HTMLElement ? event.target.closest("[data-place]") : null;
  if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
  const [column, row] = /** @type {string} */ (tile.getAttribute("data-place")).split(":").map(Number);
  if (MOVES.includes(event.key)) {
    event.preventDefault();
    const place = neighbour(layout, column, row, event.key);
    const stage = /** @type {HTMLElement} */ (event.currentTarget);
    if (place) /** @type {HTMLElement | null} */ (stage.querySelector(`[data-place="${place.join(":")}"]`))?.focus();
  } else if (event.key.toLowerCase() === "e" && column > 0) {
    event.preventDefault();
    if (selectedUnit.value?.[0] !== column - 1 || selectedUnit.value[1] !== row) choose([column - 1, row]);
    weightsOpen.value = true;
  } else if (event.key === "Escape" && selectedUnit.value) {
    event.preventDefault();
    selectedUnit.value = null;
  }
}
