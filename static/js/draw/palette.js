// The colours of the canvases, read from the style sheet's tokens whenever the theme changes.

import { computed } from "@preact/signals";
import { appearance, large } from "../core/store.js";
import { buildScale, gridScale, parseColor, SCALE_STOPS } from "./scale.js";

export const CLASSES = 10;
const AXIS = 12;
const LARGE_AXIS = 14;

const NAMES = /** @type {const} */ ([
  ...["bg", "surface", "line", "line2", "ink", "ink2", "ink3", "green", "bad"],
  ...["neg", "pos", "neg-s", "pos-s", "ring"],
]);

/**
 * @typedef {object} Palette
 * @property {Record<string, string>} color by the token's name
 * @property {number} axis size of the smallest words, in CSS pixels
 * @property {string} font the page's family @property {string} mathFont that of formulas
 * @property {Uint32Array} scale 513 entries from −1 to 1
 * @property {Uint32Array} levels 256 entries for quantised grids
 * @property {string[]} marks the points' colours by class
 * @property {import("./scale.js").Rgb[]} grounds the areas' colours by class
 */

/** @returns {Palette} */
function read() {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.setProperty("forced-color-adjust", "none");
  document.body.append(probe);
  const style = getComputedStyle(probe);
  /** @param {string} name */
  const token = (name) => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const stops = Array.from({ length: SCALE_STOPS }, (_, stop) => parseColor(token(`scale-${stop}`)));
  const later = Array.from({ length: CLASSES - 2 }, (_, index) => index + 3);
  const scale = buildScale(stops);
  const palette = {
    color: Object.fromEntries(NAMES.map((name) => [name, token(name)])),
    axis: large.value ? LARGE_AXIS : AXIS,
    font: getComputedStyle(document.body).fontFamily,
    mathFont: getComputedStyle(document.documentElement).getPropertyValue("--math"),
    scale,
    levels: gridScale(scale),
    marks: [token("neg"), token("pos"), ...later.map((index) => token(`class${index}`))],
    grounds: [stops[0], stops[SCALE_STOPS - 1], ...later.map((index) => parseColor(token(`class${index}-s`)))],
  };
  probe.remove();
  return palette;
}

const current = computed(() => {
  appearance.value;
  return read();
});

/** The palette of the theme shown; reading it inside an effect follows the theme. */
export const palette = () => current.value;
