/** Draw here: a sheet for mouse, finger, pen and keyboard, and what one can do with a drawing. */

import { batch, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { restMeasuring } from "../../core/session.js";
import { mark, markSoon, unmark } from "../../draw/commit.js";
import { palette } from "../../draw/palette.js";
import { fitCanvas, onResize } from "../../draw/surface.js";
import { Button, IconButton } from "../../ui/button.js";
import { html } from "../../ui/html.js";
import { withArticle } from "./confidencewords.js";
import { classes, drawing, image, label, source } from "./current.js";
import { Keep } from "./drawkeep.js";
import { PenKeys } from "./drawkeys.js";
import { canRedo, canUndo, clear, drag, giveOne, penDown, press, recall, redo, release, undo } from "./drawstate.js";
import { Picture } from "./layermap.js";

/** Milliseconds that the pen is up until a drawing counts as done for now. */
const PAUSE = 300;

/** While the pen is down the confidences come before what is measured over all examples. */
function letMeasuringRest() {
  let timer = 0;
  const stop = effect(() => {
    clearTimeout(timer);
    if (penDown.value) restMeasuring(true);
    else timer = window.setTimeout(() => restMeasuring(false), PAUSE);
  });
  return () => {
    stop();
    clearTimeout(timer);
    restMeasuring(false);
  };
}

/** Whether the sheet was reached by keyboard. */
const withKeys = signal(false);
/** The pen's thickness, as a share of the sheet. */
const PEN = 0.075;
const CURSOR = 5;

export function Drawing() {
  useEffect(recall, []);
  useEffect(letMeasuringRest, []);
  const drawn = source.value.kind === "drawing";
  const empty = drawn && !drawing.value.length;
  return html`<section class="digits-draw" aria-labelledby="draw-head">
    <header class="draw-head">
      <h2 id="draw-head">Draw here</h2>
      <${IconButton} icon="undo" label="Undo the last stroke" disabled=${!canUndo.value} onClick=${undo} />
      <${IconButton} icon="redo" label="Draw it again" disabled=${!canRedo.value} onClick=${redo} />
    </header>
    <p class="hint draw-note" role="status">${note(empty)}</p>
    <${Sheet} />
    <div class="draw-buttons">
      <${Button} icon="erase" disabled=${empty} onClick=${clear}>Clear<//>
      <${Button} icon="dice" onClick=${() => giveOne()}>Give me one<//>
    </div>
    <${Keep} />
  </section>`;
}

/** What stands on the sheet, and how it is drawn on. @param {boolean} empty */
function note(empty) {
  if (withKeys.value && penDown.value) return "The pen is down.";
  if (withKeys.value && empty) return "Arrows move the pen, Space puts it down.";
  const { kind } = source.value;
  if (kind === "drawing") return "mouse, finger, pen or keys";
  const name = label.value === null ? "" : `, ${withArticle(classes.value[label.value] ?? "")}`;
  return `${kind === "example" ? "One of the data" : "One of your images"}${name}.`;
}

function Sheet() {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const keys = useRef(/** @type {PenKeys | null} */ (null));
  useEffect(() => {
    const sheet = canvas.current;
    if (!sheet) return;
    const pen = new PenKeys({ press, drag, release, undo, redo }, () => mark(paint));
    keys.current = pen;
    let size = 0;
    const paint = () => paintSheet(sheet, size, sheet.parentElement?.matches(":focus-visible") ? pen.place : null);
    const stop = effect(() => {
      drawing.value;
      source.value;
      markSoon(paint);
    });
    const stopColors = effect(() => {
      palette();
      mark(paint);
    });
    const stopSize = onResize(sheet, (width) => {
      size = width;
      mark(paint);
    });
    return () => {
      stop();
      stopColors();
      stopSize();
      unmark(paint);
    };
  }, []);
  const shown = source.value.kind !== "drawing" && image.value;
  return html`<div class="sheet-paper" role="application" tabindex="0" aria-label=${`Drawing, ${drawing.value.length} strokes`}
    aria-roledescription="drawing" ...${pointerHandlers()}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => keys.current?.down(event)}
    onKeyUp=${(/** @type {KeyboardEvent} */ event) => keys.current?.up(event)}
    onFocus=${(/** @type {FocusEvent} */ event) => {
      withKeys.value = /** @type {HTMLElement} */ (event.currentTarget).matches(":focus-visible");
      keys.current?.changed();
    }}
    onBlur=${() => {
      withKeys.value = false;
      keys.current?.leave();
    }}>
    ${shown && html`<${Picture} class="sheet-example" numbers=${exampleNumbers} />`}
    <canvas class="sheet-ink" ref=${canvas}></canvas>
  </div>`;
}

const exampleNumbers = () => {
  const held = image.value;
  return (
    held && { values: held.values, width: held.side, height: held.side, look: /** @type {const} */ ("ink"), max: 1 }
  );
};

/** The pen follows every point that the pointer passed, not only those of the frames. */
function pointerHandlers() {
  const place = (/** @type {HTMLElement} */ sheet, /** @type {PointerEvent} */ event) => {
    const area = sheet.getBoundingClientRect();
    return /** @type {[number, number]} */ ([
      (event.clientX - area.left) / area.width,
      (event.clientY - area.top) / area.height,
    ]);
  };
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      const sheet = /** @type {HTMLElement} */ (event.currentTarget);
      sheet.setPointerCapture(event.pointerId);
      press(...place(sheet, event));
    },
    onPointerMove: (/** @type {PointerEvent} */ event) => {
      const sheet = /** @type {HTMLElement} */ (event.currentTarget);
      if (!penDown.value || !sheet.hasPointerCapture(event.pointerId)) return;
      const passed = event.getCoalescedEvents?.() ?? [];
      batch(() => {
        for (const each of passed.length ? passed : [event]) drag(...place(sheet, each));
      });
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} size in CSS pixels
 * @param {readonly [number, number] | null} pen where the keyboard's pen stands
 */
function paintSheet(canvas, size, pen) {
  if (!size) return;
  const context = fitCanvas(canvas, size, size);
  const { color } = palette();
  if (source.peek().kind === "drawing") {
    context.lineWidth = PEN * size;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = color.ink;
    for (const stroke of drawing.peek()) {
      context.beginPath();
      context.moveTo(stroke[0][0] * size, stroke[0][1] * size);
      for (const [x, y] of stroke) context.lineTo(x * size, y * size);
      context.stroke();
    }
  }
  if (!pen) return;
  context.lineWidth = 2;
  context.strokeStyle = color.green;
  context.fillStyle = penDown.peek() ? color.green : color.surface;
  context.beginPath();
  context.arc(pen[0] * size, pen[1] * size, CURSOR, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
