/** The loss curve: four columns in typed arrays that double when they are full. */

const COLUMNS = /** @type {const} */ (["step", "epoch", "train", "test"]);

/** @typedef {{ step: ArrayLike<number>, epoch: ArrayLike<number>, train: ArrayLike<number>, test: ArrayLike<number> }} Points */

export class Curve {
  length = 0;
  #capacity = 256;
  #columns = allocate(256);

  get step() {
    return this.#columns.step.subarray(0, this.length);
  }
  get epoch() {
    return this.#columns.epoch.subarray(0, this.length);
  }
  get train() {
    return this.#columns.train.subarray(0, this.length);
  }
  get test() {
    return this.#columns.test.subarray(0, this.length);
  }

  /** The step of the last point, −1 while there is none: what a reconnecting client names. */
  get lastStep() {
    return this.length ? this.#columns.step[this.length - 1] : -1;
  }

  clear() {
    this.length = 0;
  }

  /** The place of the point nearest to an epoch, where there are any. @param {number} epoch */
  nearest(epoch) {
    const epochs = this.epoch;
    let low = 0;
    let high = epochs.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (epochs[middle] < epoch) low = middle + 1;
      else high = middle;
    }
    return low > 0 && epoch - epochs[low - 1] < epochs[low] - epoch ? low - 1 : low;
  }

  /**
   * Forget the points after `step`: a run that was restored has gone back and may take another way from there.
   * @param {number} step
   * @returns {boolean} whether there were any
   */
  cut(step) {
    const before = this.length;
    while (this.lastStep > step) this.length -= 1;
    return this.length < before;
  }

  /**
   * Add the points that are newer than what is here. One of the last step takes the last one's place: the weights were
   * edited there.
   * @param {Points} points
   * @returns {boolean} whether the curve is another now
   */
  append(points) {
    let changed = false;
    for (let index = 0; index < points.step.length; index += 1) {
      const isNew = points.step[index] > this.lastStep;
      const at = isNew ? this.length : this.length - 1;
      if (!isNew && (points.step[index] < this.lastStep || points.train[index] === this.#columns.train[at])) continue;
      this.#reserve();
      for (const column of COLUMNS) this.#columns[column][at] = points[column][index];
      this.length = at + 1;
      changed = true;
    }
    return changed;
  }

  #reserve() {
    if (this.length < this.#capacity) return;
    this.#capacity *= 2;
    const larger = allocate(this.#capacity);
    for (const column of COLUMNS) larger[column].set(this.#columns[column]);
    this.#columns = larger;
  }
}

/** @param {number} capacity */
function allocate(capacity) {
  return {
    step: new Float64Array(capacity),
    epoch: new Float64Array(capacity),
    train: new Float64Array(capacity),
    test: new Float64Array(capacity),
  };
}
