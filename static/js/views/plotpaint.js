// Paints the large plot: the heat map, its zero line or class boundaries, the hatching, and the points.

import { fieldOf, leadOf, Segments, trace, zeroContour } from "../draw/contour.js";
import { drawHatch, hatchTile, paintMask } from "../draw/hatch.js";
import { largest, paintClasses, paintGrid, upsample } from "../draw/heatmap.js";
import { palette } from "../draw/palette.js";
import { drawPoints } from "../draw/points.js";
import { cssColor, mix, parseColor, pixel } from "../draw/scale.js";
import { fitCanvas, PixelGrid } from "../draw/surface.js";
import { HATCH_OPACITY } from "./thumbnails.js";

/**
 * @typedef {object} Picture
 * @property {Uint8Array} grid one plane, or one a class
 * @property {number} start where its first plane begins
 * @property {number} size cells a side
 * @property {number} planes
 */
/** @typedef {{ twoColors: boolean, patterns: boolean }} PlotStyle */
/** @typedef {{ train: Float32Array, test: Float32Array | null, task: string, reach: number }} PlotPoints */

const CONTOUR_WIDTH = 1.3;
const CONTOUR_OPACITY = 0.72;
const FINER = 4;

export class PlotPainter {
  #heat = new PixelGrid(1);
  #mask = new PixelGrid(1);
  #segments = new Segments();
  /** @type {Float32Array[]} */
  #fields = [];
  #lead = new Float32Array(0);
  #hatch = document.createElement("canvas");

  /** @param {HTMLCanvasElement} heat @param {HTMLCanvasElement} lines @param {HTMLCanvasElement} points */
  constructor(heat, lines, points) {
    this.heat = heat;
    this.lines = lines;
    this.points = points;
    this.side = 0;
  }

  /** @param {Picture} picture @param {PlotStyle} style */
  paint(picture, style) {
    this.#readFields(picture);
    if (style.twoColors) this.#paintAreas(picture);
    else this.#paintValues(picture);
    this.#heat.commit();
    const context = fitCanvas(this.lines, this.side, this.side);
    if (style.patterns && picture.planes === 1) this.#paintHatch(context, picture);
    this.#paintLines(context, picture);
  }

  /** @param {PlotPoints} points */
  paintPoints({ train, test, task, reach }) {
    const { marks, color } = palette();
    const context = fitCanvas(this.points, this.side, this.side);
    const neutral = parseColor(color.line2);
    const ends = [parseColor(color.neg), parseColor(color.pos)];
    /** @param {number} value */
    const byValue = (value) =>
      cssColor(mix(neutral, ends[Number(value > 0)], Math.min(1, Math.abs(value) / reach) ** 0.6));
    const style = {
      kind: /** @param {number} label */ (label) => (task === "regression" ? Number(label >= 0) : label),
      color: task === "regression" ? byValue : /** @param {number} label */ (label) => marks[label % marks.length],
      ring: color.ring,
      radius: Math.min(3.3, this.side / 90),
    };
    drawPoints(context, train, this.side, { ...style, hollow: false });
    if (test) drawPoints(context, test, this.side, { ...style, hollow: true });
  }

  /** @param {Picture} picture */
  #readFields({ grid, start, size, planes }) {
    const cells = size * size;
    if (this.#fields.length !== planes || this.#fields[0].length !== cells) {
      this.#fields = Array.from({ length: planes }, () => new Float32Array(cells));
      this.#lead = new Float32Array(cells);
    }
    this.#fields.forEach((field, plane) => {
      fieldOf(grid, size, field, start + plane * cells);
    });
  }

  /** @param {number} size */
  #heatGrid(size) {
    if (this.#heat.size !== size || this.#heat.canvas !== this.heat) this.#heat = new PixelGrid(size, this.heat);
    return this.#heat.pixels;
  }

  /** @param {Picture} picture */
  #paintValues({ grid, start, size, planes }) {
    const { levels, grounds } = palette();
    const pixels = this.#heatGrid(size);
    if (planes > 1) paintClasses(grid, grounds.slice(0, planes), pixels);
    else paintGrid(grid, levels, pixels, start);
  }

  /** Every cell in the colour of its class alone, on a raster fine enough to follow the boundary.
   * @param {Picture} picture */
  #paintAreas({ size, planes }) {
    const grounds = palette().grounds.map(pixel);
    const factor = planes > 4 ? 1 : FINER;
    const pixels = this.#heatGrid(size * factor);
    const fields = this.#fields.map((field) => {
      const finer = new Float32Array(pixels.length);
      upsample(field, size, factor, finer);
      return finer;
    });
    const winners = new Uint8Array(pixels.length);
    largest(fields, winners);
    for (let cell = 0; cell < pixels.length; cell += 1) pixels[cell] = grounds[winners[cell]];
  }

  /** @param {CanvasRenderingContext2D} context @param {Picture} picture */
  #paintHatch(context, { grid, start, size }) {
    const ratio = window.devicePixelRatio || 1;
    if (this.#mask.size !== size) this.#mask = new PixelGrid(size);
    paintMask(grid, this.#mask.pixels, start);
    this.#mask.commit();
    const layer = fitCanvas(this.#hatch, this.side, this.side);
    drawHatch(layer, this.#mask.canvas, hatchTile(palette().color.ink, Math.round(8 * ratio), ratio));
    context.globalAlpha = HATCH_OPACITY;
    context.drawImage(this.#hatch, 0, 0, this.side, this.side);
  }

  /** @param {CanvasRenderingContext2D} context @param {Picture} picture */
  #paintLines(context, { size, planes }) {
    this.#segments.clear();
    if (planes === 1) {
      zeroContour(this.#fields[0], size, this.#segments);
    } else {
      for (let plane = 0; plane < planes - 1; plane += 1) {
        leadOf(this.#fields, plane, this.#lead);
        zeroContour(this.#lead, size, this.#segments);
      }
    }
    context.beginPath();
    trace(this.#segments, context, size, this.side);
    context.globalAlpha = CONTOUR_OPACITY;
    context.strokeStyle = palette().color.ink;
    context.lineWidth = CONTOUR_WIDTH;
    context.lineCap = "square";
    context.stroke();
    context.globalAlpha = 1;
  }
}
