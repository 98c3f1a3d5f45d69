import assert from "node:assert/strict";
import { test } from "node:test";
import { mergePatch } from "../../../static/js/core/merge.js";
import {
  decodeHash,
  encodeSpec,
  joinNote,
  LinkError,
  LONGEST_LINK,
  splitNote,
} from "../../../static/js/core/urlstate.js";
import { dense, usualSpec } from "./usualspec.js";

const BASE = usualSpec(4, 2);

/** What a person sees in the address, and the spec that comes out at the other end. */
async function roundTrip(patch) {
  const spec = mergePatch(BASE, patch);
  const hash = await encodeSpec(spec, BASE);
  return { spec, hash, decoded: mergePatch(BASE, await decodeHash(`#${hash}`)) };
}

test("the usual setup needs no words", async () => {
  assert.equal(await encodeSpec(BASE, BASE), "");
  assert.deepEqual(await decodeHash(""), {});
  assert.deepEqual(await decodeHash("#"), {});
});

test("layers read like the network", async () => {
  const { hash, spec, decoded } = await roundTrip({ layers: [dense(8), dense(8, "relu"), dense(4)] });
  assert.equal(hash, "layers=8-8:relu-4");
  assert.deepEqual(decoded, spec);
});

test("no layers at all is a word of its own", async () => {
  const { hash, spec, decoded } = await roundTrip({ layers: [] });
  assert.equal(hash, "layers=none");
  assert.deepEqual(decoded, spec);
});

test("a changed field is one readable word", async () => {
  assert.equal((await roundTrip({ optimizer: { learning_rate: 0.1 } })).hash, "optimizer.learning_rate=0.1");
  assert.equal((await roundTrip({ shuffle: false })).hash, "shuffle=false");
  assert.equal((await roundTrip({ features: ["x1", "sin_x2"] })).hash, "features=x1,sin_x2");
});

test("another data set of the same task is two words", async () => {
  const { hash } = await roundTrip({ dataset: { kind: "spiral" }, layers: [dense(8), dense(8)] });
  assert.equal(hash, "dataset.kind=spiral&layers=8-8");
});

test("what depends on the task is written with it", async () => {
  const { hash, spec, decoded } = await roundTrip({
    dataset: { kind: "plane", samples: 500 },
    output: { activation: "linear" },
    loss: "squared_error",
  });
  for (const word of ["dataset.kind=plane", "dataset.samples=500", "output.activation=linear", "loss=squared_error"]) {
    assert.ok(hash.split("&").includes(word), word);
  }
  assert.deepEqual(decoded, spec);
});

test("every kind of field survives", async () => {
  const { spec, decoded } = await roundTrip({
    dataset: { kind: "spiral", noise: 0.25, seed: 4294967295 },
    regularizer: { kind: "l2", rate: 0.001 },
    initializer: { kind: "uniform", scale: 0.5, bias: 0.1 },
    batch_size: 30,
    seed: 12,
    dtype: "float64",
    shuffle: false,
  });
  assert.deepEqual(decoded, spec);
});

test("points go in one compressed word", async () => {
  const train = Array.from({ length: 60 }, (_, index) => [index / 10, (index + 1) / -7, index % 2 ? "orange" : "blue"]);
  const { hash, decoded } = await roundTrip({
    dataset: { kind: "points", task: "classification", train, test: [], samples: null, noise: null },
  });
  assert.match(hash, /^z=[\w-]+$/);
  assert.deepEqual(decoded.dataset.train, train);
  assert.ok(hash.length < LONGEST_LINK);
});

test("wired layers and given weights go in the compressed word too", async () => {
  const wired = await roundTrip({
    layers: [
      { ...dense(3), name: "a" },
      { ...dense(2), inputs: ["a", "features"] },
    ],
  });
  assert.match(wired.hash, /^z=/);
  assert.deepEqual(wired.decoded, wired.spec);
  const given = await roundTrip({ layers: [], initial: { weights: [[[0.5, -0.5]]], biases: [[0]] } });
  assert.deepEqual(given.decoded, given.spec);
});

test("numbers are numbers and words are words", async () => {
  assert.deepEqual(await decodeHash("#seed=12&dtype=float64&shuffle=true"), {
    seed: 12,
    dtype: "float64",
    shuffle: true,
  });
  assert.deepEqual(await decodeHash("#optimizer.learning_rate=1e-3"), { optimizer: { learning_rate: 0.001 } });
  assert.deepEqual(await decodeHash("#batch_size=NaN"), { batch_size: "NaN" });
  assert.deepEqual(await decodeHash("#seed="), { seed: "" });
  assert.deepEqual(await decodeHash("#layers=8-x"), { layers: [dense(8), dense("x")] });
});

test("a link from a stranger is data, never more", async () => {
  for (const hash of [
    "#__proto__.polluted=1",
    "#constructor.prototype.polluted=1",
    "#a.b.c=1",
    "#=3",
    "#seed",
    "#Seed=3",
  ]) {
    await assert.rejects(decodeHash(hash), LinkError, hash);
  }
  const partial = await decodeHash("#constructor.name=x&tostring=1");
  assert.deepEqual(Object.keys(partial), ["constructor", "tostring"]);
  assert.equal({}.polluted, undefined);
  assert.equal(Object.name, "Object");
});

test("a damaged link says so", async () => {
  for (const hash of ["#z=", "#z=!!!", "#z=AAAA", "#z=3c4FAA", "#seed=%E0%A4%A", "#dataset=1&dataset.kind=circle"]) {
    await assert.rejects(decodeHash(hash), LinkError, hash);
  }
});

test("a compressed word never inflates without bound", async () => {
  const bomb = `{"a":"${"a".repeat(6_000_000)}"}`;
  const stream = new Blob([bomb]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const word = Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
  assert.ok(word.length < 20_000);
  await assert.rejects(decodeHash(`#z=${word}`), LinkError);
});

test("a compressed list or number is no setup", async () => {
  for (const json of ["[1]", "3", "null", '"text"']) {
    const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const word = Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
    await assert.rejects(decodeHash(`#z=${word}`), LinkError);
  }
});

test("given images leave nothing behind of the data that a page begins with", async () => {
  const preset = { dataset: { kind: "digits", train_fraction: 0.8 } };
  const base = mergePatch(BASE, { ...preset, output: { activation: "softmax" } });
  const part = { inputs: [[0.5], [1]], labels: ["a", "b"] };
  const dataset = { kind: "arrays", task: "classification", shape: [1, 1, 1], train: part, test: part };
  const spec = { ...base, dataset, output: { activation: "sigmoid" } };
  const decoded = await decodeHash(`#${await encodeSpec(spec, base, preset)}`);
  assert.deepEqual(mergePatch(preset, decoded).dataset, dataset);
});

test("what a page adds to its setup is told from it", () => {
  for (const [setup, note] of [
    ["", ""],
    ["seed=12", ""],
    ["", "3:a=b"],
    ["seed=12&layers=8-8", "3:00zz.1122,7:ab"],
    ["z=abc-_", "3:00"],
  ]) {
    assert.deepEqual(splitNote(`#${joinNote(setup, note)}`), { setup, note });
    assert.deepEqual(splitNote(joinNote(setup, note)), { setup, note });
  }
});
