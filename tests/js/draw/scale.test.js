import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildScale,
  clamp,
  cssColor,
  gridScale,
  mix,
  parseColor,
  pixel,
  SCALE_ENTRIES,
  scaleEntry,
} from "../../../static/js/draw/scale.js";

const LIGHT = ["#E49959", "#EDB180", "#F5C9A6", "#FAE0CC", "#F8F8F8", "#D4E8FF", "#B2D7FE", "#90C5FB", "#6FB2F5"];
const STOPS = LIGHT.map(parseColor);

/** @param {number} word */
const channels = (word) => [word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24];

test("colours are read as style sheets and browsers write them", () => {
  assert.deepEqual(parseColor("#E49959"), [228, 153, 89]);
  assert.deepEqual(parseColor(" #fff "), [255, 255, 255]);
  assert.deepEqual(parseColor("rgb(228, 153, 89)"), [228, 153, 89]);
  assert.deepEqual(parseColor("rgb(228 153 89 / 0.5)"), [228, 153, 89]);
  assert.deepEqual(parseColor("color(srgb 1 0.5 0)"), [255, 127.5, 0]);
});

test("a pixel holds red in its lowest byte and is opaque", () => {
  assert.deepEqual(channels(pixel([1, 2, 3])), [1, 2, 3, 255]);
  assert.ok(pixel([0, 0, 0]) > 0, "words are unsigned");
});

test("the scale passes through every stop", () => {
  const scale = buildScale(STOPS);
  assert.equal(scale.length, SCALE_ENTRIES);
  STOPS.forEach((stop, index) => {
    assert.deepEqual(channels(scale[index * 64]).slice(0, 3), stop, `stop ${index}`);
  });
});

test("between two stops the scale is linear", () => {
  const scale = buildScale(STOPS);
  const middle = mix(STOPS[0], STOPS[1], 0.5).map(Math.round);
  assert.deepEqual(channels(scale[32]).slice(0, 3), middle);
});

test("values find their entry, and those beyond the ends the ends", () => {
  assert.equal(scaleEntry(-1), 0);
  assert.equal(scaleEntry(0), 256);
  assert.equal(scaleEntry(1), 512);
  assert.equal(scaleEntry(-7), 0);
  assert.equal(scaleEntry(7), 512);
});

test("a quantised grid reaches both ends of the scale and is symmetric around the middle", () => {
  const scale = buildScale(STOPS);
  const levels = gridScale(scale);
  assert.equal(levels[0], scale[0]);
  assert.equal(levels[255], scale[512]);
  for (let level = 0; level < 256; level += 1) {
    const entry = scale.indexOf(levels[level]);
    const mirrored = scale.lastIndexOf(levels[255 - level]);
    assert.ok(Math.abs(entry + mirrored - 512) <= 2, `level ${level}`);
  }
});

test("small helpers do as they say", () => {
  assert.equal(clamp(5, 0, 3), 3);
  assert.equal(clamp(-5, 0, 3), 0);
  assert.deepEqual(mix([0, 0, 0], [10, 20, 30], 0.5), [5, 10, 15]);
  assert.equal(cssColor([1.4, 2.6, 3]), "rgb(1 3 3)");
});
