// The user's own points as a value: adding, erasing, splitting into training and test points, and what can be undone.

/** @typedef {import("./classes.js").Point} Point */
/**
 * A point with its place in the order in which the points of its class came; that place alone decides whether it trains,
 * so a point never changes sides because another one was added or erased.
 * @typedef {{x1: number, x2: number, label: number | string, slot: number}} OwnPoint
 */

/** A dragged brush leaves a point each this far. */
export const SPACING = 0.15;
/** The eraser takes what lies this near. */
export const ERASE_RADIUS = 0.4;
export const MAX_POINTS = 10_000;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const HALF_PLOT = 6;
const MAX_UNDO = 200;

/** @param {number} value */
const onPlot = (value) => Math.round(Math.max(-HALF_PLOT, Math.min(HALF_PLOT, value)) * 1000) / 1000;

/**
 * Where a brush that moves from `from` to `to` leaves points: every 0.15, exactly on the line. `from` itself has one already.
 * @param {[number, number]} from where the last point lies
 * @param {[number, number]} to
 * @returns {[number, number][]}
 */
export function strokePoints(from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const distance = Math.hypot(dx, dy);
  const count = Math.floor(distance / SPACING + 1e-9);
  return Array.from({ length: count }, (_, index) => {
    const share = ((index + 1) * SPACING) / distance;
    return [from[0] + share * dx, from[1] + share * dy];
  });
}

/** @param {OwnPoint[]} points @param {number | string | null} label null counts all, as numbers to be learnt have no classes */
function nextSlot(points, label) {
  let next = 0;
  for (const point of points) if (label === null || point.label === label) next = Math.max(next, point.slot + 1);
  return next;
}

/** @param {string} task @param {number | string} label */
const slotGroup = (task, label) => (task === "regression" ? null : label);

/**
 * `points` with more of one label at these places; no more than 10 000 in all.
 * @param {OwnPoint[]} points
 * @param {[number, number][]} places
 * @param {number | string} label
 * @param {string} task
 * @returns {OwnPoint[]}
 */
export function addPoints(points, places, label, task) {
  const first = nextSlot(points, slotGroup(task, label));
  const added = places.slice(0, Math.max(0, MAX_POINTS - points.length)).map(([x1, x2], index) => ({
    x1: onPlot(x1),
    x2: onPlot(x2),
    label,
    slot: first + index,
  }));
  return added.length > 0 ? [...points, ...added] : points;
}

/** @param {OwnPoint} point @param {[number, number]} from @param {[number, number]} to the distance from a piece of line */
function distanceToPath(point, from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : ((point.x1 - from[0]) * dx + (point.x2 - from[1]) * dy) / square;
  const nearest = Math.max(0, Math.min(1, share));
  return Math.hypot(point.x1 - from[0] - nearest * dx, point.x2 - from[1] - nearest * dy);
}

/**
 * `points` without those that an eraser on its way from `from` to `to` touches.
 * @param {OwnPoint[]} points
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @returns {OwnPoint[]} the same array when none was touched
 */
export function erasePoints(points, from, to) {
  const kept = points.filter((point) => distanceToPath(point, from, to) > ERASE_RADIUS);
  return kept.length === points.length ? points : kept;
}

/**
 * Gives each point its slot, in the order given.
 * @param {readonly (readonly (number | string)[])[]} points [x1, x2, label]
 * @param {string} task
 * @returns {OwnPoint[]}
 */
export function ownPoints(points, task) {
  /** @type {Map<number | string | null, number>} */
  const next = new Map();
  return points.map(([x1, x2, label]) => {
    const group = slotGroup(task, /** @type {number | string} */ (label));
    const slot = next.get(group) ?? 0;
    next.set(group, slot + 1);
    return { x1: Number(x1), x2: Number(x2), label: /** @type {number | string} */ (label), slot };
  });
}

/**
 * Training and test points. Slot k trains when the fractional part of k·0.618… lies below the share: of any run of slots
 * that is the share itself, to one point; whatever the order of the rows, each class is divided alike. Slot 0 always trains.
 * @param {OwnPoint[]} points
 * @param {number} share
 * @returns {{train: Point[], test: Point[]}}
 */
export function splitPoints(points, share) {
  /** @type {{train: Point[], test: Point[]}} */
  const parts = { train: [], test: [] };
  for (const { x1, x2, label, slot } of points) {
    const part = (slot * GOLDEN) % 1 < share ? parts.train : parts.test;
    part.push([x1, x2, label]);
  }
  const spared = parts.train.length === 0 ? parts.test.shift() : undefined;
  if (spared) parts.train.push(spared);
  return parts;
}

/** What was, is and would be again. Values are never changed, only replaced. @template T */
export class History {
  /** @type {T[]} */
  #past = [];
  /** @type {T[]} */
  #future = [];

  /** @param {T} value */
  constructor(value) {
    this.value = value;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Starts something that one undo takes back, however many times `value` is replaced meanwhile. */
  begin() {
    this.#past = [...this.#past, this.value].slice(-MAX_UNDO);
    this.#future = [];
  }

  /** Ends it: what changed nothing is not remembered. */
  commit() {
    if (this.#past.at(-1) === this.value) this.#past.pop();
  }

  /** @param {T} value one whole change */
  push(value) {
    this.begin();
    this.value = value;
    this.commit();
  }

  undo() {
    const previous = this.#past.pop();
    if (previous === undefined) return;
    this.#future.push(this.value);
    this.value = previous;
  }

  redo() {
    const next = this.#future.pop();
    if (next === undefined) return;
    this.#past.push(this.value);
    this.value = next;
  }
}
