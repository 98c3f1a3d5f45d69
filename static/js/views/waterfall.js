// How a unit's sum comes about: bias, then each weight × input, up to z.

/**
 * @typedef {object} Step
 * @property {"bias" | "term" | "rest"} kind
 * @property {number} input which input, −1 for the bias and the rest
 * @property {number} value what it adds
 * @property {number} from @property {number} to the running sum before and after
 * @property {number} count how many terms it stands for
 */

/**
 * The steps from 0 to z. With more inputs than `most`, the largest terms stay, in their order, and the others are
 * added up in one step at the end.
 * @param {number} bias @param {ArrayLike<number>} weights @param {ArrayLike<number>} inputs @param {number} [most]
 * @returns {Step[]}
 */
export function waterfall(bias, weights, inputs, most = 12) {
  const terms = Array.from({ length: weights.length }, (_, input) => ({
    input,
    value: weights[input] * inputs[input],
  }));
  const kept =
    terms.length > most
      ? [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most - 1)
      : [...terms];
  kept.sort((a, b) => a.input - b.input);
  const shown = new Set(kept.map((term) => term.input));
  const rest = terms.filter((term) => !shown.has(term.input));
  let sum = 0;
  /** @param {Step["kind"]} kind @param {number} input @param {number} value @param {number} [count] */
  const step = (kind, input, value, count = 1) => {
    const from = sum;
    sum += value;
    return { kind, input, value, from, to: sum, count };
  };
  const steps = [step("bias", -1, bias), ...kept.map((term) => step("term", term.input, term.value))];
  if (rest.length) {
    const value = rest.reduce((total, term) => total + term.value, 0);
    steps.push(step("rest", -1, value, rest.length));
  }
  return steps;
}

/** The lowest and highest running sum, zero included. @param {readonly Step[]} steps @returns {[number, number]} */
export function waterfallRange(steps) {
  let low = 0;
  let high = 0;
  for (const { to } of steps) {
    low = Math.min(low, to);
    high = Math.max(high, to);
  }
  return [low, high];
}
