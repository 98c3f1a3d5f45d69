/** What the confidences come to, in a sentence. */

import { percent } from "../../core/format.js";
import { inert } from "../../core/inert.js";

/** A second answer below this share is not worth a sentence. */
const WORTH_TELLING = 0.05;

/** "a 5", "an 8". @param {string} name */
export const withArticle = (name) => `${/^8|^(11|18)$|^[aeiou]/i.test(name) ? "an" : "a"} ${inert(name)}`;

/**
 * "It reads a 5, 82 % sure. A 6 comes second."
 * @param {ArrayLike<number> | null} shares of the classes
 * @param {readonly string[]} names of the classes
 * @param {number | null} known the place of the class that it is, where that is known
 */
export function answer(shares, names, known) {
  if (!shares) return "It has not answered yet.";
  const order = Array.from({ length: shares.length }, (_, at) => at).sort((a, b) => shares[b] - shares[a]);
  const [first, second] = order;
  const sentences = [`It reads ${withArticle(names[first])}, ${percent(shares[first], 0)} sure.`];
  if (second !== undefined && shares[second] >= WORTH_TELLING) {
    const name = withArticle(names[second]);
    sentences.push(`${name[0].toUpperCase()}${name.slice(1)} comes second.`);
  }
  if (known !== null && known !== first && names[known] !== undefined) {
    sentences.push(`It is ${withArticle(names[known])}.`);
  }
  return sentences.join(" ");
}
