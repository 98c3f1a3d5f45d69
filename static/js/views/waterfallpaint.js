// Paints a waterfall: a bar a term, its number beside it, the source's picture below, and z at the end.

import { signed } from "../core/format.js";
import { palette } from "../draw/palette.js";
import { fitCanvas } from "../draw/surface.js";
import { waterfallRange } from "./waterfall.js";

/** @typedef {import("./waterfall.js").Step} Step */

const PICTURE = 22;
const FOOT = 30;
const LABEL = 16;
const WIDEST = 62;
const NARROWEST = 26;
const TOTAL = 58;
/** Below this pitch numbers have one decimal, and those that round to zero are left out. */
const ROOMY = 36;

/** Where the bars stand. @param {readonly Step[]} steps @param {number} width @param {number} height */
export function waterfallFrame(steps, width, height) {
  const [low, high] = waterfallRange(steps);
  const pitch = Math.min(WIDEST, (width - TOTAL) / steps.length);
  const room = height - FOOT - 2 * LABEL;
  const gain = room / Math.max(high - low, 1e-6);
  return {
    pitch,
    left: Math.max(0, 19 - pitch * 0.37),
    bar: Math.max(3, pitch * 0.74),
    /** @param {number} value */
    y: (value) => LABEL + (high - value) * gain,
  };
}

/**
 * @param {HTMLCanvasElement} canvas @param {readonly Step[]} steps
 * @param {(input: number) => CanvasImageSource | null} picture of a source
 */
export function paintWaterfall(canvas, steps, picture) {
  const { color, font } = palette();
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = fitCanvas(canvas, width, height);
  const { pitch, left, bar, y } = waterfallFrame(steps, width, height);
  context.font = `12px ${font}`;
  context.textAlign = "center";
  context.fillStyle = color.line2;
  context.fillRect(0, Math.round(y(0)), width, 1);
  steps.forEach((step, index) => {
    const x = left + index * pitch;
    paintStep(context, step, { x, bar, pitch, y, decimals: pitch < ROOMY ? 1 : 2 });
    paintFoot(context, step, { x: x + bar / 2, height, picture, bar });
  });
  paintTotal(context, steps[steps.length - 1], { from: left + (steps.length - 1) * pitch + bar, width, y });
}

/** z: a line at its height to the right edge, and the number on the side that the last bar's own leaves free.
 * @param {CanvasRenderingContext2D} context @param {Step} last
 * @param {{ from: number, width: number, y: (value: number) => number }} frame from is the last bar's right edge */
function paintTotal(context, { value, to }, { from, width, y }) {
  const { color, font, mathFont } = palette();
  const label = signed(to);
  context.font = `600 13px ${font}`;
  const numberWidth = context.measureText(label).width;
  const base = value < 0 ? y(to) - 6 : y(to) + 16;
  context.fillStyle = color.surface;
  context.fillRect(width - numberWidth - 20, base - 11, numberWidth + 20, 14);
  context.fillStyle = color.ink;
  context.fillRect(from, y(to) - 1, width - from, 2);
  context.textAlign = "right";
  context.fillText(label, width, base);
  context.font = `italic 15px ${mathFont}`;
  context.fillText("z", width - numberWidth - 5, base);
}

/** @param {CanvasRenderingContext2D} context @param {Step} step
 * @param {{ x: number, bar: number, pitch: number, y: (value: number) => number, decimals: number }} frame */
function paintStep(context, { value, from, to }, { x, bar, pitch, y, decimals }) {
  const { color } = palette();
  const top = y(Math.max(from, to));
  const bottom = y(Math.min(from, to));
  context.fillStyle = value < 0 ? color["neg-s"] : color["pos-s"];
  context.fillRect(x, top, bar, Math.max(1.5, bottom - top));
  context.fillStyle = color.ink;
  const told = pitch >= ROOMY || (pitch >= NARROWEST && Math.abs(value) >= 0.05);
  if (told) context.fillText(signed(value, decimals), x + bar / 2, value < 0 ? bottom + 13 : top - 5);
  context.strokeStyle = color.line2;
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.beginPath();
  context.moveTo(x + bar, y(to));
  context.lineTo(x + pitch, y(to));
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {Step} step
 * @param {{ x: number, height: number, bar: number, picture: (input: number) => CanvasImageSource | null }} frame x is the bar's middle */
function paintFoot(context, { kind, input, count }, { x, height, bar, picture }) {
  const { color } = palette();
  context.fillStyle = color.ink3;
  if (kind === "bias") context.fillText("bias", x, height - 7);
  if (kind === "rest") {
    context.textAlign = "left";
    context.fillText(`${count} more`, x - bar / 2, height - 7);
  }
  const image = kind === "term" ? picture(input) : null;
  if (!image) return;
  const side = Math.min(PICTURE, bar + 4);
  const left = x - side / 2;
  const top = height - side - 1;
  context.save();
  context.beginPath();
  context.roundRect(left, top, side, side, 4);
  context.clip();
  context.drawImage(image, left, top, side, side);
  context.restore();
  context.strokeStyle = color.line2;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(left + 0.5, top + 0.5, side - 1, side - 1, 4);
  context.stroke();
}
