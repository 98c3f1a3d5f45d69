import assert from "node:assert/strict";
import { test } from "node:test";
import { waterfall, waterfallRange } from "../../../static/js/views/waterfall.js";
import { waterfallFrame } from "../../../static/js/views/waterfallpaint.js";

/** @param {number} length @param {number} seed */
function numbers(length, seed) {
  return Array.from({ length }, (_, index) => Math.sin((index + 1) * 12.9898 + seed) * 2);
}

test("the steps add up to z, each from where the last one ended", () => {
  const steps = waterfall(-2.43, [0.5, -1, 2], [0.8, 0.26, 0.55]);
  assert.equal(steps[0].kind, "bias");
  assert.equal(steps[0].from, 0);
  for (let index = 1; index < steps.length; index += 1) assert.equal(steps[index].from, steps[index - 1].to);
  assert.ok(Math.abs(steps[3].to - (-2.43 + 0.4 - 0.26 + 1.1)) < 1e-12);
});

test("terms keep the inputs' order", () => {
  const steps = waterfall(0, [1, 2, 3], [1, 1, 1]);
  assert.deepEqual(
    steps.map(({ input }) => input),
    [-1, 0, 1, 2],
  );
});

test("with many inputs the largest stay and the others are one step", () => {
  const weights = numbers(40, 1);
  const inputs = numbers(40, 2);
  const steps = waterfall(0.3, weights, inputs, 12);
  assert.equal(steps.length, 1 + 11 + 1);
  const rest = steps[steps.length - 1];
  assert.equal(rest.kind, "rest");
  assert.equal(rest.count, 40 - 11);
  const shown = steps.slice(1, -1);
  const smallestShown = Math.min(...shown.map(({ value }) => Math.abs(value)));
  weights.forEach((weight, input) => {
    if (!shown.some((step) => step.input === input)) assert.ok(Math.abs(weight * inputs[input]) <= smallestShown);
  });
});

test("however many are shown, the sum is the same", () => {
  const weights = numbers(30, 3);
  const inputs = numbers(30, 4);
  const z = 1.2 + weights.reduce((sum, weight, input) => sum + weight * inputs[input], 0);
  for (const most of [2, 5, 12, 30, 99]) {
    assert.ok(Math.abs((waterfall(1.2, weights, inputs, most).at(-1)?.to ?? 0) - z) < 1e-9, `${most}`);
  }
});

test("exactly as many inputs as fit are all shown", () => {
  assert.ok(waterfall(0, numbers(12, 5), numbers(12, 6), 12).every(({ kind }) => kind !== "rest"));
});

test("a unit without inputs is its bias", () => {
  assert.deepEqual(waterfall(0.7, [], []), [{ kind: "bias", input: -1, value: 0.7, from: 0, to: 0.7, count: 1 }]);
});

test("the range holds zero and every running sum", () => {
  assert.deepEqual(waterfallRange(waterfall(-1, [3], [1])), [-1, 2]);
  assert.deepEqual(waterfallRange(waterfall(1, [1], [1])), [0, 2]);
});

test("bars fit between the labels, whatever the sums", () => {
  for (const [bias, weights] of /** @type {[number, number[]][]} */ ([
    [-2.4, [0.4, 0.4, -0.3, 1.1, 3]],
    [0, [0, 0]],
    [1e5, [-1e5, 3]],
    [1, numbers(12, 7)],
  ])) {
    const steps = waterfall(
      bias,
      weights,
      weights.map(() => 1),
    );
    const { y, pitch, bar, left } = waterfallFrame(steps, 400, 130);
    for (const { to } of steps) assert.ok(y(to) >= 15.9 && y(to) <= 130 - 30 - 15.9, `${to} at ${y(to)}`);
    assert.ok(bar < pitch);
    assert.ok(left + pitch * steps.length < 400, "room is left for z");
  }
});
