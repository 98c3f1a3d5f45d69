// Quantised grids to pixels. Grids are uint8, row 0 at the top; every function writes into a given buffer.

/** @param {Uint8Array} grid @param {Uint32Array} levels @param {Uint32Array} pixels @param {number} [start] */
export function paintGrid(grid, levels, pixels, start = 0) {
  for (let cell = 0; cell < pixels.length; cell += 1) pixels[cell] = levels[grid[start + cell]];
}

/**
 * Blends the classes' grounds by their probabilities. The grid holds one plane a class.
 * @param {Uint8Array} grid @param {readonly import("./scale.js").Rgb[]} grounds @param {Uint32Array} pixels
 */
export function paintClasses(grid, grounds, pixels) {
  const cells = pixels.length;
  for (let cell = 0; cell < cells; cell += 1) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let total = 0;
    for (let index = 0; index < grounds.length; index += 1) {
      const share = grid[index * cells + cell];
      red += share * grounds[index][0];
      green += share * grounds[index][1];
      blue += share * grounds[index][2];
      total += share;
    }
    const gain = total > 0 ? 1 / total : 0;
    pixels[cell] = ((255 << 24) | ((blue * gain) << 16) | ((green * gain) << 8) | (red * gain)) >>> 0;
  }
}

/**
 * A field sampled bilinearly between its cell centres, on a raster `factor` times finer.
 * @param {Float32Array} field @param {number} size @param {number} factor @param {Float32Array} out
 */
export function upsample(field, size, factor, out) {
  const width = size * factor;
  for (let row = 0; row < width; row += 1) {
    const y = Math.min(size - 1, Math.max(0, (row + 0.5) / factor - 0.5));
    const top = Math.min(size - 2, Math.floor(y));
    const down = y - top;
    for (let column = 0; column < width; column += 1) {
      const x = Math.min(size - 1, Math.max(0, (column + 0.5) / factor - 0.5));
      const left = Math.min(size - 2, Math.floor(x));
      const right = x - left;
      const at = top * size + left;
      const upper = field[at] + (field[at + 1] - field[at]) * right;
      const lower = field[at + size] + (field[at + size + 1] - field[at + size]) * right;
      out[row * width + column] = upper + (lower - upper) * down;
    }
  }
}

/** Which of the fields is largest at each cell; with one field, whether it is positive.
 * @param {readonly Float32Array[]} fields @param {Uint8Array} out */
export function largest(fields, out) {
  const [first, ...others] = fields;
  for (let cell = 0; cell < out.length; cell += 1) {
    let best = 0;
    let value = first[cell];
    for (let index = 0; index < others.length; index += 1) {
      if (others[index][cell] > value) {
        value = others[index][cell];
        best = index + 1;
      }
    }
    out[cell] = others.length === 0 ? Number(value > 0) : best;
  }
}
