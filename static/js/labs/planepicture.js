/** What a network makes of the plane: the small picture of a lab whose data are points. */

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { paintClasses, paintGrid } from "../draw/heatmap.js";
import { palette } from "../draw/palette.js";
import { PixelGrid } from "../draw/surface.js";
import { html } from "../ui/html.js";

/** @param {{ frame: import("../core/types.js").Frame }} props */
export function PlanePicture({ frame }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const grid = frame.arrays.get("decision/grid");
  const size = grid?.shape.at(-1) ?? 0;
  useEffect(() => {
    if (!canvas.current || !(grid instanceof Uint8Array)) return undefined;
    const pixels = new PixelGrid(size, canvas.current);
    return effect(() => {
      const { levels, grounds } = palette();
      if (grid.shape.length === 2) paintGrid(grid, levels, pixels.pixels);
      else paintClasses(grid, grounds.slice(0, grid.shape[0]), pixels.pixels);
      pixels.commit();
    });
  }, [frame]);
  return html`<canvas class="planepicture" ref=${canvas} role="img" aria-label="What the network makes of the plane"></canvas>`;
}
