// Where the units of a network stand: columns of features, hidden layers and output, centred on the tallest.

/** @typedef {{ x: number, y: number }} Place the middle of a tile */
/**
 * @typedef {object} Column
 * @property {number} x the middle
 * @property {number} tile side of its tiles
 * @property {number} bar height of its bias bars
 * @property {Place[]} places one a unit shown
 * @property {number} more how many units are not shown
 */
/** @typedef {{ width: number, height: number, columns: Column[] }} Layout */
/** @typedef {"large" | "roomy" | "short" | "phone" | "miniature"} Density */

export const MOST_SHOWN = 16;
const FEATURE_LABEL = 56;
const LARGE_LABEL = 66;
/** What stands above and below the units on a lecturer's screen. */
const AROUND = 520;

const DENSITIES = {
  large: { tile: 56, row: 68, room: 612, pitch: 110, head: 72 },
  roomy: { tile: 44, row: 54, room: 432, pitch: 90, head: 63 },
  short: { tile: 38, row: 44, room: 352, pitch: 90, head: 62 },
  phone: { tile: 44, row: 54, room: 864, pitch: 130, head: 102 },
  miniature: { tile: 26, row: 32, room: 256, pitch: 60, head: 0 },
};

/** Tile and row of a column. @param {number} units @param {{tile: number, row: number, room: number}} density
 * @param {number} under what a tile needs below it */
function sizes(units, density, under) {
  const row = Math.min(density.row, Math.floor(density.room / Math.max(1, units)));
  return { row, tile: Math.min(density.tile, row - under) };
}

/**
 * @param {number} features how many features are listed
 * @param {readonly number[]} layers units of each layer, the output last
 * @param {number} available width
 * @param {Density} kind
 * @param {number} [height] of the window, on a lecturer's screen
 * @returns {Layout}
 */
export function networkLayout(features, layers, available, kind, height) {
  const density = { ...DENSITIES[kind] };
  if (kind === "large" && height) density.room = Math.min(density.room, height - AROUND);
  const shown = [features, ...layers.map((units) => Math.min(units, MOST_SHOWN))];
  const left = (kind === "miniature" ? 4 : kind === "large" ? LARGE_LABEL : FEATURE_LABEL) + density.tile / 2;
  const right = density.tile / 2 + 8;
  const gaps = shown.length - 1;
  const fitting = (available - left - right) / gaps;
  const pitch = kind === "phone" ? density.pitch : Math.max(density.pitch, fitting);
  const metrics = shown.map((units, index) => sizes(units, density, index === 0 ? 4 : tileFoot(units)));
  const tallest = Math.max(...shown.map((units, index) => units * metrics[index].row));
  const columns = shown.map((units, index) => {
    const { row, tile } = metrics[index];
    const x = left + index * pitch;
    const top = density.head + (tallest - units * row) / 2;
    const places = Array.from({ length: units }, (_, unit) => ({ x, y: top + unit * row + tile / 2 + 1 }));
    const more = index === 0 ? 0 : layers[index - 1] - units;
    return { x, tile, bar: tile < 30 ? 3 : 4, places, more };
  });
  return { width: Math.max(available, left + gaps * pitch + right), height: density.head + tallest + 4, columns };
}

/** The gap and bias bar below a tile. @param {number} units */
const tileFoot = (units) => (units > 11 ? 7 : 10);
