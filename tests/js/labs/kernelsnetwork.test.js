/** A kernel becomes a filter of the first convolution: written at its place, taken back, and held by itself. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { commands, done, openRun, runDocument, SPEC, session, show, store, turn } from "../core/byhand.js";

const kernels = await import("../../../static/js/labs/digits/kernelsnetwork.js");

const FILTERS = 3;
const OFFSET = 2;
const CONVOLUTION = { kind: "convolution", filters: FILTERS, kernel_size: 2, activation: "relu" };
const INFO = { kind: "convolution", inputs: ["features"], offset: OFFSET, shape: [5, FILTERS] };
const KERNEL = [
  [1, 2],
  [3, 4],
];
let revision = 10;

/** The run has this network from now on. */
function adopt(layers, infos) {
  revision += 1;
  const network = { parameters: 17, layers: infos };
  session.adopt(runDocument({ revision, spec: { ...SPEC, layers }, network }));
  show({}, { "weights/theta": Float32Array.from({ length: 17 }, (_, at) => at) });
}

beforeEach(async () => {
  await openRun();
  adopt([CONVOLUTION], [INFO]);
});

test("the first convolution is found where it looks at the image", () => {
  assert.deepEqual(kernels.firstConvolution(), { layer: 0, filters: FILTERS, size: 2, offset: OFFSET });
  adopt([{ kind: "dense", units: 2 }], [{ ...INFO, kind: "dense" }]);
  assert.equal(kernels.firstConvolution(), null);
  assert.equal(kernels.kernelOf(0), null);
});

test("a filter's kernel lies a row of filters apart", () => {
  assert.deepEqual(kernels.kernelOf(1), [
    [3, 6],
    [9, 12],
  ]);
});

test("a kernel is written with a bias of 0, and undone in one step", async () => {
  const put = kernels.putKernel(1, KERNEL);
  const edit = (input, value) => ({ layer: 0, unit: 1, input, value });
  assert.deepEqual(commands().at(-1).edits, [edit(0, 1), edit(1, 2), edit(2, 3), edit(3, 4), edit(null, 0)]);
  const spec = { ...SPEC, layers: [CONVOLUTION] };
  await done({ revision: ++revision, spec, network: store.run.value.network });
  assert.equal(await put, true);
  store.undo();
  await turn();
  assert.deepEqual(
    commands()
      .at(-1)
      .edits.map(({ value }) => value),
    [3, 6, 9, 12, 15],
  );
});

test("a filter is held by its weights and its bias, and let go", () => {
  kernels.hold(2, true);
  assert.deepEqual(commands().at(-1).patch.pinned, [
    [0, 2, 0],
    [0, 2, 1],
    [0, 2, 2],
    [0, 2, 3],
    [0, 2, null],
  ]);
  assert.deepEqual([kernels.isHeld(2), kernels.isHeld(1)], [true, false]);
  kernels.hold(2, false);
  assert.equal(kernels.isHeld(2), false);
});

test("a network is given filters of a size, or a convolution to have them", () => {
  kernels.giveFilters(3);
  assert.deepEqual(store.spec.value.layers, [{ ...CONVOLUTION, kernel_size: 3 }]);
});
