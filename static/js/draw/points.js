// Marks of data points: one shape a class, of about equal area, so that the classes differ without colour.

/** @typedef {Path2D | CanvasRenderingContext2D} Path */

/** Corner angles (in turns, 0 = up) and radii of the polygons. @type {readonly (readonly [number, number][] | null)[]} */
const SHAPES = [
  polygon(4, 0, 1.26), // diamond
  null, // disc
  polygon(3, 0, 1.5), // triangle
  polygon(4, 1 / 8, 1.26), // square
  polygon(3, 1 / 2, 1.5), // triangle pointing down
  star(4, 0, 1.75, 0.8), // cross with four points
  polygon(5, 0, 1.2), // pentagon
  star(5, 0, 1.7, 0.75), // star
  polygon(3, 1 / 4, 1.5), // triangle pointing right
  star(3, 0, 1.8, 0.75), // three-pointed star
];

export const MARK_NAMES = [
  "diamond",
  "disc",
  "triangle",
  "square",
  "triangle pointing down",
  "four-pointed star",
  "pentagon",
  "star",
  "triangle pointing right",
  "three-pointed star",
];

/** @param {number} corners @param {number} turn @param {number} radius @returns {[number, number][]} */
function polygon(corners, turn, radius) {
  return Array.from({ length: corners }, (_, index) => [index / corners + turn, radius]);
}

/** @param {number} points @param {number} turn @param {number} outer @param {number} inner @returns {[number, number][]} */
function star(points, turn, outer, inner) {
  return Array.from({ length: 2 * points }, (_, index) => [
    index / (2 * points) + turn,
    index % 2 === 0 ? outer : inner,
  ]);
}

/** Adds the mark of a class to a path. @param {Path} path @param {number} kind @param {number} x @param {number} y
 * @param {number} radius of the disc of equal area */
export function addMark(path, kind, x, y, radius) {
  const corners = SHAPES[kind % SHAPES.length];
  if (!corners) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([turn, factor], index) => {
    const angle = 2 * Math.PI * turn;
    const cornerX = x + radius * factor * Math.sin(angle);
    const cornerY = y - radius * factor * Math.cos(angle);
    if (index === 0) path.moveTo(cornerX, cornerY);
    else path.lineTo(cornerX, cornerY);
  });
  path.closePath();
}

/** The mark as an SVG path of about 10 × 10 around the origin. @param {number} kind @param {number} [radius] */
export function markPath(kind, radius = 3.6) {
  const corners = SHAPES[kind % SHAPES.length];
  if (!corners) return `M${radius} 0A${radius} ${radius} 0 1 1 ${-radius} 0A${radius} ${radius} 0 1 1 ${radius} 0Z`;
  const at = corners.map(([turn, factor]) => {
    const angle = 2 * Math.PI * turn;
    return `${(radius * factor * Math.sin(angle)).toFixed(2)} ${(-radius * factor * Math.cos(angle)).toFixed(2)}`;
  });
  return `M${at.join("L")}Z`;
}

/**
 * @typedef {object} PointStyle
 * @property {(label: number) => number} kind the mark of a label
 * @property {(label: number) => string} color
 * @property {string} ring
 * @property {number} radius
 * @property {boolean} hollow
 */

/**
 * Draws points given as x1, x2, label triples over the square [−6, 6]².
 * @param {CanvasRenderingContext2D} context @param {Float32Array} points @param {number} width pixels a side
 * @param {PointStyle} style
 */
export function drawPoints(context, points, width, style) {
  const gain = width / 12;
  context.lineJoin = "round";
  for (let at = 0; at + 2 < points.length; at += 3) {
    const label = points[at + 2];
    context.beginPath();
    addMark(context, style.kind(label), (points[at] + 6) * gain, (6 - points[at + 1]) * gain, style.radius);
    context.strokeStyle = style.ring;
    context.lineWidth = style.hollow ? 3.9 : 2.2;
    context.stroke();
    if (style.hollow) {
      context.strokeStyle = style.color(label);
      context.lineWidth = 1.7;
      context.stroke();
    } else {
      context.fillStyle = style.color(label);
      context.fill();
    }
  }
}
