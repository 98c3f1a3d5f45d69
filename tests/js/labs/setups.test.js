/** A step's setup in place of the student's own network, and the way back. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openRun, rest, runDocument, SPEC, sent, store, toasts, turn } from "../core/byhand.js";
import { FakeSocket } from "../core/fakesocket.js";

const storage = new Map();
Object.defineProperty(globalThis, "sessionStorage", {
  value: {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, value) => storage.set(key, value),
    removeItem: (key) => storage.delete(key),
  },
  configurable: true,
});
const { away, enter, leave, settleSetups, startSetups } = await import("../../../static/js/labs/setups.js");
const { undo, redo } = await import("../../../static/js/core/actions.js");

const LAB = {
  name: "toy",
  preset: { batch_size: 30, layers: [] },
  steps: [
    { title: "First", preset: null },
    { title: "Second", preset: { batch_size: 40 } },
    { title: "Third", preset: { seed: 3 } },
  ],
};
let made = 0;
let own = "";

/** The server's REST side: runs are made, found and deleted. */
function serve({ method, url, body }) {
  if (method === "DELETE") return [204, null];
  if (method === "GET") return [200, runDocument({ id: url.split("/").at(-1) })];
  made += 1;
  return [201, runDocument({ id: `made${made}`, spec: { ...SPEC, ...body.spec } })];
}

/** Let what was begun go on to its end, answering every opening. */
async function settle(begun) {
  const answered = new Set();
  for (let count = 0; count < 12; count += 1) {
    await turn();
    for (const { id, run } of sent("open")) {
      if (answered.has(id)) continue;
      answered.add(id);
      const spec = run === store.run.value.id ? store.run.value.spec : SPEC;
      FakeSocket.last.say({ type: "opened", id, run: runDocument({ id: run, spec }) });
    }
  }
  return begun;
}

const created = () => rest.requests.filter(({ method, url }) => method === "POST" && url.endsWith("/runs"));
const deleted = () => rest.requests.filter(({ method }) => method === "DELETE").map(({ url }) => url.split("/").at(-1));

beforeEach(async () => {
  storage.clear();
  startSetups(LAB);
  await openRun();
  rest.respond = serve;
  own = store.run.value.id;
});

test("a step's setup is a run of its own: the lab's preset, changed as the step says", async () => {
  await settle(enter(LAB, 1));
  assert.deepEqual(created()[0].body.spec, { batch_size: 40, layers: [] });
  assert.equal(store.run.value.id, `made${made}`);
  assert.equal(away.value.own.id, own);
  assert.match(toasts.value.at(-1).text, /“Second”/);
});

test("the way back leads to the very run that was left, and the setup's is deleted", async () => {
  await settle(enter(LAB, 1));
  const shown = store.run.value.id;
  await settle(leave(LAB));
  assert.equal(store.run.value.id, own);
  assert.equal(away.value, null);
  assert.deepEqual(deleted(), [shown]);
  assert.equal(storage.size, 0);
});

test("from one setup to the next, the student's own stays what was left first", async () => {
  await settle(enter(LAB, 1));
  const first = store.run.value.id;
  await settle(enter(LAB, 2));
  assert.equal(away.value.own.id, own);
  assert.equal(away.value.shown.step, 2);
  assert.deepEqual(deleted(), [first]);
});

test("undo leads back, redo there again", async () => {
  await settle(enter(LAB, 1));
  undo();
  await settle();
  assert.equal(store.run.value.id, own);
  redo();
  await settle();
  assert.equal(away.value.shown.step, 1);
  undo();
  await settle();
  assert.equal(away.value, null);
});

test("the way back is found again after a reload that shows the setup's run, and else forgotten", async () => {
  await settle(enter(LAB, 1));
  const { value } = away;
  startSetups(LAB);
  settleSetups();
  assert.deepEqual(away.value, value);
  store.run.value = runDocument({ id: "another" });
  settleSetups();
  assert.equal(away.value, null);
  assert.equal(storage.size, 0);
});

test("a run that the server has no more is made anew from its spec", async () => {
  await settle(enter(LAB, 1));
  rest.respond = (request) => (request.method === "GET" ? [404, {}] : serve(request));
  await settle(leave(LAB));
  assert.deepEqual(created().at(-1).body.spec, SPEC);
  assert.equal(away.value, null);
});

test("a refusal is shown and changes nothing", async () => {
  rest.respond = () => [429, { detail: "There are enough runs." }];
  await settle(enter(LAB, 1));
  assert.equal(store.run.value.id, own);
  assert.equal(away.value, null);
  assert.equal(toasts.value.at(-1).text, "There are enough runs.");
});
