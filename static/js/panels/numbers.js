/** The numbers that change with every frame, as signals a text node can hold: nothing is rendered again for them. */

import { computed } from "@preact/signals";
import * as format from "../core/format.js";
import { away, metrics, past, progress, run, state } from "../core/state.js";

const running = computed(() => state.value === "running");

export const epochText = computed(() => {
  const { epoch } = progress.value;
  return running.value ? format.whole(epoch) : format.epoch(epoch);
});

export const stepText = computed(() => format.whole(progress.value.step));

export const rateText = computed(() => {
  const rate = running.value && !away.value ? (metrics.value.steps_per_second ?? 0) : 0;
  return `${format.whole(Math.round(rate))} steps/s`;
});

/** Whether no loss can be stored: a run stops for that where the curve's next point is due. */
const overflowing = computed(
  () => state.value === "diverged" || (metrics.value.train_loss === null && progress.value.step > 0),
);

/** @param {"train_loss" | "test_loss"} name */
const lossText = (name) => computed(() => (overflowing.value ? "too large" : format.loss(metrics.value[name])));

export const testLossText = lossText("test_loss");
export const trainLossText = lossText("train_loss");
/** Whether a loss takes more room than usual: 3.2×10⁻⁷. */
export const longLoss = computed(() => `${testLossText.value}${trainLossText.value}`.includes("×"));
export const testAccuracyText = computed(() => format.percent(metrics.value.test_accuracy));
export const hasTest = computed(() => metrics.value.test_loss !== null || overflowing.value);

/** Untouched since it was made: the first step is to press play. */
export const untouched = computed(
  () => run.value !== null && progress.value.step === 0 && state.value === "paused" && past.value === null,
);
