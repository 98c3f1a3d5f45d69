/** Files on their way into a tray: each has an answer of its own. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../core/byhand.js";

/** What was sent, and how it is answered: the status and the body. */
const rest = {
  /** @type {Array<{ method: string, url: string, names: string[] }>} */
  requests: [],
  /** @type {() => any[]} */
  respond: () => [500, {}],
};
globalThis.fetch = async (url, { method, body }) => {
  rest.requests.push({ method, url, names: body.getAll("images").map((file) => file.name) });
  const [status, document] = rest.respond();
  return { ok: status < 400, status, headers: new Headers(), json: async () => document };
};

const { addImages, MOST_IMAGES, removeTray, addTray, trays } = await import(
  "../../../static/js/labs/digits/ownfiles.js"
);
const { forget, MOST_BYTES, readFiles, readingOf } = await import("../../../static/js/labs/digits/ownread.js");

const VALUES = Array(256).fill(0.5);
/** @param {string[]} notes */
const answer = (notes = []) => [200, { side: 16, images: [{ values: VALUES, format: "PNG", notes }] }];
/** @param {string} name */
const file = (name, size = 10) => new File([new Uint8Array(size)], name);

/** @type {number} */
let id;

beforeEach(() => {
  while (trays.value.length) removeTray(trays.value[0].id);
  addTray();
  id = trays.value[0].id;
  rest.requests.length = 0;
  rest.respond = () => answer();
});

test("files are sent one by one and come into their tray in order", async () => {
  const reading = readFiles(id, [file("a.png"), file("b.png")]);
  assert.equal(readingOf(id).waiting, 2);
  await reading;
  assert.equal(readingOf(id).waiting, 0);
  assert.deepEqual(
    rest.requests.map(({ method, url, names }) => `${method} ${url} ${names}`),
    ["a.png", "b.png"].map((name) => `POST /api/v1/images?side=16 ${name}`),
  );
  assert.deepEqual(
    trays.value[0].images.map(({ side, values }) => [side, values.length]),
    [
      [16, 256],
      [16, 256],
    ],
  );
});

test("one that is refused says why, and the others are read", async () => {
  const message = "This is a zip archive, whatever its name says. Unpack it and choose the images in it.";
  let asked = 0;
  rest.respond = () => {
    asked += 1;
    if (asked !== 1) return answer(["It moves: its first picture was read."]);
    return [422, { detail: "The image cannot be used.", errors: [{ pointer: "/images/0", message }] }];
  };
  await readFiles(id, [file("a\u202e.png"), file("b.gif")]);
  assert.deepEqual(readingOf(id).refused, [{ name: "a\ufffd.png", reason: message }]);
  assert.deepEqual(readingOf(id).notes, [{ name: "b.gif", reason: "It moves: its first picture was read." }]);
  assert.equal(trays.value[0].images.length, 1);
  forget(id);
  assert.deepEqual(readingOf(id), { waiting: 0, refused: [], notes: [] });
});

test("a refusal without a place is told as it is", async () => {
  rest.respond = () => [503, { detail: "Many files are being sent just now. Send them again in a moment." }];
  await readFiles(id, [file("a.png")]);
  assert.match(readingOf(id).refused[0].reason, /^Many files/);
});

test("what is too long is not sent", async () => {
  await readFiles(id, [file("photo.png", MOST_BYTES + 1)]);
  assert.equal(rest.requests.length, 0);
  assert.deepEqual(readingOf(id).refused, [
    { name: "photo.png", reason: "It has 8.0 MB; up to 8 MB are read. Make it smaller." },
  ]);
});

test("what there is no room for is not sent", async () => {
  addImages(
    id,
    Array.from({ length: MOST_IMAGES - 1 }, () => ({ values: VALUES, side: 16 })),
  );
  await readFiles(id, [file("a.png"), file("b.png")]);
  assert.equal(rest.requests.length, 1);
  assert.equal(trays.value[0].images.length, MOST_IMAGES);
  assert.deepEqual(readingOf(id).refused, [
    { name: "b.png", reason: `A class holds ${MOST_IMAGES} images. Remove some first.` },
  ]);
});
