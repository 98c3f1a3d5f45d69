/** Numbers as the page writes them: a real minus, thin spaces in thousands, a fixed count of decimals. */

const THIN_SPACE = "\u202f";
const MINUS = "−";

/** @param {number} value @param {number} decimals @returns {string} */
export function fixed(value, decimals) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** With its sign always: weights, biases, terms. @param {number} value @param {number} decimals */
export function signed(value, decimals = 2) {
  const text = fixed(value, decimals);
  return text.startsWith(MINUS) ? text : `+${text}`;
}

/** 9064 → 9 064. @param {number} value */
export function whole(value) {
  const digits = String(Math.abs(Math.floor(value))).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return value < 0 ? MINUS + digits : digits;
}

const SUPERSCRIPT = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];
const SMALL = 0.0005;
const VERY_SMALL = 1e-4;

/** Two digits of what three decimals would show as nothing: 0.00032, and 3.2×10⁻⁷. @param {number} value */
function small(value) {
  if (value >= VERY_SMALL) return value.toFixed(5);
  const [digits, exponent] = value.toExponential(1).split("e-");
  return `${digits}×10⁻${[...exponent].map((digit) => SUPERSCRIPT[Number(digit)]).join("")}`;
}

/** Three decimals below 100, two digits below 0.0005; a loss beyond a million is a word. @param {number | null} value */
export function loss(value) {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value) || value >= 1e6) return "too large";
  if (value >= 1000) return whole(value);
  if (value > 0 && value < SMALL) return small(value);
  return fixed(value, value >= 100 ? 1 : 3);
}

/** 0.974 → 97.4 %. @param {number | null} share @param {number} decimals */
export function percent(share, decimals = 1) {
  return share === null || share === undefined ? "–" : `${fixed(share * 100, decimals)}${THIN_SPACE}%`;
}

/** A setting as short as it can be written: 0.003, 10, 1e−5. @param {number} value */
export function setting(value) {
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6)) {
    return value
      .toExponential()
      .replace("e+", "e")
      .replaceAll("-", MINUS)
      .replace(/(\.\d{2})\d+/, "$1");
  }
  return String(Number(value.toPrecision(4))).replace("-", MINUS);
}

/** Any value of a spec in a sentence. @param {unknown} value */
export function value(value) {
  return typeof value === "number" ? setting(value) : String(value);
}

/** A whole epoch until the first hundredth matters: 12.4 while stepping by updates. @param {number} epoch */
export function epoch(epoch) {
  return Number.isInteger(epoch) || epoch >= 1000 ? whole(epoch) : fixed(Math.floor(epoch * 10) / 10, 1);
}

/** A number as people write it, with a comma or a real minus, too; null while it is none. @param {string} text */
export function parseTyped(text) {
  const value = Number(text.trim().replace(MINUS, "-").replace(",", "."));
  return text.trim() !== "" && Number.isFinite(value) ? value : null;
}
