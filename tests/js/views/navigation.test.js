import assert from "node:assert/strict";
import { test } from "node:test";
import { networkLayout } from "../../../static/js/views/layout.js";
import { neighbour } from "../../../static/js/views/navigation.js";

const LAYOUT = networkLayout(9, [8, 4, 1], 700, "roomy");

test("up and down stay in the column and stop at its ends", () => {
  assert.deepEqual(neighbour(LAYOUT, 1, 3, "ArrowUp"), [1, 2]);
  assert.deepEqual(neighbour(LAYOUT, 1, 3, "ArrowDown"), [1, 4]);
  assert.equal(neighbour(LAYOUT, 1, 0, "ArrowUp"), null);
  assert.equal(neighbour(LAYOUT, 1, 7, "ArrowDown"), null);
});

test("left and right go to the nearest tile of the next column", () => {
  const [column, row] = neighbour(LAYOUT, 1, 0, "ArrowRight") ?? [];
  assert.deepEqual([column, row], [2, 0]);
  assert.deepEqual(neighbour(LAYOUT, 1, 7, "ArrowRight"), [2, 3]);
  assert.deepEqual(neighbour(LAYOUT, 2, 1, "ArrowRight"), [3, 0]);
  assert.equal(neighbour(LAYOUT, 3, 0, "ArrowRight"), null);
  assert.equal(neighbour(LAYOUT, 0, 2, "ArrowLeft"), null);
});

test("from any tile the keys lead to a tile that exists", () => {
  LAYOUT.columns.forEach(({ places }, column) => {
    places.forEach((_, row) => {
      for (const key of ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]) {
        const next = neighbour(LAYOUT, column, row, key);
        if (next) assert.ok(LAYOUT.columns[next[0]].places[next[1]], `${key} from ${column}:${row}`);
      }
    });
  });
});

test("Home and End lead to the features and to the output", () => {
  assert.deepEqual(neighbour(LAYOUT, 2, 1, "Home"), [0, 0]);
  assert.deepEqual(neighbour(LAYOUT, 2, 1, "End"), [3, 0]);
});

test("other keys lead nowhere", () => {
  assert.equal(neighbour(LAYOUT, 1, 1, "Enter"), null);
});
