// Which numbers to write on an axis.

/** Steps of 1, 2 or 5 times a power of ten. @param {number} span @param {number} count how many steps at most */
export function niceStep(span, count) {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Round numbers within [low, high], at most `count` steps apart. @param {number} low @param {number} high
 * @param {number} count */
export function niceTicks(low, high, count) {
  if (!(high > low)) return [low];
  const step = niceStep(high - low, count);
  const ticks = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}

/** The steps 1, 3, 10, 30 … of a logarithmic axis: step 0 is 1, step 1 is 3, step −1 is 0.3. @param {number} step */
export function logStep(step) {
  const decade = Math.floor(step / 2);
  return Number(((step % 2 === 0 ? 1 : 3) * 10 ** decade).toPrecision(1));
}

/** The largest whole step at or below a positive value. @param {number} value */
export function logStepBelow(value) {
  let step = 2 * Math.floor(Math.log10(value)) - 1;
  while (logStep(step + 1) <= value * (1 + 1e-9)) step += 1;
  return step;
}

/** The 1–3–10 values from low to high, thinned to decades when they would crowd.
 * @param {number} low @param {number} high @param {number} count how many labels fit */
export function logTicks(low, high, count) {
  const first = logStepBelow(low * (1 + 1e-9));
  const last = logStepBelow(high * (1 + 1e-9));
  let stride = 1;
  while ((last - first) / stride + 1 > count) stride *= 2;
  const ticks = [];
  for (let step = first; step <= last; step += 1) {
    if (step % stride === 0 && logStep(step) >= low * (1 - 1e-9)) ticks.push(logStep(step));
  }
  return ticks;
}

const LOWEST_LOSS = 1e-8;

/**
 * The range of a loss axis that only ever grows, and by whole steps.
 * @param {"linear" | "log"} kind
 * @param {readonly [number, number] | null} held the range so far
 * @param {number} smallest @param {number} largest of the values to be shown
 * @returns {[number, number]}
 */
export function lossRange(kind, held, smallest, largest) {
  if (kind === "linear") {
    const top = largest > 0 ? Math.ceil((largest * 1.02) / niceStep(largest, 5)) * niceStep(largest, 5) : 1;
    return [0, Math.max(held?.[1] ?? 0, Number(top.toPrecision(12)))];
  }
  const low = logStepBelow(Math.max(LOWEST_LOSS, Math.min(smallest, largest)));
  const high = logStepBelow(Math.max(LOWEST_LOSS, largest) * (1 - 1e-6)) + 1;
  const range = /** @type {[number, number]} */ ([logStep(Math.min(low, high - 2)), logStep(high)]);
  return held ? [Math.min(held[0], range[0]), Math.max(held[1], range[1])] : range;
}

/** Decimals of an axis's raw values: a tenth of its scale still shows. @param {number} scale raw units a plot unit */
export function decimalsFor(scale) {
  return Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(scale))));
}
