// Links between units: Bézier curves with horizontal ends, as wide as their weight is large.

/**
 * @typedef {object} Link
 * @property {number} x0 @property {number} y0 where it leaves the source
 * @property {number} x1 @property {number} y1 where it meets the target
 * @property {number} layer @property {number} unit @property {number} input of the target
 * @property {number} parameter its place in theta
 */

export const MAX_WEIGHT = 4;
const FAN = 4.2;
const HALF_HIT = 5;

/** How far from the target's middle the link of one input ends, so that the ends fan out.
 * @param {number} index @param {number} count @param {number} tile */
export function fanOffset(index, count, tile) {
  const pitch = count > 1 ? Math.min(FAN, (tile - 8) / (count - 1)) : 0;
  return (index - (count - 1) / 2) * pitch;
}

/** The weight that is drawn at full width: the largest in the network, within [1, 4].
 * @param {ArrayLike<number>} theta @param {readonly Link[]} links */
export function fullWidthWeight(theta, links) {
  let largest = 1;
  for (const link of links) largest = Math.max(largest, Math.abs(theta[link.parameter]));
  return Math.min(MAX_WEIGHT, largest);
}

/** @param {number} weight @param {number} full */
export function linkWidth(weight, full) {
  return 0.5 + 5.5 * Math.min(1, Math.abs(weight) / full) ** 0.9;
}

/** @param {number} weight @param {number} full @param {"rest" | "chosen" | "faint"} role */
export function linkOpacity(weight, full, role) {
  const share = Math.min(1, Math.abs(weight) / full);
  if (role === "chosen") return 1;
  return role === "faint" ? 0.16 + 0.3 * share : 0.3 + 0.65 * share;
}

/** Height of a link at parameter t in [0, 1]. @param {Link} link @param {number} t */
const heightAt = (link, t) => link.y0 + (link.y1 - link.y0) * t * t * (3 - 2 * t);

/** The point of a link at parameter t. @param {Link} link @param {number} t @returns {[number, number]} */
export function linkPoint(link, t) {
  return [link.x0 + (link.x1 - link.x0) * (1.5 * t * (1 - t) + t * t * t), heightAt(link, t)];
}

/** Distance of a point from a link, or Infinity beyond its ends. @param {Link} link @param {number} x @param {number} y */
export function linkDistance(link, x, y) {
  if (x < link.x0 || x > link.x1) return Infinity;
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < 12; halving += 1) {
    const middle = (low + high) / 2;
    if (linkPoint(link, middle)[0] < x) low = middle;
    else high = middle;
  }
  const [aheadX, aheadY] = linkPoint(link, Math.min(1, high + 0.01));
  const [behindX, behindY] = linkPoint(link, Math.max(0, low - 0.01));
  const run = aheadX - behindX;
  return Math.abs(y - heightAt(link, low)) * (run / Math.hypot(run, aheadY - behindY));
}

/** The link under a pointer: the nearest within 5 px. @param {readonly Link[]} links @param {number} x @param {number} y
 * @returns {Link | null} */
export function linkAt(links, x, y) {
  let nearest = null;
  let distance = HALF_HIT;
  for (const link of links) {
    const candidate = linkDistance(link, x, y);
    if (candidate <= distance) {
      distance = candidate;
      nearest = link;
    }
  }
  return nearest;
}

/**
 * Draws links in order of |weight|, the large ones last. One stroke a link: 336 take 2.4 ms with their rasterising, and
 * 3.3 ms when links of like width share a path.
 * @param {CanvasRenderingContext2D} context @param {readonly Link[]} links @param {ArrayLike<number>} theta
 * @param {{negative: string, positive: string, full: number, role: "rest" | "chosen" | "faint", dashed: boolean}} style
 */
export function drawLinks(context, links, theta, style) {
  const sorted = [...links].sort((a, b) => Math.abs(theta[a.parameter]) - Math.abs(theta[b.parameter]));
  for (const { x0, y0, x1, y1, parameter } of sorted) {
    const weight = theta[parameter];
    const middle = (x0 + x1) / 2;
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
    context.lineWidth = linkWidth(weight, style.full);
    context.globalAlpha = linkOpacity(weight, style.full, style.role);
    context.strokeStyle = weight < 0 ? style.negative : style.positive;
    if (style.dashed) context.setLineDash(weight < 0 ? [7, 4] : []);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/** The bias bar under a unit: a tick at zero, left negative, right positive, clipped at |b| = 2.
 * @param {CanvasRenderingContext2D} context @param {{x: number, y: number, width: number, height: number}} box
 * @param {number} bias @param {{negative: string, positive: string, ink: string}} colors */
export function drawBias(context, box, bias, colors) {
  const half = box.width / 2;
  const length = (Math.min(2, Math.abs(bias)) / 2) * half;
  const zero = box.x + half;
  context.fillStyle = bias < 0 ? colors.negative : colors.positive;
  context.fillRect(bias < 0 ? zero - length : zero, box.y, length, box.height);
  context.fillStyle = colors.ink;
  context.fillRect(zero - 0.5, box.y - 1, 1, box.height + 2);
}
