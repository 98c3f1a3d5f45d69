/** Kernels by hand: an image, a kernel and a window that slides, with every number it meets; then into the network. */

import { useEffect, useId, useMemo } from "preact/hooks";
import { Button } from "../../ui/button.js";
import { html } from "../../ui/html.js";
import { Select } from "../../ui/select.js";
import { movedBy, placeUnder, written } from "../../views/cells.js";
import { at, bench, laid, lookAt, picture, setBench, slide, sliding } from "./kernelsbench.js";
import { EXAMPLES, judge, KERNELS, slidOver, windowAt } from "./kernelsmath.js";
import { KernelEditor, Options } from "./kernelsoptions.js";
import { IntoNetwork } from "./kernelsput.js";
import { Cells, imageLook, LATER, Sum, signedLook } from "./slide.js";

/** @typedef {import("../../views/cells.js").Place} Place */
/** @typedef {import("../../views/cells.js").Rows} Rows */
/** @typedef {import("./kernelsmath.js").Operation} Operation */

/** Numbers are written into the cells of images no wider than this. */
const WRITTEN_UP_TO = 10;
const STEP_MS = 160;
const CALM_STEP_MS = 500;

export function Kernels() {
  const { rows, trouble } = picture.value;
  return html`<div class="kernels">
    <div class="kernels-set">
      <${ImageField} trouble=${bench.value.from === "typed" ? trouble : null} />
      <${Options} />
      ${bench.value.operation === "convolve" && html`<${KernelEditor} />`}
    </div>
    ${rows ? html`<${Sliding} rows=${rows} />` : html`<p class="lab-note">${trouble}</p>`}
    ${bench.value.operation === "convolve" && html`<${IntoNetwork} kernel=${laid.value} turned=${bench.value.flipped} />`}
  </div>`;
}

const OWN = "typed";
const IMAGES = [
  { value: "hand", label: "The image in hand" },
  { value: OWN, label: "Numbers of your own" },
  ...EXAMPLES.map(({ name, label }) => ({ value: name, label })),
];

/** @param {{ trouble: string | null }} props */
function ImageField({ trouble }) {
  const { from, typed, example } = bench.value;
  const id = useId();
  const type = (/** @type {Event} */ event) =>
    setBench({ from: "typed", example: null, typed: /** @type {HTMLTextAreaElement} */ (event.target).value });
  return html`<div class="kernels-image">
    <${Select} label="Image" value=${from === "hand" ? "hand" : (example ?? OWN)} options=${IMAGES} onChange=${lay} />
    ${
      from === "typed" &&
      html`<div class="field">
      <div class="field-head"><label class="field-label" for=${id}>Numbers, a line for each row</label></div>
      <textarea id=${id} class="kernels-typed" rows="5" spellcheck="false" autocomplete="off" value=${typed}
        aria-invalid=${trouble ? "true" : null} aria-describedby=${trouble ? `${id}-trouble` : null} onInput=${type}></textarea>
      ${trouble && html`<p class="lab-bad" id=${`${id}-trouble`} role="status">${trouble}</p>`}
    </div>`
    }
  </div>`;
}

/** Lay an image on the table: the one in hand, typed numbers, or an example with all that belongs to it. @param {string} name */
function lay(name) {
  const example = EXAMPLES.find((entry) => entry.name === name);
  at.value = [0, 0];
  if (name === "hand") return setBench({ from: "hand" });
  if (!example)
    return setBench({
      from: "typed",
      example: null,
      typed: bench.value.from === "hand" ? writtenOut() : bench.value.typed,
    });
  const pooling = example.operation !== "convolve";
  setBench({
    from: "typed",
    typed: example.image,
    example: example.name,
    operation: /** @type {Operation} */ (example.operation),
    ...(example.kernel && { kernel: example.kernel, name: "typed" }),
    flipped: false,
    stride: pooling ? 2 : 1,
    padding: 0,
    window: 2,
  });
}

/** The image on the table as text. */
const writtenOut = () =>
  (picture.value.rows ?? [[0]]).map((row) => row.map((value) => Number(value.toFixed(3))).join(" ")).join("\n");

/** @param {{ rows: Rows }} props */
function Sliding({ rows }) {
  const { operation, name } = bench.value;
  const { possible, message } = judge(rows.length, rows[0].length, slide.value);
  const { size, stride, padding } = slide.value;
  const kernel = laid.value;
  const result = useMemo(
    () => (possible ? slidOver(rows, operation, kernel, { size, stride, padding }) : []),
    [rows, operation, kernel, size, stride, padding, possible],
  );
  useSliding(result.length, result[0]?.length ?? 0);
  const note = message && html`<p class=${possible ? "lab-note" : "lab-bad"} role="status">${message}</p>`;
  if (!possible) return html`<div class="kernels-slide">${note}</div>`;
  const place = /** @type {Place} */ ([
    Math.min(at.value[0], result.length - 1),
    Math.min(at.value[1], result[0].length - 1),
  ]);
  const label = KERNELS.find((entry) => entry.name === name)?.label ?? "your kernel";
  return html`<div class="kernels-slide">
    <div class="kernels-pair">
      <${Padded} rows=${rows} place=${place} count=${[result.length, result[0].length]} />
      <${Result} result=${result} place=${place} />
    </div>
    <div class="kernels-move">
      <${Button} icon=${sliding.value ? "pause" : "play"} onClick=${() => startSliding(place, result)}>${sliding.value ? "Stop" : "Slide"}<//>
      <p class="lab-note" aria-live=${sliding.value ? "off" : "polite"}>Row ${place[0] + 1}, column ${place[1] + 1}: ${written(result[place[0]][place[1]])}</p>
    </div>
    ${note}
    <${Sum} operation=${operation} window=${windowAt(rows, slide.value, place)} kernel=${kernel} image=${rows}
      kernelName=${bench.value.flipped ? `${label}, turned by 180°` : label} result=${result[place[0]][place[1]]} />
  </div>`;
}

/** The image with the zeros around it and the window on it. @param {{ rows: Rows, place: Place, count: [number, number] }} props */
function Padded({ rows, place, count }) {
  const { size, stride, padding } = slide.value;
  const [height, width] = [rows.length + 2 * padding, rows[0].length + 2 * padding];
  const all = Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => rows[row - padding]?.[column - padding] ?? 0),
  );
  const framed = { row: place[0] * stride, column: place[1] * stride, size };
  const marked = (/** @type {number} */ row, /** @type {number} */ column) => {
    const outside = row < padding || column < padding || row >= height - padding || column >= width - padding;
    return outside ? "numgrid-padding" : "";
  };
  const point = (/** @type {PointerEvent} */ event) => {
    const [row, column] = placeUnder(event, height, width);
    const near = (/** @type {number} */ cell, /** @type {number} */ most) =>
      Math.max(0, Math.min(most - 1, Math.round((cell - (size - 1) / 2) / stride)));
    lookAt([near(row, count[0]), near(column, count[1])]);
  };
  return html`<div class="kernels-grid" onPointerMove=${point} onPointerDown=${point}>
    <${Cells} rows=${all} look=${imageLook(rows)} label="Image" marked=${marked} framed=${framed} shown=${width <= WRITTEN_UP_TO}
      caption=${`${rows.length} × ${rows[0].length}${padding ? `, ${padding} of zeros around it` : ""}`} />
  </div>`;
}

/** What comes out, with the place that is looked at. @param {{ result: Rows, place: Place }} props */
function Result({ result, place }) {
  const [height, width] = [result.length, result[0].length];
  const order = place[0] * width + place[1];
  const marked = (/** @type {number} */ row, /** @type {number} */ column) => {
    return sliding.value && row * width + column > order ? LATER : "";
  };
  const framed = { row: place[0], column: place[1], size: 1 };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const moved = movedBy(event, place, height, width);
    if (moved) lookAt(moved);
  };
  const point = (/** @type {PointerEvent} */ event) => lookAt(placeUnder(event, height, width));
  const look = bench.value.operation === "convolve" ? signedLook(result) : imageLook(result);
  return html`<div class="kernels-grid" role="application" tabindex="0" onKeyDown=${onKeyDown} onPointerMove=${point} onPointerDown=${point}
    aria-label=${`Result, ${height} × ${width}. Arrow keys slide the window.`}>
    <${Cells} rows=${result} look=${look} label="Result" marked=${marked} framed=${framed} shown=${width <= WRITTEN_UP_TO} caption=${`${height} × ${width}`} />
  </div>`;
}

/** @param {Place} place @param {Rows} result */
function startSliding(place, result) {
  const last = place[0] === result.length - 1 && place[1] === result[0].length - 1;
  if (!sliding.value && last) at.value = [0, 0];
  sliding.value = !sliding.value;
}

/** The window goes on by itself, row after row, until the end. @param {number} height @param {number} width */
function useSliding(height, width) {
  const on = sliding.value;
  useEffect(() => {
    if (!on) return undefined;
    const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
    const timer = setInterval(
      () => {
        const next = at.value[0] * width + at.value[1] + 1;
        if (next < height * width) at.value = [Math.floor(next / width), next % width];
        else sliding.value = false;
      },
      calm ? CALM_STEP_MS : STEP_MS,
    );
    return () => clearInterval(timer);
  }, [on, height, width]);
  useEffect(
    () => () => {
      sliding.value = false;
    },
    [],
  );
}
