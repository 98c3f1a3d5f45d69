// Setters mark, one commit draws: a paint function runs once however often it was marked, and not at all if it was not.

/** @typedef {() => void} Paint */

/** @type {Set<Paint>} */
const soon = new Set();
/** @type {Set<Paint>} */
const next = new Set();

/** @param {Set<Paint>} marked */
function commit(marked) {
  const paints = [...marked];
  marked.clear();
  for (const paint of paints) {
    soon.delete(paint);
    paint();
  }
}

/** For what training brings: frames are published inside an animation frame, and are drawn in that same one.
 * @param {Paint} paint */
export function markSoon(paint) {
  if (soon.size === 0) queueMicrotask(() => commit(soon));
  soon.add(paint);
}

/** For what a hand or the layout changes: drawn in the next animation frame. @param {Paint} paint */
export function mark(paint) {
  if (next.size === 0) requestAnimationFrame(() => commit(next));
  next.add(paint);
}

/** Forgets a paint function whose view is gone. @param {Paint} paint */
export function unmark(paint) {
  soon.delete(paint);
  next.delete(paint);
}
