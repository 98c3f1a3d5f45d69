/** JSON merge patches (RFC 7396): applying, composing and finding them. */

/** @typedef {import("./types.js").Patch} Patch */

/** @param {unknown} value @returns {boolean} whether it is a JSON object */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @template T
 * @param {T} target
 * @param {Patch} patch
 * @returns {T} a new value; neither argument is changed
 */
export function mergePatch(target, patch) {
  const result = /** @type {Patch} */ (isObject(target) ? { ...target } : {});
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? mergePatch(result[key], value) : value;
  }
  return /** @type {T} */ (/** @type {unknown} */ (result));
}

/** One patch that does what `first` and then `second` do. @param {Patch} first @param {Patch} second @returns {Patch} */
export function composePatches(first, second) {
  const result = { ...first };
  for (const [key, value] of Object.entries(second)) {
    result[key] = isObject(value) && isObject(result[key]) ? composePatches(result[key], value) : value;
  }
  return result;
}

/** The smallest patch that turns `from` into `to`. @param {Patch} from @param {Patch} to @returns {Patch} */
export function diff(from, to) {
  /** @type {Patch} */
  const patch = {};
  for (const key of Object.keys(from)) if (!(key in to) || to[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(to)) {
    if (value === undefined || equal(from[key], value)) continue;
    patch[key] = isObject(value) && isObject(from[key]) ? diff(from[key], value) : value;
  }
  return patch;
}

/** Deep equality of JSON values. @param {any} a @param {any} b @returns {boolean} */
export function equal(a, b) {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}
