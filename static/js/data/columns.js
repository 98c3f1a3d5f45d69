// Which columns of a table become x₁, x₂ and the label, and the points they make.

import { inert } from "../core/inert.js";
import { countClasses } from "./classes.js";
import { isMissing, parseNumber } from "./numbers.js";

/** @typedef {import("./csv.js").Table} Table */
/** @typedef {import("./csv.js").Problem} Problem */
/** @typedef {import("./classes.js").Point} Point */
/** @typedef {{x1: number, x2: number, label: number, labelKind: "class" | "number"}} Choice column numbers; −1 for none */
/** @typedef {import("./classes.js").ClassCount} ClassCount */
/**
 * @typedef {object} PointTable
 * @property {Point[]} points as they stand in the table, not scaled
 * @property {ClassCount[]} classes in the order of their labels; empty for a number
 * @property {Problem[]} problems
 * @property {string | null} error why these columns cannot be used at all
 */

export const MAX_CLASSES = 10;
const MAX_LABEL = 60;
/** Larger numbers are not taken as numbers to compute with, nor as labels. */
const MAX_NUMBER = 1e15;
const MAX_NUMERIC_LABEL = 1e6;
const LABEL_NAMES = /^(class|label|target|category|species|type|group|colou?r|kind)$/i;
/** Class names that are our two colours get those colours. @type {Record<string, number>} */
const COLOUR_LABELS = { orange: -1, blue: 1 };

/** Column numbers that hold what `kind` says. @param {Table} table @param {"number" | "text"} kind */
const columnsOf = (table, kind) =>
  table.columns.flatMap((column, index) => (column.kind === kind && column.distinct > 0 ? [index] : []));

/** @param {Table} table @param {number} index */
function looksLikeClasses(table, index) {
  const column = table.columns[index];
  if (!column || column.distinct > MAX_CLASSES) return false;
  if (column.kind === "text") return true;
  const often = column.distinct <= 2 || 2 * column.distinct <= table.rows.length;
  return often && column.unique.every((cell) => Number.isInteger(parseNumber(cell, table.decimal)));
}

/** @param {Table} table @returns {number} */
function chooseLabel(table) {
  const texts = columnsOf(table, "text");
  const numbers = columnsOf(table, "number");
  const named = [...texts, ...numbers].find((index) => LABEL_NAMES.test(table.columns[index]?.name ?? ""));
  const classes = texts.filter((index) => looksLikeClasses(table, index) && (table.columns[index]?.distinct ?? 0) > 1);
  return named ?? classes.at(-1) ?? texts.at(-1) ?? (numbers.length > 2 ? /** @type {number} */ (numbers.at(-1)) : -1);
}

/**
 * The columns most people would choose: the label by its name, else the last text column, else the last column;
 * x₁ and x₂ are the first two other columns of numbers.
 * @param {Table} table
 * @returns {Choice}
 */
export function chooseColumns(table) {
  const label = chooseLabel(table);
  const [x1 = -1, x2 = -1] = columnsOf(table, "number").filter((index) => index !== label);
  const number = table.columns[label]?.kind === "number" && !looksLikeClasses(table, label);
  return { x1, x2, label, labelKind: number ? "number" : "class" };
}

/** Longer texts are not repeated in full. @param {string} cell */
const quote = (cell) => `“${inert(cell.length > 24 ? `${cell.slice(0, 23)}…` : cell)}”`;

/**
 * The number in a cell, or what is wrong with it.
 * @param {string} cell
 * @param {import("./numbers.js").Decimal} decimal
 * @param {string} what "first number", "second number"
 * @returns {number | string}
 */
function readNumber(cell, decimal, what) {
  if (isMissing(cell)) return `has no ${what}`;
  const value = parseNumber(cell, decimal);
  if (Number.isNaN(value)) return `has ${quote(cell)} where the ${what} should be`;
  return Math.abs(value) <= MAX_NUMBER ? value : `has ${quote(cell)}, which is too large, as its ${what}`;
}

/** @param {string} cell @returns {{name: string} | string} */
function readClass(cell) {
  if (isMissing(cell)) return "has no class";
  const name = cell
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  if (name === "") return "has no class";
  return name.length > MAX_LABEL ? `has a class name of more than ${MAX_LABEL} characters` : { name };
}

/**
 * One kind of label for all: our colours become −1 and +1, names that are all numbers become numbers, others stay.
 * @param {string[]} names distinct
 * @param {import("./numbers.js").Decimal} decimal
 * @returns {Map<string, number | string>}
 */
function labelMap(names, decimal) {
  if (names.every((name) => name.toLowerCase() in COLOUR_LABELS)) {
    return new Map(names.map((name) => [name, /** @type {number} */ (COLOUR_LABELS[name.toLowerCase()])]));
  }
  const numbers = names.map((name) => parseNumber(name, decimal));
  const numeric = numbers.every((number) => Math.abs(number) <= MAX_NUMERIC_LABEL);
  return new Map(names.map((name, index) => [name, numeric ? /** @type {number} */ (numbers[index]) : name]));
}

/** @param {Table} table @param {Choice} choice @returns {string | null} */
function choiceError(table, choice) {
  if (table.error) return table.error;
  const numbers = columnsOf(table, "number").length;
  if (numbers < 2) return `Two columns of numbers are needed, and this table has ${numbers === 1 ? "one" : "none"}.`;
  if (choice.x1 < 0 || choice.x2 < 0) return "Choose a column of numbers for x₁ and another one for x₂.";
  if (choice.x1 === choice.x2) return "x₁ and x₂ are the same column. Choose another one for x₂.";
  if (choice.label < 0) return "Choose the column that holds the class, or the number to be learnt.";
  return null;
}

/** @param {string} name @param {number} classes @returns {string | null} */
function classError(name, classes) {
  if (classes === 1) return `${inert(name)} holds one class only. Two or more are needed.`;
  if (classes <= MAX_CLASSES) return null;
  return `${inert(name)} holds ${classes} different values, and a class column may hold up to ${MAX_CLASSES}. Choose another column, or take it as a number.`;
}

/**
 * The points of a table in the chosen columns. Rows that lack something become problems.
 * @param {Table} table
 * @param {Choice} choice
 * @returns {PointTable}
 */
export function buildPoints(table, choice) {
  const error = choiceError(table, choice);
  if (error) return { points: [], classes: [], problems: table.problems, error };
  /** @type {Problem[]} */
  const problems = [];
  /** @type {[number, number, number | string][]} */
  const points = [];
  const isClass = choice.labelKind === "class";
  for (const { line, cells } of table.rows) {
    const [x1, x2, label] = [choice.x1, choice.x2, choice.label].map((index) => cells[index] ?? "");
    const first = readNumber(/** @type {string} */ (x1), table.decimal, "first number");
    const second = readNumber(/** @type {string} */ (x2), table.decimal, "second number");
    const cell = /** @type {string} */ (label);
    const target = isClass ? readClass(cell) : readNumber(cell, table.decimal, "value to be learnt");
    const reason = [first, second, target].find((value) => typeof value === "string");
    if (typeof reason === "string") problems.push({ line, reason });
    else points.push([+first, +second, typeof target === "object" ? target.name : target]);
  }
  const all = [...table.problems, ...problems].sort((a, b) => a.line - b.line);
  if (points.length === 0) return { points, classes: [], problems: all, error: "No line holds a whole point." };
  if (!isClass) return { points, classes: [], problems: all, error: null };
  const labels = labelMap([...new Set(points.map((point) => `${point[2]}`))], table.decimal);
  for (const point of points) point[2] = /** @type {number | string} */ (labels.get(`${point[2]}`));
  const classes = countClasses(points);
  const name = table.columns[choice.label]?.name ?? "";
  return { points, classes, problems: all, error: classError(name, classes.length) };
}
