/** Between a slider's position (0 … 1000) and its value, on a linear or a logarithmic scale, snapping to what can be chosen. */

/** @typedef {import("./props.js").ScaleOptions} ScaleOptions */
/**
 * @typedef {{
 *   position: (value: number) => number, nearest: (position: number) => number,
 *   moved: (value: number, by: number) => number, ticks: number[],
 * }} SliderScale
 */

const LENGTH = 1000;

/** @param {ScaleOptions} options @returns {SliderScale} */
export function makeScale({ min = 0, max = 1, step = 1, scale = "linear", values }) {
  const choices = values?.length ? [...values].sort((a, b) => a - b) : range(min, max, step);
  return scale === "log" ? logScale(choices) : linearScale(choices);
}

/** @param {number[]} choices @returns {SliderScale} */
function linearScale(choices) {
  const first = choices[0];
  const span = (choices.at(-1) ?? first) - first || 1;
  return { ...snapping(choices, (value) => ((value - first) / span) * LENGTH), ticks: [] };
}

/** A zero among the choices stands one place before the smallest other. @param {number[]} choices @returns {SliderScale} */
function logScale(choices) {
  const positive = choices.filter((value) => value > 0);
  const low = Math.log10(positive[0]) - (positive.length < choices.length ? 0.5 : 0);
  const span = Math.log10(positive[positive.length - 1]) - low || 1;
  const place = (/** @type {number} */ value) => (value > 0 ? ((Math.log10(value) - low) / span) * LENGTH : 0);
  const ticks = [];
  for (let decade = Math.ceil(low); decade <= low + span + 1e-9; decade += 1) ticks.push(place(10 ** decade));
  return { ...snapping(choices, place), ticks };
}

/** @param {number[]} choices @param {(value: number) => number} place */
function snapping(choices, place) {
  const clamp = (/** @type {number} */ position) => Math.round(Math.min(LENGTH, Math.max(0, position)));
  const closest = (/** @type {number} */ position) =>
    choices.reduce(
      (best, value, index) =>
        Math.abs(place(value) - position) < Math.abs(place(choices[best]) - position) ? index : best,
      0,
    );
  return {
    position: (/** @type {number} */ value) => clamp(place(value)),
    nearest: (/** @type {number} */ position) => choices[closest(position)],
    /** A value that is none of the choices moves to the nearest one first, if that lies in the right direction. */
    moved: (/** @type {number} */ value, /** @type {number} */ by) => {
      const here = closest(place(value));
      const there = Number.isFinite(by) && Math.sign(choices[here] - value) === Math.sign(by) ? here : here + by;
      return choices[Math.min(choices.length - 1, Math.max(0, there))];
    },
  };
}

/** @param {number} min @param {number} max @param {number} step */
function range(min, max, step) {
  const count = Math.round((max - min) / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((min + index * step).toPrecision(12)));
}
