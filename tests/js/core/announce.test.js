/** What is said: to a screen reader at most every five seconds, in messages for as long as they can be read. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

mock.timers.enable({ apis: ["setTimeout", "Date"] });
globalThis.document = { querySelector: () => null };

const { announcement, startAnnouncer } = await import("../../../static/js/core/announce.js");
const state = await import("../../../static/js/core/state.js");
const { dismiss, tell, toast, toasts } = await import("../../../static/js/core/toast.js");

startAnnouncer();

const texts = () => toasts.value.map(({ text }) => text);
const train = (epoch, test_loss) => {
  state.progress.value = { step: epoch * 25, epoch };
  state.metrics.value = { ...state.metrics.value, test_loss };
};

beforeEach(() => {
  mock.timers.tick(60_000);
  state.connection.value = "live";
  state.run.value = { state: "running", spec: {}, diagnosis: null };
});

test("training is told in one sentence, at most every five seconds, and then as it stands", () => {
  train(1, 0.5);
  mock.timers.tick(5000);
  assert.equal(announcement.value, "Epoch 1, test loss 0.500.");
  for (let epoch = 2; epoch <= 40; epoch += 1) {
    train(epoch, 0.5 / epoch);
    mock.timers.tick(100);
    assert.equal(announcement.value, "Epoch 1, test loss 0.500.");
  }
  mock.timers.tick(1100);
  assert.equal(announcement.value, "Epoch 40, test loss 0.013.");
  mock.timers.tick(60_000);
  assert.equal(announcement.value, "Epoch 40, test loss 0.013.");
});

test("a pause, a divergence and a loss of the server are said", () => {
  train(1234, 0.25);
  state.run.value = { ...state.run.value, state: "paused" };
  mock.timers.tick(5000);
  assert.equal(announcement.value, "Paused. Epoch 1\u202f234, test loss 0.250.");
  state.run.value = { ...state.run.value, state: "diverged", diagnosis: { title: "The loss grew beyond all bounds." } };
  mock.timers.tick(5000);
  assert.equal(announcement.value, "Training stopped. The loss grew beyond all bounds.");
  state.connection.value = "offline";
  mock.timers.tick(5000);
  assert.match(announcement.value, /^Offline\./);
});

test("that training has stopped is not said any longer than it is so", () => {
  train(1234, 0.25);
  state.run.value = { ...state.run.value, state: "diverged", diagnosis: { title: "The steps got too big." } };
  mock.timers.tick(1);
  assert.equal(announcement.value, "Training stopped. The steps got too big.");
  state.run.value = { ...state.run.value, state: "paused", diagnosis: null };
  mock.timers.tick(1);
  assert.equal(announcement.value, "Paused. Epoch 1\u202f234, test loss 0.250.");
});

test("without test points it is the training loss", () => {
  train(3, null);
  state.metrics.value = { ...state.metrics.value, train_loss: 0.125 };
  mock.timers.tick(5000);
  assert.equal(announcement.value, "Epoch 3, training loss 0.125.");
});

test("what is over before it could be said is not said", () => {
  train(7, 0.5);
  mock.timers.tick(5000);
  const said = announcement.value;
  state.connection.value = "offline";
  state.connection.value = "live";
  mock.timers.tick(5000);
  assert.equal(announcement.value, said);
});

test("a toast goes after six seconds", () => {
  toast("Layer removed.");
  mock.timers.tick(5999);
  assert.deepEqual(texts(), ["Layer removed."]);
  mock.timers.tick(1);
  assert.deepEqual(texts(), []);
});

test("at most three toasts stand, and none twice", () => {
  for (const text of ["a", "b", "a"]) toast(text);
  assert.deepEqual(texts(), ["b", "a"]);
  for (const text of ["c", "d"]) toast(text);
  assert.deepEqual(texts(), ["a", "c", "d"]);
  dismiss(toasts.value[1].id);
  assert.deepEqual(texts(), ["a", "d"]);
});

test("a toast said again stays its full time", () => {
  toast("Not now.", { bad: true });
  mock.timers.tick(4000);
  toast("Not now.", { bad: true });
  mock.timers.tick(4000);
  assert.deepEqual(texts(), ["Not now."]);
  mock.timers.tick(2000);
  assert.deepEqual(texts(), []);
});

test("news stays twenty seconds, and closing it late does not close the next", () => {
  tell("The server was restarted.");
  mock.timers.tick(15_000);
  tell("A training process stopped.");
  mock.timers.tick(5000);
  assert.equal(state.notice.value.text, "A training process stopped.");
  mock.timers.tick(15_000);
  assert.equal(state.notice.value, null);
});
