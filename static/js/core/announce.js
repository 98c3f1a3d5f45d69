/** What a screen reader is told of the training: one plain sentence, at most every five seconds. */

import { computed, effect, signal } from "@preact/signals";
import * as format from "./format.js";
import { connection, metrics, progress, run, state } from "./state.js";

const INTERVAL = 5000;

export const announcement = signal("");

const sentence = computed(() => {
  if (connection.value === "offline") return "Offline. The server cannot be reached.";
  if (state.value === "diverged") return `Training stopped. ${run.value?.diagnosis?.title ?? ""}`;
  const { epoch } = progress.value;
  if (!run.value) return "";
  const word = state.value === "paused" ? "Paused. " : "";
  const { train_loss, test_loss } = metrics.value;
  const loss = test_loss === null ? `training loss ${format.loss(train_loss)}` : `test loss ${format.loss(test_loss)}`;
  return `${word}Epoch ${format.whole(epoch)}, ${loss}.`;
});

export function startAnnouncer() {
  let last = 0;
  /** @type {any} */
  let timer = null;
  const speak = () => {
    timer = null;
    last = Date.now();
    announcement.value = sentence.peek();
  };
  effect(() => {
    if (sentence.value === announcement.peek() || timer) return;
    timer = setTimeout(speak, Math.max(0, last + INTERVAL - Date.now()));
  });
}
