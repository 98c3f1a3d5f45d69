/** The page's beginning, and its address: one page from its first connection to a reload. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { commands, done, opened, rest, runDocument, SPEC, sent, session, store, turn } from "./byhand.js";
import { FakeSocket } from "./fakesocket.js";

const page = new EventTarget();
const storage = new Map();
const kept = { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => storage.set(key, value) };
Object.assign(globalThis, {
  addEventListener: page.addEventListener.bind(page),
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
  MutationObserver: class {
    observe() {}
  },
  history: {
    replaceState: (_state, _title, url) => {
      globalThis.location.hash = url.includes("#") ? url.slice(url.indexOf("#")) : "";
    },
  },
});
for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(globalThis, name, { value: kept, configurable: true });
}
Object.assign(globalThis.location, { hash: "#batch_size=30", pathname: "/", search: "" });
const visibility = new EventTarget();
Object.assign(globalThis.document, {
  body: {},
  documentElement: { dataset: {} },
  addEventListener: visibility.addEventListener.bind(visibility),
});

const boot = await import("../../../static/js/core/boot.js");
const { toasts } = await import("../../../static/js/core/toast.js");
const { mergePatch } = await import("../../../static/js/core/merge.js");

const CATALOG = { datasets: [{ name: "circle", inputs: "plane" }], controls: [] };

/** The server's REST side: every spec is valid but one whose batches are empty. */
function serve({ method, url, body }) {
  const path = url.slice("/api/v1".length);
  if (path === "/session") return [204, null];
  if (path === "/catalog") return [200, CATALOG];
  if (path === "/validate") {
    const errors = body.spec.batch_size === 0 ? [{ pointer: "/batch_size", message: "must be at least 1" }] : [];
    return [200, { valid: !errors.length, errors, spec: errors.length ? undefined : mergePatch(SPEC, body.spec) }];
  }
  if (method === "POST" && path === "/runs") return [201, runDocument({ spec: mergePatch(SPEC, body.spec) })];
  return path === `/runs/${runDocument().id}` ? [200, runDocument({ revision: 50 })] : [404, {}];
}

const settle = async (milliseconds = 0) => {
  for (let count = 0; count < 5; count += 1) await turn();
  mock.timers.tick(milliseconds);
  for (let count = 0; count < 5; count += 1) await turn();
};

/** Packing and unpacking a link takes a while of its own. */
async function until(condition) {
  for (let count = 0; count < 20_000 && !condition(); count += 1) await turn();
  assert.ok(condition());
}

const asked = (path) => rest.requests.filter(({ url }) => url.endsWith(path));

async function goTo(hash) {
  globalThis.location.hash = hash;
  page.dispatchEvent(new Event("hashchange"));
  await settle();
}

test("it waits for a server that is not there yet", async () => {
  rest.respond = () => [503, { title: "Starting" }];
  boot.start();
  await settle();
  assert.equal(store.run.value, null);
  assert.equal(store.notice.value.text, "Starting This page tries again by itself.");
  const full = { title: "Temporarily unavailable", detail: "There is no room just now." };
  rest.respond = (request) => (request.url.endsWith("/runs") ? [503, full, { "Retry-After": "20" }] : serve(request));
  await settle(500);
  assert.equal(store.notice.value.text, "There is no room just now. This page tries again by itself.");
  rest.respond = serve;
  await settle(19_000);
  assert.equal(store.run.value, null, "it was told to wait for 20 s");
  await settle(6000);
  assert.equal(store.notice.value, null);
  assert.equal(store.run.value.id, runDocument().id);
  assert.deepEqual(store.catalog.value, CATALOG);
});

test("a session came before the connection, and both before the run", () => {
  const begun = asked("/session").length;
  assert.ok(begun >= 2, "once for a server that was not there");
  assert.equal(FakeSocket.opened.length, 1, "there is no connection before there is a session");
  const paths = rest.requests.map(({ url }) => url.slice("/api/v1".length));
  assert.deepEqual(paths.slice(paths.lastIndexOf("/session")), ["/session", "/validate", "/validate", "/runs"]);
});

test("the run is the one that the address describes, and is opened when the connection stands", async () => {
  assert.equal(asked("/runs")[0].body.spec.batch_size, 30);
  FakeSocket.last.welcome();
  await opened({ spec: { ...SPEC, batch_size: 30 } });
  assert.equal(sent("open").length, 1);
});

test("the address follows the setup when it has settled, and is remembered with the run", async () => {
  await settle(250);
  store.update({ optimizer: { learning_rate: 0.1 } });
  const spec = { ...SPEC, batch_size: 30, optimizer: { kind: "sgd", learning_rate: 0.1 } };
  await done({ revision: 2, spec });
  mock.timers.tick(200);
  session.adopt(runDocument({ revision: 3, spec: { ...spec } }));
  mock.timers.tick(249);
  await turn();
  assert.equal(globalThis.location.hash, "#batch_size=30");
  await settle(1);
  assert.equal(globalThis.location.hash, "#optimizer.learning_rate=0.1&batch_size=30");
  assert.deepEqual(JSON.parse(storage.get("neuronpark.run")), {
    id: runDocument().id,
    hash: "#optimizer.learning_rate=0.1&batch_size=30",
  });
  assert.equal(boot.linkTooLong.value, false);
});

test("another link in the same page changes what differs, as one undoable edit", async () => {
  await goTo("#seed=12");
  assert.deepEqual(commands().at(-1).patch, { optimizer: { learning_rate: 0.03 }, batch_size: 10, seed: 12 });
  await done({ revision: 3, generation: 1, spec: { ...SPEC, seed: 12 } });
  store.undo();
  assert.deepEqual(commands().at(-1).patch, { optimizer: { learning_rate: 0.1 }, batch_size: 30, seed: 7 });
  await done({ revision: 4, generation: 2, spec: { ...SPEC, batch_size: 30 } });
  await settle(250);
  assert.equal(globalThis.location.hash, "#batch_size=30");
});

test("the page's own writing of the address is not a link that was opened", async () => {
  const before = asked("/validate").length;
  page.dispatchEvent(new Event("hashchange"));
  await settle();
  assert.equal(asked("/validate").length, before);
});

test("going back before the address has been written leads back, and nothing is written over it", async () => {
  await goTo("#batch_size=30&seed=12");
  await done({ revision: 5, generation: 3, spec: { ...SPEC, batch_size: 30, seed: 12 } });
  await settle(200);
  await goTo("#batch_size=30");
  assert.deepEqual(commands().at(-1).patch, { seed: 7 });
  await settle(100);
  assert.equal(globalThis.location.hash, "#batch_size=30");
  await done({ revision: 6, generation: 4, spec: { ...SPEC, batch_size: 30 } });
  await settle(250);
  assert.equal(globalThis.location.hash, "#batch_size=30");
});

test("an address that has not been opened yet is not written over", async () => {
  session.adopt(runDocument({ revision: 7, generation: 4, spec: { ...SPEC, batch_size: 20 } }));
  globalThis.location.hash = "#batch_size=40";
  await settle(250);
  assert.equal(globalThis.location.hash, "#batch_size=40");
  await goTo("#batch_size=40");
  assert.deepEqual(commands().at(-1).patch, { batch_size: 40 });
  await done({ revision: 8, generation: 4, spec: { ...SPEC, batch_size: 40 } });
  await settle(250);
  session.adopt(runDocument({ revision: 9, generation: 4, spec: { ...SPEC, batch_size: 30 } }));
  await settle(250);
});

test("of two links opened in quick succession the second counts", async () => {
  const before = commands().length;
  globalThis.location.hash = "#seed=1";
  page.dispatchEvent(new Event("hashchange"));
  await goTo("#batch_size=30&seed=2");
  assert.deepEqual(
    commands()
      .slice(before)
      .map(({ patch }) => patch),
    [{ seed: 2 }],
  );
  await done({ revision: 10, generation: 5, spec: { ...SPEC, batch_size: 30, seed: 2 } });
  await goTo("#batch_size=30");
  await done({ revision: 11, generation: 6, spec: { ...SPEC, batch_size: 30 } });
  await settle(250);
});

test("a link that cannot be used leads to the usual setup and says what was wrong", async () => {
  await goTo("#batch_size=0");
  assert.deepEqual(store.notice.value.details, ["batch_size: must be at least 1"]);
  assert.deepEqual(commands().at(-1).patch, { batch_size: 10 });
  await done({ revision: 15 });
  await settle(250);
  assert.equal(globalThis.location.hash, "");
  store.notice.value = null;
  await goTo("#z=damaged");
  await until(() => store.notice.value);
  assert.equal(store.notice.value.details.length, 1);
  await settle(250);
  assert.equal(globalThis.location.hash, "");
});

test("a link opened while the server is away changes nothing and says so", async () => {
  rest.respond = () => [503, { title: "Stopping", detail: "The server is stopping." }];
  await goTo("#seed=3");
  assert.equal(toasts.value.at(-1).text, "The server is stopping.");
  rest.respond = serve;
  await settle(250);
  assert.equal(globalThis.location.hash, "");
});

test("a setup too long for a link leaves the address bare", async () => {
  const train = Array.from({ length: 4000 }, (_, index) => [Math.sin(index * 7.1), Math.cos(index * 3.3), index % 2]);
  const dataset = { kind: "points", task: "classification", train, test: [] };
  session.adopt(runDocument({ revision: 16, spec: { ...SPEC, dataset } }));
  await settle(250);
  await until(() => boot.linkTooLong.value);
  assert.equal(globalThis.location.hash, "");
  session.adopt(runDocument({ revision: 17 }));
  await settle(250);
  assert.equal(boot.linkTooLong.value, false);
});

test("the server hears when the page is hidden, and shown again", () => {
  for (const hidden of [true, false]) {
    globalThis.document.hidden = hidden;
    visibility.dispatchEvent(new Event("visibilitychange"));
    assert.deepEqual(sent("hidden").at(-1), { type: "hidden", hidden });
  }
});

test("a network that is back is tried at once, a connection that stands is left alone", () => {
  const before = FakeSocket.opened.length;
  page.dispatchEvent(new Event("online"));
  assert.equal(FakeSocket.opened.length, before);
  FakeSocket.last.lose();
  page.dispatchEvent(new Event("online"));
  assert.equal(FakeSocket.opened.length, before + 1);
  FakeSocket.last.welcome();
});

test("a reload takes up the run it had, if the address is still the same", async () => {
  storage.set("neuronpark.run", JSON.stringify({ id: runDocument().id, hash: "" }));
  for (const [hash, created] of [
    ["", 0],
    ["#seed=3", 1],
  ]) {
    globalThis.location.hash = hash;
    store.run.value = null;
    rest.requests.length = 0;
    const again = await import(`../../../static/js/core/boot.js?${hash}`);
    again.start();
    await settle();
    assert.equal(asked("/runs").length, created, hash);
    await opened({ revision: 51 });
  }
});
