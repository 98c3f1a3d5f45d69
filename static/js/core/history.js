/** Undo and redo. A burst of changes to one thing (a slider being dragged) is one entry. */

/** @typedef {{ key: string, undo: () => unknown, redo: () => unknown, time?: number }} Entry one that has nothing to do says false */

const BURST = 1000;
const AT_MOST = 100;

export class History {
  /** @type {Entry[]} */
  #done = [];
  /** @type {Entry[]} */
  #undone = [];

  /** @param {Entry} entry @param {number} now milliseconds */
  push(entry, now = Date.now()) {
    this.#undone = [];
    const last = this.#done.at(-1);
    if (last && last.key === entry.key && now - (last.time ?? 0) < BURST) {
      last.redo = entry.redo;
      last.time = now;
      return;
    }
    this.#done.push({ ...entry, time: now });
    if (this.#done.length > AT_MOST) this.#done.shift();
  }

  /** @returns {boolean} whether there was something to undo */
  undo() {
    return this.#move(this.#done, this.#undone, "undo");
  }

  /** @returns {boolean} whether there was something to redo */
  redo() {
    return this.#move(this.#undone, this.#done, "redo");
  }

  /** @param {Entry[]} from @param {Entry[]} to @param {"undo" | "redo"} direction */
  #move(from, to, direction) {
    for (let entry = from.pop(); entry; entry = from.pop()) {
      if (entry[direction]() === false) continue;
      to.push({ ...entry, time: 0 });
      return true;
    }
    return false;
  }
}
