/** Every signal of the page. Views read them; only core/ writes the ones that mirror the server. */

import { computed, signal } from "@preact/signals";
import { Curve } from "./curve.js";
import { mergePatch } from "./merge.js";

/** @typedef {import("./types.js").Catalog} Catalog */
/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").RunSpec} RunSpec */
/** @typedef {import("./types.js").RunState} RunState */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Dataset} Dataset */
/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {import("./types.js").Scalars} Scalars */
/** @typedef {import("./types.js").UnitAddress} UnitAddress */

/**
 * @template T
 * @param {T} value
 * @returns {import("@preact/signals").Signal<T>}
 */
const of = (value) => signal(value);

/* What the server says. */
export const catalog = of(/** @type {Catalog | null} */ (null));
export const run = of(/** @type {Run | null} */ (null));
export const frame = of(/** @type {Frame | null} */ (null));
export const dataset = of(/** @type {Dataset | null} */ (null));
export const curve = new Curve();
export const curveVersion = of(0);
export const connection = of(/** @type {import("./types.js").Connection} */ ("connecting"));
/** Whether the server has been out of reach for so long that the page says so. */
export const away = computed(() => connection.value === "reconnecting" || connection.value === "offline");
/** Where training stands now: newest of the last frame and the last run document. */
export const progress = of({ step: 0, epoch: 0 });
export const metrics = of(
  /** @type {Scalars} */ ({
    train_loss: null,
    test_loss: null,
    train_accuracy: null,
    test_accuracy: null,
    steps_per_second: null,
  }),
);

/* Changes on their way: shown at once, dropped when the server answers. */
export const pendingPatches = of(/** @type {Patch[]} */ ([]));
/** What the last start or pause leads to. Answers to what was asked before it do not end it. */
export const pendingState = of(/** @type {RunState | null} */ (null));
/** Whether the run's training process is being replaced. */
export const recovering = of(false);
export const spec = computed(() => {
  const current = run.value?.spec;
  if (!current) return null;
  let merged = current;
  for (const patch of pendingPatches.value) merged = mergePatch(merged, patch);
  return merged;
});
/** The past step that is shown in place of now, null while now is. */
export const past = of(/** @type {number | null} */ (null));
/** Of what is shown: nothing moves in the past, and nothing is wrong with it. @type {import("@preact/signals").ReadonlySignal<RunState>} */
export const state = computed(() => {
  if (past.value !== null) return "paused";
  return pendingState.value ?? (recovering.value ? "recovering" : (run.value?.state ?? "paused"));
});
export const task = computed(() => taskOf(spec.value, catalog.value));
/** A message that stays until it is closed. */
export const notice = of(/** @type {null | { text: string, details?: string[] }} */ (null));

/* What the page shows. */
export const selectedUnit = of(/** @type {UnitAddress | null} */ (null));
export const hoveredUnit = of(/** @type {UnitAddress | null} */ (null));
export const probePoint = of(/** @type {[number, number] | null} */ (null));
export const showTest = of(false);
export const discretize = of(false);
export const patterns = of(false);
export const lossScale = of(/** @type {"linear" | "log"} */ ("log"));
export const theme = of(/** @type {"auto" | "light" | "dark"} */ ("auto"));
/** The theme in force; drawing code reads colours again when it changes. */
export const appearance = of(/** @type {"light" | "dark"} */ ("light"));
export const sheet = of(/** @type {import("./types.js").Sheet} */ (null));
export const drawMode = of(/** @type {import("./types.js").DrawMode} */ (null));
export const speed = of(/** @type {"slow" | "normal" | "max"} */ ("normal"));
/** Which arrangement of the page is in force. */
export const layout = of(/** @type {"phone" | "tablet" | "desktop" | "wide"} */ ("wide"));
/** Whether the window is a lecturer's screen, where everything is a step larger; large.css says the same. */
export const large = of(false);
/** The Your data dialog: closed, or open on one of its two pages. */
export const yourData = of(/** @type {null | "draw" | "csv"} */ (null));

/**
 * @param {RunSpec | null} current
 * @param {Catalog | null} entries
 * @returns {import("./types.js").Task}
 */
function taskOf(current, entries) {
  if (current?.dataset.task) return current.dataset.task;
  const entry = entries?.datasets.find((candidate) => candidate.name === current?.dataset.kind);
  return entry?.task ?? "classification";
}
