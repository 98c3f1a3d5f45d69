/** A link from a stranger: what can be used of it is, and what was left out is said. */

import { isObject } from "./merge.js";
import { decodeHash, LinkError } from "./urlstate.js";

/** @typedef {import("./types.js").RunSpec} RunSpec */
/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {import("./types.js").Issue} Issue */

const MOST_LINES = 5;
const ROUNDS = 3;

/**
 * @param {string} hash
 * @param {(partial: Patch) => Promise<{ valid: boolean, errors: Issue[], spec?: RunSpec }>} validate
 * @returns {Promise<{ spec: Partial<RunSpec>, trouble: { text: string, details: string[] } | null }>} an empty spec where
 * nothing can be used
 */
export async function readLink(hash, validate) {
  /** @type {string[]} */
  const problems = [];
  /** @type {Patch} */
  let partial = {};
  try {
    partial = await decodeHash(hash, (error) => problems.push(error.message));
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    problems.push(error.message);
  }
  let answer = await validate(partial);
  for (let round = 1; !answer.valid && round < ROUNDS; round += 1) {
    problems.push(...answer.errors.map(sentence));
    for (const { pointer } of answer.errors) leaveOut(partial, pointer);
    answer = await validate(partial);
  }
  const used = answer.valid && Object.keys(partial).length > 0;
  return { spec: (used && answer.spec) || {}, trouble: problems.length ? trouble(problems, used) : null };
}

/**
 * The server knows sets that are no points in the plane; to a page that draws the plane they are a mistake.
 * @param {{ valid: boolean, errors: Issue[], spec?: RunSpec }} answer
 * @param {readonly { name: string }[]} sets what the page can draw
 */
export function refuseOtherSets(answer, sets) {
  const kind = answer.spec?.dataset?.kind;
  if (!kind || kind === "points" || sets.some(({ name }) => name === kind)) return answer;
  const message = "This set is not one of points in the plane, so it cannot be shown here.";
  return { valid: false, errors: [{ pointer: "/dataset", message }] };
}

/** @param {string[]} problems @param {boolean} used whether anything of the link is */
function trouble(problems, used) {
  const lines = problems.slice(0, MOST_LINES);
  if (problems.length > MOST_LINES) lines.push(`and ${problems.length - MOST_LINES} more`);
  const text = used
    ? "Some settings in this link cannot be used. They are left as usual; the others are taken."
    : "The setup in this link cannot be used, so this is the usual one.";
  return { text, details: lines };
}

/** @param {string} pointer @returns {string[]} */
const tokensOf = (pointer) =>
  pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

/** @param {Issue} issue */
function sentence({ pointer, message }) {
  const name = tokensOf(pointer).join(".").slice(0, 40);
  if (!message.startsWith("This field is not known.")) return `${name}: ${message}`;
  return message
    .replace("This field is not known.", `“${name}” is not a setting.`)
    .replace(/ The fields here are .*/, "");
}

/** Points are one thing: with a part of them wrong none are taken. @param {Patch} partial @param {string} pointer */
function leaveOut(partial, pointer) {
  const tokens = tokensOf(pointer);
  const whole = tokens[0] === "dataset" && partial.dataset?.kind === "points";
  remove(partial, whole ? ["dataset"] : tokens);
}

/**
 * Take out the field at a place. Of a list, and of what the place does not lead into, all goes.
 * @param {Patch} patch
 * @param {string[]} place
 * @returns {boolean} whether it was there
 */
function remove(patch, [key, ...rest]) {
  if (key === undefined || !Object.hasOwn(patch, key)) return false;
  const inner = patch[key];
  if (rest.length && isObject(inner) && remove(inner, rest) && Object.keys(inner).length) return true;
  delete patch[key];
  return true;
}
