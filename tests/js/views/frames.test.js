import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { catalog, frame, hoveredUnit, probePoint, run, selectedUnit } from "../../../static/js/core/state.js";
import {
  activations,
  incoming,
  isFiniteUnit,
  parameters,
  rangeOf,
  unitGrids,
  valueAt,
} from "../../../static/js/views/frames.js";
import { classNames, featureRows, sameUnit, tellingApart, unitName } from "../../../static/js/views/names.js";
import { moveProbe, setProbe, shownUnit } from "../../../static/js/views/probe.js";

const NETWORK = {
  parameters: 9,
  layers: [
    { name: "layer1", kind: "dense", units: 2, activation: "tanh", inputs: ["features"], offset: 0, shape: [3, 2] },
    { name: "output", kind: "dense", units: 1, activation: "tanh", inputs: ["layer1"], offset: 6, shape: [3, 1] },
  ],
};
const FEATURES = ["x1", "x2", "x1_squared"].map((name, index) => ({ name, label: ["x₁", "x₂", "x₁²"][index] }));

/** @param {ArrayLike<number>} values @param {number[]} shape @param {number[]} [range] */
const array = (values, shape, range) => Object.assign(Float32Array.from(values), { shape, ...(range && { range }) });

/** @param {Record<string, any>} arrays */
function show(arrays) {
  frame.value = /** @type {any} */ ({ header: {}, arrays: new Map(Object.entries(arrays)) });
}

beforeEach(() => {
  catalog.value = /** @type {any} */ ({ features: FEATURES });
  run.value = /** @type {any} */ ({
    network: NETWORK,
    spec: { features: ["x1_squared", "x1"], dataset: { kind: "circle" } },
  });
  hoveredUnit.value = null;
  selectedUnit.value = null;
  probePoint.value = null;
  show({
    "weights/theta": array([1, 2, 3, 4, 5, 6, 7, 8, 9], [9]),
    "units/grid": array(new Float32Array(3 * 16), [3, 4, 4]),
    "units/range": array([-1, 1, -1, 1, -3, 3], [3, 2]),
    "units/finite": array([1, 0, 1], [3]),
    "activations/features": array([0.25, 0.5], [2]),
    "activations/z": array([1, 2, 3], [3]),
    "activations/a": array([0.1, 0.2, 0.3], [3]),
  });
});

test("a unit's weights come with its bias and its sources", () => {
  assert.deepEqual(incoming(0, 1), {
    sources: [
      ["features", 2],
      ["features", 0],
    ],
    weights: [2, 4],
    bias: 6,
  });
  assert.deepEqual(incoming(1, 0)?.weights, [7, 8]);
  assert.equal(incoming(1, 5), null);
});

test("a frame of another network is not read", () => {
  show({ "weights/theta": array([1, 2], [2]), "units/grid": array(new Float32Array(16), [1, 4, 4]) });
  assert.equal(parameters(), null);
  assert.equal(unitGrids(), null);
  assert.equal(activations(), null);
  assert.equal(incoming(0, 0), null);
});

test("values at the point are found by address", () => {
  assert.equal(valueAt([1, 0]), Math.fround(0.3));
  assert.equal(valueAt(["features", 2]), 0.25, "the catalog's third feature is the run's first");
  assert.equal(valueAt(["features", 1]), null, "a feature that is off has no value");
});

test("ranges stand with the array or beside it, one a unit", () => {
  assert.deepEqual(rangeOf("units", 2), [-3, 3]);
  show({ "decision/grid": array([0], [1, 1], [0, 1]) });
  assert.deepEqual(rangeOf("decision"), [0, 1]);
  show({});
  assert.deepEqual(rangeOf("decision"), [-1, 1]);
});

test("units that are not finite are known", () => {
  assert.equal(isFiniteUnit(0), true);
  assert.equal(isFiniteUnit(1), false);
});

test("units, features and outputs have names", () => {
  const { network, spec } = /** @type {any} */ (run.value);
  assert.equal(unitName([0, 1], network, spec), "Layer 1, unit 2");
  assert.equal(unitName([1, 0], network, spec), "Output");
  assert.equal(unitName(["features", 2], network, spec), "x₁²");
  assert.deepEqual(featureRows(spec), [2, 0]);
});

test("classes are called by the labels of one's own data, sorted as the engine sorts them", () => {
  const network = /** @type {any} */ ({ layers: [{ units: 3 }] });
  const rows = (/** @type {(string | number)[]} */ ...labels) => labels.map((label) => [0, 0, label]);
  const spec = (/** @type {any[]} */ train) => /** @type {any} */ ({ dataset: { kind: "points", train, test: [] } });
  assert.deepEqual(classNames(spec(rows("b", "a", "c", "a")), network), ["a", "b", "c"]);
  assert.deepEqual(classNames(spec(rows(10, 9, -1)), network), ["-1", "9", "10"]);
  assert.deepEqual(classNames(/** @type {any} */ ({ dataset: { kind: "three_blobs" } }), network), [
    "Orange",
    "Blue",
    "Green",
  ]);
});

test("a sentence tells classes apart by their names, as long as there is room", () => {
  const told = (/** @type {any} */ dataset, units = 1) =>
    tellingApart(/** @type {any} */ ({ dataset }), /** @type {any} */ ({ layers: [{ units }] }));
  const own = (/** @type {(string | number)[]} */ ...labels) => ({
    kind: "points",
    train: labels.map((label) => [0, 0, label]),
  });
  assert.equal(told({ kind: "circle" }), "orange from blue");
  assert.equal(told({ kind: "three_blobs" }, 3), "orange, blue and green apart");
  assert.equal(told({ kind: "digits" }, 10), "the 10 classes apart");
  assert.equal(told(own(-1, 1)), "orange from blue", "numbers that stand for colours are no names");
  assert.equal(told(own("versicolor", "setosa")), "setosa from versicolor");
  assert.equal(told(own("Owl", "Elk", "Cat"), 3), "Cat, Elk and Owl apart");
  assert.equal(told(own("setosa of the wet meadows", "versicolor")), "the 2 classes apart");
});

test("the plot shows what is pointed at, and the output otherwise", () => {
  assert.equal(shownUnit.value, null);
  hoveredUnit.value = [0, 1];
  assert.deepEqual(shownUnit.value, [0, 1]);
  hoveredUnit.value = [1, 0];
  assert.equal(shownUnit.value, null, "the only output is what the plot shows anyway");
  hoveredUnit.value = [0, 7];
  assert.equal(shownUnit.value, null, "a unit that was removed");
  hoveredUnit.value = ["features", 2];
  assert.deepEqual(shownUnit.value, ["features", 2]);
});

test("keys move the probe by a tenth, or by one, within the plot", () => {
  setProbe(1, 1);
  assert.equal(moveProbe("ArrowRight", false), true);
  assert.deepEqual(probePoint.value, [1.1, 1]);
  moveProbe("ArrowDown", true);
  assert.deepEqual(probePoint.value, [1.1, 0]);
  setProbe(9, -9);
  assert.deepEqual(probePoint.value, [6, -6]);
  moveProbe("ArrowRight", true);
  assert.deepEqual(probePoint.value, [6, -6]);
  assert.equal(moveProbe("a", false), false);
});

test("addresses are compared by what they say", () => {
  assert.equal(sameUnit([0, 1], [0, 1]), true);
  assert.equal(sameUnit([0, 1], [0, 2]), false);
  assert.equal(sameUnit(null, null), true);
  assert.equal(sameUnit(null, [0, 1]), false);
});
