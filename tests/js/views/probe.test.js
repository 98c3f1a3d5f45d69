import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openRun, runDocument, SPEC, sent, store, turn } from "../core/byhand.js";

const probe = await import("../../../static/js/views/probe.js");
const { catalog } = await import("../../../static/js/core/state.js");
const { unitName, classNames, sameUnit } = await import("../../../static/js/views/names.js");

const FEATURES = ["x1", "x2", "x1_squared"].map((name, index) => ({ name, label: `feature ${index}` }));
const output = (units) => ({ layers: [{ units: 2 }, { units: 2 }, { units }] });

beforeEach(async () => {
  catalog.value = { features: FEATURES, datasets: [] };
  store.probePoint.value = null;
  store.hoveredUnit.value = null;
  await openRun();
});

const subscribed = () => sent("subscribe").at(-1).probes;

test("the keys move the probe by a tenth, or by one, and not over the edge", () => {
  store.probePoint.value = [0.1, 5.95];
  assert.equal(probe.moveProbe("ArrowRight", false), true);
  assert.deepEqual(store.probePoint.value, [0.2, 6]);
  probe.moveProbe("ArrowUp", true);
  assert.deepEqual(store.probePoint.value, [0.2, 6]);
  probe.moveProbe("ArrowLeft", true);
  probe.moveProbe("ArrowDown", false);
  assert.deepEqual(store.probePoint.value, [-0.8, 5.9]);
  assert.equal(probe.moveProbe("Enter", false), false);
  for (let count = 0; count < 3; count += 1) probe.moveProbe("ArrowRight", false);
  assert.deepEqual(store.probePoint.value, [-0.5, 5.9]);
});

test("the first key begins at the point where Explain begins", () => {
  probe.ensureProbe();
  const [x1, x2] = store.probePoint.value;
  store.probePoint.value = null;
  probe.moveProbe("ArrowRight", true);
  assert.deepEqual(store.probePoint.value, [Math.round((x1 + 1) * 10) / 10, x2]);
  probe.ensureProbe();
  assert.equal(store.probePoint.value[1], x2);
});

test("the values at the probe are asked for while there is one, at four decimals", async () => {
  const stop = probe.followProbe();
  await turn();
  assert.equal(sent("subscribe").length, 0);
  probe.setProbe(1.234567, -9);
  await turn();
  assert.deepEqual(subscribed().activations, { point: [1.2346, -6] });
  probe.setProbe(2, 3);
  await turn();
  assert.deepEqual(subscribed().activations, { point: [2, 3] });
  const { value } = store.probePoint;
  probe.setProbe(2, 3);
  assert.equal(store.probePoint.value, value, "where the point stays nothing is drawn again");
  store.probePoint.value = null;
  await turn();
  assert.equal("activations" in subscribed(), false);
  stop();
});

test("the large picture is the output's until a unit is hovered", async () => {
  const stop = probe.followPicture();
  await turn();
  assert.deepEqual(subscribed().decision, { resolution: 100 });
  store.hoveredUnit.value = [1, 0];
  await turn();
  assert.deepEqual(subscribed().decision, { resolution: 100, unit: [1, 0] });
  store.hoveredUnit.value = [2, 0];
  await turn();
  assert.deepEqual(subscribed().decision, { resolution: 100 }, "the one output unit is the output");
  stop();
  await turn();
  assert.equal("decision" in subscribed(), false);
});

test("a feature is asked for by its place among those of the run", async () => {
  const stop = probe.followPicture();
  store.run.value = runDocument({ spec: { ...SPEC, features: ["x2", "x1_squared"] } });
  store.hoveredUnit.value = ["features", 2];
  await turn();
  assert.deepEqual(subscribed().decision.unit, ["features", 1]);
  store.hoveredUnit.value = ["features", 0];
  await turn();
  assert.equal("unit" in subscribed().decision, false, "a feature that is switched off has no picture there");
  assert.deepEqual(probe.shownUnit.value, ["features", 0]);
  stop();
  await turn();
});

test("a unit that went away is not shown", () => {
  store.hoveredUnit.value = [1, 1];
  assert.deepEqual(probe.shownUnit.value, [1, 1]);
  store.hoveredUnit.value = [1, 2];
  assert.equal(probe.shownUnit.value, null);
  store.hoveredUnit.value = [3, 0];
  assert.equal(probe.shownUnit.value, null);
});

test("units are called by layer and place, outputs by what they stand for", () => {
  assert.equal(unitName(["features", 1], output(1), SPEC), "feature 1");
  assert.equal(unitName([0, 1], output(1), SPEC), "Layer 1, unit 2");
  assert.equal(unitName([2, 0], output(1), SPEC), "Output");
  assert.equal(unitName([2, 2], output(3), SPEC), "Output, Green");
});

test("classes are called by their labels, where these are names", () => {
  const own = (train, test = []) => ({ ...SPEC, dataset: { kind: "points", task: "classification", train, test } });
  const rows = (...labels) => labels.map((label) => [0, 0, label]);
  assert.deepEqual(classNames(SPEC, output(1)), ["Orange", "Blue"]);
  assert.deepEqual(classNames(own(rows("tulip"), rows("rose", "tulip")), output(1)), ["rose", "tulip"]);
  assert.deepEqual(classNames(own(rows(-1, 1)), output(1)), ["Orange", "Blue"]);
  assert.deepEqual(classNames(own(rows(0, 1, 2)), output(3)), ["Orange", "Blue", "Green"]);
  assert.deepEqual(classNames(own(rows(10, 9, 2)), output(3)), ["2", "9", "10"]);
  assert.deepEqual(classNames(own(rows("😀", "ｱ")), output(1)), ["ｱ", "😀"], "by code points, as the server sorts");
});

test("two addresses are the same unit by layer and place", () => {
  assert.ok(sameUnit(null, null));
  assert.ok(sameUnit([1, 0], [1, 0]));
  assert.ok(!sameUnit([1, 0], [1, 1]));
  assert.ok(!sameUnit(["features", 0], [0, 0]));
  assert.ok(!sameUnit([1, 0], null));
});
