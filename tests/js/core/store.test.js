/** The store against a server played by hand. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  allParameters,
  animate,
  commands,
  curveAt,
  done,
  opened,
  openRun,
  refuse,
  rest,
  runDocument,
  SPEC,
  sent,
  session,
  show,
  store,
  toasts,
  turn,
} from "./byhand.js";
import { FakeSocket } from "./fakesocket.js";

const { adopt, stream, takeUp } = session;
const { pendingPatches } = await import("../../../static/js/core/state.js");

beforeEach(openRun);

test("a run is opened with the probes that are watched", async () => {
  const { probes, after_step } = sent("open").at(-1);
  assert.deepEqual(Object.keys(probes), ["losses", "accuracy", "weights", "data"]);
  assert.equal(after_step, -1);
  const dispose = store.watch("decision", { resolution: 100 });
  await turn();
  assert.deepEqual(FakeSocket.last.sent.at(-1).probes.decision, { resolution: 100 });
  dispose();
  await turn();
  assert.equal(FakeSocket.last.sent.at(-1).probes.decision, undefined);
});

test("probes watched while the run is being opened follow when it is", async () => {
  const taken = takeUp(runDocument({ revision: 2 }));
  const before = FakeSocket.last.sent.length;
  const dispose = store.watch("units", { resolution: 32 });
  await turn();
  assert.equal(FakeSocket.last.sent.length, before);
  await opened({ revision: 2 });
  await taken;
  assert.deepEqual(FakeSocket.last.sent.at(-1).probes.units, { resolution: 32 });
  dispose();
});

test("a frame is published once per animation frame, and its curve is kept", () => {
  const socket = FakeSocket.last;
  socket.frame({ run: store.run.value.id, seq: 1, step: 25, epoch: 1, scalars: { test_loss: 0.6 } }, curveAt(25));
  socket.frame({ run: store.run.value.id, seq: 2, step: 50, epoch: 2, scalars: { test_loss: 0.5 } }, curveAt(50));
  assert.equal(store.frame.value, null);
  animate();
  assert.equal(store.frame.value.header.step, 50);
  assert.deepEqual(store.progress.value, { step: 50, epoch: 2 });
  assert.equal(store.metrics.value.test_loss, 0.5);
  assert.deepEqual([...store.curve.step], [25, 50]);
  socket.frame({ run: "another", seq: 3, step: 99, epoch: 9 });
  animate();
  assert.equal(store.progress.value.step, 50);
});

test("data sent in a frame that is never drawn is not lost", () => {
  const rows = new Float32Array([1, 2, 0]);
  FakeSocket.last.frame({ run: store.run.value.id, seq: 1, step: 1 }, { "data/train": rows });
  FakeSocket.last.frame({ run: store.run.value.id, seq: 2, step: 2 });
  animate();
  assert.deepEqual([...store.dataset.value.train], [1, 2, 0]);
  assert.equal(store.dataset.value.test.length, 0);
});

test("a new generation clears the curve, an old frame does not bring it back", () => {
  FakeSocket.last.frame({ run: store.run.value.id, seq: 1, step: 0 }, curveAt(0));
  assert.equal(store.curve.length, 1);
  adopt(runDocument({ generation: 1, revision: 2 }));
  assert.equal(store.curve.length, 0);
  FakeSocket.last.frame({ run: store.run.value.id, seq: 2, step: 0, generation: 0 }, curveAt(0));
  assert.equal(store.curve.length, 0);
});

test("an older document does not overwrite a newer one", () => {
  adopt(runDocument({ revision: 5, state: "running" }));
  adopt(runDocument({ revision: 4, state: "paused" }));
  assert.equal(store.run.value.state, "running");
});

test("play shows at once and is taken back when the server refuses", async () => {
  store.togglePlay();
  assert.equal(store.state.value, "running");
  assert.equal(commands().at(-1).command, "start");
  await refuse("Too many runs train at once.", { status: 429 });
  assert.equal(store.state.value, "paused");
  assert.equal(toasts.value[0].text, "Too many runs train at once.");
});

test("a change shows at once, and what the server made of it afterwards", async () => {
  store.update({ optimizer: { learning_rate: 0.1 } });
  assert.equal(store.spec.value.optimizer.learning_rate, 0.1);
  assert.equal(store.run.value.spec.optimizer.learning_rate, 0.03);
  await done({ revision: 2, spec: { ...SPEC, optimizer: { kind: "sgd", learning_rate: 0.1 } } });
  assert.equal(store.run.value.spec.optimizer.learning_rate, 0.1);
  assert.deepEqual(pendingPatches.value, []);
});

test("a refused change is taken back, with the server's words", async () => {
  store.update({ batch_size: 0 });
  const errors = [{ pointer: "/batch_size", message: "Give a whole number from 1 to 10000." }];
  await refuse(undefined, { errors });
  assert.equal(store.spec.value.batch_size, 10);
  assert.equal(toasts.value[0].text, "Give a whole number from 1 to 10000.");
});

test("what gathers while a change is under way goes as one", async () => {
  for (const rate of [0.1, 0.3, 1]) store.update({ optimizer: { learning_rate: rate } });
  store.update({ batch_size: 20 });
  assert.equal(commands().length, 1);
  await done({ revision: 2 });
  assert.equal(commands().length, 2);
  assert.deepEqual(commands().at(-1).patch, { optimizer: { learning_rate: 1 }, batch_size: 20 });
  await done({ revision: 3, spec: { ...SPEC, batch_size: 20 } });
  assert.equal(store.spec.value.batch_size, 20);
});

test("a change that changes nothing is not sent", () => {
  store.update({ batch_size: 10 });
  assert.equal(commands().length, 0);
});

test("what is removed can be had back, weights and all", async () => {
  const theta = new Float32Array(15).map((_, index) => index / 8);
  show({}, { "weights/theta": theta });
  store.update({ layers: SPEC.layers.slice(0, 1) });
  assert.equal(toasts.value[0].text, "Layer removed.");
  await done({ revision: 2, generation: 1, spec: { ...SPEC, layers: SPEC.layers.slice(0, 1) } });
  toasts.value[0].action.run();
  assert.deepEqual(toasts.value, []);
  assert.deepEqual(commands().at(-1).patch, { layers: SPEC.layers });
  await done({ revision: 3, generation: 2 });
  const { command, edits } = commands().at(-1);
  assert.equal(command, "set_parameters");
  assert.equal(edits.length, 15);
  assert.deepEqual(edits[0], { layer: 0, unit: 0, input: 0, value: 0 });
  assert.deepEqual(edits[5], { layer: 0, unit: 1, input: null, value: 5 / 8 });
  assert.deepEqual(edits[14], { layer: 2, unit: 0, input: null, value: 14 / 8 });
  await done({ revision: 4, generation: 2 });
  assert.ok(store.redo());
  assert.deepEqual(commands().at(-1).patch, { layers: SPEC.layers.slice(0, 1) });
  await done({ revision: 5, generation: 3 });
});

test("what is had back at once comes with its weights too", async () => {
  show({}, allParameters(0.5));
  store.update({ layers: SPEC.layers.slice(0, 1) });
  store.undo();
  assert.equal(commands().length, 1);
  await done({ revision: 2, generation: 1, spec: { ...SPEC, layers: SPEC.layers.slice(0, 1) } });
  assert.deepEqual(commands().at(-1).patch, { layers: SPEC.layers });
  await done({ revision: 3, generation: 2 });
  const { command, edits } = commands().at(-1);
  assert.equal(command, "set_parameters");
  assert.ok(edits.every(({ value }) => value === 0.5));
  await done({ revision: 4, generation: 2 });
});

test("own points leave nothing behind when another kind of data is chosen", async () => {
  const dataset = { kind: "points", task: "classification", train: [[0, 0, "a"]], test: [] };
  adopt(runDocument({ revision: 2, spec: { ...SPEC, dataset } }));
  store.update({ dataset: { kind: "moons" } });
  const { patch } = commands().at(-1);
  assert.deepEqual(patch.dataset, { kind: "moons", task: null, train: null, test: null });
  assert.equal(toasts.value[0].text, "Your points are put away.");
  await done({ revision: 3 });
});

test("many points go over REST", async () => {
  rest.respond = ({ body }) => [200, runDocument({ revision: 2, spec: { ...SPEC, dataset: body.dataset } })];
  const train = Array.from({ length: 5000 }, (_, index) => [index / 1000, -1.5, index % 2]);
  store.update({ dataset: { kind: "points", task: "classification", train, test: [] } });
  await turn();
  assert.equal(commands().length, 0);
  assert.equal(rest.requests[0].method, "PATCH");
  assert.equal(rest.requests[0].url, `/api/v1/runs/${store.run.value.id}`);
  assert.equal(store.run.value.spec.dataset.train.length, 5000);
});

test("one weight is written, and undone", async () => {
  show({}, allParameters(0.25));
  store.setParameter(1, 0, null, -0.5);
  assert.deepEqual(commands().at(-1).edits, [{ layer: 1, unit: 0, input: null, value: -0.5 }]);
  await done({ revision: 2 });
  assert.ok(store.undo());
  assert.deepEqual(commands().at(-1).edits, [{ layer: 1, unit: 0, input: null, value: 0.25 }]);
  await done({ revision: 3 });
});

test("a lost connection is resumed where the curve ends", async () => {
  show({ step: 40 }, curveAt(40));
  stream.tryAgain();
  FakeSocket.last.welcome("boot");
  const { after_step, generation } = sent("open").at(-1);
  assert.deepEqual([after_step, generation], [40, 0]);
  await opened({ revision: 2, step: 50 });
  assert.deepEqual([...store.curve.step], [40]);
});

test("after a restart of the server the run is made again, with its weights, and says so", async () => {
  show({}, allParameters(0.5));
  rest.respond = () => [201, runDocument({ id: "again" })];
  stream.tryAgain();
  FakeSocket.last.welcome("another boot");
  FakeSocket.last.say({ type: "error", id: FakeSocket.last.sent.at(-1).id, status: 404, title: "Not found" });
  await turn();
  assert.deepEqual(rest.requests[0].body.spec, SPEC);
  await opened({ id: "again" });
  assert.equal(commands().at(-1).command, "set_parameters");
  assert.ok(
    commands()
      .at(-1)
      .edits.every(({ value }) => value === 0.5),
  );
  await done({ id: "again", revision: 2 });
  assert.match(store.notice.value.text, /The server was restarted\. Your network is back/);
  assert.equal(store.run.value.id, "again");
});

test("a training process that stopped is news, not an alarm", () => {
  const id = store.run.value.id;
  FakeSocket.last.say({ type: "recovering", run: id });
  assert.equal(store.state.value, "recovering");
  FakeSocket.last.say({ type: "recovered", run: runDocument({ revision: 3, step: 1144, state: "running" }) });
  assert.equal(store.state.value, "running");
  assert.equal(store.notice.value.text, "A training process stopped. Going on from step 1\u202f144.");
});

test("a run can be paused while its process is replaced", () => {
  FakeSocket.last.say({ type: "recovering", run: store.run.value.id });
  store.togglePlay();
  assert.equal(commands().at(-1).command, "pause");
});
