import assert from "node:assert/strict";
import { test } from "node:test";
import { keep, recall } from "../../../static/js/data/keep.js";

test("where the browser keeps nothing, nothing is kept and nothing fails", async () => {
  assert.equal(await keep("data", { points: [] }), false);
  assert.equal(await recall("data"), undefined);
});
