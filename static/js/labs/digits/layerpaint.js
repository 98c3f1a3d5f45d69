/** Small pictures of numbers, one pixel each: ink on paper, or the signed scale. */

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { patterns } from "../../core/store.js";
import { palette } from "../../draw/palette.js";
import { mix, parseColor, pixel, scaleEntry } from "../../draw/scale.js";
import { canvasContext } from "../../draw/surface.js";
import { html } from "../../ui/html.js";

/** @typedef {"ink" | "signed"} Look */

const SHADES = 256;
/** Points for each number where hatching has to show. */
const HATCHED = 8;
const PITCH = 4;
/** Below this share of the scale a number is hatched. */
const HATCH_BELOW = -0.1;

/** @type {{ palette: object, shades: Uint32Array, ink: number } | null} */
let shading = null;

/** Paper to ink in the colours of the theme. */
function shades() {
  const colors = palette();
  if (shading?.palette !== colors) {
    const [paper, ink] = [parseColor(colors.color.surface), parseColor(colors.color.ink)];
    const table = Uint32Array.from({ length: SHADES }, (_, shade) => pixel(mix(paper, ink, shade / (SHADES - 1))));
    shading = { palette: colors, shades: table, ink: pixel(ink) };
  }
  return shading;
}

/** The word of a number's pixel. @param {Look} look @param {number} max what the scale ends at */
function colouring(look, max) {
  const { shades: table } = shades();
  const { scale } = palette();
  if (look === "ink") return (/** @type {number} */ value) => table[shadeOf(value, max)];
  return (/** @type {number} */ value) => scale[scaleEntry(value / max)];
}

/** @param {number} value @param {number} max */
const shadeOf = (value, max) => Math.round(Math.min(1, Math.max(0, value / max)) * (SHADES - 1));

/**
 * Paint numbers on a canvas, which gets one point for each of them; with patterns on, as many as the hatching takes.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values row by row
 * @param {number} width
 * @param {number} height
 * @param {Look} look
 * @param {number} max what the scale ends at
 */
export function paintNumbers(canvas, values, width, height, look, max) {
  const end = max > 0 ? max : 1;
  const color = colouring(look, end);
  const fine = look === "signed" && patterns.peek() ? HATCHED : 1;
  if (canvas.width !== width * fine || canvas.height !== height * fine) {
    canvas.width = width * fine;
    canvas.height = height * fine;
  }
  const context = canvasContext(canvas);
  const data = context.createImageData(canvas.width, canvas.height);
  const words = new Uint32Array(data.data.buffer);
  if (fine === 1) for (let at = 0; at < words.length; at += 1) words[at] = color(values[at] ?? 0);
  else hatch(words, values, width, fine, color, HATCH_BELOW * end);
  context.putImageData(data, 0, 0);
}

/**
 * @param {Uint32Array} words
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} fine
 * @param {(value: number) => number} color
 * @param {number} below
 */
function hatch(words, values, width, fine, color, below) {
  const { ink } = shades();
  const across = width * fine;
  for (let at = 0; at < words.length; at += 1) {
    const [x, y] = [at % across, Math.floor(at / across)];
    const value = values[Math.floor(y / fine) * width + Math.floor(x / fine)] ?? 0;
    words[at] = value < below && (x + y) % PITCH === 0 ? ink : color(value);
  }
}

/**
 * @typedef {object} PixelsProps
 * @property {ArrayLike<number>} values row by row
 * @property {number} width
 * @property {number} height
 * @property {Look} look
 * @property {number} max what the scale ends at
 * @property {string} class
 */

/** Numbers that stay as they are, as a picture. @param {PixelsProps} props */
export function Pixels({ values, width, height, look, max, class: name }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(
    () =>
      effect(() => {
        palette();
        if (canvas.current) paintNumbers(canvas.current, values, width, height, look, max);
      }),
    [values, width, height, look, max],
  );
  return html`<canvas class=${name} ref=${canvas} aria-hidden="true"></canvas>`;
}
