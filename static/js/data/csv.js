// Reads tables that people paste: finds the delimiter, the decimal sign and the header, and never lets a bad row stop
// the good ones. No page, no network: text in, table out.

import { detectDecimal, isMissing, parseNumber } from "./numbers.js";
import { MAX_BYTES } from "./textfile.js";

/** At most this many rows are used, and this many columns are read. */
export const MAX_ROWS = 10_000;
export const MAX_COLUMNS = 200;
/** So many problems are kept in words; the rest are counted. */
const MAX_PROBLEMS = 1000;
/** A quoted cell longer than this was not meant to be quoted. */
const MAX_QUOTED = 20_000;
const SAMPLE_RECORDS = 100;
const DELIMITERS = ["\t", ";", ",", " "];

/** @typedef {{line: number, reason: string}} Problem a line that was skipped, and why */
/** @typedef {{line: number, cells: string[]}} Row */
/** @typedef {{name: string, kind: "number" | "text", unique: string[], distinct: number}} Column its first few different values, and how many there are */
/**
 * @typedef {object} Table
 * @property {string} delimiter
 * @property {import("./numbers.js").Decimal} decimal
 * @property {string[] | null} header
 * @property {Column[]} columns
 * @property {Row[]} rows
 * @property {Problem[]} problems
 * @property {number} problemCount all of them, also those that are not in the list
 * @property {number} unused rows after the first 10 000
 * @property {string | null} error what is wrong with the whole text, when nothing can be read
 */

/** @typedef {{line: number, lines: number, end: number, cells: string[], fault: string | null}} Rec one record of the text */

/** @param {string} text @param {number} at */
function lineEnd(text, at) {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/**
 * The quoted cell that opens at `at`: RFC 4180, with "" for a quote. null when the quote is never closed.
 * @param {string} text
 * @param {number} at
 * @returns {{value: string, end: number} | null}
 */
function quotedCell(text, at) {
  const limit = Math.min(text.length, at + MAX_QUOTED);
  let value = "";
  let from = at + 1;
  while (from < limit) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || quote >= limit) return null;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
  return null;
}

/** @param {string} text @param {number} at @param {number} end @param {string} delimiter */
function cellEnd(text, at, end, delimiter) {
  for (let index = at; index < end; index += 1) {
    const char = text[index];
    if (char === delimiter || (delimiter === " " && char === "\t")) return index;
  }
  return end;
}

/** @param {string} text @param {number} at @param {number} end */
function skipBlanks(text, at, end) {
  let index = at;
  while (index < end && (text[index] === " " || text[index] === "\t")) index += 1;
  return index;
}

/** @param {string} text @param {number} from @param {number} to */
function countLines(text, from, to) {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

/** @param {number} line @param {number} end @param {string} fault @returns {Rec} */
const faulty = (line, end, fault) => ({ line, lines: 1, end, cells: [], fault });

/**
 * The record that starts at `start`. Reading stops at the 201st cell, however many the line has.
 * @param {string} text
 * @param {number} start
 * @param {number} line
 * @param {string} delimiter
 * @returns {Rec}
 */
function readRecord(text, start, line, delimiter) {
  let end = lineEnd(text, start);
  const firstEnd = end;
  /** @type {string[]} */
  const cells = [];
  let at = delimiter === " " ? skipBlanks(text, start, end) : start;
  for (;;) {
    if (cells.length === MAX_COLUMNS) return faulty(line, firstEnd, `has more than ${MAX_COLUMNS} columns`);
    const opening = delimiter === "\t" ? at : skipBlanks(text, at, end);
    const quoted = text[opening] === '"' ? quotedCell(text, opening) : undefined;
    if (quoted === null) return faulty(line, firstEnd, "opens a quote that is not closed");
    if (quoted) end = lineEnd(text, quoted.end);
    const stop = cellEnd(text, quoted ? quoted.end : at, end, delimiter);
    cells.push(quoted ? quoted.value + text.slice(quoted.end, stop).trim() : text.slice(at, stop).trim());
    at = delimiter === " " ? skipBlanks(text, stop, end) : stop + 1;
    if (stop >= end || (delimiter === " " && at >= end)) break;
  }
  const fault = text.slice(start, end).includes("\0") ? "holds characters that are not text" : null;
  return { line, lines: 1 + countLines(text, start, end), end, cells, fault };
}

/** @param {string} text @param {number} start @param {number} end */
function isBlankOrComment(text, start, end) {
  const first = text.slice(start, Math.min(end, start + 500)).trimStart()[0];
  return first === undefined || first === "#";
}

/**
 * The records of a text, without blank lines and comments.
 * @param {string} text
 * @param {string} delimiter
 * @returns {Generator<Rec>}
 */
function* records(text, delimiter) {
  let line = 1;
  let start = 0;
  while (start < text.length) {
    const end = lineEnd(text, start);
    if (isBlankOrComment(text, start, end)) {
      line += 1;
      start = end + 1;
      continue;
    }
    const record = readRecord(text, start, line, delimiter);
    yield record;
    line += record.lines;
    start = record.end + 1;
  }
}

/** @param {string} text @param {string} delimiter @returns {Rec[]} */
function sample(text, delimiter) {
  const found = [];
  for (const record of records(text, delimiter)) {
    if (record.fault === null) found.push(record);
    if (found.length === SAMPLE_RECORDS) break;
  }
  return found;
}

/** The most frequent number of cells; the larger one of two equally frequent. @param {{cells: string[]}[]} rows */
function usualWidth(rows) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const row of rows) counts.set(row.cells.length, (counts.get(row.cells.length) ?? 0) + 1);
  let width = 0;
  for (const [cells, count] of counts) {
    const best = counts.get(width) ?? 0;
    if (count > best || (count === best && cells > width)) width = cells;
  }
  return width;
}

/** How well a delimiter fits: rows of one width count twice, numbers among their cells once. @param {Rec[]} found */
function fitness(found) {
  const width = usualWidth(found);
  if (width < 2) return 0;
  const regular = found.filter((record) => record.cells.length === width);
  const cells = regular.flatMap((record) => record.cells);
  const decimal = detectDecimal(cells);
  const numbers = cells.filter((cell) => !Number.isNaN(parseNumber(cell, decimal))).length;
  return (2 * regular.length) / found.length + numbers / cells.length;
}

/**
 * The delimiter with which the first lines make the most regular table; a comma when none does.
 * @param {string} text
 * @returns {string}
 */
export function detectDelimiter(text) {
  const declared = /^sep=([\t;, ])\r?\n/i.exec(text);
  if (declared) return /** @type {string} */ (declared[1]);
  let best = ",";
  let bestFitness = 0;
  for (const delimiter of DELIMITERS) {
    const value = fitness(sample(text, delimiter));
    if (value > bestFitness + 1e-9) {
      best = delimiter;
      bestFitness = value;
    }
  }
  return best;
}

/** @param {string[]} cells @param {import("./numbers.js").Decimal} decimal */
function numericShare(cells, decimal) {
  const present = cells.filter((cell) => !isMissing(cell));
  return present.filter((cell) => !Number.isNaN(parseNumber(cell, decimal))).length / Math.max(1, present.length);
}

/**
 * Whether the first row names the columns: it holds no number although some column below it does.
 * @param {Row[]} rows
 * @param {number} width
 * @param {import("./numbers.js").Decimal} decimal
 */
function hasHeader(rows, width, decimal) {
  const first = rows[0]?.cells ?? [];
  if (rows.length < 2 || first.length !== width || first.some((cell) => !Number.isNaN(parseNumber(cell, decimal)))) {
    return false;
  }
  const below = rows.slice(1, SAMPLE_RECORDS);
  return first.some((cell, index) => {
    const column = below.map((row) => row.cells[index] ?? "");
    return cell !== "" && numericShare(column, decimal) > 0.5;
  });
}

/** @param {Row[]} rows @param {number} index @param {string} name @param {import("./numbers.js").Decimal} decimal @returns {Column} */
function describeColumn(rows, index, name, decimal) {
  const cells = rows.map((row) => /** @type {string} */ (row.cells[index]));
  const values = new Set(cells.filter((cell) => !isMissing(cell)));
  return {
    name,
    kind: values.size > 0 && numericShare(cells, decimal) > 0.5 ? "number" : "text",
    unique: [...values].slice(0, 11),
    distinct: values.size,
  };
}

/** The list of problems: sorted by line in the end, bounded from the beginning. */
class Problems {
  constructor() {
    /** @type {Problem[]} */
    this.list = [];
    this.count = 0;
  }

  /** @param {number} line @param {string} reason */
  add(line, reason) {
    this.count += 1;
    if (this.list.length < MAX_PROBLEMS) this.list.push({ line, reason });
  }
}

/** @param {string} delimiter @param {string} error @param {Problems} problems @returns {Table} */
function nothing(delimiter, error, problems = new Problems()) {
  const { list, count } = problems;
  return {
    delimiter,
    decimal: ".",
    header: null,
    columns: [],
    rows: [],
    problems: list,
    problemCount: count,
    unused: 0,
    error,
  };
}

/**
 * The readable rows, one more than can be used because the first may be the header.
 * @param {string} text
 * @param {string} delimiter
 * @param {Problems} problems
 */
function collectRows(text, delimiter, problems) {
  /** @type {Row[]} */
  const rows = [];
  let unused = 0;
  const declared = /^sep=/i.test(text);
  for (const { line, cells, fault } of records(text, delimiter)) {
    if (declared && line === 1) continue;
    if (fault !== null) problems.add(line, fault);
    else if (rows.length > MAX_ROWS) unused += 1;
    else rows.push({ line, cells });
  }
  return { rows, unused };
}

/** Rows of one width: short ones are filled up, long ones are problems. @param {Row[]} rows @param {number} width @param {Problems} problems */
function evenRows(rows, width, problems) {
  return rows.filter((row) => {
    while (row.cells.length > width && row.cells.at(-1) === "") row.cells.pop();
    while (row.cells.length < width) row.cells.push("");
    if (row.cells.length === width) return true;
    problems.add(row.line, `has ${row.cells.length} columns where the others have ${width}`);
    return false;
  });
}

/**
 * Reads a table. Bad rows become problems, by line; the rest is the table. Short rows are filled up with empty cells, so
 * that only a column somebody needs is missed.
 * @param {string} source
 * @returns {Table}
 */
export function parseCsv(source) {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  if (text.trim() === "") return nothing(",", "There is nothing to read yet. Paste a table or choose a file.");
  if (text.length > MAX_BYTES)
    return nothing(",", "The text has more than 5 MB. Keep the first rows and paste it again.");
  const delimiter = detectDelimiter(text);
  const problems = new Problems();
  const collected = collectRows(text, delimiter, problems);
  if (collected.rows.length === 0) return nothing(delimiter, emptyReason(problems.list), problems);
  const width = usualWidth(collected.rows);
  const sampled = collected.rows.slice(0, SAMPLE_RECORDS).flatMap((row) => row.cells);
  const decimal = delimiter === "," ? "." : detectDecimal(sampled);
  const header = hasHeader(collected.rows, width, decimal) ? /** @type {Row} */ (collected.rows.shift()).cells : null;
  const unused = collected.unused + collected.rows.splice(MAX_ROWS).length;
  const rows = evenRows(collected.rows, width, problems);
  problems.list.sort((a, b) => a.line - b.line);
  const columns = columnNames(header, width).map((name, index) => describeColumn(rows, index, name, decimal));
  return {
    delimiter,
    decimal,
    header,
    columns,
    rows,
    problems: problems.list,
    problemCount: problems.count,
    unused,
    error: null,
  };
}

/** @param {Problem[]} problems */
function emptyReason(problems) {
  if (problems[0]?.reason.includes("columns")) {
    return `Each line has more than ${MAX_COLUMNS} columns, which is too many to read. Keep the columns you need.`;
  }
  return problems.length > 0 ? "No line can be read." : "There are only comments and empty lines.";
}

/** @param {string} name as the header has it */
const readableName = (name) =>
  name
    .slice(0, 60)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();

/** @param {string[] | null} header @param {number} width */
function columnNames(header, width) {
  return Array.from({ length: width }, (_, index) => readableName(header?.[index] ?? "") || `Column ${index + 1}`);
}
