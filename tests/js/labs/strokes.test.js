import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../../static/js/data/pointset.js";
import { extended, MOST_STROKES, read, simplified, write } from "../../../static/js/labs/digits/strokes.js";

test("a stroke goes on where the pen has moved, and stays on the sheet", () => {
  const begun = extended([], 0.5, 0.5);
  assert.deepEqual(begun, [[0.5, 0.5]]);
  assert.equal(extended(begun, 0.501, 0.501), begun);
  assert.deepEqual(extended(begun, 1.4, -2), [
    [0.5, 0.5],
    [1, 0],
  ]);
});

test("a stroke has an end", () => {
  let stroke = [];
  for (let at = 0; at < 2000; at += 1) stroke = extended(stroke, at % 2, 0.5);
  assert.equal(stroke.length, 600);
});

test("points on the way are left out, corners stay", () => {
  const angle = [
    ...Array.from({ length: 11 }, (_, at) => [at / 10, 0]),
    ...Array.from({ length: 10 }, (_, at) => [1, (at + 1) / 10]),
  ];
  assert.deepEqual(simplified(angle), [
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
  const circle = Array.from({ length: 200 }, (_, at) => [
    0.5 + 0.3 * Math.cos((at / 199) * 2 * Math.PI),
    0.5 + 0.3 * Math.sin((at / 199) * 2 * Math.PI),
  ]);
  const short = simplified(circle);
  assert.ok(short.length < 40, `${short.length} points`);
  for (const [x, y] of circle) {
    const off = Math.min(...short.map(([a, b]) => Math.hypot(a - x, b - y)));
    assert.ok(off < 0.08);
  }
  assert.deepEqual(simplified([[0.2, 0.3]]), [[0.2, 0.3]]);
});

test("a drawing is written as short text for an address, and read again", () => {
  const strokes = [
    [
      [0, 1],
      [0.123, 0.5],
    ],
    [[0.999, 0.001]],
  ];
  const text = write(strokes);
  assert.match(text, /^[0-9a-z.]+$/);
  assert.equal(text.length, 13);
  assert.deepEqual(read(text), strokes);
  assert.equal(write([]), "");
  assert.deepEqual(read(""), []);
});

test("what is no drawing is left out", () => {
  assert.deepEqual(read("<script>"), []);
  assert.deepEqual(read("ZZZZ.00rs"), [[[0, 1]]]);
  assert.deepEqual(read("zzzz"), [[[1, 1]]]);
  assert.deepEqual(read("00"), []);
  assert.equal(read(Array.from({ length: 100 }, () => "0000").join(".")).length, MOST_STROKES);
});

test("every stroke and every clearing can be undone and done again", () => {
  const history = new History([]);
  history.push([[[0, 0]]]);
  history.value = [
    [
      [0, 0],
      [1, 1],
    ],
  ];
  history.push([]);
  assert.deepEqual(history.value, []);
  history.undo();
  assert.deepEqual(history.value, [
    [
      [0, 0],
      [1, 1],
    ],
  ]);
  history.undo();
  assert.deepEqual(history.value, []);
  assert.equal(history.canUndo, false);
  history.undo();
  history.redo();
  history.redo();
  assert.deepEqual(history.value, []);
  assert.equal(history.canRedo, false);
  history.undo();
  history.push([[[0.5, 0.5]]]);
  assert.equal(history.canRedo, false);
});
