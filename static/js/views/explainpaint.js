// Writes a unit's numbers and drawings into Explain, at most fifteen times a second: faster, nobody reads them.

import { entryOf } from "../core/catalog.js";
import { fixed, signed } from "../core/format.js";
import { probePoint, run } from "../core/store.js";
import { palette } from "../draw/palette.js";
import { cssColor, scaleEntry } from "../draw/scale.js";
import { paintActivation } from "./activationcurve.js";
import { unitEquation } from "./formulas.js";
import { activations, incoming, rangeOf, valueAt } from "./frames.js";
import { unitName } from "./names.js";
import { columnName, inUnits, outputColumn } from "./outputunits.js";
import { leaning, placeOn } from "./reading.js";
import { showThumbnail } from "./thumbnails.js";
import { waterfall } from "./waterfall.js";
import { paintWaterfall } from "./waterfallpaint.js";
import { unitIndex } from "./wiring.js";

const INTERVAL = 66;
const NARROW = 360;

export class ExplainPainter {
  #last = 0;
  #late = 0;
  /** @type {Map<string, { canvas: HTMLCanvasElement, end: () => void }>} */
  #pictures = new Map();

  /** @param {HTMLElement} root @param {number} layer @param {number} unit */
  constructor(root, layer, unit) {
    this.root = root;
    this.layer = layer;
    this.unit = unit;
  }

  dispose() {
    clearTimeout(this.#late);
    for (const { end } of this.#pictures.values()) end();
  }

  paint() {
    clearTimeout(this.#late);
    const wait = this.#last + INTERVAL - performance.now();
    if (wait > 0) {
      this.#late = window.setTimeout(() => this.#paintNow(), wait);
      return;
    }
    this.#paintNow();
  }

  /** The picture of an input, kept up to date off the page. @param {string} key */
  #picture(key) {
    const known = this.#pictures.get(key);
    if (known) return known.canvas;
    const canvas = document.createElement("canvas");
    this.#pictures.set(key, { canvas, end: showThumbnail(key, canvas) });
    return canvas;
  }

  /** @param {string} part @param {string} text */
  #write(part, text) {
    const element = this.root.querySelector(`[data-part=${part}]`);
    if (element && element.textContent !== text) element.textContent = text;
  }

  #paintNow() {
    this.#last = performance.now();
    const found = incoming(this.layer, this.unit);
    const values = activations();
    const current = run.value;
    if (!found || !values || !current || !probePoint.value) return;
    const index = unitIndex(current.network.layers, this.layer, this.unit);
    const [z, a] = [values.z[index], values.a[index]];
    const place = placeOn(a, rangeOf("units", index));
    this.#write("a", signed(a));
    const { layers } = current.network;
    const column = this.layer === layers.length - 1 ? outputColumn.value : null;
    this.#write("value", column ? inUnits(a, column) : signed(a));
    this.#write("leaning", column ? columnName(column) : leaning(place));
    const { activation } = layers[this.layer];
    const entry = entryOf("activations", activation);
    const label = entry?.label ?? activation;
    this.#write("equation", unitEquation(entry?.formula ?? "", label, signed(z)));
    const [low, high] = rangeOf("units", index);
    const ends = column ? `${inUnits(low, column)} to ${inUnits(high, column)}` : `own scale, ±${fixed(high, 2)}`;
    this.#write("scale", ends);
    this.#paintDrawings(found, z, a, place);
  }

  /** @param {NonNullable<ReturnType<typeof incoming>>} found @param {number} z @param {number} a
   * @param {number} place of the value on its colour scale */
  #paintDrawings(found, z, a, place) {
    const inputs = found.sources.map((source) => valueAt(source) ?? 0);
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.root.querySelector(".explain-waterfall"));
    if (!canvas || canvas.clientWidth === 0 || !run.value) return;
    const narrow = canvas.clientWidth < NARROW;
    const steps = waterfall(found.bias, found.weights, inputs, narrow ? 8 : 12);
    paintWaterfall(canvas, steps, (input) => this.#picture(found.sources[input].join(":")));
    const { network, spec } = run.value;
    const terms = steps.map(({ kind, input, value, count }) => {
      if (kind === "bias") return `bias ${signed(value)}`;
      return `${kind === "rest" ? `${count} more` : unitName(found.sources[input], network, spec)} ${signed(value)}`;
    });
    canvas.setAttribute("aria-label", `${terms.join(", ")}; sum ${signed(z)}`);
    const curve = /** @type {HTMLCanvasElement | null} */ (this.root.querySelector(".explain-curve canvas"));
    const entry = /** @type {import("../core/types.js").ActivationEntry | undefined} */ (
      entryOf("activations", network.layers[this.layer].activation)
    );
    if (curve && entry) paintActivation(curve, entry.curve, z, a, scaleColor(place));
  }
}

/** The colour of a place on the signed scale. @param {number} place */
function scaleColor(place) {
  const word = palette().scale[scaleEntry(place)];
  return cssColor([word & 255, (word >> 8) & 255, (word >> 16) & 255]);
}
