/** What a person does shows at once; what the server refuses is taken back; what was done can be undone in order. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  allParameters,
  commands,
  done,
  openRun,
  refuse,
  rest,
  SPEC,
  session,
  show,
  store,
  toasts,
  turn,
} from "./byhand.js";
import { FakeSocket } from "./fakesocket.js";

const { settled } = await import("../../../static/js/core/actions.js");
const { pendingPatches } = await import("../../../static/js/core/state.js");

beforeEach(openRun);

const withRate = (rate, spec = SPEC) => ({ ...spec, optimizer: { ...spec.optimizer, learning_rate: rate } });
const changeRate = (rate) => store.update({ optimizer: { learning_rate: rate } });
const rate = () => store.spec.value.optimizer.learning_rate;
const lastPatch = () => commands().at(-1).patch;
const lastEdits = () => commands().at(-1).edits;

test("a refusal takes back its own change and leaves those that wait behind it", async () => {
  store.update({ batch_size: 0 });
  changeRate(0.1);
  store.update({ shuffle: false });
  await refuse("Give a whole number from 1 to 10000.");
  assert.deepEqual([store.spec.value.batch_size, rate(), store.spec.value.shuffle], [10, 0.1, false]);
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.1 }, shuffle: false });
  await done({ revision: 2, spec: { ...withRate(0.1), shuffle: false } });
  assert.deepEqual(pendingPatches.value, []);
  assert.equal(rate(), 0.1);
});

test("all is settled once the server has answered what was sent, and what was asked meanwhile", async () => {
  await settled();
  changeRate(0.1);
  store.update({ shuffle: false });
  let all = false;
  settled().then(() => (all = true));
  await done({ revision: 2, spec: withRate(0.1) });
  assert.equal(all, false);
  await done({ revision: 3, spec: { ...withRate(0.1), shuffle: false } });
  assert.equal(all, true);
  assert.deepEqual(pendingPatches.value, []);
});

test("the server's word replaces what was assumed", async () => {
  store.update({ loss: "squared_error" });
  await done({ revision: 2, spec: { ...SPEC, loss: "squared_error", output: { activation: "tanh" } } });
  assert.equal(store.spec.value.output.activation, "tanh");
});

test("a change that is under way when the connection is lost is taken back, and says why", async () => {
  changeRate(0.1);
  FakeSocket.last.lose();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(rate(), 0.03);
  assert.match(toasts.value.at(-1).text, /connection was lost/);
  changeRate(0.3);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(rate(), 0.03);
  assert.match(toasts.value.at(-1).text, /no connection/);
});

test("another client's change does not hide one that is under way", async () => {
  changeRate(0.1);
  session.adopt({ ...store.run.value, revision: 2, spec: { ...SPEC, batch_size: 30 } });
  assert.deepEqual([rate(), store.spec.value.batch_size], [0.1, 30]);
  await done({ revision: 3, spec: { ...withRate(0.1), batch_size: 30 } });
  assert.deepEqual([rate(), store.spec.value.batch_size], [0.1, 30]);
});

/** The server answers the page's command of this place. */
async function answer(place, changes) {
  FakeSocket.last.say({ type: "done", id: commands()[place].id, result: { ...store.run.value, ...changes } });
  await turn();
}

const names = () => commands().map(({ command }) => command);

test("play shows until it is answered, whatever is answered before it", async () => {
  store.step();
  store.togglePlay();
  await answer(0, { step: 25, epoch: 1 });
  assert.equal(store.state.value, "running");
  session.adopt({ ...store.run.value, revision: 2, spec: { ...SPEC, batch_size: 30 } });
  assert.equal(store.state.value, "running");
  store.togglePlay();
  assert.deepEqual(names(), ["step", "start", "pause"]);
});

test("play and pause in quick succession end in pause, and the first answer does not undo the second", async () => {
  store.togglePlay();
  store.togglePlay();
  assert.equal(store.state.value, "paused");
  await answer(0, { revision: 2, state: "running" });
  assert.equal(store.state.value, "paused");
  await answer(1, { revision: 3, state: "paused" });
  assert.equal(store.state.value, "paused");
  session.adopt({ ...store.run.value, revision: 4, state: "running" });
  assert.equal(store.state.value, "running");
  assert.deepEqual(names(), ["start", "pause"]);
});

test("a refused play is taken back, one that was asked for after it is not", async () => {
  store.togglePlay();
  store.togglePlay();
  store.togglePlay();
  const refusal = { type: "error", status: 503, title: "Unavailable" };
  FakeSocket.last.say({ ...refusal, id: commands()[0].id });
  await turn();
  assert.equal(store.state.value, "running");
  FakeSocket.last.say({ ...refusal, id: commands()[2].id });
  await turn();
  assert.equal(store.state.value, "paused");
});

test("a speed shows at once and is taken back when the server refuses", async () => {
  store.setSpeed("max");
  assert.equal(store.speed.value, "max");
  assert.equal(commands().at(-1).epochs_per_second, null);
  await refuse("Too many runs train at once.");
  assert.equal(store.speed.value, "normal");
  store.setSpeed("slow");
  await done({ revision: 2, speed: { epochs_per_second: 4 } });
  assert.equal(store.speed.value, "slow");
});

test("edits of different things are undone last first, and done again first first", async () => {
  show({}, allParameters(0.25));
  changeRate(0.1);
  await done({ revision: 2, spec: withRate(0.1) });
  store.setParameter(0, 1, 0, 2);
  await done({ revision: 3, spec: withRate(0.1) });
  store.update({ batch_size: 30 });
  await done({ revision: 4, spec: { ...withRate(0.1), batch_size: 30 } });

  store.undo();
  assert.deepEqual(lastPatch(), { batch_size: 10 });
  await done({ revision: 5, spec: withRate(0.1) });
  store.undo();
  assert.deepEqual(commands().at(-1).edits, [{ layer: 0, unit: 1, input: 0, value: 0.25 }]);
  await done({ revision: 6, spec: withRate(0.1) });
  store.undo();
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.03 } });
  await done({ revision: 7 });

  store.redo();
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.1 } });
  await done({ revision: 8, spec: withRate(0.1) });
  store.redo();
  assert.deepEqual(commands().at(-1).edits, [{ layer: 0, unit: 1, input: 0, value: 2 }]);
  await done({ revision: 9, spec: withRate(0.1) });
  store.redo();
  assert.deepEqual(lastPatch(), { batch_size: 30 });
  await done({ revision: 10, spec: { ...withRate(0.1), batch_size: 30 } });
  assert.equal(store.redo(), false);
});

test("undo of a live change leaves the weights as training has made them", async () => {
  show({}, allParameters(0.5));
  changeRate(0.1);
  await done({ revision: 2, spec: withRate(0.1) });
  show({ step: 900 }, allParameters(3));
  store.undo();
  await done({ revision: 3 });
  assert.deepEqual(
    commands().map(({ command }) => command),
    ["update", "update"],
  );
});

test("undo does not take back a new start made since", async () => {
  changeRate(0.1);
  await done({ revision: 2, spec: withRate(0.1) });
  store.newStart();
  await done({ revision: 3, generation: 1, spec: { ...withRate(0.1), seed: 99 } });
  store.undo();
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.03 } });
  await done({ revision: 4, generation: 1, spec: { ...SPEC, seed: 99 } });
  store.redo();
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.1 } });
  await done({ revision: 5, generation: 1, spec: { ...withRate(0.1), seed: 99 } });
});

test("a new start of a trained network is undone: its seed and its weights come back", async () => {
  session.adopt({ ...store.run.value, revision: 2, step: 900, epoch: 36 });
  show({ step: 900 }, allParameters(0.25));
  store.newStart();
  await done({ revision: 3, generation: 1, spec: { ...SPEC, seed: 99 } });
  assert.deepEqual([toasts.value.at(-1).text, toasts.value.at(-1).action.label], ["New start.", "Undo"]);
  store.undo();
  assert.deepEqual(toasts.value, []);
  assert.deepEqual(lastPatch(), { seed: 7 });
  await done({ revision: 4, generation: 2 });
  assert.equal(commands().at(-1).command, "set_parameters");
  assert.ok(lastEdits().every(({ value }) => value === 0.25));
  await done({ revision: 5, generation: 2 });
  store.redo();
  assert.deepEqual(lastPatch(), { seed: 99 });
  await done({ revision: 6, generation: 3, spec: { ...SPEC, seed: 99 } });
});

test("starting over after training is undone: the weights come back", async () => {
  session.adopt({ ...store.run.value, revision: 2, step: 900, epoch: 36 });
  show({ step: 900 }, allParameters(0.5));
  store.reset();
  await done({ revision: 3, generation: 1 });
  assert.equal(toasts.value.at(-1).text, "Start over.");
  toasts.value.at(-1).action.run();
  assert.deepEqual([lastEdits().length, lastEdits()[0].value], [15, 0.5]);
  await done({ revision: 4, generation: 1 });
  store.redo();
  assert.equal(commands().at(-1).command, "reset");
  await done({ revision: 5, generation: 2 });
});

test("before training there is nothing to lose, and a refused start over takes nothing", async () => {
  show({ step: 0, epoch: 0 }, allParameters(0.5));
  store.reset();
  await done({ revision: 2, generation: 1 });
  session.adopt({ ...store.run.value, revision: 3, step: 9, epoch: 1 });
  store.reset();
  await refuse("Not now.");
  assert.deepEqual(
    toasts.value.map(({ text }) => text),
    ["Not now."],
  );
});

test("other data for a trained network can be undone from the toast", async () => {
  session.adopt({ ...store.run.value, revision: 2, step: 900, epoch: 36 });
  show({ step: 900 }, allParameters(0.5));
  const dataset = { ...SPEC.dataset, kind: "spiral" };
  store.update({ dataset: { kind: "spiral" } });
  assert.match(toasts.value.at(-1).text, /starts over/);
  await done({ revision: 3, generation: 1, spec: { ...SPEC, dataset } });
  store.undo();
  await done({ revision: 4, generation: 2 });
  assert.equal(lastEdits()[0].value, 0.5);
  await done({ revision: 5, generation: 2 });
});

test("a seed that was typed in is undone", async () => {
  store.update({ seed: 12 });
  await done({ revision: 2, generation: 1, spec: { ...SPEC, seed: 12 } });
  store.undo();
  assert.deepEqual(lastPatch(), { seed: 7 });
  await done({ revision: 3, generation: 2 });
});

test("undo passes over a change that was refused", async () => {
  changeRate(0.1);
  await done({ revision: 2, spec: withRate(0.1) });
  store.update({ batch_size: 0 });
  await refuse("Give a whole number from 1 to 10000.");
  assert.ok(store.undo());
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.03 } });
  await done({ revision: 3 });
  store.redo();
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.1 } });
  await done({ revision: 4, spec: withRate(0.1) });
  assert.equal(store.redo(), false);
});

test("weights written in a burst go as one message, the last of each", async () => {
  show({}, allParameters(0));
  store.setParameter(0, 0, 0, 1);
  for (const value of [2, 3, 4]) store.setParameter(0, 0, 0, value);
  store.setParameter(2, 0, null, -1);
  assert.equal(commands().length, 1);
  await done({ revision: 2 });
  assert.equal(commands().length, 2);
  assert.deepEqual(commands().at(-1).edits, [
    { layer: 0, unit: 0, input: 0, value: 4 },
    { layer: 2, unit: 0, input: null, value: -1 },
  ]);
  await done({ revision: 3 });
});

test("a weight whose present value is unknown is written all the same, without undo", async () => {
  changeRate(0.1);
  await done({ revision: 2, spec: withRate(0.1) });
  store.setParameter(0, 0, 0, 1);
  assert.deepEqual(commands().at(-1).edits, [{ layer: 0, unit: 0, input: 0, value: 1 }]);
  await done({ revision: 3, spec: withRate(0.1) });
  show({}, { "weights/theta": new Float32Array(9) });
  store.setParameter(0, 0, 0, 2);
  await done({ revision: 4, spec: withRate(0.1) });
  store.undo();
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.03 } });
  await done({ revision: 5 });
});

test("the toast says what was taken away", async () => {
  const layers = [{ ...SPEC.layers[0], units: 1 }, SPEC.layers[1]];
  store.update({ layers });
  assert.equal(toasts.value.at(-1).text, "Unit removed.");
  await done({ revision: 2, generation: 1, spec: { ...SPEC, layers } });
  store.update({ features: ["x1"] });
  assert.equal(toasts.value.at(-1).text, "Feature removed.");
  await done({ revision: 3, generation: 2, spec: { ...SPEC, layers, features: ["x1"] } });
  toasts.value = [];
  store.update({ features: ["x1", "x2"], layers: SPEC.layers });
  assert.deepEqual(toasts.value, []);
  await done({ revision: 4, generation: 3 });
});

test("going over to another setup sends what differs and nothing else", async () => {
  store.replaceSpec({ ...withRate(1), dataset: { ...SPEC.dataset, kind: "spiral" } });
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 1 }, dataset: { kind: "spiral" } });
  await done({ revision: 2, spec: { ...withRate(1), dataset: { ...SPEC.dataset, kind: "spiral" } } });
});

test("nothing starts in a run that has diverged, but there is a way back", async () => {
  session.adopt({ ...store.run.value, revision: 2, state: "diverged" });
  store.togglePlay();
  assert.equal(commands().length, 0);
  store.goBack({ optimizer: { learning_rate: 0.01 } });
  assert.deepEqual(lastPatch(), { optimizer: { learning_rate: 0.01 } });
  assert.equal(commands().at(-1).command, "back");
  await done({ revision: 3, spec: withRate(0.01) });
  assert.equal(store.state.value, "paused");
});

test("each command says what it does and no more", async () => {
  const said = [];
  for (const act of [
    () => store.step(),
    () => store.step("update"),
    store.reset,
    () => store.newStart(),
    () => store.newStart(5),
    () => store.goBack(),
  ]) {
    act();
    const { type, id, run, ...rest } = commands().at(-1);
    said.push(rest);
    await done({ revision: said.length + 1 });
  }
  assert.deepEqual(said, [
    { command: "step", unit: "epoch", count: 1 },
    { command: "step", unit: "update", count: 1 },
    { command: "reset" },
    { command: "new_start" },
    { command: "new_start", seed: 5 },
    { command: "back" },
  ]);
  assert.equal(rest.requests.length, 0);
});
