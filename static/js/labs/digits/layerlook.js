/** Where one looks inside the network: which layer, which of its maps or units, which place, which channel it reads. */

import { computed, signal } from "@preact/signals";
import { run } from "../../core/store.js";
import { goTo } from "../../views/cells.js";
import { parameters } from "../../views/frames.js";
import { image, maps, sideOf } from "./current.js";
import { IMAGE, isImages, partsOf, placeAt, reachOf, SEVERAL, unitsOf, valuesOf, within } from "./layerparts.js";

/** @typedef {import("./layerparts.js").Part} Part */
/** @typedef {import("./layerparts.js").Place} Place */

const layer = signal(0);
const unit = signal(0);
const channel = signal(0);
const place = signal(/** @type {Place} */ ([2, 2]));

/** What the layers were made of last, so that they stay the same while the network does. */
let made = { of: "", parts: /** @type {Part[]} */ ([]) };

/** The network's layers, the output layer last. */
export const parts = computed(() => {
  const current = run.value;
  const side = sideOf(current?.spec.dataset);
  const of = current ? JSON.stringify([current.network.layers, current.spec.layers, side]) : "";
  if (of !== made.of) made = { of, parts: current ? partsOf(current.network, current.spec, side) : [] };
  return made.parts;
});

/** The layer that is open. @type {import("@preact/signals").ReadonlySignal<Part | null>} */
export const openPart = computed(() => parts.value[within(layer.value, parts.value.length)] ?? null);

/** The map, or the unit, that is open. */
export const openUnit = computed(() => (openPart.value ? within(unit.value, unitsOf(openPart.value)) : 0));

/** The channel of what the layer reads that is shown beside it. */
export const openChannel = computed(() => {
  const part = openPart.value;
  if (!part || !isImages(part.input)) return 0;
  return part.rows ? within(channel.value, part.input[0]) : openUnit.value;
});

/** The place of the open map; of a plain unit the only one. @type {import("@preact/signals").ReadonlySignal<Place>} */
export const openPlace = computed(() => {
  const part = openPart.value;
  if (!part || !isImages(part.output)) return [0, 0];
  return [within(place.value[0], part.output[1]), within(place.value[1], part.output[2])];
});

/** The part of the image that the open number hangs on; null for all of it. */
export const reach = computed(() =>
  openPart.value ? reachOf(parts.value, openPart.value.index, openPlace.value) : null,
);

/** All values of all layers for the image in hand, if the frame is of the network that is shown. */
export const shown = computed(() => {
  const last = parts.value.at(-1);
  const found = image.value ? maps.value : null;
  const side = sideOf(run.value?.spec.dataset);
  if (!found || found.inputs.length !== side * side || found.values.length !== (last ? last.start + last.size : 0))
    return null;
  return {
    inputs: /** @type {Float32Array} */ (found.inputs),
    values: /** @type {Float32Array} */ (found.values),
  };
});

/** All parameters, if they are those of the network that is shown. */
export const theta = computed(parameters);

/** What a layer reads. @param {Part} part @returns {Float32Array | null} */
export function readBy(part) {
  if (!shown.value || part.source === SEVERAL) return null;
  if (part.source === IMAGE) return shown.value.inputs;
  const source = parts.value[part.source];
  return source ? valuesOf(source, shown.value.values) : null;
}

/** Open a layer, and one of its maps or units. @param {number} index @param {number} [which] */
export function open(index, which = 0) {
  layer.value = index;
  unit.value = which;
}

/** @param {number} which */
export function openMap(which) {
  unit.value = which;
}

/** @param {number} which */
export function showChannel(which) {
  channel.value = which;
}

/** @param {Place} where */
export function openAt(where) {
  goTo(place, where);
}

/** Move to the place whose window lies over a pixel of what the open layer reads. @param {Place} pixel */
export function openOver(pixel) {
  if (openPart.value && isImages(openPart.value.output)) goTo(place, placeAt(openPart.value, pixel));
}

/** Move to the place of the open layer that hangs on a pixel of the image, as nearly as can be. @param {Place} pixel */
export function openOverImage(pixel) {
  const part = openPart.value;
  if (!part || !isImages(part.output)) return;
  const [, height, width] = part.output;
  /** @type {Place} */
  let best = [0, 0];
  let least = Infinity;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const box = reachOf(parts.value, part.index, [row, column]);
      if (!box) return;
      const distance = Math.hypot((box.top + box.bottom - 1) / 2 - pixel[0], (box.left + box.right - 1) / 2 - pixel[1]);
      if (distance < least) [least, best] = [distance, [row, column]];
    }
  }
  goTo(place, best);
}
