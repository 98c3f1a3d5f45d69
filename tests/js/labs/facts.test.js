import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "@preact/signals";
import { metrics } from "../../../static/js/core/state.js";
import { factOf, setFact } from "../../../static/js/labs/facts.js";

test("scalars of training are known without being told", () => {
  assert.equal(factOf("test_accuracy"), null);
  metrics.value = { ...metrics.value, test_accuracy: 0.9 };
  assert.equal(factOf("test_accuracy"), 0.9);
});

test("what a stage tells is known, and followed", () => {
  const seen = [];
  const stop = effect(() => {
    seen.push(factOf("drawn"));
  });
  setFact("drawn", true);
  setFact("drawn", true);
  setFact("drawn", false);
  stop();
  assert.deepEqual(seen, [null, true, false]);
});

test("what is told goes before a scalar of the same name", () => {
  setFact("test_accuracy", 0.5);
  assert.equal(factOf("test_accuracy"), 0.5);
  setFact("test_accuracy", null);
  assert.equal(factOf("test_accuracy"), 0.9);
});
