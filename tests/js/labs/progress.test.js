import assert from "node:assert/strict";
import { test } from "node:test";

const KEY = "neuronpark.labs";
const storage = new Map([[KEY, '{"digits": {"step": 2, "answered": [0]}, "odd": {"step": "x"}, "empty": null}']]);
const keeping = {
  getItem: (key) => storage.get(key) ?? null,
  setItem: (key, value) => storage.set(key, value),
};
Object.defineProperty(globalThis, "localStorage", { value: keeping, configurable: true });
const { arrive, isBegun, isFinished, markAnswered, progress, progressOf } = await import(
  "../../../static/js/labs/progress.js"
);

const question = { kind: "done" };
const DIGITS = { name: "digits", steps: [{ question }, { question: null }, { question }] };

test("what was kept is found again, as far as it can be understood", () => {
  assert.deepEqual(progress.value, { digits: { step: 2, answered: [0] } });
  assert.deepEqual(progressOf("odd"), { step: 0, answered: [] });
});

test("a lab is finished when every question is answered", () => {
  assert.equal(isFinished(DIGITS), false);
  markAnswered("digits", 2);
  assert.equal(isFinished(DIGITS), true);
  assert.deepEqual(JSON.parse(storage.get(KEY)).digits, { step: 2, answered: [0, 2] });
});

test("an answer given again changes nothing", () => {
  const before = progress.value;
  markAnswered("digits", 2);
  arrive("digits", 2);
  assert.equal(progress.value, before);
});

test("a lab is begun by its second step or its first answer", () => {
  const other = { name: "other", steps: [{ question }, { question }] };
  assert.equal(isBegun(other), false);
  arrive("other", 0);
  assert.equal(isBegun(other), false);
  arrive("other", 1);
  assert.equal(isBegun(other), true);
  arrive("other", 0);
  markAnswered("other", 0);
  assert.equal(isBegun(other), true);
});

test("where storage is forbidden, progress lasts as long as the page", () => {
  keeping.setItem = () => {
    throw new Error("forbidden");
  };
  markAnswered("other", 1);
  assert.deepEqual(progressOf("other").answered, [0, 1]);
});
