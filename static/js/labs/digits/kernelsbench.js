/** What lies on the table where kernels are tried: the image, the kernel, and how the window moves. */

import { computed, signal } from "@preact/signals";
import { goTo } from "../../views/cells.js";
import { image as inHand } from "./current.js";
import { EXAMPLES, KERNELS, parseRows, rowsOf, turned } from "./kernelsmath.js";

/** @typedef {import("../../views/cells.js").Place} Place */
/** @typedef {import("./kernelsmath.js").Operation} Operation */

/**
 * @typedef {object} Bench what lies on the table
 * @property {"hand" | "typed"} from whether the image is the one in hand or the typed one
 * @property {string} typed
 * @property {string | null} example the worked example that it is of, unless it was changed
 * @property {Operation} operation
 * @property {string} name the kernel's, "typed" once it was changed
 * @property {number[][]} kernel
 * @property {number} window side of the window that is pooled
 * @property {boolean} flipped whether the kernel is turned, as true convolution has it
 * @property {number} stride
 * @property {number} padding
 */

const FIRST = KERNELS[3];

export const bench = signal(
  /** @type {Bench} */ ({
    from: "hand",
    typed: EXAMPLES[0].image,
    example: EXAMPLES[0].name,
    operation: "convolve",
    name: FIRST.name,
    kernel: FIRST.rows,
    window: 2,
    flipped: false,
    stride: 1,
    padding: 0,
  }),
);
/** The place in the result that is looked at. */
export const at = signal(/** @type {Place} */ ([0, 0]));
/** Whether the window goes from place to place by itself. */
export const sliding = signal(false);

/** Look at a place of the result; the window no longer moves by itself. @param {Place} place */
export function lookAt(place) {
  sliding.value = false;
  goTo(at, place);
}

/** @param {Partial<Bench>} changes */
export function setBench(changes) {
  sliding.value = false;
  bench.value = { ...bench.value, ...changes };
}

/** The image on the table: rows of numbers, or why there are none. */
export const picture = computed(() => {
  const { from, typed } = bench.value;
  if (from === "typed") return parseRows(typed);
  const held = inHand.value;
  if (!held) return { rows: null, trouble: "Draw a digit first, or type numbers of your own." };
  return { rows: rowsOf(held.values, held.side), trouble: null };
});

/** The kernel as it lies on the image. */
export const laid = computed(() => (bench.value.flipped ? turned(bench.value.kernel) : bench.value.kernel));

export const slide = computed(() => {
  const { operation, kernel, window, stride, padding } = bench.value;
  return { size: operation === "convolve" ? kernel.length : window, stride, padding };
});
