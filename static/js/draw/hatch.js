// The "Patterns" setting: 45° lines where a value lies below −0.1, so that the signs differ without colour.

import { canvasContext } from "./surface.js";

/** The quantised level below which a cell is hatched: −0.1 on the scale from −1 to 1. */
export const HATCH_BELOW = Math.floor(((1 - 0.1) / 2) * 255);

/** @param {Uint8Array} grid @param {Uint32Array} pixels @param {number} [start] */
export function paintMask(grid, pixels, start = 0) {
  for (let cell = 0; cell < pixels.length; cell += 1) pixels[cell] = grid[start + cell] < HATCH_BELOW ? 0xff000000 : 0;
}

/** A repeating tile of 45° lines. @param {string} color @param {number} pitch pixels @param {number} width pixels */
export function hatchTile(color, pitch, width) {
  const tile = document.createElement("canvas");
  tile.width = pitch;
  tile.height = pitch;
  const context = canvasContext(tile);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  for (const shift of [-pitch, 0, pitch]) {
    context.moveTo(shift - 1, pitch + 1);
    context.lineTo(shift + pitch + 1, -1);
  }
  context.stroke();
  return tile;
}

/** Lays hatching over a canvas wherever the mask is opaque.
 * @param {CanvasRenderingContext2D} context a layer of its own @param {CanvasImageSource} mask
 * @param {HTMLCanvasElement} tile */
export function drawHatch(context, mask, tile) {
  const { width, height } = context.canvas;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.imageSmoothingEnabled = true;
  context.drawImage(mask, 0, 0, width, height);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = context.createPattern(tile, "repeat") ?? "transparent";
  context.fillRect(0, 0, width, height);
  context.restore();
}
