/** Toasts: short sentences at the bottom left, gone after six seconds, with at most one thing to press. */

import { signal } from "@preact/signals";
import { notice } from "./state.js";

/** @typedef {{ id: number, text: string, bad: boolean, action: null | { label: string, run: () => void } }} Toast */

const LIFETIME = 6000;
const AT_MOST = 3;
const AGAIN = 1000;
const NOTICE_LIFETIME = 20_000;

let nextId = 1;

export const toasts = signal(/** @type {Toast[]} */ ([]));

/**
 * @param {string} text
 * @param {{ action?: { label: string, run: () => void }, bad?: boolean }} options
 */
export function toast(text, { action, bad = false } = {}) {
  const entry = { id: nextId++, text, bad, action: action ?? null };
  const others = toasts.value.filter((other) => other.text !== text);
  toasts.value = [...others, entry].slice(-AT_MOST);
  fade(() => dismiss(entry.id), LIFETIME);
}

/** Does something after a while, but not while the keyboard or the pointer is in the messages. @param {() => void} remove @param {number} after */
function fade(remove, after) {
  setTimeout(
    () => (document.querySelector(".notices:is(:focus-within, :hover)") ? fade(remove, AGAIN) : remove()),
    after,
  );
}

/** @param {number} id */
export function dismiss(id) {
  toasts.value = toasts.value.filter((entry) => entry.id !== id);
}

/** News of the run that nobody needs to answer: it stays longer than a toast and can be closed. @param {string} text */
export function tell(text) {
  const entry = { text };
  notice.value = entry;
  fade(() => {
    if (notice.value === entry) notice.value = null;
  }, NOTICE_LIFETIME);
}
