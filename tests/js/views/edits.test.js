import assert from "node:assert/strict";
import { test } from "node:test";
import { addLayer, removeLayer, setActivation, setUnits, toggleFeature } from "../../../static/js/views/edits.js";

/** @param {any[]} layers @returns {any} */
const withLayers = (layers) => ({ layers, features: ["x1", "x2"] });
const dense = (/** @type {number} */ units, activation = "tanh") => ({ kind: "dense", units, activation });
const ORDER = ["x1", "x2", "x1_squared", "x2_squared", "x1x2"];

test("a new layer is like the last one, but not wider than four", () => {
  assert.deepEqual(addLayer(withLayers([dense(8, "relu")])).layers, [dense(8, "relu"), dense(4, "relu")]);
  assert.deepEqual(addLayer(withLayers([dense(2)])).layers[1], dense(2));
  assert.deepEqual(addLayer(withLayers([])).layers, [dense(4)]);
});

test("a new layer does not take over the last one's name", () => {
  const patch = addLayer(withLayers([{ ...dense(3), name: "first", inputs: ["features"] }]));
  assert.equal("name" in patch.layers[1], false);
  assert.equal("inputs" in patch.layers[1], false);
});

test("removing takes the last layer", () => {
  assert.deepEqual(removeLayer(withLayers([dense(4), dense(2)])).layers, [dense(4)]);
});

test("inputs that name the removed layer go with it", () => {
  const layers = [
    { ...dense(3), name: "a" },
    { ...dense(2), inputs: ["a", "b"] },
    { ...dense(2), inputs: ["b"] },
    { ...dense(1), name: "b" },
  ];
  const left = removeLayer(withLayers(layers)).layers;
  assert.deepEqual(left[1].inputs, ["a"]);
  assert.equal("inputs" in left[2], false);
});

test("units and activation change one layer and leave the others", () => {
  const spec = withLayers([dense(4), dense(2)]);
  assert.deepEqual(setUnits(spec, 1, 3).layers, [dense(4), dense(3)]);
  assert.deepEqual(setActivation(spec, 0, "relu").layers, [dense(4, "relu"), dense(2)]);
  assert.deepEqual(spec.layers, [dense(4), dense(2)], "the spec itself is not touched");
});

test("features are switched on in the catalog's order, and off", () => {
  const spec = withLayers([]);
  assert.deepEqual(toggleFeature({ ...spec, features: ["x1x2", "x1"] }, "x2_squared", ORDER), {
    features: ["x1", "x2_squared", "x1x2"],
  });
  assert.deepEqual(toggleFeature(spec, "x1", ORDER), { features: ["x2"] });
});

test("the last feature stays", () => {
  assert.equal(toggleFeature({ ...withLayers([]), features: ["x2"] }, "x2", ORDER), null);
});
