/** A network put together before it is used: a draft of its layers, checked by the server as it changes. */

import { computed, effect, signal, untracked } from "@preact/signals";
import * as api from "../core/api.js";
import { equal } from "../core/merge.js";
import { catalog, spec, update } from "../core/store.js";
import { readStored, thisTab, writeStored } from "../core/stored.js";
import { History } from "../data/pointset.js";
import { fresh, placeFor } from "./rules.js";

/** @typedef {import("./rules.js").Layer} Layer */
/** @typedef {import("../core/types.js").Validation} Validation */
/** @typedef {import("../core/types.js").NetworkInfo} NetworkInfo */

/** So long nothing changes before the server is asked. */
const PAUSE = 120;
const UNCHANGED = /** @type {readonly Layer[] | null} */ (null);

/** Where this tab keeps the draft over a reload, with the layers in use that it is a draft for. */
const STORED = "neuronpark.draft";

let history = new History(UNCHANGED);
const draft = signal(UNCHANGED);
export const canUndo = signal(false);
export const canRedo = signal(false);

/** The layers of the network in use. @type {import("@preact/signals").ReadonlySignal<readonly Layer[]>} */
export const inUse = computed(() => /** @type {any} */ (spec.value?.layers ?? []));
/** The layers on the cards. */
export const shown = computed(() => draft.value ?? inUse.value);
/** Whether the cards are another network than the one in use. */
export const differs = computed(() => draft.value !== null && !equal(draft.value, inUse.value));

/**
 * What the server says of the layers on the cards: `network` is the whole one, or as much of it as is sound.
 * @type {import("@preact/signals").Signal<{ layers: readonly Layer[], answer: Validation, network: NetworkInfo | null } | null>}
 */
const said = signal(null);
/** The same, while it is of the layers that are shown. */
export const verdict = computed(() => (said.value && equal(said.value.layers, shown.value) ? said.value : null));
/** The last word there was, so that numbers do not vanish while the next is awaited. */
export const lastVerdict = computed(() => verdict.value ?? said.value);
/** Why the server could not be asked. */
export const unchecked = signal(/** @type {string | null} */ (null));

function show() {
  draft.value = history.value;
  writeStored(STORED, differs.value ? { used: inUse.value, draft: draft.value } : null, thisTab);
  canUndo.value = history.canUndo;
  canRedo.value = history.canRedo;
}

/** @param {readonly Layer[]} layers */
export function edit(layers) {
  if (equal(layers, shown.value)) return;
  history.value = shown.value;
  history.push(layers);
  show();
}

export function undoEdit() {
  history.undo();
  show();
}

export function redoEdit() {
  history.redo();
  show();
}

/** @param {string} kind */
export function add(kind) {
  const at = placeFor(shown.value, kind);
  const entry = catalog.value?.layers.find(({ name }) => name === kind);
  edit(shown.value.toSpliced(at, 0, fresh(entry, kind)));
  return at;
}

/** Change fields of a layer; one that is undefined goes. @param {number} at @param {Partial<Layer>} changes */
export function change(at, changes) {
  const fields = Object.entries({ ...shown.value[at], ...changes }).filter(([, value]) => value !== undefined);
  edit(shown.value.with(at, /** @type {Layer} */ (Object.fromEntries(fields))));
}

/** Back to the cards of the network in use; can be undone. */
export const discard = () => edit(inUse.value);

/** Train the network on the cards from now on. */
export function use() {
  if (!differs.value || !verdict.value?.answer.valid) return;
  update({ layers: [...shown.value] }, { label: "The network on the cards is in use." });
}

let asked = 0;

/** @param {readonly Layer[]} layers */
async function ask(layers) {
  const number = ++asked;
  const { initial: _, pinned: __, ...rest } = /** @type {any} */ (spec.peek());
  try {
    const answer = await api.validate({ ...rest, layers });
    const network = answer.network ?? (await soundPart(rest, layers, answer));
    if (number !== asked) return;
    said.value = { layers, answer, network };
    unchecked.value = null;
  } catch (error) {
    if (number === asked) unchecked.value = /** @type {Error} */ (error).message;
  }
}

/** The network up to the first layer that is wrong. @param {any} rest @param {readonly Layer[]} layers @param {Validation} answer */
async function soundPart(rest, layers, { errors }) {
  const places = errors.map(({ pointer }) => Number(/^\/layers\/(\d+)/.exec(pointer)?.[1] ?? layers.length));
  const first = Math.min(layers.length, ...places);
  if (first === layers.length) return null;
  return (await api.validate({ ...rest, layers: layers.slice(0, first) })).network ?? null;
}

/** Find the draft again that was made for these very layers. */
function recall() {
  const kept = readStored(STORED, thisTab);
  if (draft.value || !Array.isArray(kept?.draft) || !equal(kept.used, inUse.value)) return;
  history.push(kept.draft);
  show();
}

/** Keep the word of the server on what the cards show, until the returned function is called. */
export function keepChecking() {
  let waiting = 0;
  let before = inUse.peek();
  untracked(recall);
  const stops = [
    effect(() => {
      const layers = shown.value;
      clearTimeout(waiting);
      waiting = setTimeout(() => ask(layers), said.peek() ? PAUSE : 0);
    }),
    effect(() => {
      const now = inUse.value;
      if (equal(now, before)) return;
      before = now;
      history = new History(UNCHANGED);
      show();
    }),
  ];
  return () => {
    clearTimeout(waiting);
    for (const stop of stops) stop();
  };
}
