/** Whether a question is answered rightly. */

/** @typedef {import("./types.js").Question} Question */
/** @typedef {import("./facts.js").Fact} Fact */

/**
 * What the page sees by itself needs no answer.
 * @param {Question} question
 * @param {number | null} given an option's place, or a number
 * @param {(name: string) => Fact} factOf what the page knows
 */
export function isRight(question, given, factOf) {
  if (question.kind === "done") return factOf(question.fact) === true;
  if (question.kind === "reach") return isWithin(factOf(question.value), question);
  if (given === null) return false;
  if (question.kind === "choice") return given === question.answer;
  return Math.abs(given - question.answer) <= question.tolerance + Number.EPSILON;
}

/** @param {Fact} value @param {{ least: number | null, most: number | null }} bounds */
function isWithin(value, { least, most }) {
  return typeof value === "number" && value >= (least ?? -Infinity) && value <= (most ?? Infinity);
}
