/** Cards are a draft: they are checked as they change, undone by themselves, and used only when they are sound. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { commands, done, openRun, rest, SPEC, store, turn } from "../core/byhand.js";

const compose = await import("../../../static/js/cards/compose.js");
const PAUSE = 120;
const DENSE = { kind: "dense", units: 32, activation: "relu" };

let stop = () => {};

/** What the server answers to a network: sound unless it has a layer without units. */
function validate({ body }) {
  const { layers } = body.spec;
  const wrong = layers.findIndex(({ units }) => units === 0);
  if (wrong >= 0) return [200, { valid: false, errors: [{ pointer: `/layers/${wrong}/units`, message: "Too few." }] }];
  const infos = [...layers, { kind: "dense", units: 1 }].map(({ kind, units }) => ({
    kind,
    output: [units],
    blocks: [],
  }));
  return [200, { valid: true, errors: [], network: { layers: infos, parameters: 9 }, cost: { parameters: 9 } }];
}

async function settle() {
  mock.timers.tick(PAUSE);
  for (let times = 0; times < 4; times += 1) await turn();
}

beforeEach(async () => {
  await openRun();
  rest.respond = validate;
  stop = compose.keepChecking();
  await settle();
});

afterEach(() => {
  while (compose.canUndo.value) compose.undoEdit();
  stop();
});

test("the cards show the network in use, checked at once", () => {
  assert.deepEqual(compose.shown.value, SPEC.layers);
  assert.equal(compose.differs.value, false);
  assert.equal(compose.verdict.value.answer.valid, true);
});

test("an edit is a draft that is checked after a moment, all changes of that moment together", async () => {
  rest.requests.length = 0;
  compose.add("dense");
  compose.change(2, { units: 7 });
  assert.equal(compose.verdict.value, null);
  await settle();
  assert.equal(rest.requests.length, 1);
  assert.deepEqual(compose.shown.value[2], { ...DENSE, units: 7 });
  assert.deepEqual(rest.requests[0].body.spec.layers, compose.shown.value);
  assert.equal(compose.verdict.value.answer.valid, true);
  assert.equal(commands().length, 0);
});

test("of a network that is not sound, as much as is sound is known", async () => {
  compose.edit([DENSE, { ...DENSE, units: 0 }, DENSE]);
  await settle();
  const { answer, network } = compose.verdict.value;
  assert.deepEqual([answer.valid, network.layers.length], [false, 2]);
  compose.use();
  assert.equal(commands().length, 0);
});

test("edits are undone and redone, and the network in use can be had back", () => {
  compose.add("dense");
  compose.change(0, { units: 9 });
  compose.undoEdit();
  assert.equal(compose.shown.value[0].units, SPEC.layers[0].units);
  compose.redoEdit();
  assert.equal(compose.shown.value[0].units, 9);
  compose.discard();
  assert.deepEqual([compose.differs.value, compose.canUndo.value], [false, true]);
});

test("a sound network is used, and the draft is done with", async () => {
  compose.edit([DENSE]);
  await settle();
  compose.use();
  assert.deepEqual(commands().at(-1).patch, { layers: [DENSE] });
  await done({ revision: 2, spec: { ...SPEC, layers: [DENSE] } });
  assert.deepEqual([compose.differs.value, compose.canUndo.value], [false, false]);
});

test("a field that is taken away leaves nothing behind", () => {
  compose.change(0, { frozen: true });
  compose.change(0, { frozen: undefined });
  assert.equal(compose.differs.value, false);
});

test("a server out of reach is said so", async () => {
  rest.respond = () => [503, { title: "The server is busy." }];
  compose.add("dense");
  await settle();
  assert.equal(compose.unchecked.value, "The server is busy.");
  assert.equal(store.run.value.state, "paused");
});
