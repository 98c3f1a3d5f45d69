// Small pictures of every unit and feature. Pixels are computed once a frame and put on every canvas that shows them.

import { effect } from "@preact/signals";
import { frame, patterns, run, watch } from "../core/store.js";
import { mark, markSoon } from "../draw/commit.js";
import { drawHatch, hatchTile, paintMask } from "../draw/hatch.js";
import { paintGrid } from "../draw/heatmap.js";
import { palette } from "../draw/palette.js";
import { canvasContext, PixelGrid } from "../draw/surface.js";
import { unitGrids } from "./frames.js";
import { unitIndex } from "./wiring.js";

const SIZE = 32;
const HATCHED_SIZE = 96;
export const HATCH_OPACITY = 0.5;

/** @type {Map<string, Set<HTMLCanvasElement>>} canvases by "layer:unit"; features by their place in the catalog */
const shown = new Map();
/** @type {import("../core/types.js").FrameArray | null} */
let features = null;
let watchers = 0;
let stop = () => {};

/** @type {PixelGrid | null} */
let pixels = null;
/** @type {{ mask: PixelGrid, layer: CanvasRenderingContext2D, tile: HTMLCanvasElement, ink: string } | null} */
let hatching = null;

/** Shows a unit's picture on a canvas from now on. @param {string} key @param {HTMLCanvasElement} canvas
 * @returns {() => void} ends it */
export function showThumbnail(key, canvas) {
  const canvases = shown.get(key) ?? new Set();
  shown.set(key, canvases.add(canvas));
  if (watchers++ === 0) stop = follow();
  paintKey(key, [canvas]);
  return () => {
    canvases.delete(canvas);
    if (canvases.size === 0) shown.delete(key);
    if (--watchers === 0) stop();
  };
}

function follow() {
  const unwatch = watch("units", { resolution: SIZE });
  let unwatchFeatures = features ? null : watch("features", { resolution: SIZE });
  const end = effect(() => {
    const found = frame.value?.arrays.get("features/grid");
    if (found && !features) {
      features = found;
      mark(paintAll);
    }
    if (features && unwatchFeatures) {
      unwatchFeatures();
      unwatchFeatures = null;
    }
    markSoon(paintUnits);
  });
  const endColors = effect(() => {
    palette();
    patterns.value;
    mark(paintAll);
  });
  return () => {
    end();
    endColors();
    unwatch();
    unwatchFeatures?.();
  };
}

/** @param {HTMLCanvasElement} canvas @param {number} side */
function resize(canvas, side) {
  if (canvas.width !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  return canvasContext(canvas);
}

/** One square of a stack of grids, on every canvas that shows it. @param {import("../core/types.js").FrameArray} stack
 * @param {number} row @param {Iterable<HTMLCanvasElement>} canvases */
function paint(stack, row, canvases) {
  const { levels, color } = palette();
  const size = stack.shape[1];
  if (pixels?.size !== size) pixels = new PixelGrid(size);
  const grid = /** @type {Uint8Array} */ (/** @type {unknown} */ (stack));
  paintGrid(grid, levels, pixels.pixels, row * size * size);
  if (!patterns.peek()) {
    for (const canvas of canvases) resize(canvas, size).putImageData(pixels.image, 0, 0);
    return;
  }
  pixels.commit();
  const lines = hatchOf(grid, row * size * size, size, color.ink);
  for (const canvas of canvases) {
    const context = resize(canvas, HATCHED_SIZE);
    context.globalAlpha = 1;
    context.drawImage(pixels.canvas, 0, 0, HATCHED_SIZE, HATCHED_SIZE);
    context.globalAlpha = HATCH_OPACITY;
    context.drawImage(lines, 0, 0);
  }
}

/** @param {Uint8Array} grid @param {number} start @param {number} size @param {string} ink */
function hatchOf(grid, start, size, ink) {
  if (hatching?.ink !== ink || hatching.mask.size !== size) {
    const layer = new PixelGrid(HATCHED_SIZE).context;
    hatching = { mask: new PixelGrid(size), layer, tile: hatchTile(ink, 12, 1.6), ink };
  }
  paintMask(grid, hatching.mask.pixels, start);
  hatching.mask.commit();
  drawHatch(hatching.layer, hatching.mask.canvas, hatching.tile);
  return hatching.layer.canvas;
}

/** @param {string} key @param {Iterable<HTMLCanvasElement>} canvases */
function paintUnit(key, canvases) {
  const grids = unitGrids();
  const layers = run.value?.network.layers;
  if (!grids || !layers) return;
  const [layer, unit] = key.split(":").map(Number);
  const index = unitIndex(layers, layer, unit);
  if (index < grids.shape[0]) paint(grids, index, canvases);
}

/** @param {string} key @param {Iterable<HTMLCanvasElement>} canvases */
function paintKey(key, canvases) {
  if (!key.startsWith("features:")) return paintUnit(key, canvases);
  const row = Number(key.slice("features:".length));
  if (features && row >= 0) paint(features, row, canvases);
}

function paintUnits() {
  for (const [key, canvases] of shown) if (!key.startsWith("features:")) paintUnit(key, canvases);
}

function paintAll() {
  for (const [key, canvases] of shown) paintKey(key, canvases);
}
