import assert from "node:assert/strict";
import { test } from "node:test";
import { leaning, placeOn, readOutputs } from "../../../static/js/views/reading.js";

test("a tanh output says its class and how sure it is", () => {
  const reading = readOutputs([-0.95], "tanh", "classification");
  assert.equal(reading.class, 0);
  assert.ok(Math.abs((reading.certainty ?? 0) - 0.975) < 1e-9);
  assert.equal(readOutputs([0.2], "tanh", "classification").class, 1);
});

test("a sigmoid output is a probability", () => {
  assert.deepEqual(readOutputs([0.125], "sigmoid", "classification"), { value: 0.125, class: 0, certainty: 0.875 });
  assert.deepEqual(readOutputs([0.75], "sigmoid", "classification"), { value: 0.75, class: 1, certainty: 0.75 });
});

test("an unbounded output has a side but no certainty", () => {
  assert.deepEqual(readOutputs([3.5], "linear", "classification"), { value: 3.5, class: 1, certainty: null });
});

test("of several classes the likeliest is named", () => {
  assert.deepEqual(readOutputs([0.25, 0.5, 0.25], "softmax", "classification"), {
    value: 0.5,
    class: 1,
    certainty: 0.5,
  });
  assert.equal(readOutputs([0.1, 0.9, 2], "linear", "classification").certainty, null);
});

test("a regression has a value alone", () => {
  assert.deepEqual(readOutputs([0.31], "linear", "regression"), { value: 0.31, class: null, certainty: null });
});

test("values find their place on scales of any range", () => {
  assert.equal(placeOn(0.5, [0, 1]), 0);
  assert.equal(placeOn(-1, [-1, 1]), -1);
  assert.equal(placeOn(3, [-6, 6]), 0.5);
  assert.equal(placeOn(9, [-1, 1]), 1);
  assert.equal(placeOn(2, [2, 2]), 0);
});

test("what is near the middle leans nowhere", () => {
  assert.equal(leaning(0.91), "leans blue");
  assert.equal(leaning(-0.3), "leans orange");
  assert.equal(leaning(0.01), "undecided");
});
