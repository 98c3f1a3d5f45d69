// Numbers as people and spreadsheets write them: decimal commas, grouped thousands, the real minus sign.

/** Everything that stands for a minus sign: the real one, its small and full-width forms. */
const MINUS = /[\u2212\uFE63\uFF0D]/g;
/** Blanks between groups of three digits: space, no-break, figure, thin and narrow no-break space, apostrophes. */
const GROUPED = /^[+-]?\d{1,3}(?:[ \u00A0\u2007\u2009\u202F'\u2019]\d{3})+(?:[.,]\d*)?$/;
const GROUP_MARKS = /[ \u00A0\u2007\u2009\u202F'\u2019]/g;
const COMMA_THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/;
const POINT_THOUSANDS = /^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "-", "?"]);

/** @typedef {"." | ","} Decimal the sign between whole and fraction */

/**
 * Whether a cell says that there is no value.
 * @param {string} cell
 */
export function isMissing(cell) {
  return MISSING.has(cell.trim().toLowerCase());
}

/**
 * The number a cell holds; NaN when it holds none, an infinity when it is too large to store.
 * @param {string} cell
 * @param {Decimal} decimal
 * @returns {number}
 */
export function parseNumber(cell, decimal) {
  let text = cell.trim().replace(MINUS, "-");
  if (GROUPED.test(text)) text = text.replace(GROUP_MARKS, "");
  if (decimal === ",") {
    if (POINT_THOUSANDS.test(text)) text = text.replaceAll(".", "");
    text = text.replace(",", ".");
  } else if (COMMA_THOUSANDS.test(text)) {
    text = text.replaceAll(",", "");
  }
  return PLAIN.test(text) ? Number(text) : Number.NaN;
}

/**
 * Whether the cells write decimals with a comma: more of them look like 1,5 than like 1.5.
 * @param {Iterable<string>} cells
 * @returns {Decimal}
 */
export function detectDecimal(cells) {
  let commas = 0;
  let points = 0;
  for (const cell of cells) {
    const text = cell.trim().replace(MINUS, "-");
    if (/^[+-]?[\d .']*\d,\d+$/.test(text)) commas += 1;
    else if (/^[+-]?[\d ,']*\.\d+(?:e[+-]?\d+)?$/i.test(text)) points += 1;
  }
  return commas > points ? "," : ".";
}
