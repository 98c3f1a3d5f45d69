/** The page's beginning: catalog, the setup in the address, the run (found again or made), and the address kept true. */

import { effect, signal } from "@preact/signals";
import { complain, replaceSpec } from "./actions.js";
import { startAnnouncer } from "./announce.js";
import * as api from "./api.js";
import { planeSets } from "./catalog.js";
import { startFocusKeeping } from "./focus.js";
import { startKeyboard } from "./keyboard.js";
import { readLink, refuseOtherSets } from "./link.js";
import { mergePatch } from "./merge.js";
import { begin, stream, takeUp } from "./session.js";
import { catalog, notice, run, spec } from "./state.js";
import { readStored, thisTab, writeStored } from "./stored.js";
import { waitAfter } from "./stream.js";
import { startLayout, startTheme } from "./theme.js";
import { toast } from "./toast.js";
import { encodeSpec, joinNote, LONGEST_LINK, splitNote } from "./urlstate.js";

/** @typedef {import("./types.js").RunSpec} RunSpec */
/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {Awaited<ReturnType<typeof api.validate>>} Validation */

/**
 * @typedef {object} Luggage what a page puts into a link beside the setup
 * @property {(spec: RunSpec) => { spec: RunSpec, note: string }} pack the setup that the link says, and what besides
 * @property {(note: string) => Promise<void>} unpack
 */
/**
 * @typedef {object} Beginning where a page that is not the playground begins
 * @property {Patch} preset a patch on the usual setup
 * @property {string} name tells its run from those of this tab's other pages
 * @property {Luggage} [luggage]
 */

const STORED = "neuronpark.run";
const ADDRESS_DELAY = 250;

export const helpOpen = signal(false);
/** Whether the setup is too long for a link. */
export const linkTooLong = signal(false);

/** What the page begins with; the playground with the usual setup. @type {Patch} */
let preset = {};
/** Where this tab keeps which run the page shows. */
let stored = STORED;
/** What the page cannot show is refused. @type {(answer: Validation) => Validation} */
let accept = (answer) => refuseOtherSets(answer, planeSets());
/** @type {Luggage} */
let luggage = { pack: (value) => ({ spec: value, note: "" }), unpack: async () => {} };
/** What the server makes of the preset: the address says only what differs from it. @type {RunSpec} */
let base;

/** What every page of ours does, with a run or without. */
export function startPage() {
  startTheme();
  startLayout();
  startFocusKeeping();
  document.addEventListener("visibilitychange", () => stream.send({ type: "hidden", hidden: document.hidden }));
  addEventListener("online", () => stream.live || stream.tryAgain());
}

/** @param {Beginning} [beginning] that of the playground where it is left out */
export async function start(beginning) {
  if (beginning) {
    preset = beginning.preset;
    stored = `${STORED}.${beginning.name}`;
    accept = (answer) => answer;
    luggage = beginning.luggage ?? luggage;
  }
  startPage();
  startAnnouncer();
  startKeyboard(() => (helpOpen.value = true));
  for (let attempt = 0; !run.value; attempt += 1) await findRun().catch((error) => waitOut(error, attempt));
  address = location.hash;
  keepAddress();
  addEventListener("hashchange", openAddress);
}

/** Say why there is no network yet, until there is one or a server to ask. @param {unknown} error @param {number} attempt */
async function waitOut(error, attempt) {
  const { status = 0, message } = /** @type {import("./stream.js").RequestError} */ (error);
  const refused = status ? { text: `${message} This page tries again by itself.` } : null;
  if (refused) notice.value = refused;
  await new Promise((resolve) => setTimeout(resolve, waitAfter(error, attempt)));
  if (notice.value === refused) notice.value = null;
}

/** The session comes first: who watches and who asks must be the same. */
export async function connect() {
  await api.beginSession();
  stream.connect();
}

async function findRun() {
  const [entries, answer] = await Promise.all([api.getCatalog(), connect().then(() => api.validate(preset))]);
  catalog.value = entries;
  base = /** @type {RunSpec} */ (answer.spec);
  /** This tab's run and the address it had. @type {{ id: string, hash: string } | null} */
  const last = readStored(stored, thisTab);
  if (last && last.hash === location.hash) {
    const found = await api.getRun(last.id).catch(() => null);
    if (found) {
      await takeUp(found);
      return;
    }
  }
  await begin((await specInAddress()) ?? preset);
  unpackNote();
}

/** Whether what the address says beside its setup is still to come: until then it stays there. */
let unpacking = false;

/** Once there is a network: what the address says beside its setup. */
async function unpackNote() {
  const { note } = splitNote(location.hash);
  if (!note) return;
  unpacking = true;
  try {
    await luggage.unpack(note);
  } catch (error) {
    complain(error);
  }
  unpacking = false;
  writeSoon();
}

/** @returns {Promise<RunSpec | null>} what can be used of the setup in the address; what cannot has been said */
async function specInAddress() {
  const { spec: found, trouble } = await readLink(splitNote(location.hash).setup, async (partial) =>
    accept(await api.validate(mergePatch(preset, partial))),
  );
  if (trouble) notice.value = trouble;
  return "version" in found ? /** @type {RunSpec} */ (found) : null;
}

/** The address that was opened last, or written: one that differs is still to be opened. */
let address = "";
let openings = 0;

async function openAddress() {
  if (location.hash === address) return;
  address = location.hash;
  clearTimeout(writing);
  const opening = ++openings;
  try {
    const target = await specInAddress();
    if (opening !== openings) return;
    replaceSpec(target ?? base);
    unpackNote();
  } catch (error) {
    toast(/** @type {Error} */ (error).message, { bad: true });
  }
  writeSoon();
}

/** The browser went to an address of this page that was left earlier: what it says of the setup is old. */
export function keepSetupInAddress() {
  history.replaceState(null, "", location.pathname + location.search + address);
}

/** @type {any} */
let writing = null;

/** Write the setup into the address, a moment after it has settled. */
function writeSoon() {
  clearTimeout(writing);
  writing = setTimeout(writeAddress, ADDRESS_DELAY);
}

async function writeAddress() {
  const { value } = spec;
  const id = run.value?.id;
  if (!value || !id || unpacking) return;
  const packed = luggage.pack(value);
  const text = joinNote(await encodeSpec(packed.spec, base, preset), packed.note);
  if (location.hash !== address) return;
  linkTooLong.value = text.length > LONGEST_LINK;
  const hash = text && !linkTooLong.value ? `#${text}` : "";
  history.replaceState(null, "", location.pathname + location.search + hash);
  address = location.hash;
  writeStored(stored, { id, hash: address }, thisTab);
}

function keepAddress() {
  effect(() => {
    if (spec.value && run.value?.id) writeSoon();
  });
}
