/** Layers as cards: what is asked of each, what it costs, and what helps where one does not fit. */

/** @typedef {import("../core/types.js").LayerInfo} LayerInfo */
/** @typedef {import("../core/types.js").LayerEntry} LayerEntry */
/** @typedef {import("../core/types.js").Issue} Issue */
/** @typedef {{ kind: string, [field: string]: any }} Layer */

/** What can be added, by the button's word. */
export const ADDED = [
  { kind: "convolution", word: "Convolution" },
  { kind: "max_pooling", word: "Pooling" },
  { kind: "dense", word: "Dense" },
  { kind: "dropout", word: "Dropout" },
];
export const POOLINGS = ["max_pooling", "average_pooling", "l2_pooling"];
const OF_IMAGES = ["convolution", ...POOLINGS];
/** Where the usual differs from the catalog’s: what works well on images. @type {{ [kind: string]: object }} */
const USUAL = {
  convolution: { activation: "relu", padding: "same" },
  dense: { units: 32, activation: "relu" },
  dropout: { rate: 0.3 },
};

/** A layer of a kind as it is added. @param {LayerEntry | undefined} entry @param {string} kind @returns {Layer} */
export const fresh = (entry, kind) => ({
  kind,
  ...Object.fromEntries((entry?.fields ?? []).map((field) => [field.name, field.default])),
  ...USUAL[kind],
});

/** Where a layer that is added goes: what slides over images before what reads them flat. @param {readonly Layer[]} layers @param {string} kind */
export function placeFor(layers, kind) {
  const flat = layers.findIndex((layer) => layer.kind === "dense");
  if (!OF_IMAGES.includes(kind) || flat < 0) return layers.length;
  return flat > 0 && layers[flat - 1].kind === "dropout" ? flat - 1 : flat;
}

/** @template T @param {readonly T[]} list @param {number} from @param {number} to @returns {T[]} */
export function moved(list, from, to) {
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), list[from], ...rest.slice(to)];
}

/** A shape in words. @param {readonly number[] | undefined} shape */
export function shapeWords(shape) {
  if (!shape) return "–";
  if (shape.length === 1) return `${shape[0]} ${shape[0] === 1 ? "unit" : "units"}`;
  const size = `${shape[1]} × ${shape[2]}`;
  return shape[0] === 1 ? size : `${shape[0]} maps of ${size}`;
}

/**
 * What a layer takes: parameters, and multiply-adds of one image on its way forward.
 * @param {LayerInfo} info
 * @param {Layer | null} layer
 */
export function costOf({ blocks, output, kind }, layer) {
  const parameters = blocks.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
  const weights = blocks.reduce((sum, { shape, biases }) => sum + (shape[0] - Number(biases)) * shape[1], 0);
  const numbers = output.reduce((product, length) => product * length, 1);
  if (POOLINGS.includes(kind)) return { parameters, multiplyAdds: numbers * (layer?.size ?? 1) ** 2 };
  return { parameters, multiplyAdds: weights * (output.length === 3 ? output[1] * output[2] : 1) };
}

/** The issues by the layer they are about; those of no layer under −1. @param {readonly Issue[]} issues */
export function byLayer(issues) {
  /** @type {Map<number, Array<{ field: string, message: string }>>} */
  const found = new Map();
  for (const { pointer, message } of issues) {
    const [, at = "-1", field = ""] = /^\/layers\/(\d+)(?:\/(\w+))?/.exec(pointer) ?? [];
    const place = Number(at);
    found.set(place, [...(found.get(place) ?? []), { field, message }]);
  }
  return found;
}

/**
 * What would help with a layer that does not fit, as a button's words and the layers it leads to.
 * @param {readonly Layer[]} layers
 * @param {number} at
 * @param {string} field what is wrong about it
 * @returns {{ words: string, layers: Layer[] } | null}
 */
export function remedy(layers, at, field) {
  const layer = layers[at];
  if (!OF_IMAGES.includes(layer.kind)) return null;
  const flat = layers.findIndex(({ kind }) => kind === "dense");
  if (field === "" && flat >= 0 && flat < at) {
    return { words: "Put it in front of the dense layer", layers: moved(layers, at, flat) };
  }
  if (field === "kernel_size" && layer.padding === "valid") {
    return { words: "Put zeros around the image", layers: layers.with(at, { ...layer, padding: "same" }) };
  }
  if (field === "size" || field === "kernel_size") {
    return { words: "Remove this layer", layers: layers.filter((_, place) => place !== at) };
  }
  return null;
}
