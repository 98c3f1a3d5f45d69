// A unit's activation function with the dot at its present sum.

import { palette } from "../draw/palette.js";
import { fitCanvas } from "../draw/surface.js";

/** @typedef {{ z: readonly number[], a: readonly number[] }} Curve */

const INSET = 8;

/** Where values of the curve's box lie on the canvas. @param {Curve} curve @param {number} width @param {number} height */
export function curveFrame({ z, a }, width, height) {
  const low = Math.min(0, ...a);
  const high = Math.max(0, ...a);
  const [left, right] = [z[0], z[z.length - 1]];
  /** @param {number} value */
  const x = (value) => INSET + ((Math.max(left, Math.min(right, value)) - left) / (right - left)) * (width - 2 * INSET);
  /** @param {number} value */
  const y = (value) =>
    height - INSET - ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (height - 2 * INSET);
  return { x, y };
}

/** @param {HTMLCanvasElement} canvas @param {Curve} curve @param {number} z @param {number} a @param {string} fill */
export function paintActivation(canvas, curve, z, a, fill) {
  const { color } = palette();
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = fitCanvas(canvas, width, height);
  const { x, y } = curveFrame(curve, width, height);
  context.strokeStyle = color.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(INSET, y(0));
  context.lineTo(width - INSET, y(0));
  context.moveTo(x(0), INSET);
  context.lineTo(x(0), height - INSET);
  context.stroke();
  context.strokeStyle = color.ink2;
  context.lineWidth = 1.6;
  context.beginPath();
  for (let point = 0; point < curve.z.length; point += 1) context.lineTo(x(curve.z[point]), y(curve.a[point]));
  context.stroke();
  context.setLineDash([2, 3]);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(z), y(0));
  context.lineTo(x(z), y(a));
  context.lineTo(x(0), y(a));
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.arc(x(z), y(a), 4.5, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = color.ink;
  context.lineWidth = 1.8;
  context.stroke();
}
