// From a table's own units to the plot, which shows −6 to 6, and back: raw = center + scale · x.

import { setting } from "../core/format.js";
import { inert } from "../core/inert.js";

/** @typedef {{name: string, center: number, scale: number}} Axis */
/** @typedef {import("./classes.js").Point} Point */

/** Data is scaled to reach this far from the middle of the plot. */
const REACH = 5;
/** Data that lies within the plot, on both sides of zero and over a third of it, stays as it is. */
const PLOT = 6;
const LEAST = 4;
/** A column that varies less than this is one value: finer scales are not stored. */
const LEAST_HALF = 1e-14;

/**
 * `value` with three significant digits, rounded up.
 * @param {number} value positive
 */
export function roundUp(value) {
  const step = 10 ** (Math.floor(Math.log10(value)) - 2);
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(3));
}

/** @param {Iterable<number>} values @returns {[low: number, high: number]} */
function range(values) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/**
 * The axis on which all values lie within ±5: a middle and a unit of few digits, so that they can be read out.
 * @param {string} name
 * @param {number[]} values at least one
 * @returns {Axis}
 */
export function fitAxis(name, values) {
  const [low, high] = range(values);
  const half = high / 2 - low / 2;
  if (half < LEAST_HALF) return { name, center: low, scale: 1 };
  const step = 10 ** Math.floor(Math.log10(half) - 2);
  const middle = Math.round((low / 2 + high / 2) / step) * step;
  const center = Number.isFinite(middle) ? Number(middle.toPrecision(12)) : low / 2 + high / 2;
  return { name, center, scale: roundUp(Math.max(high - center, center - low) / REACH) };
}

/** @param {number[]} values */
function fillPlot(values) {
  const [low, high] = range(values);
  return low >= -PLOT && high <= PLOT && low < 0 && high > 0 && high - low >= LEAST;
}

/**
 * The two axes of a set of points. Numbers that fill the plot already are left alone.
 * @param {[string, string]} names
 * @param {Point[]} points at least one
 * @returns {[Axis, Axis]}
 */
export function fitAxes(names, points) {
  const first = points.map((point) => point[0]);
  const second = points.map((point) => point[1]);
  if (fillPlot(first) && fillPlot(second)) {
    return [
      { name: names[0], center: 0, scale: 1 },
      { name: names[1], center: 0, scale: 1 },
    ];
  }
  return [fitAxis(names[0], first), fitAxis(names[1], second)];
}

/** @param {number} raw @param {Axis} axis */
export const toPlot = (raw, axis) => (raw - axis.center) / axis.scale;

/** @param {number} x @param {Axis} axis */
export const toRaw = (x, axis) => axis.center + axis.scale * x;

/** @param {Axis} axis */
export const isUnscaled = (axis) => axis.center === 0 && axis.scale === 1;

/**
 * Numbers to be learnt are brought to −1 … 1, which is what the colours show; values that lie there stay.
 * @param {string} name
 * @param {number[]} values
 * @returns {Axis}
 */
export function fitTarget(name, values) {
  const [low, high] = range(values);
  if (low >= -1 && high <= 1) return { name, center: 0, scale: 1 };
  const axis = fitAxis(name, values);
  return { ...axis, scale: axis.scale === 1 && low === high ? 1 : roundUp(axis.scale * REACH) };
}

/**
 * The points on the plot, with six digits after the point.
 * @param {Point[]} points
 * @param {[Axis, Axis]} axes
 * @param {Axis | null} target how a number to be learnt is scaled; null for classes
 * @returns {Point[]}
 */
export function scalePoints(points, axes, target) {
  /** @param {number} value */
  const short = (value) => Math.round(value * 1e6) / 1e6;
  return points.map(([x1, x2, label]) => [
    short(toPlot(x1, axes[0])),
    short(toPlot(x2, axes[1])),
    target && typeof label === "number" ? short(toPlot(label, target)) : label,
  ]);
}

/**
 * What the scale means, in plain words.
 * @param {Axis} axis
 * @param {string} symbol "x₁"
 */
export function describeAxis(axis, symbol) {
  if (isUnscaled(axis)) return `${symbol} is ${inert(axis.name)}, as it is`;
  return `${symbol} is ${inert(axis.name)}: 0 on the plot is ${setting(toRaw(0, axis))}, 5 is ${setting(toRaw(5, axis))}`;
}

/**
 * The same for a number to be learnt, which the output shows from −1 to 1.
 * @param {Axis} axis
 */
export function describeTarget(axis) {
  if (isUnscaled(axis)) return `The output is ${inert(axis.name)}, as it is`;
  return `The output is ${inert(axis.name)}: 0 stands for ${setting(toRaw(0, axis))}, 1 for ${setting(toRaw(1, axis))}`;
}
