/** The run over losses, restarts and new generations: the curve has neither gaps nor doubles, the weights come back. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import {
  allParameters,
  animate,
  calm,
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

const { adopt } = session;

beforeEach(openRun);

const steps = () => [...store.curve.step];

function reconnect(boot = "boot") {
  FakeSocket.last.lose();
  mock.timers.tick(500);
  FakeSocket.last.welcome(boot);
}

async function refuseOpening(status, title = "Not found") {
  FakeSocket.last.say({ type: "error", id: sent("open").at(-1).id, status, title });
  await turn();
}

/** The run is lost with the server, and made again. */
async function comeBack(boot, answer) {
  rest.respond = () => [201, runDocument({ id: "again", ...answer })];
  reconnect(boot);
  await refuseOpening(404);
  await opened({ id: "again", ...answer });
}

test("after a loss the curve goes on without a gap or a double", async () => {
  show({ step: 50 }, curveAt(0, 25, 50));
  reconnect();
  assert.equal(sent("open").at(-1).after_step, 50);
  await opened({ revision: 2, step: 100 });
  show({ step: 100 }, curveAt(50, 75, 100));
  show({ step: 125 }, curveAt(125));
  assert.deepEqual(steps(), [0, 25, 50, 75, 100, 125]);
});

test("a run that went back with its server is shown from there and takes its way anew", async () => {
  adopt(runDocument({ revision: 5, state: "running", step: 100, epoch: 4 }));
  show({ step: 100, epoch: 4 }, curveAt(0, 25, 50, 75, 100));
  reconnect("another boot");
  assert.equal(sent("open").at(-1).after_step, 100);
  await opened({ revision: 3, step: 60, epoch: 2.4 });
  assert.deepEqual(steps(), [0, 25, 50]);
  assert.equal(store.state.value, "paused");
  assert.deepEqual(store.progress.value, { step: 60, epoch: 2.4 });
  show({ step: 75, epoch: 3 }, curveAt(75));
  assert.deepEqual(steps(), [0, 25, 50, 75]);
});

test("a generation that the server forgot with its end is forgotten here too", async () => {
  show({ step: 50 }, curveAt(0, 25, 50));
  adopt(runDocument({ revision: 5, generation: 1 }));
  reconnect("another boot");
  await opened({ revision: 4, generation: 0, step: 50, epoch: 2 });
  show({ step: 50 }, curveAt(0, 25, 50));
  assert.deepEqual(steps(), [0, 25, 50]);
});

test("on the same server an older word does not replace a newer one", async () => {
  adopt(runDocument({ revision: 5, state: "running" }));
  reconnect();
  await opened({ revision: 4 });
  assert.equal(store.state.value, "running");
});

test("points that arrived before the loss but were never drawn count too", async () => {
  FakeSocket.last.frame({ run: store.run.value.id, seq: 1, step: 25 }, curveAt(0, 25));
  reconnect();
  assert.equal(sent("open").at(-1).after_step, 25);
  await opened({ revision: 2, step: 25 });
});

test("a run that started over while nobody looked begins its curve anew", async () => {
  show({ step: 50 }, curveAt(0, 25, 50));
  reconnect();
  assert.equal(sent("open").at(-1).generation, 0);
  await opened({ revision: 4, generation: 2, step: 10, epoch: 0.4 });
  assert.deepEqual(steps(), []);
  assert.deepEqual(store.progress.value, { step: 10, epoch: 0.4 });
  show({ step: 25, generation: 2 }, curveAt(0, 25));
  assert.deepEqual(steps(), [0, 25]);
  reconnect();
  assert.equal(sent("open").at(-1).generation, 2);
});

test("the frame of a new generation may come before its document", () => {
  show({ step: 50 }, curveAt(0, 50));
  const version = store.curveVersion.value;
  show({ step: 0, generation: 1 }, curveAt(0));
  assert.deepEqual(steps(), [0]);
  assert.ok(store.curveVersion.value > version);
  adopt(runDocument({ revision: 2, generation: 1 }));
  assert.deepEqual(steps(), [0]);
});

test("a frame that waits to be drawn is dropped when the run starts over", () => {
  show({ step: 50, scalars: { test_loss: 0.4 } }, allParameters(1));
  FakeSocket.last.frame({ run: store.run.value.id, seq: 2, step: 75, epoch: 3 }, allParameters(2));
  adopt(runDocument({ revision: 2, generation: 1 }));
  animate();
  assert.equal(store.progress.value.step, 0);
  assert.equal(store.frame.value.header.step, 50);
  show({ step: 1, generation: 1 });
  assert.equal(store.progress.value.step, 1);
});

test("a document that is behind the last frame does not set the step back", () => {
  show({ step: 90, epoch: 3.6 });
  adopt(runDocument({ revision: 2, step: 80, epoch: 3.2 }));
  assert.deepEqual(store.progress.value, { step: 90, epoch: 3.6 });
});

test("steps per second are of a run that trains", () => {
  show({ scalars: { test_loss: 0.4, steps_per_second: 900 } });
  adopt(runDocument({ revision: 2, state: "running", step: 10 }));
  assert.equal(store.metrics.value.steps_per_second, 900);
  assert.equal(store.metrics.value.test_loss, 0.8);
  adopt(runDocument({ revision: 3, step: 10 }));
  assert.equal(store.metrics.value.steps_per_second, 0);
});

test("each frame is acknowledged, drawn or not", () => {
  const id = store.run.value.id;
  for (const seq of [1, 2, 3]) FakeSocket.last.frame({ run: id, seq, step: seq });
  FakeSocket.last.frame({ run: "another", seq: 9, step: 1 });
  assert.deepEqual(
    sent("ack").map(({ seq }) => seq),
    [1, 2, 3, 9],
  );
});

test("a page that is not seen says so again on a new connection", async () => {
  globalThis.document.hidden = true;
  reconnect();
  assert.deepEqual(
    FakeSocket.last.sent.map(({ type }) => type),
    ["hidden", "open"],
  );
  globalThis.document.hidden = false;
  reconnect();
  assert.deepEqual(
    FakeSocket.last.sent.map(({ type }) => type),
    ["open"],
  );
});

test("probes that were given up during the loss are not asked for again", async () => {
  const dispose = store.watch("units", { resolution: 32 });
  await turn();
  assert.deepEqual(sent("subscribe").at(-1).probes.units, { resolution: 32 });
  FakeSocket.last.lose();
  dispose();
  await turn();
  mock.timers.tick(500);
  FakeSocket.last.welcome();
  assert.deepEqual(Object.keys(sent("open").at(-1).probes), ["losses", "accuracy", "weights", "data"]);
});

test("the server hears of the same probes only once", async () => {
  const first = store.watch("decision", { resolution: 60 });
  await turn();
  const count = sent("subscribe").length;
  const second = store.watch("decision", { resolution: 40 });
  await turn();
  second();
  await turn();
  assert.equal(sent("subscribe").length, count);
  first();
  await turn();
  assert.equal(sent("subscribe").length, count + 1);
});

test("a run that was training trains again after a restart of the server, from its last weights", async () => {
  adopt(runDocument({ revision: 2, state: "running" }));
  show({ step: 900 }, { ...allParameters(0.75), ...curveAt(0, 900) });
  await comeBack("boot after a restart");
  assert.deepEqual(steps(), []);
  assert.equal(sent("open").at(-1).after_step, -1);
  const { edits, run, restored } = commands().at(-1);
  assert.equal(run, "again");
  assert.equal(restored, true);
  assert.equal(edits.length, 15);
  assert.ok(edits.every(({ value }) => value === 0.75));
  await done({ id: "again", revision: 2 });
  assert.equal(commands().at(-1).command, "start");
  await done({ id: "again", revision: 3, state: "running" });
  assert.equal(store.state.value, "running");
  assert.match(store.notice.value.text, /^The server was restarted\./);
});

test("a run that stood still stays so, and a run put away is not called a restart", async () => {
  show({ step: 900 }, allParameters(0.75));
  await comeBack("boot");
  await done({ id: "again", revision: 2 });
  assert.ok(!commands().some(({ command }) => command === "start"));
  assert.match(store.notice.value.text, /^The server had put this network away\./);
});

test("changes under way are part of what is made again", async () => {
  rest.respond = () => [201, runDocument({ id: "again" })];
  adopt(runDocument({ revision: 2, spec: { ...SPEC, batch_size: 30 } }));
  reconnect("another boot");
  await refuseOpening(404);
  assert.deepEqual(rest.requests[0].body, { spec: { ...SPEC, batch_size: 30 }, speed: 60 });
  await opened({ id: "again" });
});

test("weights of another network are not written into this one", async () => {
  show({ step: 900 }, { "weights/theta": new Float32Array(9).fill(1) });
  await comeBack("yet another boot");
  assert.equal(commands().length, 0);
  assert.equal(store.run.value.id, "again");
});

test("many weights go in several messages", async () => {
  const layers = [{ name: "a", units: 100, offset: 0, shape: [9, 100] }];
  adopt(runDocument({ revision: 2, network: { parameters: 900, layers } }));
  const network = store.run.value.network;
  const theta = Float32Array.from({ length: 900 }, (_, index) => index);
  const restored = session.restoreWeights(theta);
  for (const [revision, size] of [400, 400, 100].entries()) {
    assert.equal(commands().at(-1).edits.length, size);
    await done({ revision: 3 + revision, network });
  }
  await restored;
  assert.deepEqual(commands()[0].edits[101], { layer: 0, unit: 1, input: 1, value: 101 });
  assert.deepEqual(commands().at(-1).edits.at(-1), { layer: 0, unit: 99, input: null, value: 899 });
});

test("a server that cannot make the run again says why, and is asked again at the next connection", async () => {
  show({ step: 9 }, allParameters(1));
  rest.respond = () => [429, { title: "Too many", detail: "Too many runs are open." }];
  reconnect("a full server");
  await refuseOpening(404);
  assert.equal(toasts.value[0].text, "Too many runs are open.");
  await comeBack("a full server");
  await done({ id: "again", revision: 2 });
  assert.match(store.notice.value.text, /^The server was restarted\./);
});

test("a server that has no room for the run is asked again when it says so", async () => {
  show({ step: 9 }, allParameters(1));
  rest.respond = () => [503, { detail: "There is no room just now." }, { "Retry-After": "10" }];
  reconnect("a full server");
  await refuseOpening(404);
  assert.equal(toasts.value[0].text, "There is no room just now.");
  const asked = rest.requests.length;
  rest.respond = () => [201, runDocument({ id: "again" })];
  mock.timers.tick(9999);
  await turn();
  assert.equal(rest.requests.length, asked);
  mock.timers.tick(2501);
  await turn();
  await refuseOpening(404);
  assert.equal(rest.requests.length, asked + 1);
  await opened({ id: "again" });
});

test("a session that has ended is begun anew before the next connection", async () => {
  rest.respond = () => [204, null];
  FakeSocket.last.lose(4401);
  assert.deepEqual(rest.requests, [{ method: "POST", url: "/api/v1/session", body: undefined }]);
  mock.timers.tick(8000);
  assert.equal(FakeSocket.last.closed, null);
});

test("too many connections are said with the server's reason", () => {
  FakeSocket.last.lose(4429, "There are 32 connections from here already. Close some pages.");
  assert.equal(
    store.notice.value.text,
    "There are 32 connections from here already. Close some pages. This page tries again by itself.",
  );
});

test("an opening that is refused for another reason is said, and nothing is made anew", async () => {
  reconnect();
  await refuseOpening(503, "The server is stopping.");
  assert.equal(toasts.value[0].text, "The server is stopping.");
  assert.equal(rest.requests.length, 0);
});

test("a second loss while the run is being opened is not worth a word", async () => {
  reconnect();
  reconnect();
  await turn();
  assert.deepEqual(toasts.value, []);
  await opened({ revision: 2, step: 70 });
  assert.equal(store.progress.value.step, 70);
});

test("events of other runs are not ours", () => {
  FakeSocket.last.say({ type: "recovering", run: "another" });
  FakeSocket.last.say({ type: "run", run: runDocument({ id: "another", revision: 9, state: "running" }) });
  assert.equal(store.state.value, "paused");
  assert.notEqual(store.run.value.id, "another");
});

test("a recovered run keeps its curve and goes on from its last checkpoint", () => {
  show({ step: 75 }, curveAt(0, 25, 50, 75));
  FakeSocket.last.say({ type: "recovering", run: store.run.value.id });
  FakeSocket.last.say({ type: "recovered", run: runDocument({ revision: 2, step: 50, state: "running" }) });
  show({ step: 100 }, curveAt(75, 100));
  assert.deepEqual(steps(), [0, 25, 50, 75, 100]);
  assert.equal(store.state.value, "running");
});

test("a refusal while a run recovers leaves what the server last said", async () => {
  adopt(runDocument({ revision: 2, state: "running" }));
  store.togglePlay();
  assert.equal(store.state.value, "paused");
  await refuse("The process is being replaced.", { status: 503 });
  assert.equal(store.state.value, "running");
});

test("a pause that is refused because the process was lost leaves the run recovering", async () => {
  adopt(runDocument({ revision: 2, state: "running" }));
  store.togglePlay();
  FakeSocket.last.say({ type: "recovering", run: store.run.value.id });
  assert.equal(store.state.value, "paused");
  await refuse("The process is being replaced.", { status: 503 });
  assert.equal(store.state.value, "recovering");
  FakeSocket.last.say({ type: "recovered", run: runDocument({ revision: 3, state: "running" }) });
  assert.equal(store.state.value, "running");
});

test("where motion is unwelcome a running picture changes twice a second, a paused one at once", async (context) => {
  const clock = { now: 10_000 };
  context.mock.method(performance, "now", () => clock.now);
  const draws = (frames) => {
    const shown = [];
    for (const [at, state] of frames) {
      clock.now = at;
      show({ step: at, state });
      shown.push(store.frame.value.header.step);
    }
    return shown;
  };
  assert.deepEqual(
    draws([
      [10_000, "running"],
      [10_100, "running"],
    ]),
    [10_000, 10_100],
  );
  calm.matches = true;
  assert.deepEqual(
    draws([
      [10_200, "running"],
      [10_599, "running"],
      [10_600, "running"],
      [10_700, "paused"],
    ]),
    [10_100, 10_100, 10_600, 10_700],
  );
  calm.matches = false;
});

test("what is measured over all examples can rest; what it was stays in sight", async () => {
  const asked = () => Object.keys(sent("subscribe").at(-1).probes).sort();
  show({ scalars: { train_loss: 0.3, test_loss: 0.4, steps_per_second: 900 } });
  session.restMeasuring(true);
  session.restMeasuring(true);
  await turn();
  assert.deepEqual(asked(), ["data", "weights"]);
  show({ step: 10, scalars: { train_loss: null, test_loss: null, steps_per_second: 800 } });
  assert.equal(store.metrics.value.test_loss, 0.4);
  assert.equal(store.metrics.value.steps_per_second, 800);
  session.restMeasuring(false);
  await turn();
  assert.deepEqual(asked(), ["accuracy", "data", "losses", "weights"]);
  show({ step: 11, scalars: { train_loss: null, test_loss: null } });
  assert.equal(store.metrics.value.train_loss, 0.3);
  show({ step: 12, scalars: { train_loss: 0.2, test_loss: 0.25 } });
  assert.equal(store.metrics.value.test_loss, 0.25);
});
