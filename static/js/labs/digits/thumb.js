/** A small image, ink on paper, one canvas pixel for each of its own. */

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { palette } from "../../draw/palette.js";
import { clamp, mix, parseColor, pixel } from "../../draw/scale.js";
import { PixelGrid } from "../../draw/surface.js";
import { html } from "../../ui/html.js";

/** @param {{ values: ArrayLike<number>, side: number }} props the first side × side numbers, row by row */
export function Thumb({ values, side }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => {
    const grid = new PixelGrid(side, /** @type {HTMLCanvasElement} */ (canvas.current));
    return effect(() => {
      const { color } = palette();
      const [paper, ink] = [parseColor(color.surface), parseColor(color.ink)];
      for (let at = 0; at < grid.pixels.length; at += 1) {
        grid.pixels[at] = pixel(mix(paper, ink, clamp(values[at] ?? 0, 0, 1)));
      }
      grid.commit();
    });
  }, [values, side]);
  return html`<canvas class="thumb" ref=${canvas} aria-hidden="true"></canvas>`;
}
