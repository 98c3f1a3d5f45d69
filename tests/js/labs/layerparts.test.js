import assert from "node:assert/strict";
import { test } from "node:test";
import * as parts from "../../../static/js/labs/digits/layerparts.js";
import { pixelsAt, unitSum, wayOf, windowSum } from "../../../static/js/labs/digits/valuesum.js";

const layer = (name, kind, output, shape, offset, inputs, activation = "relu") => ({
  name,
  kind,
  output,
  shape,
  offset,
  inputs,
  activation,
  units: output[0],
  blocks: [],
});
const NETWORK = {
  layers: [
    layer("layer1", "convolution", [2, 8, 8], [10, 2], 0, ["features"]),
    layer("layer2", "max_pooling", [2, 4, 4], [0, 0], 20, ["layer1"], "linear"),
    layer("layer3", "convolution", [3, 2, 2], [19, 3], 20, ["layer2"]),
    layer("layer4", "dropout", [3, 2, 2], [0, 0], 77, ["layer3"], "linear"),
    layer("output", "dense", [10], [13, 10], 77, ["layer4"], "softmax"),
  ],
  parameters: 207,
};
const SPEC = {
  layers: [
    { kind: "convolution", filters: 2, kernel_size: 3, stride: 1, padding: "same" },
    { kind: "max_pooling", size: 2, stride: 2 },
    { kind: "convolution", filters: 3, kernel_size: 3, stride: 1, padding: "valid" },
    { kind: "dropout", rate: 0.5 },
  ],
};
const [same, pool, valid, dropout, output] = parts.partsOf(NETWORK, SPEC, 8);

test("layers lie one after the other and know what they read", () => {
  assert.deepEqual(
    [same, pool, valid, dropout, output].map(({ start, size }) => [start, size]),
    [
      [0, 128],
      [128, 32],
      [160, 12],
      [172, 12],
      [184, 10],
    ],
  );
  assert.deepEqual(same.input, [1, 8, 8]);
  assert.equal(same.source, parts.IMAGE);
  assert.deepEqual(output.input, [3, 2, 2]);
  assert.equal(output.source, 3);
});

test("a window stands where the engine lays it", () => {
  assert.deepEqual(parts.windowAt(same, [0, 0]), { top: -1, left: -1, bottom: 2, right: 2 });
  assert.deepEqual(parts.windowAt(pool, [1, 3]), { top: 2, left: 6, bottom: 4, right: 8 });
  assert.deepEqual(parts.windowAt(valid, [1, 0]), { top: 1, left: 0, bottom: 4, right: 3 });
  assert.deepEqual(parts.windowAt(output, [0, 0]), { top: 0, left: 0, bottom: 2, right: 2 });
});

test("a pixel and the place over it find each other", () => {
  for (const part of [same, valid]) {
    const [, height, width] = part.output;
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const { top, left } = parts.windowAt(part, [row, column]);
        assert.deepEqual(parts.placeAt(part, [top + 1, left + 1]), [row, column]);
      }
    }
  }
  assert.deepEqual(parts.placeAt(pool, [0, 7]), [0, 3]);
  assert.deepEqual(parts.placeAt(pool, [3, 4]), [1, 2]);
  assert.deepEqual(parts.placeAt(valid, [0, 3]), [0, 1]);
});

test("what a number hangs on grows with the layers, and ends at the image's edges", () => {
  const all = [same, pool, valid, dropout, output];
  assert.deepEqual(parts.reachOf(all, 0, [4, 4]), { top: 3, left: 3, bottom: 6, right: 6 });
  assert.deepEqual(parts.reachOf(all, 0, [0, 0]), { top: 0, left: 0, bottom: 2, right: 2 });
  assert.deepEqual(parts.reachOf(all, 1, [1, 1]), { top: 1, left: 1, bottom: 5, right: 5 });
  assert.deepEqual(parts.reachOf(all, 2, [0, 0]), { top: 0, left: 0, bottom: 7, right: 7 });
  assert.deepEqual(parts.reachOf(all, 3, [1, 1]), { top: 1, left: 1, bottom: 8, right: 8 });
  assert.equal(parts.reachOf(all, 4, [0, 0]), null);
});

test("weights come in the order of what is read", () => {
  const theta = Float32Array.from({ length: 207 }, (_, at) => at);
  assert.deepEqual([...parts.weightsOf(same, 1, theta)], [1, 3, 5, 7, 9, 11, 13, 15, 17]);
  assert.equal(parts.biasOf(same, 1, theta), 19);
  assert.equal(parts.largestWeight(same, theta), 17);
  assert.deepEqual(parts.filterShape(valid), [2, 3, 3]);
  assert.ok(parts.hasFilters(same) && parts.hasFilters(output) && !parts.hasFilters(pool));
});

test("a number over the edge is taken apart: there the pixels are 0", () => {
  const image = Float32Array.from({ length: 64 }, (_, at) => at);
  const theta = new Float32Array(207);
  for (let row = 0; row < 9; row += 1) theta[row * 2] = row + 1;
  theta[18] = 0.5;
  const { patches, bias, z } = windowSum(same, 0, [0, 0], image, theta);
  assert.deepEqual(patches[0].pixels, [0, 0, 0, 0, 0, 1, 0, 8, 9]);
  assert.deepEqual(patches[0].inside, [false, false, false, false, true, true, false, true, true]);
  assert.deepEqual(patches[0].products, [0, 0, 0, 0, 0, 6, 0, 64, 81]);
  assert.equal(patches[0].sum, 151);
  assert.equal(bias, 0.5);
  assert.equal(z, 151.5);
});

test("with several channels every one adds its part", () => {
  const read = Float32Array.from({ length: 32 }, (_, at) => (at < 16 ? 1 : 2));
  const theta = new Float32Array(207).fill(1, 20, 77);
  const { patches, z } = windowSum(valid, 2, [1, 1], read, theta);
  assert.deepEqual(
    patches.map(({ sum }) => sum),
    [9, 18],
  );
  assert.equal(z, 28);
});

test("the lectures' windows give the lectures' numbers", () => {
  const rows = [
    [1, 1, 1, 0, 0],
    [0, 1, 1, 1, 0],
    [0, 0, 1, 1, 1],
    [0, 0, 1, 1, 0],
    [0, 1, 1, 0, 0],
  ];
  const network = { layers: [layer("layer1", "convolution", [1, 3, 3], [10, 1], 0, ["features"])], parameters: 10 };
  const [lecture] = parts.partsOf(network, { layers: [{ kind: "convolution", kernel_size: 3 }] }, 5);
  const theta = Float32Array.from([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  const image = Float32Array.from(rows.flat());
  const found = [0, 1, 2].map((row) => [0, 1, 2].map((column) => windowSum(lecture, 0, [row, column], image, theta).z));
  assert.deepEqual(found, [
    [4, 3, 4],
    [2, 4, 3],
    [2, 3, 4],
  ]);
});

test("a pooling window shows the channel's pixels", () => {
  const read = Float32Array.from({ length: 128 }, (_, at) => at);
  assert.deepEqual(pixelsAt(read, pool, 1, [0, 1]).pixels, [66, 67, 74, 75]);
});

test("of plain units the largest terms are told, the rest is added up", () => {
  const network = { layers: [layer("output", "dense", [2], [5, 2], 0, ["layer0"])], parameters: 10 };
  const plain = {
    ...parts.partsOf({ ...network, layers: [{ ...network.layers[0], inputs: ["features"] }] }, { layers: [] }, 2)[0],
    input: [4],
  };
  const theta = Float32Array.from([1, 0, -2, 0, 3, 0, 4, 0, 0.5, 0]);
  const { terms, rest, bias, z } = unitSum(plain, 0, Float32Array.from([1, 1, 1, 0]), theta, 2);
  assert.deepEqual(
    terms.map(({ input, product }) => [input, product]),
    [
      [2, 3],
      [1, -2],
    ],
  );
  assert.deepEqual(rest, { count: 2, sum: 1 });
  assert.equal(bias, 0.5);
  assert.equal(z, 2.5);
});

test("every layer is opened in its own way", () => {
  assert.deepEqual([same, pool, dropout, output].map(wayOf), ["windows", "pooling", "passed", "windows"]);
  assert.equal(wayOf({ ...output, input: [12] }), "units");
});
