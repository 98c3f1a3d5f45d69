// One animation frame draws everything that was marked since the last one. With reduced motion, what training marks is
// drawn at most twice a second; what a hand marks is drawn at once.

/** @typedef {"training" | "hand"} Cause */

const REDUCED_INTERVAL = 500;

/** @type {Set<() => void>} */
const dirty = new Set();
let requested = 0;
let timer = 0;
let lastTraining = 0;

const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function commit() {
  requested = 0;
  const paints = [...dirty];
  dirty.clear();
  for (const paint of paints) paint();
}

function request() {
  if (!requested) requested = requestAnimationFrame(commit);
}

/** Marks a paint function to run in the next frame, once however often it is marked.
 * @param {() => void} paint @param {Cause} [cause] */
export function mark(paint, cause = "hand") {
  dirty.add(paint);
  if (cause === "hand" || !reducedMotion()) return request();
  if (requested || timer) return;
  const wait = Math.max(0, lastTraining + REDUCED_INTERVAL - performance.now());
  timer = window.setTimeout(() => {
    timer = 0;
    lastTraining = performance.now();
    request();
  }, wait);
}

/** Forgets a paint function whose view is gone. @param {() => void} paint */
export function unmark(paint) {
  dirty.delete(paint);
}
