/**
 * The setup in the page's address. Readable where it can be (`#dataset.kind=spiral&layers=8-8-8`), one compressed word
 * (`#z=…`) where it holds points, given weights, or layers of other kinds. Only what differs from the usual setup is written.
 */

import { diff, isObject } from "./merge.js";

/** @typedef {import("./types.js").RunSpec} RunSpec */
/** @typedef {import("./types.js").Patch} Patch */

/** Before what a page adds to its setup, the last word of an address. */
const NOTE = "with=";

/** A longer link breaks in mail programs and chats. */
export const LONGEST_LINK = 30_000;
const LONGEST_JSON = 4_000_000;
const USUAL_ACTIVATION = "tanh";
const KEY = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/;

/** A link that cannot be read at all; its message is for the person who opened it. */
export class LinkError extends Error {}

/**
 * What of `spec` must be said so that the server makes the same spec again. A field whose default depends on another
 * one (the output and the number of points of a task, the scale of an initializer) is said with it.
 * @param {RunSpec} spec
 * @param {RunSpec} base the spec the server makes of the preset
 * @param {Patch} preset
 * @returns {Patch}
 */
function essential(spec, base, preset) {
  const partial = diff(base, spec);
  if (partial.initializer?.kind) partial.initializer = spec.initializer;
  const otherTask = partial.output || partial.loss;
  if (otherTask) Object.assign(partial, { output: spec.output, loss: spec.loss });
  if (partial.dataset?.kind && (otherTask || spec.dataset.kind === "points")) {
    partial.dataset = { ...partial.dataset, ...spec.dataset };
  }
  return withoutNeedless(partial, preset);
}

/** Only a field that the preset has must be said to be gone. @param {Patch} partial @param {Patch} preset @returns {Patch} */
function withoutNeedless(partial, preset) {
  const kept = Object.entries(partial).filter(([key, value]) => value !== null || key in preset);
  return Object.fromEntries(
    kept.map(([key, value]) => [key, isObject(value) ? withoutNeedless(value, preset[key] ?? {}) : value]),
  );
}

/**
 * @param {RunSpec} spec
 * @param {RunSpec} base the spec the server makes of the preset
 * @param {Patch} preset what whoever opens the link begins with
 * @returns {Promise<string>} the address's part after the #
 */
export async function encodeSpec(spec, base, preset = {}) {
  const partial = essential(spec, base, preset);
  if (!isReadable(partial)) return `z=${await pack(JSON.stringify(partial))}`;
  return Object.entries(flatten(partial))
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
}

/**
 * @param {string} hash with or without its #
 * @param {(error: Error) => void} [refuse] told of a word that cannot be read, the others being taken
 * @returns {Promise<Patch>} a partial spec, not yet validated
 * @throws {LinkError}
 */
export async function decodeHash(hash, refuse = raise) {
  const text = hash.replace(/^#/, "");
  if (text.startsWith("z=")) return parsePacked(await unpack(text.slice(2)));
  /** @type {Patch} */
  const partial = {};
  for (const pair of text.split("&")) {
    if (!pair) continue;
    try {
      takeWord(partial, pair);
    } catch (error) {
      refuse(/** @type {Error} */ (error));
    }
  }
  return partial;
}

/** An address's part after the #, with what a page adds to its setup. @param {string} setup @param {string} note */
export const joinNote = (setup, note) => [setup, note && NOTE + note].filter(Boolean).join("&");

/** @param {string} hash with or without its # @returns {{ setup: string, note: string }} */
export function splitNote(hash) {
  const words = hash.replace(/^#/, "").split("&");
  const last = words.at(-1) ?? "";
  if (!last.startsWith(NOTE)) return { setup: words.join("&"), note: "" };
  return { setup: words.slice(0, -1).join("&"), note: last.slice(NOTE.length) };
}

/** @param {Error} error */
function raise(error) {
  throw error;
}

/** @param {Patch} partial @param {string} word `key=value` */
function takeWord(partial, word) {
  const at = word.indexOf("=");
  const key = word.slice(0, Math.max(at, 0));
  if (!KEY.test(key)) throw new LinkError(`“${word.slice(0, 40)}” is not a setting.`);
  put(partial, key, parseValue(key, decode(word.slice(at + 1))));
}

/** @param {Patch} partial @returns {{[key: string]: string}} */
function flatten(partial) {
  /** @type {{[key: string]: string}} */
  const flat = {};
  for (const [key, value] of Object.entries(partial)) {
    if (key === "layers") flat.layers = value.map(layerWord).join("-") || "none";
    else if (Array.isArray(value)) flat[key] = value.join(",");
    else if (typeof value === "object") {
      for (const [inner, content] of Object.entries(value)) {
        if (content !== null) flat[`${key}.${inner}`] = encodeURIComponent(content);
      }
    } else flat[key] = encodeURIComponent(value);
  }
  return flat;
}

/** Whether words say all of it: numbers, names and flags, two levels deep, and plain dense layers. @param {Patch} partial */
function isReadable(partial) {
  const { layers = [], features = [], ...rest } = partial;
  if (layers === null || features === null || !layers.every(isPlain)) return false;
  return Object.values(rest).every((value) =>
    isObject(value) ? Object.values(value).every(isScalar) : isScalar(value),
  );
}

/** @param {unknown} value */
const isScalar = (value) => value !== null && typeof value !== "object";

/** @param {Patch} layer */
const isPlain = ({ kind, units, activation, ...rest }) =>
  kind === "dense" && units && activation && !Object.keys(rest).length;

/** @param {import("./types.js").LayerSpec} layer */
const layerWord = ({ units, activation }) => (activation === USUAL_ACTIVATION ? `${units}` : `${units}:${activation}`);

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new LinkError(`“${text.slice(0, 40)}” cannot be read.`);
  }
}

/** @param {string} key @param {string} text */
function parseValue(key, text) {
  if (key === "features") return text.split(",").filter(Boolean);
  if (key === "layers" && /[,;+ ]/.test(text)) throw new LinkError("Write layers as 8-8.");
  if (key === "layers") return text === "none" ? [] : text.split("-").map(parseLayer);
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** @param {string} word */
function parseLayer(word) {
  const [units, activation = USUAL_ACTIVATION] = word.split(":");
  return { kind: "dense", units: /^\d+$/.test(units) ? Number(units) : units, activation };
}

/** @param {Patch} partial @param {string} key @param {unknown} value */
function put(partial, key, value) {
  const [outer, inner] = key.split(".");
  if (!inner) {
    Object.defineProperty(partial, outer, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  if (!Object.hasOwn(partial, outer)) put(partial, outer, {});
  if (typeof partial[outer] !== "object") throw new LinkError(`“${outer}” is given twice.`);
  Object.defineProperty(partial[outer], inner, { value, enumerable: true, configurable: true, writable: true });
}

/** @param {string} json @returns {Patch} */
function parsePacked(json) {
  const value = JSON.parse(json);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new LinkError("The link holds no setup.");
  }
  return value;
}

/** @param {string} text @returns {Promise<string>} deflated, base64url */
async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Never inflates more than a setup can need. @param {string} word @returns {Promise<string>} */
async function unpack(word) {
  try {
    const binary = atob(word.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      if (text.length > LONGEST_JSON) throw new RangeError("too long");
    }
    JSON.parse(text);
    return text;
  } catch {
    throw new LinkError("The link is damaged or cut off.");
  }
}
