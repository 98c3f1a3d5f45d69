import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../../static/js/core/history.js";

/** A number whose changes are recorded. */
function recorded() {
  const history = new History();
  const thing = { value: 0 };
  const set = (key, to, now) => {
    const from = thing.value;
    thing.value = to;
    history.push({ key, undo: () => (thing.value = from), redo: () => (thing.value = to) }, now);
  };
  return { history, thing, set };
}

test("undo and redo go back and forth", () => {
  const { history, thing, set } = recorded();
  set("a", 1, 0);
  set("b", 2, 0);
  assert.ok(history.undo());
  assert.equal(thing.value, 1);
  assert.ok(history.undo());
  assert.equal(thing.value, 0);
  assert.ok(!history.undo());
  assert.ok(history.redo());
  assert.ok(history.redo());
  assert.equal(thing.value, 2);
  assert.ok(!history.redo());
});

test("a burst on one thing is one entry", () => {
  const { history, thing, set } = recorded();
  for (let index = 1; index <= 20; index += 1) set("slider", index, index * 50);
  history.undo();
  assert.equal(thing.value, 0);
  history.redo();
  assert.equal(thing.value, 20);
});

test("changes a second apart are two entries", () => {
  const { history, thing, set } = recorded();
  set("slider", 1, 0);
  set("slider", 2, 1500);
  history.undo();
  assert.equal(thing.value, 1);
});

test("a new change forgets what was undone", () => {
  const { history, thing, set } = recorded();
  set("a", 1, 0);
  history.undo();
  set("b", 5, 0);
  assert.ok(!history.redo());
  assert.equal(thing.value, 5);
});

test("the oldest entries are dropped after a hundred", () => {
  const { history, thing, set } = recorded();
  for (let index = 1; index <= 130; index += 1) set(`key ${index}`, index, 0);
  let count = 0;
  while (history.undo()) count += 1;
  assert.equal(count, 100);
  assert.equal(thing.value, 30);
});
