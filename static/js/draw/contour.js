// Marching squares: where a field crosses zero. Coordinates are grid units, cell centres at whole numbers;
// the field is taken as constant over the outer half cells, so that lines reach the edge of the plot.

/** A growing list of line segments: x0, y0, x1, y1 each. */
export class Segments {
  constructor() {
    this.data = new Float32Array(1024);
    this.count = 0;
  }

  clear() {
    this.count = 0;
  }

  /** @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
  push(x0, y0, x1, y1) {
    const at = this.count * 4;
    if (at + 4 > this.data.length) {
      const larger = new Float32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[at] = x0;
    this.data[at + 1] = y0;
    this.data[at + 2] = x1;
    this.data[at + 3] = y1;
    this.count += 1;
  }
}

/**
 * One quantised plane as a field centred on its neutral level, smoothed by a 3×3 binomial kernel: eight bits would
 * otherwise show as stairs wherever the field is nearly flat.
 * @param {Uint8Array} grid @param {number} size @param {Float32Array} field @param {number} [start]
 */
export function fieldOf(grid, size, field, start = 0) {
  const last = size - 1;
  for (let row = 0; row < size; row += 1) {
    const above = start + Math.max(0, row - 1) * size;
    const here = start + row * size;
    const below = start + Math.min(last, row + 1) * size;
    let left = grid[above] + 2 * grid[here] + grid[below];
    let middle = left;
    for (let column = 0; column < size; column += 1) {
      const next = Math.min(last, column + 1);
      const right = grid[above + next] + 2 * grid[here + next] + grid[below + next];
      field[row * size + column] = (left + 2 * middle + right) / 16 - 127.5;
      left = middle;
      middle = right;
    }
  }
}

/** Class k's lead over the best of the others, written to `lead`.
 * @param {readonly Float32Array[]} fields @param {number} k @param {Float32Array} lead */
export function leadOf(fields, k, lead) {
  for (let cell = 0; cell < lead.length; cell += 1) {
    let best = -Infinity;
    for (let other = 0; other < fields.length; other += 1) {
      if (other !== k && fields[other][cell] > best) best = fields[other][cell];
    }
    lead[cell] = fields[k][cell] - best;
  }
}

/** Appends the zero line of a square field. @param {Float32Array} field @param {number} size @param {Segments} out */
export function zeroContour(field, size, out) {
  const last = size - 1;
  for (let row = -1; row < size; row += 1) {
    const top = Math.max(0, row);
    const bottom = Math.min(last, row + 1);
    const y0 = row < 0 ? -0.5 : row;
    const y1 = row === last ? last + 0.5 : row + 1;
    for (let column = -1; column < size; column += 1) {
      const left = Math.max(0, column);
      const right = Math.min(last, column + 1);
      const a = field[top * size + left];
      const b = field[top * size + right];
      const c = field[bottom * size + right];
      const d = field[bottom * size + left];
      const kind = Number(a > 0) | (Number(b > 0) << 1) | (Number(c > 0) << 2) | (Number(d > 0) << 3);
      if (kind === 0 || kind === 15) continue;
      const x0 = column < 0 ? -0.5 : column;
      const x1 = column === last ? last + 0.5 : column + 1;
      cell(out, kind, [a, b, c, d], [x0, y0, x1, y1]);
    }
  }
}

/** @param {number} from @param {number} to */
const crossing = (from, to) => from / (from - to);

/**
 * The segments of one cell with corners a (top left), b, c, d clockwise.
 * @param {Segments} out @param {number} kind which corners are positive, one bit each
 * @param {number[]} corners @param {number[]} box x0, y0, x1, y1
 */
function cell(out, kind, [a, b, c, d], [x0, y0, x1, y1]) {
  const top = () => [x0 + (x1 - x0) * crossing(a, b), y0];
  const right = () => [x1, y0 + (y1 - y0) * crossing(b, c)];
  const bottom = () => [x0 + (x1 - x0) * crossing(d, c), y1];
  const left = () => [x0, y0 + (y1 - y0) * crossing(a, d)];
  /** @param {number[]} from @param {number[]} to */
  const line = (from, to) => out.push(from[0], from[1], to[0], to[1]);
  if (kind === 5 || kind === 10) {
    const joined = a + b + c + d > 0 === (kind === 5);
    line(joined ? top() : left(), joined ? right() : top());
    line(joined ? bottom() : right(), joined ? left() : bottom());
    return;
  }
  const lone = kind > 7 ? 15 - kind : kind;
  if (lone === 1) line(left(), top());
  else if (lone === 2) line(top(), right());
  else if (lone === 4) line(right(), bottom());
  else if (lone === 7) line(bottom(), left());
  else if (lone === 3) line(left(), right());
  else line(top(), bottom());
}

/** Traces the segments into a canvas path. @param {Segments} segments @param {Path2D | CanvasRenderingContext2D} path
 * @param {number} size cells a side @param {number} width pixels a side */
export function trace(segments, path, size, width) {
  const gain = width / size;
  const { data } = segments;
  for (let at = 0; at < segments.count * 4; at += 4) {
    path.moveTo((data[at] + 0.5) * gain, (data[at + 1] + 0.5) * gain);
    path.lineTo((data[at + 2] + 0.5) * gain, (data[at + 3] + 0.5) * gain);
  }
}
