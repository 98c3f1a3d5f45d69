// What the painters need of a page: colours from a style sheet, and canvases that write down what is drawn on them.

import { fakeCanvas } from "../draw/fakecanvas.js";

/** Tokens whose colour matters to a test. @type {Record<string, string>} */
const TOKENS = {
  "--scale-0": "rgb(200, 100, 0)",
  "--scale-8": "rgb(0, 100, 200)",
  "--neg": "rgb(90, 0, 0)",
  "--pos": "rgb(0, 0, 90)",
  "--neg-s": "rgb(180, 0, 0)",
  "--pos-s": "rgb(0, 0, 180)",
};

/** Puts a fake document in place; to be called before anything is painted. */
export function installPage() {
  const style = { color: "", setProperty: () => {} };
  const getComputedStyle = () => ({
    get color() {
      return TOKENS[style.color.slice(4, -1)] ?? "rgb(128, 128, 128)";
    },
    fontFamily: "Sans",
    getPropertyValue: () => "Serif",
  });
  const body = { append: () => {} };
  const createElement = (/** @type {string} */ name) =>
    name === "canvas" ? fakePixels() : { style, hidden: false, remove: () => {} };
  Object.assign(globalThis, {
    window: { devicePixelRatio: 1 },
    document: { createElement, body, documentElement: {} },
    getComputedStyle,
  });
}

/** A canvas that can hold pixels too. @param {number} [width] @param {number} [height] */
export function fakePixels(width = 0, height = 0) {
  const canvas = fakeCanvas(width, height);
  canvas.context.createImageData = (/** @type {number} */ w, /** @type {number} */ h) => ({
    data: new Uint8ClampedArray(4 * w * h),
  });
  return canvas;
}
