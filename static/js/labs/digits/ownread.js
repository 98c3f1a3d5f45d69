/** Files on their way into a tray: sent to the server one by one, so that each has an answer of its own. */

import { signal } from "@preact/signals";
import * as api from "../../core/api.js";
import { inert } from "../../core/inert.js";
import { addImages, FULL, MOST_IMAGES, roomIn, trays } from "./ownfiles.js";

/** @typedef {{ name: string, reason: string }} Remark a file and what is to be said of it */
/** @typedef {{ waiting: number, refused: Remark[], notes: Remark[] }} Reading how many are on their way, and what became of others */

/** As the server's own bound: what is longer need not be sent to be refused. */
export const MOST_BYTES = 8_000_000;
const NOTHING = { waiting: 0, refused: [], notes: [] };

/** What is to be said of each tray's files, by its id. */
const readings = signal(/** @type {{ [id: number]: Reading }} */ ({}));

/** @param {number} id @returns {Reading} */
export const readingOf = (id) => readings.value[id] ?? NOTHING;

/** @param {number} id @param {(reading: Reading) => Reading} change */
function note(id, change) {
  readings.value = { ...readings.value, [id]: change(readingOf(id)) };
}

/** What was said has been read. @param {number} id */
export const forget = (id) => note(id, ({ waiting }) => ({ waiting, refused: [], notes: [] }));

/** Read files into a tray. @param {number} id @param {readonly File[]} files */
export async function readFiles(id, files) {
  const tray = trays.value.find((each) => each.id === id);
  if (!tray || !files.length) return;
  forget(id);
  const room = Math.max(0, roomIn(tray) - readingOf(id).waiting);
  const taken = files.slice(0, room);
  const left = files.slice(room);
  note(id, (reading) => ({ ...reading, waiting: reading.waiting + taken.length, refused: left.map(noRoom) }));
  for (const file of taken) {
    const { image, refused = [], notes = [] } = await readFile(file);
    if (image) addImages(id, [image]);
    note(id, (reading) => ({
      waiting: reading.waiting - 1,
      refused: [...reading.refused, ...refused],
      notes: [...reading.notes, ...notes],
    }));
  }
}

/** @param {File} file @returns {Remark} */
const noRoom = ({ name }) => ({ name: inert(name), reason: `A class holds ${MOST_IMAGES} images. Remove some first.` });

/**
 * @param {File} file
 * @returns {Promise<{ image?: { values: number[], side: number }, refused?: Remark[], notes?: Remark[] }>}
 */
async function readFile(file) {
  const name = inert(file.name);
  if (file.size > MOST_BYTES) {
    const megabytes = (file.size / 1e6).toFixed(1);
    return { refused: [{ name, reason: `It has ${megabytes} MB; up to 8 MB are read. Make it smaller.` }] };
  }
  try {
    const { side, images } = await api.readImages([file], FULL);
    const [{ values, notes }] = images;
    return { image: { values, side }, notes: notes.map((reason) => ({ name, reason })) };
  } catch (error) {
    const { message, errors } = /** @type {import("../../core/stream.js").RequestError} */ (error);
    return { refused: [{ name, reason: errors?.[0]?.message ?? message }] };
  }
}
