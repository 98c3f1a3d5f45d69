/** Binary frames: u32 header length, JSON header, 8-byte-aligned payload. Decoding makes views, never copies. */

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").FrameArray} FrameArray */

const CONSTRUCTORS = {
  uint8: Uint8Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

const decoder = new TextDecoder();

/**
 * @param {ArrayBuffer} buffer one binary websocket message
 * @returns {Frame} each array a view on `buffer` with its `shape` (and `range` of the scale, if it has one)
 * @throws {RangeError} when the lengths in the header do not fit the message
 */
export function decodeFrame(buffer) {
  const headerLength = new DataView(buffer).getUint32(0, true);
  const payload = 4 + headerLength;
  if (payload > buffer.byteLength) throw new RangeError("The frame is shorter than its header says.");
  const header = JSON.parse(decoder.decode(new Uint8Array(buffer, 4, headerLength)));
  /** @type {Map<string, FrameArray>} */
  const arrays = new Map();
  for (const { name, dtype, shape, offset, range } of header.arrays) {
    const Constructor = CONSTRUCTORS[/** @type {keyof typeof CONSTRUCTORS} */ (dtype)];
    if (!Constructor) throw new RangeError(`The frame holds an unknown kind of number: ${dtype}.`);
    const size = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    const view = new Constructor(buffer, payload + offset, size);
    arrays.set(name, /** @type {FrameArray} */ (Object.assign(view, range ? { shape, range } : { shape })));
  }
  return { header, arrays };
}
