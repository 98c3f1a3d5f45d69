import assert from "node:assert/strict";
import { test } from "node:test";
import { composePatches, diff, equal, mergePatch } from "../../../static/js/core/merge.js";

/** The examples of RFC 7396, appendix A, whose target and patch are objects. */
const RFC = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test("merging follows RFC 7396", () => {
  for (const [target, patch, expected] of RFC) assert.deepEqual(mergePatch(target, patch), expected);
});

test("merging changes neither argument", () => {
  const target = Object.freeze({ a: Object.freeze({ b: 1 }) });
  const patch = Object.freeze({ a: Object.freeze({ c: 2 }) });
  assert.deepEqual(mergePatch(target, patch), { a: { b: 1, c: 2 } });
});

test("the difference leads from one to the other", () => {
  const from = { seed: 7, dataset: { kind: "points", train: [[1, 2, 0]] }, layers: [{ units: 4 }], shuffle: true };
  const to = { seed: 7, dataset: { kind: "circle", noise: 0.1 }, layers: [{ units: 4 }, { units: 2 }] };
  assert.deepEqual(mergePatch(from, diff(from, to)), to);
  assert.deepEqual(mergePatch(to, diff(to, from)), from);
  assert.deepEqual(diff(from, from), {});
  assert.equal("seed" in diff(from, to), false);
});

test("two patches composed do what one after the other does", () => {
  const spec = {
    optimizer: { kind: "sgd", learning_rate: 0.03 },
    initializer: { kind: "uniform", scale: 0.5 },
    seed: 1,
  };
  const patches = [
    { optimizer: { learning_rate: 0.1 } },
    { initializer: { scale: null } },
    { initializer: { kind: "constant", scale: 0.2 } },
    { seed: null, optimizer: { learning_rate: 0.3 } },
  ];
  const stepwise = patches.reduce(mergePatch, spec);
  assert.deepEqual(mergePatch(spec, patches.reduce(composePatches)), stepwise);
});

test("equality looks at values, not at the order of keys", () => {
  assert.ok(equal({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }));
  assert.ok(!equal({ a: 1 }, { a: 1, b: undefined }));
  assert.ok(!equal([1, 2], [1, 2, 3]));
  assert.ok(!equal([], {}));
  assert.ok(!equal(null, {}));
});
