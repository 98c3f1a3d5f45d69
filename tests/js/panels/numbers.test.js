import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { connection, metrics, progress, run } from "../../../static/js/core/state.js";
import * as numbers from "../../../static/js/panels/numbers.js";

const show = (state, changes = {}) => {
  run.value = { state, spec: {} };
  metrics.value = {
    train_loss: 0.0456,
    test_loss: 0.1234,
    train_accuracy: 0.99,
    test_accuracy: 0.974,
    steps_per_second: 12_345.6,
    ...changes,
  };
};

beforeEach(() => {
  progress.value = { step: 1_234_567, epoch: 12.48 };
});

test("a running epoch is whole, a paused one shows how far the next has come", () => {
  show("running");
  assert.equal(numbers.epochText.value, "12");
  show("paused");
  assert.equal(numbers.epochText.value, "12.4");
  assert.equal(numbers.stepText.value, "1\u202f234\u202f567");
});

test("steps per second are those of training, and none without it", () => {
  show("running");
  assert.equal(numbers.rateText.value, "12\u202f346 steps/s");
  show("running", { steps_per_second: null });
  assert.equal(numbers.rateText.value, "0 steps/s");
  for (const state of ["paused", "diverged"]) {
    show(state);
    assert.equal(numbers.rateText.value, "0 steps/s");
  }
});

test("nothing is known of the speed while the server is out of reach", () => {
  show("running");
  for (const word of ["reconnecting", "offline"]) {
    connection.value = word;
    assert.equal(numbers.rateText.value, "0 steps/s");
  }
  connection.value = "live";
  assert.equal(numbers.rateText.value, "12\u202f346 steps/s");
});

test("a loss that needs a power of ten is a long one", () => {
  show("paused");
  assert.equal(numbers.longLoss.value, false);
  show("paused", { train_loss: 3.2e-7 });
  assert.equal(numbers.longLoss.value, true);
});

test("losses have three decimals, the accuracy one", () => {
  show("paused");
  assert.equal(numbers.testLossText.value, "0.123");
  assert.equal(numbers.trainLossText.value, "0.046");
  assert.equal(numbers.testAccuracyText.value, "97.4\u202f%");
});

test("a diverged loss is too large, whatever the last good one was", () => {
  show("diverged");
  assert.equal(numbers.testLossText.value, "too large");
  assert.equal(numbers.trainLossText.value, "too large");
  show("diverged", { test_loss: null });
  assert.equal(numbers.hasTest.value, true);
});

test("a loss that cannot be stored is too large before the run is stopped for it", () => {
  show("paused", { train_loss: null, test_loss: null });
  assert.equal(numbers.trainLossText.value, "too large");
  assert.equal(numbers.hasTest.value, true);
});

test("without test points there is no test loss to show", () => {
  show("paused", { test_loss: null, test_accuracy: null });
  assert.equal(numbers.hasTest.value, false);
  assert.equal(numbers.testLossText.value, "–");
  assert.equal(numbers.testAccuracyText.value, "–");
  show("paused", { test_loss: 0 });
  assert.equal(numbers.hasTest.value, true);
});

test("a run is untouched until its first step", () => {
  run.value = null;
  progress.value = { step: 0, epoch: 0 };
  assert.equal(numbers.untouched.value, false);
  show("paused");
  assert.equal(numbers.untouched.value, true);
  show("running");
  assert.equal(numbers.untouched.value, false);
  show("paused");
  progress.value = { step: 1, epoch: 0.04 };
  assert.equal(numbers.untouched.value, false);
});
