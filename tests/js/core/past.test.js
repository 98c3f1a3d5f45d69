/** Looking at a past step and going on from there: what is shown, what is asked for, and that nothing of now is lost. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import {
  allParameters,
  commands,
  curveAt,
  done,
  opened,
  openRun,
  refuse,
  rest,
  runDocument,
  sent,
  session,
  show,
  store,
  toasts,
  turn,
} from "./byhand.js";
import { FakeSocket } from "./fakesocket.js";

const { announcement, startAnnouncer } = await import("../../../static/js/core/announce.js");
const { goOnFromHere, lookAt, lookAtEpoch } = await import("../../../static/js/core/past.js");
const NOW = { step: 100, epoch: 4, scalars: { test_loss: 0.1 }, state: "paused" };
const THEN = { step: 50, epoch: 2, scalars: { test_loss: 0.5 }, state: "paused", past: true };
const points = (value) => new Float32Array(3).fill(value);

beforeEach(async () => {
  lookAt(null);
  await openRun();
  show(NOW, { ...allParameters(1), ...curveAt(0, 25, 50, 75, 100), "data/train": points(1) });
});

const steps = () => sent("subscribe").map(({ at }) => at);
const weight = () => store.frame.value.arrays.get("weights/theta")[0];

function lookBack() {
  lookAt(50);
  show(THEN, { ...allParameters(2), "data/train": points(2) });
}

test("a past step is shown in place of now, and now comes back at once", () => {
  const { frame } = store;
  const before = frame.value;
  lookBack();
  assert.deepEqual(steps(), [50]);
  assert.equal(store.past.value, 50);
  assert.deepEqual(store.progress.value, { step: 50, epoch: 2 });
  assert.equal(store.metrics.value.test_loss, 0.5);
  assert.deepEqual([weight(), store.dataset.value.train[0]], [2, 2]);

  lookAt(null);
  assert.equal(store.past.value, null);
  assert.equal(frame.value, before);
  assert.deepEqual(store.progress.value, { step: 100, epoch: 4 });
  assert.equal(store.metrics.value.test_loss, 0.1);
  assert.equal(store.dataset.value.train[0], 1);
  assert.deepEqual(steps(), [50, undefined]);
});

test("now stays in sight until the step is there", () => {
  lookAt(50);
  assert.equal(store.past.value, null);
  assert.equal(store.progress.value.step, 100);
});

test("while a step is under way the pointer may move on: only where it is then is asked for", () => {
  for (const step of [75, 50, 25]) lookAt(step);
  assert.deepEqual(steps(), [75]);
  show({ ...THEN, step: 75, epoch: 3 });
  assert.deepEqual(steps(), [75, 25]);
  assert.equal(store.past.value, 75);
  show({ ...THEN, step: 25, epoch: 1 });
  assert.equal(store.past.value, 25);
});

test("the step that was reached is the one that is named", () => {
  lookAt(50);
  show({ ...THEN, step: 40, epoch: 1.6 });
  assert.equal(store.past.value, 40);
});

test("what is not past is now", () => {
  lookBack();
  lookAt(100);
  assert.equal(store.past.value, null);
  lookAt(3000);
  assert.deepEqual(steps(), [50, undefined]);
});

test("where the server keeps no past, it says so and shows now", () => {
  lookAt(50);
  show({ ...NOW, past: true });
  assert.equal(store.past.value, null);
  assert.equal(toasts.value.at(-1).text, "This network is too large for its past to be kept.");
  assert.deepEqual(steps(), [50, undefined]);
});

test("an epoch is looked at where the curve has its nearest point, and the last point is now", () => {
  lookAtEpoch(49);
  assert.deepEqual(steps(), [50]);
  lookAtEpoch(99);
  assert.deepEqual(steps(), [50, undefined]);
});

test("looking back pauses, once, and the run stays paused", async () => {
  session.adopt(runDocument({ revision: 2, state: "running", step: 100, epoch: 4 }));
  lookAt(50);
  lookAt(25);
  assert.deepEqual(
    commands().map(({ command }) => command),
    ["pause"],
  );
  show(THEN);
  await done({ revision: 3, step: 110, epoch: 4.4 });
  assert.equal(store.progress.value.step, 50);
  lookAt(null);
  assert.deepEqual(store.progress.value, { step: 110, epoch: 4.4 });
  assert.equal(store.state.value, "paused");
});

test("a picture of the past that comes after the way back is not shown", () => {
  lookAt(50);
  lookAt(null);
  show(THEN, { ...allParameters(2), "data/train": points(2) });
  assert.deepEqual([store.past.value, weight(), store.dataset.value.train[0]], [null, 1, 1]);
  lookAt(25);
  assert.deepEqual(steps(), [50, undefined, 25]);
});

test("the curve goes on while the past is shown", () => {
  lookBack();
  show({ ...THEN, step: 25 }, curveAt(100, 125));
  assert.equal(store.curve.lastStep, 125);
});

test("a diverged run has a past in which nothing is wrong", () => {
  session.adopt(runDocument({ revision: 2, state: "diverged", step: 100, epoch: 4 }));
  assert.equal(store.state.value, "diverged");
  lookBack();
  assert.equal(store.state.value, "paused");
  lookAt(null);
  assert.equal(store.state.value, "diverged");
});

test("a change is made to the network as it is now, and that is said", async () => {
  lookBack();
  store.update({ batch_size: 20 });
  assert.equal(store.past.value, null);
  assert.match(toasts.value.at(-1).text, /^Back to now/);
  await done({ revision: 2, step: 100, epoch: 4 });
  lookBack();
  store.setParameter(0, 0, 0, 0.5);
  assert.equal(store.past.value, null);
  store.undo();
  await done({ revision: 3, step: 100, epoch: 4 });
  assert.equal(commands().at(-1).edits[0].value, 1, "the weight of now is put back, not one of the past");
  await done({ revision: 4, step: 100, epoch: 4 });
});

test("playing, stepping and starting over begin from now", async () => {
  const acts = [
    [store.togglePlay, "start"],
    [() => store.step("epoch"), "step"],
    [store.reset, "reset"],
  ];
  for (const [index, [act, command]] of acts.entries()) {
    lookBack();
    act();
    assert.equal(store.past.value, null, command);
    assert.equal(commands().at(-1).command, command);
    await done({ revision: index + 2, step: 100, epoch: 4 });
  }
  assert.equal(store.frame.value.header.step, 100);
});

test("another speed is no change of the network", async () => {
  lookBack();
  store.setSpeed("max");
  await done({ revision: 2, step: 100, epoch: 4, speed: { epochs_per_second: null } });
  assert.equal(store.past.value, 50);
});

test("starting over gives back the weights of now", async () => {
  lookBack();
  store.reset();
  await done({ revision: 2, generation: 1 });
  store.undo();
  assert.equal(commands().at(-1).edits[0].value, 1);
  await done({ revision: 3, generation: 1 });
});

test("a new start by somebody else ends the past", () => {
  lookBack();
  session.adopt(runDocument({ revision: 2, generation: 1 }));
  assert.equal(store.past.value, null);
  assert.equal(store.progress.value.step, 0);
});

test("after a loss of the connection the same step is asked for again", async () => {
  lookBack();
  session.stream.tryAgain();
  FakeSocket.last.welcome("boot");
  assert.equal(sent("open").at(-1).at, undefined);
  await opened({ revision: 2, step: 100, epoch: 4 });
  assert.deepEqual(steps(), [50]);
  show({ ...NOW, step: 101, past: false });
  assert.equal(store.progress.value.step, 50, "now is kept aside");
  lookAt(null);
  assert.equal(store.progress.value.step, 101);
});

test("a screen reader is told that it is the past", () => {
  startAnnouncer();
  lookBack();
  mock.timers.tick(6000);
  assert.match(announcement.value, /^Step 50, as it was\. Epoch 2, test loss 0\.500\.$/);
});

const FORK = { id: "fork", step: 50, epoch: 2 };

async function fork() {
  lookBack();
  rest.respond = () => [201, runDocument(FORK)];
  const forked = goOnFromHere();
  await turn();
  await opened(FORK);
  await forked;
}

test("going on makes another run and shows it; what was shown was its beginning", async () => {
  const before = store.run.value.id;
  await fork();
  const [{ method, url, body }] = rest.requests;
  assert.deepEqual([method, url, body], ["POST", `/api/v1/runs/${before}/forks`, { step: 50 }]);
  assert.equal(store.run.value.id, "fork");
  assert.equal(store.past.value, null);
  assert.deepEqual([store.progress.value.step, weight()], [50, 2]);
  assert.equal(session.lastTheta(), null, "the weights on show are not yet those of the new run");
  assert.deepEqual(sent("close").at(-1).run, before);
  assert.equal(toasts.value.at(-1).text, "Going on from step 50. The run before is kept.");
  show({ ...NOW, step: 50, epoch: 2 }, { ...allParameters(3), ...curveAt(0, 25, 50) });
  assert.deepEqual([...store.curve.step], [0, 25, 50]);
  assert.equal(session.lastTheta()[0], 3);
});

test("undo leads back to the run before, redo to the new one", async () => {
  const before = store.run.value.id;
  await fork();
  rest.respond = ({ url }) => [200, url.endsWith("fork") ? runDocument(FORK) : runDocument({ step: 100, epoch: 4 })];
  toasts.value.at(-1).action.run();
  await turn();
  await opened({ step: 100, epoch: 4 });
  assert.equal(store.run.value.id, before);
  assert.equal(store.progress.value.step, 100);
  store.redo();
  await turn();
  await opened(FORK);
  assert.equal(store.run.value.id, "fork");
});

test("what is answered late about the run that was left does not bring it back", async () => {
  const before = store.run.value.id;
  await fork();
  store.step();
  rest.respond = () => [200, runDocument({ step: 100, epoch: 4 })];
  store.undo();
  await turn();
  await done({ ...FORK, step: 75, epoch: 3, revision: 2 });
  assert.equal(store.run.value.id, before);
  await opened({ step: 100, epoch: 4 });
  show({ ...NOW, step: 101 });
  assert.deepEqual([store.run.value.id, store.progress.value.step], [before, 101]);
});

test("who goes back before the other run is open has it closed, and not the one gone back to", async () => {
  const left = runDocument();
  const turns = [session.takeOver(runDocument(FORK)), session.takeOver(left)];
  await turn();
  assert.equal(sent("open").at(-1).run, "fork");
  await opened(FORK);
  await opened();
  await Promise.all(turns);
  const order = FakeSocket.last.sent.filter(({ type }) => type === "open" || type === "close").slice(-4);
  assert.deepEqual(
    order.map(({ type, run }) => [type, run]),
    [
      ["open", "fork"],
      ["close", left.id],
      ["open", left.id],
      ["close", "fork"],
    ],
  );
  assert.equal(store.run.value.id, left.id);
});

test("a refused fork is said, and the past stays in sight", async () => {
  lookBack();
  rest.respond = () => [507, { title: "Storage is full", detail: "There is no room for another run." }];
  await goOnFromHere();
  assert.equal(toasts.value.at(-1).text, "There is no room for another run.");
  assert.equal(store.past.value, 50);
  assert.equal(store.run.value.id.startsWith("run"), true);
});

test("there is nothing to go on from while now is shown, and one fork is enough", async () => {
  await goOnFromHere();
  assert.equal(rest.requests.length, 0);
  lookBack();
  rest.respond = () => [201, runDocument(FORK)];
  const forked = goOnFromHere();
  await goOnFromHere();
  await turn();
  await opened(FORK);
  await forked;
  assert.equal(rest.requests.length, 1);
});

test("a pause that is refused is said, and the past is shown all the same", async () => {
  session.adopt(runDocument({ revision: 2, state: "running", step: 100, epoch: 4 }));
  lookAt(50);
  await refuse("There are too many commands.");
  assert.equal(toasts.value.at(-1).text, "There are too many commands.");
  show(THEN);
  assert.equal(store.past.value, 50);
});
