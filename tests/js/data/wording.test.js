import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, problemSentence } from "../../../static/js/data/wording.js";

test("one and many", () => {
  assert.equal(counted(1, "point"), "1 point");
  assert.equal(counted(0, "point"), "0 points");
  assert.equal(counted(10000, "point"), "10\u202F000 points");
  assert.equal(counted(2, "class", "classes"), "2 classes");
});

test("a problem is a sentence that names its line", () => {
  assert.equal(
    problemSentence({ line: 7, reason: "has no second number" }),
    "Line 7 has no second number, so it is skipped.",
  );
});
