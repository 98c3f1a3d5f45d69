// The ready-made sets as tiles with their points on them, and the marks of the classes.

import { effect } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { whole } from "../core/format.js";
import { palette } from "../draw/palette.js";
import { addMark, markPath } from "../draw/points.js";
import { fitCanvas, onResize } from "../draw/surface.js";
import { html } from "../ui/html.js";
import { className } from "./classes.js";

/** @typedef {import("../core/types.js").DatasetEntry} DatasetEntry */
/** @typedef {{rows: readonly (readonly number[])[], task: string}} Sample x1, x2, class number or value */

const REACH = 6;
const ORANGE_AND_BLUE = ["neg", "pos"];

/** The colour of a class's mark, as a token. @param {number} index */
const markToken = (index) => `var(--${ORANGE_AND_BLUE[index] ?? `class${index + 1}`})`;

/** The mark of a class beside its name or on a button. @param {{index: number, size?: number}} props */
export function ClassMark({ index, size = 12 }) {
  return html`<svg class="classmark" viewBox="-6 -6 12 12" width=${size} height=${size} aria-hidden="true">
    <path d=${markPath(index)} style=${{ fill: markToken(index) }} />
  </svg>`;
}

/** How many points each class has, with its mark. @param {{classes: import("./classes.js").ClassCount[]}} props */
export function ClassCounts({ classes }) {
  const labels = classes.map((each) => each.label);
  return classes.map(({ label, count }, index) => {
    const name = className(label, labels);
    const words = /^[\d\u2212-]/.test(name) ? `${whole(count)} of class ${name}` : `${whole(count)} ${name}`;
    return html`<span class="classcount" key=${index}><${ClassMark} index=${index} />${words}</span>`;
  });
}

/**
 * Draws a few points on a small canvas; the square from −6 to 6 is as large as fits.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {Sample} sample
 */
function paint(canvas, width, height, { rows, task }) {
  const context = fitCanvas(canvas, width, height);
  const { color, marks } = palette();
  const gain = Math.min(width, height) / (2 * REACH);
  const radius = Math.max(1.8, Math.min(3.3, gain * 0.42));
  const numbers = task === "regression";
  for (const [x1 = 0, x2 = 0, label = 0] of rows) {
    context.beginPath();
    addMark(context, numbers ? 1 : label, width / 2 + x1 * gain, height / 2 - x2 * gain, radius);
    context.globalAlpha = numbers ? Math.min(1, 0.12 + 0.88 * Math.abs(label)) : 1;
    context.fillStyle = /** @type {string} */ (numbers ? color[label < 0 ? "neg-s" : "pos-s"] : marks[label]);
    context.fill();
  }
}

/** Points on a canvas that fills its parent; repainted when they, the size or the theme change. @param {{sample: Sample, class?: string}} props */
export function PointsCanvas({ sample, class: name = "points-canvas" }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => {
    const element = /** @type {HTMLCanvasElement} */ (canvas.current);
    let size = [0, 0];
    const repaint = () => {
      if (size[0]) paint(element, /** @type {number} */ (size[0]), /** @type {number} */ (size[1]), sample);
    };
    const end = onResize(element, (width, height) => {
      size = [width, height];
      repaint();
    });
    const follow = effect(() => {
      palette();
      repaint();
    });
    return () => {
      end();
      follow();
    };
  }, [sample]);
  return html`<canvas class=${name} ref=${canvas} aria-hidden="true"></canvas>`;
}

/** One set to choose. @param {{group: string, label: string, title: string, sample: Sample, chosen: boolean, onChoose: () => void}} props */
export function Tile({ group, label, title, sample, chosen, onChoose }) {
  return html`
    <label class="tile" title=${title}>
      <input class="tile-input" type="radio" name=${group} checked=${chosen} onChange=${onChoose} onClick=${chosen ? onChoose : null} />
      <span class="tile-face"><${PointsCanvas} sample=${sample} /></span>
      <span class="tile-label">${label}</span>
    </label>
  `;
}

/** @type {WeakMap<DatasetEntry, Sample>} one object an entry, so that a canvas is painted once */
const samples = new WeakMap();

/** @param {DatasetEntry} entry */
function sampleOf(entry) {
  const sample = samples.get(entry) ?? { rows: entry.preview, task: entry.task };
  samples.set(entry, sample);
  return sample;
}

/**
 * The sets of one task.
 * @param {{entries: DatasetEntry[], chosen: string, onChoose: (kind: string) => void, children?: any}} props
 */
export function Tiles({ entries, chosen, onChoose, children }) {
  const group = useId();
  return html`
    <div class="tiles" role="radiogroup" aria-label="Data set">
      ${entries.map(
        (entry) => html`<${Tile}
          key=${entry.name} group=${group} label=${entry.label} title=${entry.explanation} sample=${sampleOf(entry)}
          chosen=${entry.name === chosen} onChoose=${() => onChoose(entry.name)}
        />`,
      )}
      ${children}
    </div>
  `;
}
