// Long curves to as many points as a chart can show: per stretch the smallest and the largest value, in their order.

/** Losses beyond this are no numbers but signs of divergence. */
export const TOO_LARGE = 1e12;
const SMALLEST = 1e-8;

/** @param {number} value @returns {number | null} a loss as a chart takes it: positive, or a gap */
const shown = (value) => (Number.isFinite(value) && value < TOO_LARGE ? Math.max(SMALLEST, value) : null);

/** @typedef {[number[], (number | null)[], (number | null)[]]} Columns x and two series */

/**
 * @param {{ length: number, epoch: ArrayLike<number>, train: ArrayLike<number>, test: ArrayLike<number> }} curve
 * @param {number} pixels width of the chart
 * @returns {Columns} at most 2 × pixels + 1 points, the last one among them
 */
export function decimate(curve, pixels) {
  const { length, epoch, train, test } = curve;
  /** @type {Columns} */
  const columns = [[], [], []];
  /** @param {number} x @param {number} first @param {number} second */
  const push = (x, first, second) => {
    columns[0].push(x);
    columns[1].push(shown(first));
    columns[2].push(shown(second));
  };
  const whole = Math.max(1, Math.floor(pixels));
  if (length <= 2 * whole) {
    for (let at = 0; at < length; at += 1) push(epoch[at], train[at], test[at]);
    return columns;
  }
  for (let stretch = 0; stretch < whole; stretch += 1) {
    const from = Math.floor((stretch * (length - 1)) / whole);
    const to = Math.floor(((stretch + 1) * (length - 1)) / whole);
    const [train0, train1] = extremes(train, from, to);
    const [test0, test1] = extremes(test, from, to);
    push(epoch[from], train[train0], test[test0]);
    push((epoch[from] + epoch[to]) / 2, train[train1], test[test1]);
  }
  push(epoch[length - 1], train[length - 1], test[length - 1]);
  return columns;
}

/** Places of the smallest and the largest value, the earlier one first. @param {ArrayLike<number>} values
 * @param {number} from @param {number} to @returns {[number, number]} */
function extremes(values, from, to) {
  let low = from;
  let high = from;
  for (let at = from + 1; at < to; at += 1) {
    if (values[at] < values[low]) low = at;
    if (values[at] > values[high]) high = at;
  }
  return low < high ? [low, high] : [high, low];
}
