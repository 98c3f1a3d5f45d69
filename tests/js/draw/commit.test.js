import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { mark, markSoon, unmark } from "../../../static/js/draw/commit.js";

/** @type {(() => void)[]} */
let waiting = [];
/** @type {string[]} */
let drawn = [];

/** @param {string} name */
const paint = (name) => () => {
  drawn.push(name);
};

const nextFrame = () => {
  const callbacks = waiting;
  waiting = [];
  for (const callback of callbacks) callback();
};

beforeEach(() => {
  waiting = [];
  drawn = [];
  Object.assign(globalThis, { requestAnimationFrame: (/** @type {() => void} */ callback) => waiting.push(callback) });
});

test("what is marked many times is drawn once, in the next frame", () => {
  const one = paint("one");
  mark(one);
  mark(one);
  mark(paint("two"));
  assert.deepEqual(drawn, []);
  assert.equal(waiting.length, 1);
  nextFrame();
  assert.deepEqual(drawn, ["one", "two"]);
  nextFrame();
  assert.deepEqual(drawn, ["one", "two"]);
});

test("what a frame brings is drawn before that frame ends", async () => {
  const one = paint("one");
  markSoon(one);
  markSoon(one);
  assert.deepEqual(drawn, []);
  await null;
  assert.deepEqual(drawn, ["one"]);
  assert.equal(waiting.length, 0);
});

test("what is no longer there is not drawn", async () => {
  const gone = paint("gone");
  mark(gone);
  markSoon(gone);
  unmark(gone);
  await null;
  nextFrame();
  assert.deepEqual(drawn, []);
});

test("drawing may mark the next drawing", () => {
  const again = () => {
    drawn.push("again");
    if (drawn.length < 3) mark(again);
  };
  mark(again);
  nextFrame();
  nextFrame();
  nextFrame();
  nextFrame();
  assert.deepEqual(drawn, ["again", "again", "again"]);
});
