/** A dense network for a convolutional one, or the other way round, with as nearly as many parameters as can be. */

/** @typedef {{ kind: string, [field: string]: any }} Layer */

const MOST_UNITS = 512;
const MOST_FILTERS = 256;
const KERNEL = 3;
const POOL = 2;

/** @param {number} value @param {number} most */
const within = (value, most) => Math.max(1, Math.min(most, Math.round(value)));

/** @param {readonly Layer[]} layers */
export const isConvolutional = (layers) => layers.some(({ kind }) => kind === "convolution");

/**
 * One dense layer of U units on I inputs and K classes has (I + 1)·U + (U + 1)·K parameters.
 * @param {number} parameters
 * @param {number} inputs
 * @param {number} classes
 * @returns {Layer[]}
 */
function denseWith(parameters, inputs, classes) {
  const units = within((parameters - classes) / (inputs + 1 + classes), MOST_UNITS);
  return [{ kind: "dense", units, activation: "relu" }];
}

/**
 * One convolution of F filters of 3 × 3, pooled by 2 to P places, has 10·F + (P·F + 1)·K parameters.
 * @param {number} parameters
 * @param {number} side of the image
 * @param {number} classes
 * @returns {Layer[]}
 */
function convolutionWith(parameters, side, classes) {
  const places = Math.floor(side / POOL) ** 2;
  const filters = within((parameters - classes) / (KERNEL ** 2 + 1 + places * classes), MOST_FILTERS);
  return [
    { kind: "convolution", filters, kernel_size: KERNEL, padding: "same", activation: "relu" },
    { kind: "max_pooling", size: POOL, stride: POOL },
  ];
}

/**
 * @param {readonly Layer[]} layers
 * @param {{ parameters: number, side: number, classes: number }} network
 */
export const counterpart = (layers, { parameters, side, classes }) =>
  isConvolutional(layers) ? denseWith(parameters, side ** 2, classes) : convolutionWith(parameters, side, classes);
