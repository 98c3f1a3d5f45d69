/** Trays of own images: what they hold, what a network is given of them, and how they come back. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  addImages,
  addTray,
  batchFor,
  countImages,
  datasetOf,
  fromDataset,
  LONGEST_NAME,
  MOST_CLASSES,
  MOST_IMAGES,
  missing,
  outputFor,
  removeImage,
  removeTray,
  renameTray,
  sameImages,
  sized,
  trays,
} from "../../../static/js/labs/digits/ownfiles.js";

/** An image of 16 × 16 pixels of one shade. @param {number} shade */
const plain = (shade) => ({ values: Array(256).fill(shade), side: 16 });

/** @param {number} count @param {number} first */
const shades = (count, first = 0) => Array.from({ length: count }, (_, at) => plain((first + at) / 100));

beforeEach(() => {
  while (trays.value.length) removeTray(trays.value[0].id);
  addTray();
  addTray();
});

const [first, second] = [() => trays.value[0], () => trays.value[1]];

test("a new class is named by the first number that is free", () => {
  assert.deepEqual(
    trays.value.map(({ name }) => name),
    ["Class 1", "Class 2"],
  );
  removeTray(first().id);
  addTray();
  assert.deepEqual(
    trays.value.map(({ name }) => name),
    ["Class 2", "Class 3"],
  );
});

test("classes and images have bounds", () => {
  for (let more = 0; more < 20; more += 1) addTray();
  assert.equal(trays.value.length, MOST_CLASSES);
  assert.equal(new Set(trays.value.map(({ name }) => name)).size, MOST_CLASSES);
  addImages(first().id, shades(MOST_IMAGES - 1));
  addImages(first().id, shades(5));
  assert.equal(first().images.length, MOST_IMAGES);
  renameTray(first().id, "x".repeat(100));
  assert.equal(first().name.length, LONGEST_NAME);
});

test("an image is removed from its class alone", () => {
  addImages(first().id, shades(3));
  addImages(second().id, shades(2));
  removeImage(first().id, first().images[1].id);
  assert.deepEqual(
    first().images.map(({ values }) => values[0]),
    [0, 0.02],
  );
  assert.equal(countImages(trays.value), 4);
});

test("images that cannot train say what is missing", () => {
  assert.equal(missing(trays.value), "Two classes need at least one image each.");
  addImages(first().id, shades(4));
  assert.equal(missing(trays.value), "Two classes need at least one image each.");
  addImages(second().id, shades(1));
  assert.equal(missing(trays.value), null);
  renameTray(second().id, " Class 1 ");
  assert.equal(missing(trays.value), "Two classes have the same name.");
  renameTray(second().id, " ");
  assert.equal(missing(trays.value), "One class has no name yet.");
});

test("an empty class is passed over", () => {
  addImages(first().id, shades(1));
  addImages(second().id, shades(1));
  addTray();
  renameTray(trays.value[2].id, "");
  assert.equal(missing(trays.value), null);
});

test("fewer pixels count the ink of those they are made of", () => {
  const values = Array(256).fill(0);
  values[0] = values[1] = values[16] = 1;
  const small = sized({ values, side: 16 }, 8, false);
  assert.equal(small.length, 64);
  assert.equal(small[0], 0.75);
  assert.equal(
    small.reduce((sum, value) => sum + value, 0),
    0.75,
  );
});

test("an image of the network's own size stays as it is", () => {
  const { values } = plain(0.125);
  assert.deepEqual(sized({ values, side: 16 }, 16, false), values);
});

test("of ink and paper there is nothing between", () => {
  const values = Array.from({ length: 256 }, (_, at) => (at % 16) / 15);
  const ink = sized({ values, side: 16 }, 16, true);
  assert.equal(ink.length, 256);
  assert.deepEqual([...new Set(ink)].sort(), [0, 1]);
  assert.equal(ink[0], 0);
  assert.equal(ink[15], 1);
});

test("a side that is no part of the image's is interpolated", () => {
  const twelve = sized(plain(0.5), 12, false);
  assert.deepEqual(twelve, Array(144).fill(0.5));
});

test("every fourth image of a class tests", () => {
  addImages(first().id, shades(8));
  addImages(second().id, shades(3, 50));
  const { kind, shape, train, test: tests } = datasetOf(trays.value, 8, false);
  assert.deepEqual([kind, shape], ["arrays", [1, 8, 8]]);
  assert.deepEqual(tests.labels, ["Class 1", "Class 1"]);
  assert.deepEqual(
    tests.inputs.map(([value]) => value),
    [0.03, 0.07],
  );
  assert.equal(train.labels.filter((label) => label === "Class 2").length, 3);
  assert.ok(train.inputs.every((row) => row.length === 64));
});

test("two classes have one output, more have one each", () => {
  assert.equal(outputFor(2).output.activation, "sigmoid");
  assert.equal(outputFor(3).output.activation, "softmax");
});

test("few images are looked at few at a time", () => {
  assert.deepEqual(
    [1, 6, 40, 300].map((count) => batchFor(count, 32)),
    [1, 1, 5, 32],
  );
});

test("a dataset comes back as the trays it was made of", () => {
  renameTray(first().id, "cat");
  renameTray(second().id, "dog");
  for (const [count, others] of [
    [1, 1],
    [4, 3],
    [9, 30],
  ]) {
    for (const tray of trays.value) for (const { id } of [...tray.images]) removeImage(tray.id, id);
    addImages(first().id, shades(count));
    addImages(second().id, shades(others, 50));
    const dataset = datasetOf(trays.value, 16, false);
    const back = fromDataset(dataset);
    assert.ok(back);
    assert.deepEqual(
      back.map(({ name }) => name),
      ["cat", "dog"],
    );
    assert.ok(sameImages(datasetOf(back, 16, false), dataset));
  }
});

test("what is no few images of one channel is left alone", () => {
  const part = (/** @type {number} */ count) => ({
    inputs: Array(count).fill(Array(64).fill(0)),
    labels: Array(count).fill("a"),
  });
  const given = { kind: "arrays", task: "classification", shape: [1, 8, 8], train: part(3) };
  assert.equal(fromDataset(given)?.[0].images.length, 3);
  assert.equal(fromDataset(undefined), null);
  assert.equal(fromDataset({ kind: "digits" }), null);
  assert.equal(fromDataset({ ...given, task: "regression" }), null);
  assert.equal(fromDataset({ ...given, shape: [64] }), null);
  assert.equal(fromDataset({ ...given, shape: [4, 4, 4] }), null);
  assert.equal(fromDataset({ ...given, train: part(MOST_IMAGES + 1) }), null);
});

test("datasets are the same by their images, names and order", () => {
  addImages(first().id, shades(4));
  addImages(second().id, shades(4, 50));
  const dataset = datasetOf(trays.value, 8, false);
  assert.ok(sameImages(dataset, { ...dataset, task: "classification" }));
  assert.ok(!sameImages(dataset, datasetOf(trays.value, 16, false)));
  assert.ok(!sameImages(dataset, { kind: "digits" }));
  renameTray(first().id, "other");
  assert.ok(!sameImages(dataset, datasetOf(trays.value, 8, false)));
});
