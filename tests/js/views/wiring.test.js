import assert from "node:assert/strict";
import { test } from "node:test";
import { networkLayout } from "../../../static/js/views/layout.js";
import { parameterIndex, sourcesOf, unitCount, unitIndex, wire } from "../../../static/js/views/wiring.js";

/** Layers as the server describes them. @param {[string, string[], number][]} parts name, inputs, units
 * @param {number} features @returns {import("../../../static/js/core/types.js").LayerInfo[]} */
function describe(parts, features) {
  /** @type {Record<string, number>} */
  const widths = { features };
  let offset = 0;
  return parts.map(([name, inputs, units]) => {
    const rows = inputs.reduce((sum, input) => sum + widths[input], 0) + 1;
    const info = { name, kind: "dense", units, activation: "tanh", inputs, offset, shape: [rows, units] };
    widths[name] = units;
    offset += rows * units;
    return info;
  });
}

const CHAIN = describe(
  [
    ["layer1", ["features"], 3],
    ["layer2", ["layer1"], 2],
    ["output", ["layer2"], 1],
  ],
  2,
);
const SKIP = describe(
  [
    ["a", ["features"], 2],
    ["b", ["a", "features"], 3],
    ["output", ["b", "a"], 1],
  ],
  2,
);

test("weights lie row by row of inputs, the bias in the last row", () => {
  assert.equal(parameterIndex(CHAIN[0], 0, 0), 0);
  assert.equal(parameterIndex(CHAIN[0], 2, 1), 5);
  assert.equal(parameterIndex(CHAIN[0], 1, null), 7);
  assert.equal(parameterIndex(CHAIN[1], 0, 0), 9);
  assert.equal(parameterIndex(CHAIN[2], 0, null), 19);
});

test("every parameter has exactly one place", () => {
  for (const layers of [CHAIN, SKIP]) {
    const places = layers.flatMap((layer) =>
      Array.from({ length: layer.units }, (_, unit) => [
        ...Array.from({ length: layer.shape[0] - 1 }, (_, input) => parameterIndex(layer, unit, input)),
        parameterIndex(layer, unit, null),
      ]).flat(),
    );
    places.sort((a, b) => a - b);
    assert.deepEqual(
      places,
      Array.from({ length: places.length }, (_, index) => index),
    );
  }
});

test("units are counted through all layers", () => {
  assert.equal(unitCount(CHAIN), 6);
  assert.equal(unitIndex(CHAIN, 0, 2), 2);
  assert.equal(unitIndex(CHAIN, 1, 0), 3);
  assert.equal(unitIndex(CHAIN, 2, 0), 5);
});

test("a unit of a layer that was just taken away comes after all that are left", () => {
  for (const layer of [CHAIN.length, CHAIN.length + 2]) {
    assert.equal(unitIndex(CHAIN, layer, 0), unitCount(CHAIN));
    assert.equal(unitIndex(CHAIN, layer, 3), unitCount(CHAIN) + 3);
  }
});

test("sources come in the order of the inputs' names", () => {
  assert.deepEqual(sourcesOf(CHAIN, 0, [0, 4]), [
    ["features", 0],
    ["features", 4],
  ]);
  assert.deepEqual(sourcesOf(SKIP, 1, [0, 4]), [
    [0, 0],
    [0, 1],
    ["features", 0],
    ["features", 4],
  ]);
  assert.deepEqual(sourcesOf(SKIP, 2, [0, 4]).slice(2), [
    [1, 2],
    [0, 0],
    [0, 1],
  ]);
});

test("there is one link a weight, from the source's right edge to the target's left", () => {
  const layout = networkLayout(9, [3, 2, 1], 700, "roomy");
  const links = wire(CHAIN, [0, 1], layout);
  assert.equal(links.length, 2 * 3 + 3 * 2 + 2);
  assert.equal(new Set(links.map((link) => link.parameter)).size, links.length);
  for (const link of links) {
    const target = layout.columns[link.layer + 1];
    const source = layout.columns[link.layer];
    assert.equal(link.x0, source.x + source.tile / 2);
    assert.equal(link.x1, target.x - target.tile / 2);
    assert.ok(Math.abs(link.y1 - target.places[link.unit].y) < target.tile / 2);
  }
});

test("a feature's link leaves from its row in the catalog", () => {
  const layout = networkLayout(9, [3, 2, 1], 700, "roomy");
  const links = wire(CHAIN, [6, 2], layout).filter((link) => link.layer === 0);
  for (const link of links) assert.equal(link.y0, layout.columns[0].places[[6, 2][link.input]].y);
});

test("ends fan out in the order of the sources' heights, so links do not cross at the target", () => {
  const layout = networkLayout(9, [3, 2, 1], 700, "roomy");
  const links = wire(CHAIN, [6, 2], layout).filter((link) => link.layer === 0 && link.unit === 1);
  links.sort((a, b) => a.y0 - b.y0);
  assert.ok(links[0].y1 < links[1].y1);
});

test("skip connections are drawn from the layer they come from", () => {
  const layout = networkLayout(9, [2, 3, 1], 700, "roomy");
  const links = wire(SKIP, [0, 1], layout);
  const fromFeatures = links.filter((link) => link.layer === 1 && link.input >= 2);
  assert.equal(fromFeatures.length, 6);
  for (const link of fromFeatures) assert.equal(link.x0, layout.columns[0].x + layout.columns[0].tile / 2);
});

test("units that are not shown have no links", () => {
  const wide = describe(
    [
      ["layer1", ["features"], 40],
      ["output", ["layer1"], 1],
    ],
    2,
  );
  const links = wire(wide, [0, 1], networkLayout(9, [40, 1], 700, "roomy"));
  assert.equal(links.length, 2 * 16 + 16);
  assert.ok(links.every((link) => link.layer === 1 || link.unit < 16));
});
