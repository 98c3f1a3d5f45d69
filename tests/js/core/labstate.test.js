/** The address of a page that begins with a preset of its own: only what differs from that is written. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mergePatch } from "../../../static/js/core/merge.js";
import { decodeHash, encodeSpec } from "../../../static/js/core/urlstate.js";
import { dense, usualSpec } from "./usualspec.js";

const PRESET = {
  dataset: { kind: "digits", train_fraction: 0.8 },
  features: [],
  layers: [{ kind: "convolution", filters: 8, kernel_size: 3, activation: "relu" }, { kind: "max_pooling" }],
  optimizer: { kind: "adam", learning_rate: 0.003, schedule: { kind: "cosine", epochs: 60 } },
};
const FILLED = { dataset: { seed: 1, samples: 1797 }, optimizer: { beta_1: 0.9, beta_2: 0.999 } };
const BASE = mergePatch(mergePatch(usualSpec(), { dataset: { noise: null } }), mergePatch(PRESET, FILLED));

/** What the server makes of a patch on the preset: fields that are left out are filled in where their kind has them. */
function served(patch) {
  const spec = mergePatch(PRESET, patch);
  const optimizer = spec.optimizer.kind === "adam" ? { ...FILLED.optimizer, ...spec.optimizer } : spec.optimizer;
  const dataset = spec.dataset.kind === "digits" ? { ...FILLED.dataset, ...spec.dataset } : spec.dataset;
  return { ...BASE, ...spec, optimizer, dataset };
}

/** From a setup to its address and back. */
async function roundTrip(spec) {
  const hash = await encodeSpec(spec, BASE, PRESET);
  return { hash, decoded: served(await decodeHash(`#${hash}`)) };
}

test("the preset needs no words", async () => {
  assert.equal(await encodeSpec(BASE, BASE, PRESET), "");
});

test("a changed number is one readable word", async () => {
  const { hash, decoded } = await roundTrip(mergePatch(BASE, { optimizer: { learning_rate: 0.01 } }));
  assert.equal(hash, "optimizer.learning_rate=0.01");
  assert.equal(decoded.optimizer.learning_rate, 0.01);
});

test("plain dense layers in place of the preset's are readable", async () => {
  const spec = { ...BASE, layers: [dense(32, "relu"), dense(16)] };
  const { hash, decoded } = await roundTrip(spec);
  assert.equal(hash, "layers=32:relu-16");
  assert.deepEqual(decoded, spec);
});

test("layers of other kinds, and what dense ones have beside, go in the compressed word", async () => {
  for (const layers of [
    [{ kind: "convolution", filters: 4, kernel_size: 5, activation: "relu" }],
    [{ kind: "dropout", rate: 0.5 }, dense(8)],
    [{ ...dense(8), frozen: true }],
  ]) {
    const spec = { ...BASE, layers };
    const { hash, decoded } = await roundTrip(spec);
    assert.match(hash, /^z=/);
    assert.deepEqual(decoded, spec);
  }
});

test("what the preset has and the setup has not stays away", async () => {
  const spec = { ...BASE, optimizer: { kind: "sgd", learning_rate: 0.1 } };
  const { hash, decoded } = await roundTrip(spec);
  assert.match(hash, /^z=/);
  assert.deepEqual(decoded, spec);
});

test("given images go with the setup", async () => {
  const part = { inputs: [new Array(4).fill(0.5)], labels: [3] };
  const dataset = { kind: "arrays", task: "classification", shape: [1, 2, 2], train: part, test: part };
  const spec = { ...BASE, dataset };
  const { hash, decoded } = await roundTrip(spec);
  assert.match(hash, /^z=/);
  assert.deepEqual(decoded, spec);
});
