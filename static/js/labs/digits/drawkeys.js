/** The pen by keyboard: arrows move it, two at once go slanting; Space or Enter puts it down and lifts it. */

const STEP = 0.04;
const SMALL_STEP = 0.01;
const MOVES = /** @type {{ [key: string]: [number, number] }} */ ({
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
});

/**
 * @typedef {object} Pen
 * @property {(x: number, y: number) => void} press
 * @property {(x: number, y: number) => void} drag
 * @property {() => void} release
 * @property {() => void} undo
 * @property {() => void} redo
 */

export class PenKeys {
  /** @type {[number, number]} */
  place = [0.5, 0.2];
  /** @type {Set<string>} */
  #held = new Set();
  #down = false;

  /** @param {Pen} pen @param {() => void} changed called when the pen's place or state has changed */
  constructor(pen, changed) {
    this.pen = pen;
    this.changed = changed;
  }

  /** @param {KeyboardEvent} event */
  down(event) {
    if (!this.#takes(event)) return;
    event.preventDefault();
    event.stopPropagation();
    this.changed();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key meant something here */
  #takes(event) {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key !== "z" && key !== "y") return false;
      this.#lift();
      if (key === "y" || event.shiftKey) this.pen.redo();
      else this.pen.undo();
      return true;
    }
    if (event.altKey) return false;
    if (MOVES[event.key]) {
      this.#held.add(event.key);
      this.#move(event.shiftKey ? SMALL_STEP : STEP);
      return true;
    }
    if (event.key === " " || event.key === "Enter") {
      if (!event.repeat) this.#turn();
      return true;
    }
    if (event.key === "Escape" && this.#down) {
      this.#lift();
      return true;
    }
    return false;
  }

  /** @param {KeyboardEvent} event */
  up(event) {
    this.#held.delete(event.key);
  }

  /** The focus goes elsewhere: the pen is lifted. */
  leave() {
    this.#held.clear();
    this.#lift();
    this.changed();
  }

  /** @param {number} step */
  #move(step) {
    let [x, y] = this.place;
    for (const key of this.#held) {
      x += MOVES[key][0] * step;
      y += MOVES[key][1] * step;
    }
    this.place = [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))];
    if (this.#down) this.pen.drag(...this.place);
  }

  #turn() {
    if (this.#down) this.#lift();
    else {
      this.#down = true;
      this.pen.press(...this.place);
    }
  }

  #lift() {
    if (this.#down) this.pen.release();
    this.#down = false;
  }
}
