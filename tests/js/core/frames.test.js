import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeFrame } from "../../../static/js/core/frames.js";

/** What the server's encoder does: header padded with spaces so that the payload starts at a multiple of eight. */
function encode(header, parts) {
  let text = JSON.stringify(header);
  text += " ".repeat((8 - ((4 + text.length) % 8)) % 8);
  const size = Math.max(0, ...parts.map(({ offset, array }) => offset + array.byteLength));
  const bytes = new Uint8Array(4 + text.length + size);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(new TextEncoder().encode(text), 4);
  for (const { offset, array } of parts) bytes.set(new Uint8Array(array.buffer), 4 + text.length + offset);
  return bytes.buffer;
}

const header = (arrays) => ({
  run: "r",
  seq: 1,
  generation: 0,
  step: 25,
  epoch: 1,
  state: "running",
  scalars: {},
  arrays,
});

test("arrays are views on the message, with shape and range", () => {
  const grid = new Uint8Array([0, 127, 128, 255]);
  const theta = new Float32Array([0.5, -1.25, 3]);
  const buffer = encode(
    header([
      { name: "decision/grid", dtype: "uint8", shape: [2, 2], offset: 0, range: [-1, 1] },
      { name: "weights/theta", dtype: "float32", shape: [3], offset: 8 },
    ]),
    [
      { offset: 0, array: grid },
      { offset: 8, array: theta },
    ],
  );
  const frame = decodeFrame(buffer);
  const decoded = frame.arrays.get("decision/grid");
  assert.deepEqual([...decoded], [0, 127, 128, 255]);
  assert.deepEqual(decoded.shape, [2, 2]);
  assert.deepEqual(decoded.range, [-1, 1]);
  assert.deepEqual([...frame.arrays.get("weights/theta")], [0.5, -1.25, 3]);
  assert.equal(frame.arrays.get("weights/theta").range, undefined);
  assert.equal(decoded.buffer, buffer);
  assert.equal(frame.header.step, 25);
});

test("eight-byte numbers need no copy whatever the header's length", () => {
  for (const run of ["a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh"]) {
    const steps = new Float64Array([1, 2, 3]);
    const buffer = encode({ ...header([{ name: "curve/step", dtype: "float64", shape: [3], offset: 0 }]), run }, [
      { offset: 0, array: steps },
    ]);
    const { arrays } = decodeFrame(buffer);
    assert.equal(arrays.get("curve/step").buffer, buffer);
    assert.deepEqual([...arrays.get("curve/step")], [1, 2, 3]);
  }
});

test("an empty array stays empty", () => {
  const buffer = encode(header([{ name: "data/test", dtype: "float32", shape: [0, 3], offset: 0 }]), []);
  assert.equal(decodeFrame(buffer).arrays.get("data/test").length, 0);
});

test("a message that is cut off is refused", () => {
  const theta = new Float32Array(100);
  const buffer = encode(header([{ name: "weights/theta", dtype: "float32", shape: [100], offset: 0 }]), [
    { offset: 0, array: theta },
  ]);
  assert.throws(() => decodeFrame(buffer.slice(0, 20)), RangeError);
  assert.throws(() => decodeFrame(buffer.slice(0, buffer.byteLength - 8)), RangeError);
});

test("an unknown kind of number is refused", () => {
  const buffer = encode(header([{ name: "x", dtype: "complex64", shape: [0], offset: 0 }]), []);
  assert.throws(() => decodeFrame(buffer), /complex64/);
});
