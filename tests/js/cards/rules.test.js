/** Cards of layers: where a new one goes, what each takes, and what helps where one does not fit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { byLayer, costOf, fresh, moved, placeFor, remedy, shapeWords } from "../../../static/js/cards/rules.js";

const kinds = (layers) => layers.map(({ kind }) => kind);
const CNN = [{ kind: "convolution" }, { kind: "max_pooling" }, { kind: "dropout" }, { kind: "dense" }];

test("what slides over images goes before what reads them flat", () => {
  assert.equal(placeFor(CNN, "convolution"), 2);
  assert.equal(placeFor(CNN, "dense"), 4);
  assert.equal(placeFor([], "max_pooling"), 0);
  assert.equal(placeFor([{ kind: "dense" }], "max_pooling"), 0);
});

test("a layer moves to another place", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 1), ["a", "c", "b"]);
});

test("a new layer has the catalog's defaults, or what suits digits better", () => {
  const entry = {
    fields: [
      { name: "filters", default: 8 },
      { name: "padding", default: "valid" },
    ],
  };
  assert.deepEqual(fresh(entry, "convolution"), {
    kind: "convolution",
    filters: 8,
    padding: "same",
    activation: "relu",
  });
  assert.deepEqual(fresh(undefined, "average_pooling"), { kind: "average_pooling" });
});

test("parameters with biases, multiplications at every place", () => {
  const convolution = { kind: "convolution", output: [8, 6, 6], blocks: [{ shape: [10, 8], biases: true }] };
  assert.deepEqual(costOf(convolution, null), { parameters: 80, multiplyAdds: 9 * 8 * 36 });
  const dense = { kind: "dense", output: [32], blocks: [{ shape: [65, 32], biases: true }] };
  assert.deepEqual(costOf(dense, null), { parameters: 2080, multiplyAdds: 2048 });
  const pooling = { kind: "max_pooling", output: [8, 3, 3], blocks: [] };
  assert.deepEqual(costOf(pooling, { kind: "max_pooling", size: 2 }), { parameters: 0, multiplyAdds: 8 * 9 * 4 });
});

test("shapes are said in words", () => {
  assert.deepEqual([[8, 6, 6], [1, 8, 8], [1], [32], undefined].map(shapeWords), [
    "8 maps of 6 × 6",
    "8 × 8",
    "1 unit",
    "32 units",
    "–",
  ]);
});

test("issues are found by their layer and their field", () => {
  const found = byLayer([
    { pointer: "/layers/2/kernel_size", message: "a" },
    { pointer: "/layers/2", message: "b" },
    { pointer: "/batch_size", message: "c" },
  ]);
  assert.deepEqual(found.get(2), [
    { field: "kernel_size", message: "a" },
    { field: "", message: "b" },
  ]);
  assert.deepEqual(found.get(-1), [{ field: "", message: "c" }]);
});

test("a convolution behind a dense layer is put in front of it", () => {
  const help = remedy([{ kind: "dense" }, { kind: "convolution" }], 1, "");
  assert.deepEqual(kinds(help.layers), ["convolution", "dense"]);
});

test("a window that is too large gets zeros around the image, or goes", () => {
  const tight = [{ kind: "convolution", kernel_size: 9, padding: "valid" }];
  assert.equal(remedy(tight, 0, "kernel_size").layers[0].padding, "same");
  assert.deepEqual(remedy([{ kind: "max_pooling", size: 9 }], 0, "size").layers, []);
  assert.equal(remedy([{ kind: "dense", units: 0 }], 0, "units"), null);
});
