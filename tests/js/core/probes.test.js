import assert from "node:assert/strict";
import { test } from "node:test";
import { ProbeRegistry } from "../../../static/js/core/probes.js";

function recorder() {
  const calls = [];
  const registry = new ProbeRegistry(() => calls.push(registry.probes()));
  return { calls, registry };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a burst of watchers is one change", async () => {
  const { calls, registry } = recorder();
  registry.watch("losses");
  registry.watch("decision", { resolution: 100 });
  assert.equal(calls.length, 0);
  await settled();
  assert.deepEqual(calls, [{ losses: {}, decision: { resolution: 100 } }]);
});

test("what nobody watches any more is left out", async () => {
  const { calls, registry } = recorder();
  const dispose = registry.watch("units", { resolution: 32 });
  registry.watch("weights");
  await settled();
  dispose();
  dispose();
  await settled();
  assert.deepEqual(calls.at(-1), { weights: {} });
});

test("two watchers share a probe: the finest resolution, the newest unit", async () => {
  const { registry } = recorder();
  registry.watch("decision", { resolution: 100, unit: [0, 1] });
  const dispose = registry.watch("decision", { resolution: 40, unit: [1, 0] });
  assert.deepEqual(registry.probes(), { decision: { resolution: 100, unit: [1, 0] } });
  dispose();
  assert.deepEqual(registry.probes(), { decision: { resolution: 100, unit: [0, 1] } });
});

test("one watcher takes over from another without a gap", async () => {
  const { calls, registry } = recorder();
  const dispose = registry.watch("decision", { resolution: 100 });
  await settled();
  registry.watch("decision", { resolution: 100 });
  dispose();
  await settled();
  assert.deepEqual(calls, [{ decision: { resolution: 100 } }, { decision: { resolution: 100 } }]);
});
