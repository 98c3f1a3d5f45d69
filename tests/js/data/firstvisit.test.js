import assert from "node:assert/strict";
import { mock, test } from "node:test";

/** @type {Map<string, string>} */
const stored = new Map();
Object.defineProperty(globalThis, "localStorage", {
  configurable: true,
  value: {
    getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
  },
});

const { drawMode, hoveredUnit, progress, run, selectedUnit, sheet } = await import("../../../static/js/core/state.js");
const { advanceVisit, Coach, visit } = await import("../../../static/js/data/firstvisit.js");

const dataset = { kind: "circle" };
const network = { layers: [{ units: 1 }] };
/** @param {string} state */
const runThat = (state) => /** @type {any} */ ({ state, spec: { dataset }, network });

test("the first line shows until the first play, and never again", () => {
  assert.equal(visit.value, "new");
  assert.equal(Coach(), null);
  run.value = runThat("idle");
  assert.ok(Coach());
  run.value = runThat("running");
  assert.equal(visit.value, "new");
  progress.value = { step: 25, epoch: 1 };
  assert.equal(visit.value, "played");
  assert.equal(stored.get("neuronpark.visit"), "played");
  assert.equal(Coach(), null);
});

test("the second line goes once a unit was chosen, or looked at for a while", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  visit.value = "played";
  hoveredUnit.value = ["features", 1];
  mock.timers.tick(10_000);
  hoveredUnit.value = [0, 1];
  mock.timers.tick(1000);
  hoveredUnit.value = null;
  mock.timers.tick(10_000);
  assert.equal(visit.value, "played");
  hoveredUnit.value = [0, 1];
  mock.timers.tick(1500);
  assert.equal(visit.value, "done");
  hoveredUnit.value = null;
  visit.value = "played";
  selectedUnit.value = [0, 1];
  assert.equal(visit.value, "done");
  selectedUnit.value = null;
  mock.timers.reset();
});

test("it keeps out of the way of drawing, of sheets and of trouble", () => {
  run.value = runThat("idle");
  visit.value = "new";
  drawMode.value = { tool: "point", class: 0 };
  assert.equal(Coach(), null);
  drawMode.value = null;
  sheet.value = "data";
  assert.equal(Coach(), null);
  sheet.value = null;
  run.value = runThat("diverged");
  assert.equal(Coach(), null);
  run.value = runThat("idle");
  assert.ok(Coach());
});

test("a browser that stores nothing does not break the page", () => {
  Object.defineProperty(globalThis, "localStorage", {
    get: () => {
      throw new Error("denied");
    },
  });
  advanceVisit("done");
  assert.equal(visit.value, "done");
});
