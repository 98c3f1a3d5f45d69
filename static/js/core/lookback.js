/** Which past step is asked for: one at a time, and always the newest wish; what was wished for between is never asked. */

export class Lookback {
  /** @type {number | null} */
  #wanted = null;
  /** @type {number | null} */
  #at = null;
  #waiting = false;

  /** @param {() => void} onAsk called when `at` is another, null for now */
  constructor(onAsk) {
    this.onAsk = onAsk;
  }

  /** The step that was asked for last, null for now. */
  get at() {
    return this.#at;
  }

  /** @param {number | null} step null for now, which is not waited with */
  want(step) {
    this.#wanted = step;
    if (step === null) this.#waiting = false;
    if (!this.#waiting) this.#ask();
  }

  /** What was asked for is there. */
  arrived() {
    this.#waiting = false;
    this.#ask();
  }

  #ask() {
    if (this.#wanted === this.#at) return;
    this.#at = this.#wanted;
    this.#waiting = this.#at !== null;
    this.onAsk();
  }
}
