/** A network's layers one by one, as they are opened: what each reads and gives, through which windows, with which weights. */

/** @typedef {import("../../core/types.js").NetworkInfo} NetworkInfo */
/** @typedef {import("../../core/types.js").RunSpec} RunSpec */
/** @typedef {{ top: number, left: number, bottom: number, right: number }} Box rows and columns, the ends not inside */
/** @typedef {import("../../views/cells.js").Place} Place */
/**
 * @typedef {object} Part one layer
 * @property {number} index in the network's layers
 * @property {string} kind
 * @property {string} name
 * @property {string} activation
 * @property {number[]} input the shape of what it reads
 * @property {number[]} output the shape of what it gives
 * @property {number} source the layer it reads: IMAGE, or SEVERAL
 * @property {number} start where its values begin among those of all layers
 * @property {number} size how many there are
 * @property {number} window side of the window it looks through; 0 where it sees everything
 * @property {number} stride
 * @property {number} before zeros in front of what it reads
 * @property {number} offset where its parameters begin
 * @property {number} rows of its matrix of parameters, the biases' among them; 0 where it has none
 * @property {number} columns of it
 */

export const IMAGE = -1;
export const SEVERAL = -2;

/** @param {readonly number[]} shape */
const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/**
 * @param {NetworkInfo} network
 * @param {RunSpec} spec
 * @param {number} side of the image
 * @returns {Part[]}
 */
export function partsOf(network, spec, side) {
  /** @type {Part[]} */
  const parts = [];
  let start = 0;
  network.layers.forEach((info, index) => {
    const source = info.inputs.length > 1 ? SEVERAL : parts.findIndex(({ name }) => name === info.inputs[0]);
    const input = source === SEVERAL ? [] : source === IMAGE ? [1, side, side] : parts[source].output;
    const [rows, columns] = info.shape;
    const { kind, name, activation, output, offset } = info;
    const size = sizeOf(output);
    const view = windowOf(kind, /** @type {any} */ (spec.layers[index] ?? {}), input, output);
    parts.push({ index, kind, name, activation, input, output, source, start, size, ...view, offset, rows, columns });
    start += size;
  });
  return parts;
}

/**
 * How a layer looks at an image. As the engine lays it out: what "same" needs stands around, the odd zero behind.
 * @param {string} kind
 * @param {{ kernel_size?: number, size?: number, stride?: number, padding?: string }} fields
 * @param {number[]} input
 * @param {number[]} output
 */
function windowOf(kind, { kernel_size, size, stride }, input, output) {
  const window = kind === "convolution" ? (kernel_size ?? 3) : isPooling(kind) ? (size ?? 2) : 0;
  const step = stride ?? (isPooling(kind) ? 2 : 1);
  const before = Math.max(0, Math.floor(((output[1] - 1) * step + window - input[1]) / 2)) || 0;
  return { window, stride: step, before: kind === "convolution" ? before : 0 };
}

/** @param {string} kind */
export const isPooling = (kind) => kind.endsWith("_pooling");

/** Whether something is images: channels of rows and columns. @param {readonly number[]} shape */
export const isImages = (shape) => shape.length === 3;

/** The values of one layer. @param {Part} part @param {Float32Array} values of all layers */
export const valuesOf = ({ start, size }, values) => values.subarray(start, start + size);

/** One channel of images, flat. @param {Float32Array} values @param {readonly number[]} shape @param {number} channel */
export function channelOf(values, shape, channel) {
  const area = shape[1] * shape[2];
  return values.subarray(channel * area, (channel + 1) * area);
}

/** How many maps, or units, a layer gives. @param {Part} part */
export const unitsOf = ({ output }) => output[0];

/**
 * What a layer looks at to fill one place, in rows and columns of what it reads; beyond the edges there are zeros.
 * @param {Part} part
 * @param {Place} place
 * @returns {Box}
 */
export function windowAt({ window, stride, before, input }, [row, column]) {
  if (!window) return { top: 0, left: 0, bottom: input[1] ?? 1, right: input[2] ?? 1 };
  const top = row * stride - before;
  const left = column * stride - before;
  return { top, left, bottom: top + window, right: left + window };
}

/**
 * The place whose window has its middle nearest to a pixel of what the layer reads.
 * @param {Part} part
 * @param {Place} pixel
 * @returns {Place}
 */
export function placeAt({ window, stride, before, output }, pixel) {
  const [row, column] = pixel.map((at) => Math.round((at + before - (window - 1) / 2) / stride));
  return [within(row, output[1]), within(column, output[2])];
}

/** @param {number} at @param {number} length */
export const within = (at, length) => Math.min(Math.max(0, length - 1), Math.max(0, at));

/**
 * The part of the image that one place of a layer hangs on.
 * @param {readonly Part[]} parts
 * @param {number} index
 * @param {Place} place
 * @returns {Box | null} null where it hangs on all of it
 */
export function reachOf(parts, index, place) {
  let part = parts[index];
  if (!part || !isImages(part.output)) return null;
  /** @type {Box} */
  let box = { top: place[0], left: place[1], bottom: place[0] + 1, right: place[1] + 1 };
  while (true) {
    if (part.source === SEVERAL || !isImages(part.input)) return null;
    box = part.window ? widened(part, box) : box;
    if (part.source === IMAGE) break;
    part = parts[part.source];
  }
  const [, height, width] = part.input;
  return {
    top: Math.max(0, box.top),
    left: Math.max(0, box.left),
    bottom: Math.min(height, box.bottom),
    right: Math.min(width, box.right),
  };
}

/** What a layer reads to fill a box. @param {Part} part @param {Box} box @returns {Box} */
function widened(part, { top, left, bottom, right }) {
  const first = windowAt(part, [top, left]);
  const last = windowAt(part, [bottom - 1, right - 1]);
  return { ...first, bottom: last.bottom, right: last.right };
}

/** Whether a layer's weights are images that it looks for. @param {Part} part */
export const hasFilters = ({ kind, input, rows }) =>
  rows > 0 && isImages(input) && (kind === "convolution" || kind === "dense");

/** The shape of one filter: channels, height, width. @param {Part} part @returns {number[]} */
export const filterShape = ({ kind, input, window }) => (kind === "convolution" ? [input[0], window, window] : input);

/**
 * The weights into one unit, or of one filter, in the order of what it reads.
 * @param {Part} part
 * @param {number} unit
 * @param {ArrayLike<number>} theta all parameters
 */
export function weightsOf({ offset, rows, columns }, unit, theta) {
  const weights = new Float32Array(Math.max(0, rows - 1));
  for (let row = 0; row < weights.length; row += 1) weights[row] = theta[offset + row * columns + unit];
  return weights;
}

/** @param {Part} part @param {number} unit @param {ArrayLike<number>} theta */
export const biasOf = ({ offset, rows, columns }, unit, theta) => theta[offset + (rows - 1) * columns + unit];

/** The largest |weight| of a layer, biases apart. @param {Part} part @param {ArrayLike<number>} theta */
export function largestWeight({ offset, rows, columns }, theta) {
  let largest = 0;
  const end = offset + Math.max(0, rows - 1) * columns;
  for (let at = offset; at < end; at += 1) largest = Math.max(largest, Math.abs(theta[at]));
  return largest;
}

/** The largest |value|. @param {ArrayLike<number>} values */
export function largestOf(values) {
  let largest = 0;
  for (let at = 0; at < values.length; at += 1) largest = Math.max(largest, Math.abs(values[at]));
  return largest;
}
