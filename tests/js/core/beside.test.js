/** A second run over the page's own connection: its frames and its curve are its own. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { curveAt, openRun, rest, runDocument, sent, session, show, store, turn } from "./byhand.js";
import { FakeSocket } from "./fakesocket.js";

const { Beside } = await import("../../../static/js/core/beside.js");

const OTHER = { ...runDocument(), id: "other" };
const PROBES = { losses: {} };
/** @type {InstanceType<typeof Beside>} */
let beside;

const answerOpen = async (run = OTHER) => {
  const request = sent("open").findLast((message) => message.run === run.id);
  FakeSocket.last.say({ type: "opened", id: request.id, run });
  await turn();
};
const frame = (header = {}, arrays = {}) =>
  FakeSocket.last.frame({ run: "other", seq: 1, step: 9, epoch: 1, ...header }, arrays);

beforeEach(async () => {
  session.listeners.clear();
  await openRun();
  rest.respond = ({ method }) => (method === "DELETE" ? [204, null] : [201, OTHER]);
  beside = new Beside({ batch_size: 30 }, PROBES, 8);
  const begun = beside.begin();
  await turn();
  await answerOpen();
  await begun;
});

test("it is created with its spec and its speed, and opened with its probes", () => {
  const [created] = rest.requests.filter(({ url }) => url.endsWith("/runs"));
  assert.deepEqual(created.body, { spec: { batch_size: 30 }, speed: 8 });
  const open = sent("open").at(-1);
  assert.deepEqual([open.run, open.probes, open.after_step], ["other", PROBES, -1]);
  assert.equal(beside.run.value.id, "other");
});

test("its frames are its own, and the page's are the page's", () => {
  show({}, {});
  const shown = store.frame.value;
  frame({ step: 20 }, curveAt(10, 20));
  assert.equal(beside.frame.value.header.step, 20);
  assert.equal(beside.curve.length, 2);
  assert.equal(store.frame.value, shown);
  assert.notEqual(store.run.value.id, "other");
});

test("a new start clears its curve, and what is late of the one before is nothing", () => {
  frame({ step: 20 }, curveAt(10, 20));
  frame({ generation: 1, step: 5 }, curveAt(5));
  assert.equal(beside.curve.length, 1);
  frame({ generation: 0, step: 30 }, curveAt(30));
  assert.equal(beside.frame.value.header.step, 5);
});

test("commands go to it, and its word is taken", async () => {
  const started = beside.command("start");
  const command = sent("command").at(-1);
  assert.deepEqual([command.run, command.command], ["other", "start"]);
  FakeSocket.last.say({ type: "done", id: command.id, result: { ...OTHER, state: "running", revision: 2 } });
  await started;
  assert.equal(beside.run.value.state, "running");
  FakeSocket.last.say({ type: "run", run: { ...OTHER, state: "paused", revision: 1 } });
  assert.equal(beside.run.value.state, "running", "what is older changes nothing");
});

test("after a lost connection it goes on from where its curve ends", async () => {
  frame({ step: 20 }, curveAt(10, 20));
  FakeSocket.last.lose();
  session.tryAgain();
  FakeSocket.last.welcome("boot");
  await turn();
  const open = sent("open").find((message) => message.run === "other");
  assert.equal(open.after_step, 20);
});

test("a run that is gone is made anew and goes on playing", async () => {
  const started = beside.command("start");
  FakeSocket.last.say({ type: "done", id: sent("command").at(-1).id, result: { ...OTHER, state: "running" } });
  await started;
  const again = { ...OTHER, id: "again" };
  rest.respond = () => [201, again];
  FakeSocket.last.lose();
  session.tryAgain();
  FakeSocket.last.welcome("boot");
  await turn();
  const request = sent("open").find((message) => message.run === "other");
  FakeSocket.last.say({ type: "error", id: request.id, status: 404, title: "Not found" });
  for (let count = 0; count < 5; count += 1) await turn();
  await answerOpen(again);
  const start = sent("command").at(-1);
  assert.deepEqual([start.run, start.command], ["again", "start"]);
});

test("at its end it is closed and deleted, and hears no more", () => {
  beside.end();
  assert.equal(sent("close").at(-1).run, "other");
  assert.equal(rest.requests.at(-1).method, "DELETE");
  assert.equal(beside.run.value, null);
  assert.equal(session.listeners.size, 0);
});
