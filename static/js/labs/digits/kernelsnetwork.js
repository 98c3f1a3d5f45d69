/** A kernel made by hand, brought into the network: as one filter of its first convolution, to train on or to stay. */

import { history } from "../../core/actions.js";
import { lastTheta } from "../../core/session.js";
import { command, run, spec, update } from "../../core/store.js";

/** @typedef {import("../../views/cells.js").Rows} Rows */
/** @typedef {{ kind: string, [field: string]: any }} Layer */
/** @typedef {[number, number, number | null]} Pin layer, unit, input */

const USUAL = { filters: 8, activation: "relu", padding: "same" };
/** As many single parameters can be held at most. */
const MOST_PINNED = 256;

/** @returns {Layer[]} */
const layers = () => /** @type {any} */ (spec.value?.layers ?? []);

/** @returns {Pin[]} */
const pins = () => /** @type {any} */ (spec.value)?.pinned ?? [];

/**
 * The first convolution, where it looks at the image itself.
 * @returns {{ layer: number, filters: number, size: number, offset: number } | null}
 */
export function firstConvolution() {
  const infos = run.value?.network.layers ?? [];
  const layer = infos.findIndex(({ kind, inputs }) => kind === "convolution" && inputs.join() === "features");
  const asked = layers()[layer];
  if (layer < 0 || asked?.kind !== "convolution") return null;
  const [, filters] = infos[layer].shape;
  return { layer, filters, size: asked.kernel_size, offset: infos[layer].offset };
}

/** The kernel of a filter as it is now. @param {number} filter @returns {number[][] | null} */
export function kernelOf(filter) {
  const found = firstConvolution();
  const theta = lastTheta();
  if (!found || !theta) return null;
  const { size, filters, offset } = found;
  return Array.from({ length: size }, (_, p) =>
    Array.from({ length: size }, (_, q) => theta[offset + (p * size + q) * filters + filter]),
  );
}

/** Whether training leaves the whole layer as it is. */
export function isLayerHeld() {
  const found = firstConvolution();
  return found !== null && Boolean(layers()[found.layer].frozen);
}

/** Whether a filter is held by itself. @param {number} filter */
export function isHeld(filter) {
  const found = firstConvolution();
  return found !== null && pins().some(([layer, unit]) => layer === found.layer && unit === filter);
}

/**
 * Write a kernel over a filter; its bias becomes 0. One step of undo.
 * @param {number} filter
 * @param {Rows} kernel as it lies on the image
 * @returns {Promise<boolean>} whether it is there
 */
export async function putKernel(filter, kernel) {
  const found = firstConvolution();
  const theta = lastTheta();
  if (!found || !theta) return false;
  const { layer, filters, offset, size } = found;
  const values = [...kernel.flat(), 0];
  const edit = (/** @type {number} */ value, /** @type {number} */ at) => ({
    layer,
    unit: filter,
    input: at < size * size ? at : null,
    value,
  });
  const after = values.map(edit);
  const before = values.map((_, at) => edit(theta[offset + at * filters + filter], at));
  const write = (/** @type {typeof after} */ edits) => command("set_parameters", { edits });
  history.push({ key: `kernel/${layer}/${filter}`, undo: () => write(before), redo: () => write(after) });
  return write(after);
}

/**
 * Hold a filter where it is, or let it be trained.
 * @param {number} filter
 * @param {boolean} held
 */
export function hold(filter, held) {
  const found = firstConvolution();
  if (!found) return;
  const { layer, size } = found;
  const others = pins().filter(([place, unit]) => place !== layer || unit !== filter);
  const inputs = [...Array(size * size).keys(), null];
  const own = held ? inputs.map((input) => /** @type {Pin} */ ([layer, filter, input])) : [];
  const all = [...others, ...own];
  update({ pinned: all.length ? all : null });
}

/** Whether a further filter can be held. */
export function hasRoom() {
  const found = firstConvolution();
  return found !== null && pins().length + found.size ** 2 + 1 <= MOST_PINNED;
}

/** A network whose first layer has filters of this size. @param {number} size */
export function giveFilters(size) {
  const found = firstConvolution();
  const before = layers();
  const changed = found
    ? before.map((layer, at) => (at === found.layer ? { ...layer, kernel_size: size } : layer))
    : [{ kind: "convolution", ...USUAL, kernel_size: size }, ...before];
  update({ layers: changed }, { label: `The network has filters of ${size} × ${size} now.` });
}
