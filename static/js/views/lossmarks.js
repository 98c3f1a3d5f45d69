// What stands on the loss chart beside its lines: their names at their ends, marks of changes, and where it diverged.

import { palette } from "../draw/palette.js";

/** @typedef {import("../core/types.js").Change} Change */
/** @typedef {import("../draw/decimate.js").Columns} Columns */

const LABEL_HEIGHT = 14;
/** How much the page's ground covers of what came later than the step that is looked at. */
const LATER = 0.65;

/** Heights of labels that wish to stand at `wanted`, pushed apart where they would touch, in their order.
 * @param {readonly number[]} wanted @param {number} apart @returns {number[]} */
export function spread(wanted, apart) {
  if (wanted.length < 2) return [...wanted];
  const [first, second] = wanted;
  const missing = Math.max(0, apart - Math.abs(first - second)) / 2;
  return first <= second ? [first - missing, second + missing] : [first + missing, second - missing];
}

/** Device pixels a CSS pixel, and the chart's box in device pixels. @param {import("uplot")} chart */
function frameOf(chart) {
  const ratio = window.devicePixelRatio || 1;
  const { left, top, width, height } = chart.bbox;
  return { ratio, left, top, right: left + width, bottom: top + height };
}

/** @param {readonly (number | null)[]} values */
const lastIndex = (values) => values.findLastIndex((value) => value !== null);

/** The lines' names at their ends, and the axis's unit. @param {import("uplot")} chart @param {Columns} columns */
export function drawEnds(chart, columns) {
  const { axis, color, font } = palette();
  const { ctx } = chart;
  const { ratio, right, top, bottom } = frameOf(chart);
  const lines = [
    { name: "Train", values: columns[1], color: color.ink3, weight: 400, radius: 2.5 },
    { name: "Test", values: columns[2], color: color.ink, weight: 600, radius: 3 },
  ].filter(({ values }) => lastIndex(values) >= 0);
  const heights = lines.map(({ values }) => {
    const at = lastIndex(values);
    return Math.max(top, Math.min(bottom, chart.valToPos(/** @type {number} */ (values[at]), "y", true)));
  });
  const labels = spread(heights, LABEL_HEIGHT * ratio);
  ctx.save();
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  lines.forEach(({ name, values, color: stroke, weight, radius }, index) => {
    ctx.fillStyle = stroke;
    ctx.beginPath();
    ctx.arc(chart.valToPos(columns[0][lastIndex(values)], "x", true), heights[index], radius * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.font = `${weight} ${axis * ratio}px ${font}`;
    ctx.fillText(name, right + 8 * ratio, labels[index]);
  });
  ctx.fillStyle = color.ink3;
  ctx.font = `${axis * ratio}px ${font}`;
  ctx.textBaseline = "top";
  ctx.textAlign = "right";
  ctx.fillText("epochs", chart.ctx.canvas.width, bottom + 7 * ratio);
  ctx.restore();
}

/** The step that is looked at: a line with a knob to hold it by, and what came later faint.
 * @param {import("uplot")} chart @param {number} epoch */
export function drawMarker(chart, epoch) {
  const { color } = palette();
  const { ctx } = chart;
  const { ratio, right, top, bottom } = frameOf(chart);
  const x = chart.valToPos(epoch, "x", true);
  ctx.save();
  ctx.globalAlpha = LATER;
  ctx.fillStyle = color.bg;
  ctx.fillRect(x, top - 2 * ratio, right + 4 * ratio - x, bottom - top + 1 * ratio);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = color.green;
  ctx.fillStyle = color.green;
  ctx.lineWidth = 1.5 * ratio;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(x, top, 4 * ratio, 0, 2 * Math.PI);
  ctx.fill();
  ctx.restore();
}

/** A dotted line for each change of a setting; the newest keep their words where these would touch.
 * @param {import("uplot")} chart @param {readonly Change[]} changes @param {boolean} diverged */
export function drawChanges(chart, changes, diverged) {
  const { axis, color, font } = palette();
  const { ctx } = chart;
  const { ratio, left, right, top, bottom } = frameOf(chart);
  let free = Number.POSITIVE_INFINITY;
  ctx.save();
  ctx.font = `600 ${axis * ratio}px ${font}`;
  ctx.textBaseline = "middle";
  ctx.lineWidth = 1.6 * ratio;
  for (let index = changes.length - 1; index >= 0; index -= 1) {
    const { epoch, label } = changes[index];
    const x = chart.valToPos(epoch, "x", true);
    if (x < left || x > right) continue;
    ctx.strokeStyle = diverged && index === changes.length - 1 ? color.bad : color.green;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x, bottom, 3 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    const width = ctx.measureText(label).width + 6 * ratio;
    const onRight = x + width <= Math.min(free, right + 40 * ratio);
    if (!onRight && (x - width < left || x > free)) continue;
    ctx.textAlign = onRight ? "left" : "right";
    ctx.fillText(label, onRight ? x + 6 * ratio : x - 6 * ratio, top - 5 * ratio);
    free = onRight ? x : x - width;
  }
  ctx.restore();
}

/** Where the loss left the chart: a line up from its last value, and a cross. @param {import("uplot")} chart @param {Columns} columns */
export function drawDiverged(chart, columns) {
  const { ctx } = chart;
  const { ratio, top } = frameOf(chart);
  if (columns[0].length === 0) return;
  const x = chart.valToPos(columns[0][columns[0].length - 1], "x", true);
  const values = lastIndex(columns[2]) >= 0 ? columns[2] : columns[1];
  const arm = 4 * ratio;
  ctx.save();
  ctx.strokeStyle = palette().color.ink;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.moveTo(x, chart.valToPos(values[lastIndex(values)] ?? 1, "y", true));
  ctx.lineTo(x, top);
  ctx.stroke();
  ctx.strokeStyle = palette().color.bad;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.moveTo(x - arm, top - arm);
  ctx.lineTo(x + arm, top + arm);
  ctx.moveTo(x - arm, top + arm);
  ctx.lineTo(x + arm, top - arm);
  ctx.stroke();
  ctx.restore();
}
