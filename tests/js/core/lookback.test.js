/** Scrubbing asks for one step at a time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Lookback } from "../../../static/js/core/lookback.js";

function recorder() {
  const asked = [];
  const lookback = new Lookback(() => asked.push(lookback.at));
  return { asked, lookback };
}

test("now is not asked for while it is shown", () => {
  const { asked, lookback } = recorder();
  lookback.want(null);
  lookback.arrived();
  assert.equal(lookback.at, null);
  assert.deepEqual(asked, []);
});

test("while one step is under way only the newest wish is remembered", () => {
  const { asked, lookback } = recorder();
  for (const step of [100, 125, 150, 175]) lookback.want(step);
  assert.deepEqual(asked, [100]);
  lookback.arrived();
  assert.deepEqual(asked, [100, 175]);
  lookback.arrived();
  assert.deepEqual(asked, [100, 175]);
});

test("the same step is asked for once", () => {
  const { asked, lookback } = recorder();
  lookback.want(100);
  lookback.want(125);
  lookback.want(100);
  lookback.arrived();
  lookback.want(100);
  assert.deepEqual(asked, [100]);
});

test("now does not wait, and what is looked at next does not wait for what was before", () => {
  const { asked, lookback } = recorder();
  lookback.want(100);
  lookback.want(null);
  lookback.want(50);
  assert.deepEqual(asked, [100, null, 50]);
});
