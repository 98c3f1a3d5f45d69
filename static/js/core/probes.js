/** Who watches which probe. What nobody watches is not subscribed, and so costs the server nothing. */

/** @typedef {{ [option: string]: any }} Options */

export class ProbeRegistry {
  /** @type {Map<string, Set<Options>>} */
  #watchers = new Map();
  #scheduled = false;

  /** @param {() => void} onChange called once after a burst of changes */
  constructor(onChange) {
    this.onChange = onChange;
  }

  /** @param {string} name @param {Options} options @returns {() => void} dispose */
  watch(name, options = {}) {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers);
    watchers.add(options);
    this.#schedule();
    return () => {
      if (!watchers.delete(options)) return;
      if (!watchers.size) this.#watchers.delete(name);
      this.#schedule();
    };
  }

  /** Options of one probe's watchers merged: the finest resolution, otherwise the newest watcher's word. */
  probes() {
    /** @type {{[name: string]: Options}} */
    const result = {};
    for (const [name, watchers] of this.#watchers) {
      const merged = Object.assign({}, ...watchers);
      const resolutions = [...watchers].map((options) => options.resolution).filter(Number.isFinite);
      if (resolutions.length) merged.resolution = Math.max(...resolutions);
      if (watchers.size) result[name] = merged;
    }
    return result;
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.onChange();
    });
  }
}
