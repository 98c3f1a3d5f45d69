/**
 * Images of one's own: classes with a tray of images each, and what a network is given of them. They are kept in this
 * browser, as grey pixels; the files they come from are read by the server, which keeps nothing of them.
 */

import { effect, signal } from "@preact/signals";
import { equal } from "../../core/merge.js";
import { keep, recall } from "../../data/keep.js";
import { fitted, stretched } from "./raster.js";

/** @typedef {{ id: number, values: number[], side: number }} OwnImage ink from 0 to 1, row by row */
/** @typedef {{ id: number, name: string, images: OwnImage[] }} Tray a class and its images */
/** @typedef {{ inputs: number[][], labels: string[] }} Part */

export const MOST_CLASSES = 10;
export const MOST_IMAGES = 30;
export const LONGEST_NAME = 24;
/** Pixels along a side as they are kept, whatever the network takes. */
export const FULL = 16;
const SMALL = 8;
/** Every fourth image of a class is not trained on but tests. */
const TEST_EVERY = 4;
const STEPS_AN_EPOCH = 8;
const STORED = "images";
const SAVE_DELAY = 400;

let lastId = 0;
const newId = () => ++lastId;

/** @param {string} name @param {OwnImage[]} images @returns {Tray} */
const makeTray = (name, images = []) => ({ id: newId(), name, images });

const fresh = () => [makeTray("Class 1"), makeTray("Class 2")];

export const trays = signal(/** @type {readonly Tray[]} */ (fresh()));

/** @param {readonly Tray[]} list */
export const countImages = (list) => list.reduce((sum, { images }) => sum + images.length, 0);

/** @param {Tray} tray */
export const roomIn = ({ images }) => MOST_IMAGES - images.length;

/** @param {number} id @param {(tray: Tray) => Tray} change */
function changeTray(id, change) {
  trays.value = trays.value.map((tray) => (tray.id === id ? change(tray) : tray));
}

/** Another class, named by the first number that is free. */
export function addTray() {
  if (trays.value.length >= MOST_CLASSES) return;
  const taken = new Set(trays.value.map(({ name }) => name));
  let number = trays.value.length + 1;
  while (taken.has(`Class ${number}`)) number += 1;
  trays.value = [...trays.value, makeTray(`Class ${number}`)];
}

/** @param {number} id */
export function removeTray(id) {
  trays.value = trays.value.filter((tray) => tray.id !== id);
}

/** @param {number} id @param {string} name */
export const renameTray = (id, name) => changeTray(id, (tray) => ({ ...tray, name: name.slice(0, LONGEST_NAME) }));

/** As many as there is room for. @param {number} id @param {readonly { values: number[], side: number }[]} images */
export function addImages(id, images) {
  changeTray(id, (tray) => {
    const added = images.slice(0, roomIn(tray)).map(({ values, side }) => ({ id: newId(), values, side }));
    return { ...tray, images: [...tray.images, ...added] };
  });
}

/** @param {number} id @param {number} image */
export function removeImage(id, image) {
  changeTray(id, (tray) => ({ ...tray, images: tray.images.filter((each) => each.id !== image) }));
}

/** @param {readonly Tray[]} list @returns {string | null} why a network cannot train on these; null where it can */
export function missing(list) {
  const filled = list.filter(({ images }) => images.length > 0);
  if (filled.length < 2) return "Two classes need at least one image each.";
  const names = filled.map(({ name }) => name.trim());
  if (names.includes("")) return "One class has no name yet.";
  if (new Set(names).size < names.length) return "Two classes have the same name.";
  return null;
}

/**
 * An image as a network takes it. Fewer pixels count the ink of those they are made of.
 * @param {{ values: ArrayLike<number>, side: number }} image
 * @param {number} side
 * @param {boolean} inked whether a pixel is ink or paper, with nothing between
 * @returns {number[]}
 */
export function sized({ values, side: from }, side, inked) {
  if (inked) return [...fitted(Float32Array.from(resized(values, from, SMALL)), SMALL, side, true)];
  return Array.from(resized(values, from, side), (value) => Math.round(1000 * value) / 1000);
}

/** @param {ArrayLike<number>} values @param {number} from @param {number} to */
function resized(values, from, to) {
  if (from === to) return values;
  return from % to === 0 ? counted(values, from, to) : stretched(values, from, to);
}

/** Whole squares of pixels as one each. @param {ArrayLike<number>} values @param {number} from @param {number} to */
function counted(values, from, to) {
  const block = from / to;
  const pixels = new Float32Array(to * to);
  for (let at = 0; at < from * from; at += 1) {
    const row = Math.floor(Math.floor(at / from) / block);
    const column = Math.floor((at % from) / block);
    pixels[row * to + column] += values[at] / (block * block);
  }
  return pixels;
}

/**
 * The dataset of a run that trains on the images.
 * @param {readonly Tray[]} list
 * @param {number} side
 * @param {boolean} inked
 */
export function datasetOf(list, side, inked) {
  /** @type {{ train: Part, test: Part }} */
  const parts = { train: { inputs: [], labels: [] }, test: { inputs: [], labels: [] } };
  for (const { name, images } of list) {
    images.forEach((image, at) => {
      const part = at % TEST_EVERY === TEST_EVERY - 1 ? parts.test : parts.train;
      part.inputs.push(sized(image, side, inked));
      part.labels.push(name.trim());
    });
  }
  return { kind: "arrays", task: "classification", shape: [1, side, side], ...parts };
}

/** What else of a specification follows from the number of classes. @param {number} count */
export const outputFor = (count) => ({
  output: { activation: count > 2 ? "softmax" : "sigmoid" },
  loss: "cross_entropy",
});

/**
 * How many images a step looks at: of few images few, so that an epoch has steps enough to learn in.
 * @param {number} count images that train
 * @param {number} usual
 */
export const batchFor = (count, usual) => Math.max(1, Math.min(usual, Math.ceil(count / STEPS_AN_EPOCH)));

/** Whether two datasets hold the same images of the same classes, in the same order. @param {any} a @param {any} b */
export function sameImages(a, b) {
  if (a?.kind !== "arrays" || b?.kind !== "arrays") return false;
  return equal(content(a), content(b));
}

/** @param {any} data */
const content = ({ shape, train, test }) => [
  shape,
  train.inputs,
  train.labels.map(String),
  test?.inputs ?? [],
  (test?.labels ?? []).map(String),
];

/**
 * Images that came with a link or a restored run, as trays; null where they are no few images of one channel.
 * @param {any} dataset
 * @returns {Tray[] | null}
 */
export function fromDataset(dataset) {
  if (dataset?.kind !== "arrays" || dataset.task !== "classification" || dataset.shape?.length !== 3) return null;
  const [channels, side, width] = dataset.shape;
  if (channels !== 1 || side !== width) return null;
  /** @type {Map<string, OwnImage[]>} */
  const found = new Map();
  for (const { inputs, labels } of [dataset.train, dataset.test ?? { inputs: [], labels: [] }]) {
    for (const [at, values] of inputs.entries()) {
      const name = String(labels[at]);
      found.set(name, [...(found.get(name) ?? []), { id: newId(), values, side }]);
      if (found.size > MOST_CLASSES || (found.get(name)?.length ?? 0) > MOST_IMAGES) return null;
    }
  }
  return [...found].map(([name, images]) => makeTray(name, testsInPlace(images, dataset.test?.labels, name)));
}

/**
 * The images of a class in an order that `datasetOf` divides as they were: those that test come last in a dataset.
 * @param {OwnImage[]} images
 * @param {unknown[] | undefined} tests labels of the test part
 * @param {string} name
 */
function testsInPlace(images, tests, name) {
  const count = tests?.filter((label) => String(label) === name).length ?? 0;
  const train = images.slice(0, images.length - count);
  const rest = images.slice(images.length - count);
  return images.map((_, at) => {
    const next = at % TEST_EVERY === TEST_EVERY - 1 ? (rest.shift() ?? train.shift()) : (train.shift() ?? rest.shift());
    return /** @type {OwnImage} */ (next);
  });
}

/** @param {any} value @returns {value is Tray} */
const isTray = (value) =>
  typeof value?.name === "string" &&
  Array.isArray(value.images) &&
  value.images.length <= MOST_IMAGES &&
  value.images.every(
    (/** @type {any} */ image) => Array.isArray(image?.values) && image.values.length === image.side ** 2,
  );

let keeping = false;

/** Bring back what was kept, else what the run holds, and keep it up to date from now on. @param {() => any} dataset of the run */
export async function startKeeping(dataset) {
  if (keeping) return;
  keeping = true;
  const found = await recall(STORED);
  const usable = Array.isArray(found) ? found.filter(isTray).slice(0, MOST_CLASSES) : [];
  const held = usable.length
    ? usable.map(({ name, images }) => makeTray(name, renumbered(images)))
    : fromDataset(dataset());
  if (held?.length && countImages(trays.value) === 0) trays.value = held;
  keepUp();
}

/** @param {readonly OwnImage[]} images */
const renumbered = (images) => images.map((image) => ({ ...image, id: newId() }));

/** Save a little after every change, and at once when the page is left. */
function keepUp() {
  /** @type {any} */
  let timer = null;
  const save = () => {
    clearTimeout(timer);
    timer = null;
    keep(STORED, trays.value);
  };
  effect(() => {
    trays.value;
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_DELAY);
  });
  addEventListener("pagehide", () => timer && save());
}
