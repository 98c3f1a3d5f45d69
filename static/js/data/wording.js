// Small pieces of wording that the data panel, the dialog and the drawing bar share.

const MINUS = "\u2212";
const THIN = "\u202F";

/**
 * A number as it is shown: up to four significant digits, a real minus, thin spaces between thousands.
 * @param {number} value
 * @returns {string}
 */
export function formatNumber(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e7 || size < 1e-4 ? value.toExponential(3).replace(/\.?0+e/, "e") : `${Number(value.toPrecision(4))}`;
  const [whole = "", ...rest] = text.replace("-", MINUS).split(/(?=[.e])/);
  return whole.replace(/\B(?=(\d{3})+$)/g, THIN) + rest.join("").replace("e+", "e").replace("-", MINUS);
}

/** @param {number} value a whole number */
export const formatCount = (value) => `${value}`.replace(/\B(?=(\d{3})+$)/g, THIN);

/** "1 point", "2 points" @param {number} count @param {string} one @param {string} many */
export const counted = (count, one, many = `${one}s`) => `${formatCount(count)} ${count === 1 ? one : many}`;

/** @param {import("./csv.js").Problem} problem */
export const problemSentence = ({ line, reason }) => `Line ${formatCount(line)} ${reason}, so it is skipped.`;

const TWO_CLASSES = ["Orange", "Blue"];
const THREE_CLASSES = ["Orange", "Blue", "Green"];

/**
 * What a class is called on the page: its own name, or its colour when it has none.
 * @param {number | string} label
 * @param {number} index its place among the sorted labels
 * @param {(number | string)[]} labels all of them
 */
export function className(label, index, labels) {
  const unnamed = labels.every((each) => typeof each === "number" && Number.isInteger(each) && each >= -1 && each <= 2);
  const colours = labels.length === 2 ? TWO_CLASSES : THREE_CLASSES;
  return unnamed && labels.length <= 3 ? (colours[index] ?? `${label}`) : `${label}`;
}
