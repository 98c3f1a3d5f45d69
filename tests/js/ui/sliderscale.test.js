import assert from "node:assert/strict";
import { test } from "node:test";
import { makeScale } from "../../../static/js/ui/sliderscale.js";

const RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

test("a linear scale runs from end to end in steps", () => {
  const scale = makeScale({ min: 0, max: 0.5, step: 0.01 });
  assert.equal(scale.position(0), 0);
  assert.equal(scale.position(0.5), 1000);
  assert.equal(scale.position(0.25), 500);
  assert.equal(scale.nearest(123), 0.06);
  assert.equal(scale.moved(0.06, 1), 0.07);
  assert.deepEqual(scale.ticks, []);
});

test("a logarithmic scale has a tick for each decade, evenly spaced", () => {
  const { ticks } = makeScale({ scale: "log", values: RATES });
  assert.equal(ticks.length, 7);
  for (const [index, tick] of ticks.entries()) assert.ok(Math.abs(tick - (index * 1000) / 6) < 1e-6);
});

test("every choice is found again at its own position", () => {
  const scale = makeScale({ scale: "log", values: RATES });
  for (const rate of RATES) assert.equal(scale.nearest(scale.position(rate)), rate);
});

test("keys go from choice to choice and stop at the ends", () => {
  const scale = makeScale({ scale: "log", values: RATES });
  assert.equal(scale.moved(0.03, 1), 0.1);
  assert.equal(scale.moved(0.03, -1), 0.01);
  assert.equal(scale.moved(10, 1), 10);
  assert.equal(scale.moved(0.03, Number.NEGATIVE_INFINITY), 0.00001);
  assert.equal(scale.moved(0.03, Number.POSITIVE_INFINITY), 10);
});

test("a value that is no choice keeps its place and moves to the next one", () => {
  const scale = makeScale({ scale: "log", values: RATES });
  const position = scale.position(0.02);
  assert.ok(position > scale.position(0.01) && position < scale.position(0.03));
  assert.equal(scale.moved(0.02, 1), 0.03);
  assert.equal(scale.moved(0.02, -1), 0.01);
});

test("a zero stands before the smallest rate", () => {
  const scale = makeScale({ scale: "log", values: [0, 0.001, 0.01, 0.1] });
  assert.equal(scale.position(0), 0);
  assert.ok(scale.position(0.001) > 100);
  assert.equal(scale.nearest(0), 0);
  assert.equal(scale.moved(0, 1), 0.001);
  assert.equal(scale.moved(0.001, -1), 0);
});

test("values beyond the scale stand at its ends", () => {
  const scale = makeScale({ scale: "log", values: RATES });
  assert.equal(scale.position(1000), 1000);
  assert.equal(scale.position(1e-6), 0);
});

test("a value between two choices never jumps over the next one, nor moves the wrong way", () => {
  const scale = makeScale({ scale: "log", values: RATES });
  for (const value of [0.011, 0.016, 0.018, 0.025, 0.029]) {
    assert.equal(scale.moved(value, 1), 0.03, `${value} up`);
    assert.equal(scale.moved(value, -1), 0.01, `${value} down`);
  }
  assert.equal(scale.moved(0.00002, Number.POSITIVE_INFINITY), 10);
  assert.equal(scale.moved(5, Number.NEGATIVE_INFINITY), 0.00001);
});

test("one choice alone stays where it is", () => {
  const scale = makeScale({ values: [3] });
  assert.deepEqual([scale.position(3), scale.nearest(700), scale.moved(3, 1)], [0, 3, 3]);
});
