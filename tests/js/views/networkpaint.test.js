import assert from "node:assert/strict";
import { before, test } from "node:test";
import { networkLayout } from "../../../static/js/views/layout.js";
import { paintNetwork } from "../../../static/js/views/networkpaint.js";
import { wire } from "../../../static/js/views/wiring.js";
import { fakePixels, installPage } from "./fakepage.js";

before(installPage);

/** @type {import("../../../static/js/core/types.js").LayerInfo[]} */
const LAYERS = [
  { name: "layer1", kind: "dense", units: 2, activation: "tanh", inputs: ["features"], offset: 0, shape: [3, 2] },
  { name: "output", kind: "dense", units: 1, activation: "tanh", inputs: ["layer1"], offset: 6, shape: [3, 1] },
];
const THETA = [0.5, -0.25, 1.5, 0.1, 0.3, -0.4, -2, 0.75, 0.2];
const LAYOUT = networkLayout(9, [2, 1], 500, "roomy");
const SCENE = { layout: LAYOUT, layers: LAYERS, links: wire(LAYERS, [0, 1], LAYOUT) };

/** @param {Partial<Parameters<typeof paintNetwork>[3]>} [view] */
function painted(view = {}) {
  const canvas = fakePixels();
  paintNetwork(canvas, SCENE, THETA, { chosen: null, pointed: null, dashed: false, ...view });
  return canvas.context;
}

const texts = (/** @type {any} */ context) => context.named("fillText").map((/** @type {any} */ call) => call.args[0]);

test("every link is one stroke, every bias a bar and a tick", () => {
  const context = painted();
  assert.equal(context.named("stroke").length, 6);
  assert.equal(context.named("fillRect").length, 2 * 3);
  assert.deepEqual(texts(context), []);
});

test("a chosen unit's weights are written beside their sources, with their signs", () => {
  const context = painted({ chosen: [1, 0] });
  assert.deepEqual(texts(context).sort(), ["+0.75", "−2.00"].sort());
  for (const { args } of context.named("fillText")) {
    assert.ok(args[1] > LAYOUT.columns[1].x + LAYOUT.columns[1].tile / 2, "right of the source");
  }
});

test("a chosen unit's links stand at full strength and last, the others back", () => {
  const strokes = painted({ chosen: [1, 0] }).named("stroke");
  assert.ok(strokes.slice(0, 4).every((/** @type {any} */ call) => call.globalAlpha < 0.5));
  assert.deepEqual(
    strokes.slice(4).map((/** @type {any} */ call) => call.globalAlpha),
    [1, 1],
  );
});

test("links have the colour of their sign", () => {
  const colors = painted({ chosen: [1, 0] })
    .named("stroke")
    .slice(4)
    .map((/** @type {any} */ call) => call.strokeStyle);
  assert.deepEqual(colors, ["rgb(0, 0, 180)", "rgb(180, 0, 0)"]);
});

test("with patterns on, exactly the negative links are dashed", () => {
  const dashed = painted({ dashed: true })
    .named("stroke")
    .filter((/** @type {any} */ call) => call.dash.length > 0);
  assert.equal(dashed.length, 2);
});

test("what is pointed at says its value", () => {
  assert.deepEqual(texts(painted({ pointed: { layer: 0, unit: 0, input: 1 } })), ["+1.50"]);
  assert.deepEqual(texts(painted({ pointed: { layer: 0, unit: 1, input: null } })), ["−0.40"]);
});
