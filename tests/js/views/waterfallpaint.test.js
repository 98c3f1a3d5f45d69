import assert from "node:assert/strict";
import { before, test } from "node:test";
import { waterfall } from "../../../static/js/views/waterfall.js";
import { paintWaterfall } from "../../../static/js/views/waterfallpaint.js";
import { fakePixels, installPage } from "./fakepage.js";

before(installPage);

/** @param {number} bias @param {number[]} values @param {number} [width] */
function painted(bias, values, width = 420) {
  const canvas = fakePixels(width, 130);
  const ones = values.map(() => 1);
  paintWaterfall(canvas, waterfall(bias, values, ones), () => null);
  return canvas.context;
}

const texts = (/** @type {any} */ context) => context.named("fillText").map((/** @type {any} */ call) => call.args[0]);

test("each term is written with its sign, and z at the end", () => {
  const written = texts(painted(-2.43, [0.4, 0.45, -0.26]));
  assert.deepEqual(written, ["−2.43", "bias", "+0.40", "+0.45", "−0.26", "−1.84", "z"]);
});

test("with many terms numbers get shorter and those near zero are left out", () => {
  const written = texts(painted(1, [0.5, 0.001, -0.7, 0.6, 0.4, 0.3, 0.2, -0.5, 0.6, 0.7, 0.01], 420));
  assert.ok(written.includes("+0.5"));
  assert.ok(!written.includes("+0.0"));
});

test("terms that were added up say how many they are", () => {
  const written = texts(
    painted(
      0,
      Array.from({ length: 30 }, (_, index) => index / 30),
    ),
  );
  assert.ok(written.includes("19 more"));
});

test("bars have the colour of their sign", () => {
  const bars = painted(1, [-0.5]).named("fillRect");
  const colors = new Set(bars.map((/** @type {any} */ call) => call.fillStyle));
  assert.ok(colors.has("rgb(0, 0, 180)"));
  assert.ok(colors.has("rgb(180, 0, 0)"));
});
