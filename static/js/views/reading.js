// What the plot says about one point: the value, the class and how sure the network is.

/** @typedef {{ value: number, class: number | null, certainty: number | null }} Reading */

/**
 * @param {ArrayLike<number>} outputs the output units' values at the point
 * @param {string} activation of the output layer
 * @param {string} task
 * @returns {Reading} the value is the winning unit's; the certainty is null where the output is no probability
 */
export function readOutputs(outputs, activation, task) {
  if (outputs.length > 1) {
    let best = 0;
    for (let unit = 1; unit < outputs.length; unit += 1) if (outputs[unit] > outputs[best]) best = unit;
    return { value: outputs[best], class: best, certainty: activation === "softmax" ? outputs[best] : null };
  }
  const value = outputs[0];
  if (task === "regression") return { value, class: null, certainty: null };
  const share = activation === "sigmoid" ? value : activation === "tanh" ? (value + 1) / 2 : null;
  const positive = share === null ? value > 0 : share > 0.5;
  return { value, class: Number(positive), certainty: share === null ? null : Math.max(share, 1 - share) };
}

/** Where a value stands on a scale, from −1 to 1. @param {number} value @param {readonly [number, number]} range */
export function placeOn(value, [low, high]) {
  return Math.max(-1, Math.min(1, (2 * value - low - high) / (high - low || 1)));
}

/** @param {number} place on the scale, from −1 to 1 */
export function leaning(place) {
  if (Math.abs(place) < 0.05) return "undecided";
  return place < 0 ? "leans orange" : "leans blue";
}
