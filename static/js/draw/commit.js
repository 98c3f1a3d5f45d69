// One animation frame draws everything that was marked since the last one. With reduced motion, what training marks is
// drawn at most twice a second; what a hand marks is drawn at once.

/** @typedef {"training" | "hand"} Cause */
/** @typedef {() => void} Paint */

const REDUCED_INTERVAL = 500;

/** @type {Record<Cause, Set<Paint>>} */
const dirty = { hand: new Set(), training: new Set() };
let requested = 0;
let timer = 0;
let lastTraining = -Infinity;

const still = matchMedia("(prefers-reduced-motion: reduce)");

function commit() {
  requested = 0;
  const paints = [...dirty.hand];
  dirty.hand.clear();
  const wait = still.matches ? lastTraining + REDUCED_INTERVAL - performance.now() : 0;
  if (wait <= 0) {
    if (dirty.training.size) lastTraining = performance.now();
    for (const paint of dirty.training) if (!paints.includes(paint)) paints.push(paint);
    dirty.training.clear();
  } else if (dirty.training.size && !timer) {
    timer = window.setTimeout(wake, wait);
  }
  for (const paint of paints) paint();
}

function wake() {
  timer = 0;
  request();
}

function request() {
  if (!requested) requested = requestAnimationFrame(commit);
}

/** Marks a paint function to run in the next frame, once however often it is marked.
 * @param {Paint} paint @param {Cause} [cause] */
export function mark(paint, cause = "hand") {
  dirty[cause].add(paint);
  if (!timer || cause === "hand") request();
}

/** Forgets a paint function whose view is gone. @param {Paint} paint */
export function unmark(paint) {
  dirty.hand.delete(paint);
  dirty.training.delete(paint);
}
