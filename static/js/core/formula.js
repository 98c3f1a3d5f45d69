/** Formula markup: `_` and `^` with {} groups; one letter is a variable (italic), a longer word is a name (upright). */

/** @typedef {{ kind: "variable" | "text", text: string } | { kind: "sub" | "sup", children: Part[] }} Part */

const TOKEN = /[_^]|\p{L}+|[^\p{L}_^{}]+|[{}]/gu;
const UPRIGHT_LETTERS = "ΣΠ";

/** @param {string} source @returns {Part[]} */
export function parseFormula(source) {
  const tokens = source.match(TOKEN) ?? [];
  let at = 0;

  /** @param {boolean} inGroup @returns {Part[]} */
  function parts(inGroup) {
    /** @type {Part[]} */
    const result = [];
    while (at < tokens.length) {
      if (inGroup && tokens[at] === "}") break;
      result.push(...one());
    }
    at += inGroup ? 1 : 0;
    return result;
  }

  /** @returns {Part[]} */
  function one() {
    const token = tokens[at++];
    if (token === "_" || token === "^") return [{ kind: token === "_" ? "sub" : "sup", children: script() }];
    if (token === "{") return parts(true);
    return token === "}" ? [] : [word(token)];
  }

  /** A group, or the first character of what follows. @returns {Part[]} */
  function script() {
    if (tokens[at] === "{") {
      at += 1;
      return parts(true);
    }
    const next = tokens[at];
    if (next === undefined) return [];
    const [first, ...rest] = next;
    if (rest.length) tokens[at] = rest.join("");
    else at += 1;
    return [word(first)];
  }

  return parts(false);
}

/** @param {string} token @returns {Part} */
function word(token) {
  const variable = /^\p{L}$/u.test(token) && !UPRIGHT_LETTERS.includes(token);
  return { kind: variable ? "variable" : "text", text: token };
}
