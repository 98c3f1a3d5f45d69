/** What a screen reader is told of the training: one plain sentence, at most every five seconds. */

import { computed, effect, signal } from "@preact/signals";
import * as format from "./format.js";
import { connection, metrics, past, progress, run, state } from "./state.js";

const INTERVAL = 5000;

export const announcement = signal("");

const sentence = computed(() => {
  if (connection.value === "offline") return "Offline. The server cannot be reached.";
  if (state.value === "diverged") return `Training stopped. ${run.value?.diagnosis?.title ?? ""}`;
  const { epoch } = progress.value;
  if (!run.value) return "";
  const stands = state.value === "paused" ? "Paused. " : "";
  const word = past.value === null ? stands : `Step ${format.whole(past.value)}, as it was. `;
  const { train_loss, test_loss } = metrics.value;
  const loss = test_loss === null ? `training loss ${format.loss(train_loss)}` : `test loss ${format.loss(test_loss)}`;
  return `${word}Epoch ${format.whole(epoch)}, ${loss}.`;
});

export function startAnnouncer() {
  let last = 0;
  let saidStopped = false;
  /** @type {any} */
  let timer = null;
  const speak = () => {
    timer = null;
    last = Date.now();
    saidStopped = state.peek() === "diverged";
    announcement.value = sentence.peek();
  };
  effect(() => {
    // That training has stopped, or has not any more, does not wait.
    const waits = saidStopped === (state.value === "diverged");
    if (sentence.value === announcement.peek() || (timer && waits)) return;
    clearTimeout(timer);
    timer = setTimeout(speak, waits ? Math.max(0, last + INTERVAL - Date.now()) : 0);
  });
}
