// The signed colour scale: nine stops from −1 to +1, linear in sRGB between them.
// Pixels are 32-bit words in the byte order of ImageData on little-endian machines (0xAABBGGRR).

export const SCALE_STOPS = 9;
export const SCALE_ENTRIES = 513;

/** @typedef {readonly [number, number, number]} Rgb */

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return value < low ? low : Math.min(value, high);
}

/** Reads "#rgb", "#rrggbb", "rgb(…)" and "color(srgb …)". @param {string} text @returns {Rgb} */
export function parseColor(text) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (hex) {
    const digits = hex[1].length === 3 ? [...hex[1]].map((digit) => digit + digit) : (hex[1].match(/../g) ?? []);
    return [parseInt(digits[0], 16), parseInt(digits[1], 16), parseInt(digits[2], 16)];
  }
  const numbers = (text.match(/-?[\d.]+(e-?\d+)?/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number);
  const unit = text.startsWith("color(") ? 255 : 1;
  return [numbers[0] * unit, numbers[1] * unit, numbers[2] * unit];
}

/** @param {Rgb} color */
export function pixel([red, green, blue]) {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}

/** @param {Rgb} from @param {Rgb} to @param {number} share @returns {Rgb} */
export function mix(from, to, share) {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** @param {Rgb} color */
export function cssColor([red, green, blue]) {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
}

/** The look-up table of the whole scale. @param {readonly Rgb[]} stops @returns {Uint32Array<ArrayBuffer>} */
export function buildScale(stops) {
  const table = new Uint32Array(SCALE_ENTRIES);
  const segments = stops.length - 1;
  for (let entry = 0; entry < SCALE_ENTRIES; entry += 1) {
    const position = (entry / (SCALE_ENTRIES - 1)) * segments;
    const segment = Math.min(segments - 1, Math.floor(position));
    table[entry] = pixel(mix(stops[segment], stops[segment + 1], position - segment));
  }
  return table;
}

/** The entry of a value in [−1, 1]. @param {number} value */
export function scaleEntry(value) {
  return Math.round(((clamp(value, -1, 1) + 1) / 2) * (SCALE_ENTRIES - 1));
}

/** One pixel for each of the 256 levels of a quantised grid: level q stands at q / 255 of the scale.
 * @param {Uint32Array} table */
export function gridScale(table) {
  const levels = new Uint32Array(256);
  for (let level = 0; level < 256; level += 1) levels[level] = table[Math.round((level / 255) * (SCALE_ENTRIES - 1))];
  return levels;
}
