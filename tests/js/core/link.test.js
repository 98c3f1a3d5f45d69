import assert from "node:assert/strict";
import { test } from "node:test";
import { readLink, refuseOtherSets } from "../../../static/js/core/link.js";

const FULL = { version: 1 };

/** A server that refuses the fields of `wrong` while they are there. */
function server(wrong) {
  const asked = [];
  const at = (value, pointer) =>
    pointer
      .split("/")
      .slice(1)
      .every((key) => {
        if (!Object.hasOwn(value ?? {}, key)) return false;
        value = value[key];
        return true;
      });
  const validate = async (partial) => {
    asked.push(structuredClone(partial));
    const errors = Object.entries(wrong)
      .filter(([pointer]) => at(partial, pointer))
      .map(([pointer, message]) => ({ pointer, message }));
    return errors.length ? { valid: false, errors } : { valid: true, errors, spec: { ...FULL, ...partial } };
  };
  return { asked, validate };
}

test("a good link is taken as it is", async () => {
  const { spec, trouble } = await readLink("#seed=7", server({}).validate);
  assert.deepEqual(spec, { ...FULL, seed: 7 });
  assert.equal(trouble, null);
});

test("no link is the usual setup and no trouble", async () => {
  assert.deepEqual(await readLink("", server({}).validate), { spec: {}, trouble: null });
});

test("what is wrong is left out and said, the rest is taken", async () => {
  const { asked, validate } = server({
    "/optimizer/learning_rate": "Give a number.",
    "/layers/0/units": "Give a whole number.",
    "/colour": "This field is not known. Did you mean loss? The fields here are version, dataset.",
  });
  const hash = "#optimizer.learning_rate=fast&layers=x-8&colour=mauve&dataset.kind=xor&dataset.noise=0.1";
  const { spec, trouble } = await readLink(hash, validate);
  assert.deepEqual(asked.at(-1), { dataset: { kind: "xor", noise: 0.1 } });
  assert.deepEqual(spec, { ...FULL, dataset: { kind: "xor", noise: 0.1 } });
  assert.match(trouble.text, /^Some settings in this link cannot be used\./);
  assert.deepEqual(trouble.details, [
    "optimizer.learning_rate: Give a number.",
    "layers.0.units: Give a whole number.",
    "“colour” is not a setting. Did you mean loss?",
  ]);
});

test("a set that is not in the plane is left out and said, the rest is taken", async () => {
  const { asked, validate } = server({});
  const forPlane = async (partial) => refuseOtherSets(await validate(partial), [{ name: "circle" }]);
  const { spec, trouble } = await readLink("#dataset.kind=digits&dataset.noise=0.1&seed=3", forPlane);
  assert.deepEqual(asked.at(-1), { seed: 3 });
  assert.deepEqual(spec, { ...FULL, seed: 3 });
  assert.deepEqual(trouble.details, [
    "dataset: This set is not one of points in the plane, so it cannot be shown here.",
  ]);
  for (const kind of ["circle", "points"]) {
    assert.equal((await readLink(`#dataset.kind=${kind}`, forPlane)).trouble, null);
  }
});

test("a word that cannot be read does not spoil the others", async () => {
  const { spec, trouble } = await readLink("#layers=8,8&seed=3&what", server({}).validate);
  assert.deepEqual(spec, { ...FULL, seed: 3 });
  assert.deepEqual(trouble.details, ["Write layers as 8-8.", "“what” is not a setting."]);
});

test("a link without anything usable opens the usual setup", async () => {
  const { spec, trouble } = await readLink("#seed=x", server({ "/seed": "Give a whole number." }).validate);
  assert.deepEqual(spec, {});
  assert.equal(trouble.text, "The setup in this link cannot be used, so this is the usual one.");
  const broken = await readLink("#z=%%%", server({}).validate);
  assert.deepEqual(broken.spec, {});
  assert.deepEqual(broken.trouble.details, ["The link is damaged or cut off."]);
});

test("a hundred faults are five lines and a number", async () => {
  const hash = Array.from({ length: 100 }, (_, index) => `word ${index}`).join("&");
  const { details } = (await readLink(hash, server({}).validate)).trouble;
  assert.equal(details.length, 6);
  assert.equal(details.at(-1), "and 95 more");
});

test("a server that never agrees is not asked for ever", async () => {
  let count = 0;
  const { spec, trouble } = await readLink("#seed=1", async () => {
    count += 1;
    return { valid: false, errors: [{ pointer: "/nowhere", message: "No." }] };
  });
  assert.ok(count <= 3);
  assert.deepEqual(spec, {});
  assert.ok(trouble);
});
