/** Grids of numbers: what is written, in which colour, and where keys and the pointer lead. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { effect, signal } from "@preact/signals";
import { installPage } from "./fakepage.js";

installPage();
const { goTo, largest, legible, movedBy, placeUnder, written } = await import("../../../static/js/views/cells.js");

test("whole numbers are written whole, others with two decimals and a true minus", () => {
  assert.deepEqual([4, -4, 0.1, -0.126, 3.0000000001].map(written), ["4", "−4", "0.10", "−0.13", "3"]);
});

test("words on a colour are black or white, whichever is read", () => {
  assert.deepEqual([legible([255, 255, 255]), legible([160, 18, 116]), legible([0, 0, 0])], ["#000", "#fff", "#fff"]);
});

test("the largest size of a number in a grid", () => {
  assert.equal(largest([[1, -3], [2, 0]]), 3); // biome-ignore format: a grid
  assert.equal(largest([[0]], 1), 1);
});

function press(key, modifiers = {}) {
  const event = { key, used: false, preventDefault: () => (event.used = true), stopPropagation() {}, ...modifiers };
  return event;
}

test("arrows go from cell to cell and stop at the edges", () => {
  const from = (key) => movedBy(press(key), [1, 1], 3, 4);
  assert.deepEqual(
    ["ArrowUp", "ArrowRight", "Home", "End", "PageUp", "PageDown"].map(from),
    [[0, 1], [1, 2], [1, 0], [1, 3], [0, 1], [2, 1]], // biome-ignore format: places
  );
  assert.deepEqual(movedBy(press("ArrowUp"), [0, 0], 3, 4), [0, 0]);
  assert.deepEqual(movedBy(press("ArrowRight"), [1, 1], 3, 8, 4), [1, 5]);
  assert.deepEqual(movedBy(press("Home"), [1, 1], 3, 8, 4), [1, 0]);
});

test("a key that does not move is left to others", () => {
  for (const event of [press("x"), press("ArrowUp", { ctrlKey: true }), press("Home", { altKey: true })]) {
    assert.equal(movedBy(event, [1, 1], 3, 3), null);
    assert.equal(event.used, false);
  }
});

test("the pointer finds the cell of the grid inside", () => {
  const grid = { getBoundingClientRect: () => ({ left: 100, top: 50, width: 40, height: 20 }) };
  const currentTarget = { querySelector: () => grid };
  assert.deepEqual(placeUnder({ currentTarget, clientX: 131, clientY: 61 }, 2, 4), [1, 3]);
  assert.deepEqual(placeUnder({ currentTarget, clientX: 300, clientY: 0 }, 2, 4), [0, 3]);
});

test("a place that is there already is told to nobody", () => {
  const at = signal(null);
  const told = [];
  effect(() => {
    told.push(at.value);
  });
  for (const place of [[0, 1], [0, 1], [1, 1], [1, 1], [1, 0]]) goTo(at, place); // biome-ignore format: places
  assert.deepEqual(told, [null, [0, 1], [1, 1], [1, 0]]);
});
