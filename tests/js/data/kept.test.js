/** A person's own points and table survive a reload, however soon it comes. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { indexedDB, log, stored } from "./fakedatabase.js";

mock.timers.enable({ apis: ["setTimeout"] });
const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);
globalThis.indexedDB = indexedDB;

const OWN = {
  task: "classification",
  points: [{ x1: 0, x2: 1, label: "rose" }],
  axes: null,
  target: null,
  source: "csv",
  name: "flowers.csv",
  share: 0.5,
};
stored.set("data", OWN);
stored.set("text", "0,1,rose");
stored.set("name", "flowers.csv");

const owndata = await import("../../../static/js/data/owndata.js");
const { run } = await import("../../../static/js/core/state.js");
const { own, csvText, csvName, PASTED } = owndata;

const turn = () => new Promise((resolve) => setImmediate(resolve));
const leave = async () => {
  page.dispatchEvent(new Event("pagehide"));
  await turn();
};

test("what was kept is back: the points, the text and the name of its file", async () => {
  await owndata.startKeeping();
  assert.deepEqual(own.value, OWN);
  assert.equal(csvText.value, "0,1,rose");
  assert.equal(csvName.value, "flowers.csv");
});

test("a change is kept when it has rested for a moment, as it is then", async () => {
  mock.timers.tick(400);
  await turn();
  csvText.value = "1";
  mock.timers.tick(300);
  csvText.value = "1,2";
  mock.timers.tick(399);
  await turn();
  assert.equal(stored.get("text"), "0,1,rose");
  mock.timers.tick(1);
  await turn();
  assert.equal(stored.get("text"), "1,2");
});

test("who leaves at once loses nothing", async () => {
  const commits = log.commits;
  own.value = { ...OWN, name: "trees.csv" };
  csvText.value = "5,6,oak";
  csvName.value = "trees.csv";
  await leave();
  assert.equal(stored.get("data").name, "trees.csv");
  assert.equal(stored.get("text"), "5,6,oak");
  assert.equal(stored.get("name"), "trees.csv");
  assert.equal(log.commits, commits + 3);
});

test("leaving without a change writes nothing, and what was saved is not saved again later", async () => {
  const commits = log.commits;
  stored.set("text", "another window's");
  await leave();
  mock.timers.tick(5000);
  await turn();
  assert.equal(stored.get("text"), "another window's");
  assert.equal(log.commits, commits);
});

test("what the person has typed already is not replaced by what was kept", async () => {
  csvText.value = "mine";
  csvName.value = PASTED;
  stored.set("text", "old");
  stored.set("name", "old.csv");
  stored.set("data", { points: "damaged" });
  own.value = null;
  await owndata.startKeeping();
  assert.equal(csvText.value, "mine");
  assert.equal(csvName.value, PASTED);
  assert.equal(own.value, null);
});

test("the way back leads to the ready-made set that was there before", () => {
  run.value = { spec: { dataset: { kind: "spiral" } } };
  run.value = { spec: { dataset: { kind: "points", task: "classification", train: [[0, 1, "rose"]], test: [] } } };
  assert.equal(owndata.lastReadyMade.value, "spiral");
});

test("points in use are one's own where they are the same, and else those of the run", () => {
  own.value = OWN;
  assert.equal(owndata.inUse.value.name, "flowers.csv");
  own.value = { ...OWN, points: [{ x1: 9, x2: 9, label: "rose" }] };
  assert.equal(owndata.inUse.value.name, "Your points");
  run.value = { spec: { dataset: { kind: "moons" } } };
  assert.equal(owndata.inUse.value, null);
});
