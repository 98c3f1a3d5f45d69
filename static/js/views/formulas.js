// A unit's formula and its equation at the probe point, from the catalog's formula of its activation.

const SUM = "b + Σ w_i ";
/** z as the last argument of a function, and nowhere else: there a sum can stand in its place. */
const ARGUMENT = /(?<=^[^z]*\((?:[^()z]*, )?)z(?=\)$)/;

/** The right side of "a = tanh(z)". @param {string} formula */
const rightSide = (formula) => formula.slice(formula.indexOf("=") + 1).trim();

/** "h = tanh(b + Σ w_i h_i)" from the catalog's "a = tanh(z)"; in two steps where z has no place for a sum.
 * @param {string} formula @param {"y" | "h"} result @param {"x" | "h"} input @returns {string[]} */
export function unitFormula(formula, result, input) {
  const side = rightSide(formula);
  const sum = `${SUM}${input}_i`;
  if (side === "z") return [`${result} = ${sum}`];
  return ARGUMENT.test(side) ? [`${result} = ${side.replace(ARGUMENT, sum)}`] : [`z = ${sum}`, `${result} = ${side}`];
}

/** The same in one line, by the activation's name where z has no place for a sum: "y = sigmoid(b + Σ w_i h_i)".
 * @param {string} formula of the catalog @param {string} label @param {"y" | "h"} result @param {"x" | "h"} input */
export function unitLine(formula, label, result, input) {
  const [line, second] = unitFormula(formula, result, input);
  return second ? `${result} = ${called(label, `${SUM}${input}_i`)}` : line;
}

/** "sigmoid(…)" from the label "Sigmoid"; "ELU" stays. @param {string} label @param {string} argument */
const called = (label, argument) =>
  `${label.replace(/^[A-Z](?=[a-z]+$)/, (first) => first.toLowerCase())}(${argument})`;

/** The activation with a number in place of z: "tanh(+1.12)". @param {string} formula of the catalog
 * @param {string} label @param {string} z */
export function unitEquation(formula, label, z) {
  const side = rightSide(formula);
  if (side === "z") return z;
  return ARGUMENT.test(side) ? side.replace(ARGUMENT, z) : called(label, z);
}
