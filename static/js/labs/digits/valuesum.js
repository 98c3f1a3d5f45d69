/** One number of a layer, taken apart into what it was computed from. */

import { biasOf, channelOf, isImages, isPooling, weightsOf, windowAt } from "./layerparts.js";

/** @typedef {import("./layerparts.js").Part} Part */
/** @typedef {import("./layerparts.js").Place} Place */
/**
 * @typedef {object} Patch what a window shows of one channel, row by row
 * @property {number} channel
 * @property {number[]} pixels 0 where the window stands over the edge
 * @property {boolean[]} inside whether each of them is part of what the layer reads
 * @property {number[]} weights
 * @property {number[]} products
 * @property {number} sum of the products
 */

/**
 * The numbers under a window, of one channel.
 * @param {Float32Array} read what the layer reads
 * @param {Part} part
 * @param {number} channel
 * @param {Place} place
 */
export function pixelsAt(read, part, channel, place) {
  const box = windowAt(part, place);
  const [, height, width] = part.input;
  const values = channelOf(read, part.input, channel);
  const pixels = [];
  const inside = [];
  for (let row = box.top; row < box.bottom; row += 1) {
    for (let column = box.left; column < box.right; column += 1) {
      const there = row >= 0 && column >= 0 && row < height && column < width;
      inside.push(there);
      pixels.push(there ? values[row * width + column] : 0);
    }
  }
  return { pixels, inside };
}

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/**
 * A sum over windows, channel by channel: of a convolution, or of a dense layer that reads images.
 * @param {Part} part
 * @param {number} unit
 * @param {Place} place
 * @param {Float32Array} read
 * @param {ArrayLike<number>} theta
 * @returns {{ patches: Patch[], bias: number, z: number }}
 */
export function windowSum(part, unit, place, read, theta) {
  const all = weightsOf(part, unit, theta);
  const area = all.length / part.input[0];
  const patches = Array.from({ length: part.input[0] }, (_, channel) => {
    const { pixels, inside } = pixelsAt(read, part, channel, place);
    const weights = [...all.subarray(channel * area, (channel + 1) * area)];
    const products = pixels.map((pixel, at) => pixel * weights[at]);
    return { channel, pixels, inside, weights, products, sum: sum(products) };
  });
  const bias = biasOf(part, unit, theta);
  return { patches, bias, z: sum(patches.map((patch) => patch.sum)) + bias };
}

/**
 * A sum over plain units, the largest terms first.
 * @param {Part} part
 * @param {number} unit
 * @param {Float32Array} read
 * @param {ArrayLike<number>} theta
 * @param {number} most terms that are told one by one
 */
export function unitSum(part, unit, read, theta, most) {
  const weights = weightsOf(part, unit, theta);
  const terms = [...weights].map((weight, input) => ({
    input,
    weight,
    value: read[input],
    product: weight * read[input],
  }));
  terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const rest = terms.slice(most);
  const bias = biasOf(part, unit, theta);
  const total = sum(terms.map(({ product }) => product)) + bias;
  return {
    terms: terms.slice(0, most),
    rest: { count: rest.length, sum: sum(rest.map((term) => term.product)) },
    bias,
    z: total,
  };
}

/** How a layer's numbers come about. @param {Part} part @returns {"windows" | "pooling" | "units" | "passed"} */
export function wayOf({ kind, input, rows }) {
  if (isPooling(kind)) return "pooling";
  if (!rows || !input.length || (kind !== "convolution" && kind !== "dense")) return "passed";
  return isImages(input) ? "windows" : "units";
}
