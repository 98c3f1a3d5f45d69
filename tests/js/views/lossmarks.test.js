import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeContext } from "../draw/fakecanvas.js";
import { installPage } from "./fakepage.js";

installPage();
const { drawMarker, spread } = await import("../../../static/js/views/lossmarks.js");

test("labels that are apart stay where they are", () => {
  assert.deepEqual(spread([10, 90], 14), [10, 90]);
  assert.deepEqual(spread([90, 10], 14), [90, 10]);
});

test("labels that would touch are pushed apart evenly, in their order", () => {
  assert.deepEqual(spread([50, 54], 14), [45, 59]);
  assert.deepEqual(spread([54, 50], 14), [59, 45]);
  assert.deepEqual(spread([50, 50], 14), [43, 57]);
});

test("one label or none has nobody to avoid", () => {
  assert.deepEqual(spread([7], 14), [7]);
  assert.deepEqual(spread([], 14), []);
});

test("the marker stands at its epoch from top to bottom, and covers what came later alone", () => {
  const ctx = fakeContext();
  const chart = { ctx, bbox: { left: 40, top: 10, width: 200, height: 100 }, valToPos: (epoch) => 40 + 10 * epoch };
  drawMarker(/** @type {any} */ (chart), 5);
  const [[x, y, width, height]] = ctx.named("fillRect").map(({ args }) => args);
  assert.equal(x, 90);
  assert.ok(x + width >= 240 && y <= 10 && y + height < 110, "the axis stays");
  assert.ok(ctx.named("fillRect")[0].globalAlpha < 1);
  assert.deepEqual(ctx.named("moveTo")[0].args, [90, 10]);
  assert.deepEqual(ctx.named("lineTo")[0].args, [90, 110]);
  assert.equal(ctx.named("stroke")[0].globalAlpha, 1);
});
