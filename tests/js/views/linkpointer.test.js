import assert from "node:assert/strict";
import { test } from "node:test";
import { linkPoint } from "../../../static/js/draw/links.js";
import { networkLayout } from "../../../static/js/views/layout.js";
import { parameterAt } from "../../../static/js/views/linkpointer.js";
import { biasBox } from "../../../static/js/views/networkpaint.js";
import { wire } from "../../../static/js/views/wiring.js";

/** @type {import("../../../static/js/core/types.js").LayerInfo[]} */
const LAYERS = [
  { name: "layer1", kind: "dense", units: 3, activation: "tanh", inputs: ["features"], offset: 0, shape: [3, 3] },
  { name: "output", kind: "dense", units: 1, activation: "tanh", inputs: ["layer1"], offset: 9, shape: [4, 1] },
];
const LAYOUT = networkLayout(9, [3, 1], 700, "roomy");
const SCENE = { layers: LAYERS, layout: LAYOUT, links: wire(LAYERS, [0, 1], LAYOUT) };

test("every bias bar can be pointed at", () => {
  LAYERS.forEach(({ units }, layer) => {
    for (let unit = 0; unit < units; unit += 1) {
      const { x, y, width, height } = biasBox(SCENE, layer, unit, false);
      assert.deepEqual(parameterAt(SCENE, x + width / 2, y + height / 2), { layer, unit, input: null });
    }
  });
});

test("every link can be pointed at somewhere along its way", () => {
  for (const link of SCENE.links) {
    const hit = Array.from({ length: 99 }, (_, index) => linkPoint(link, (index + 1) / 100)).some(([x, y]) => {
      const found = parameterAt(SCENE, x, y);
      return found?.layer === link.layer && found.unit === link.unit && found.input === link.input;
    });
    assert.ok(hit, `link ${link.parameter}`);
  }
});

test("on empty ground there is nothing", () => {
  assert.equal(parameterAt(SCENE, 2, 2), null);
  assert.equal(parameterAt(SCENE, 690, 480), null);
});

test("a chosen unit's bar drops a little, to make room for its ring", () => {
  assert.ok(biasBox(SCENE, 0, 1, true).y > biasBox(SCENE, 0, 1, false).y);
});
