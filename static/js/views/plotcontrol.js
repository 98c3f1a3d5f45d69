// Drives the plot's canvases: frames in, pictures out, and the pointer and the keys on it.

import { effect } from "@preact/signals";
import {
  dataset,
  discretize,
  frame,
  patterns,
  probePoint,
  run,
  selectedUnit,
  showTest,
  state,
  task,
} from "../core/store.js";
import { mark, markSoon, unmark } from "../draw/commit.js";
import { palette } from "../draw/palette.js";
import { onResize } from "../draw/surface.js";
import { unitGrids } from "./frames.js";
import { PlotPainter } from "./plotpaint.js";
import { plotTool } from "./plottool.js";
import { followPicture, followProbe, moveProbe, REACH, setProbe, shownUnit } from "./probe.js";
import { unitIndex } from "./wiring.js";

/** @typedef {import("../core/types.js").FrameArray} FrameArray */
/** @typedef {import("./plotpaint.js").Picture} Picture */

/** How long frames under way may still show what was asked for before, while training. */
const SETTLING = 80;

export class PlotController {
  /** @type {(() => void)[]} */
  #ends = [];
  #settled = 0;
  #pinned = false;
  #pressed = false;
  /** @type {[number, number] | null} */
  #pointer = null;
  /** Of the plot, in CSS pixels. */
  #side = 0;

  /** @param {HTMLElement} area @param {() => void} moved called when a key moved the point */
  constructor(area, moved) {
    this.area = area;
    this.moved = moved;
    const [heat, lines, points] = /** @type {NodeListOf<HTMLCanvasElement>} */ (area.querySelectorAll("canvas"));
    this.painter = new PlotPainter(heat, lines, points);
    this.#ends.push(
      followPicture(),
      followProbe(),
      onResize(area, (width) => this.#resize(width)),
      effect(() => this.#watchShown()),
      effect(() => this.#watchFrames()),
      effect(() => this.#watchStyle()),
      effect(() => this.#watchData()),
      effect(() => this.#showCross()),
      effect(() => {
        area.style.touchAction = plotTool.value ? "none" : "pan-y";
      }),
    );
    this.#listen();
  }

  dispose() {
    for (const end of this.#ends) end();
    for (const paint of [this.#paint, this.#paintPoints, this.#movePointer]) unmark(paint);
  }

  /** @param {number} side */
  #resize(side) {
    if (side === this.#side || side === 0) return;
    this.#side = side;
    this.painter.side = side;
    mark(this.#paint);
    mark(this.#paintPoints);
  }

  #watchShown() {
    shownUnit.value;
    this.#settled = state.peek() === "running" ? performance.now() + SETTLING : 0;
    mark(this.#paint);
  }

  #watchFrames() {
    if (frame.value) markSoon(this.#paint);
  }

  #watchStyle() {
    palette();
    discretize.value;
    patterns.value;
    mark(this.#paint);
  }

  #watchData() {
    palette();
    dataset.value;
    showTest.value;
    task.value;
    mark(this.#paintPoints);
  }

  /** What to show: the large picture, or until it arrives the thumbnail. @returns {Picture | null} */
  #picture() {
    const large = frame.value?.arrays.get("decision/grid");
    const address = shownUnit.value;
    if (address && address[0] !== "features" && performance.now() < this.#settled) {
      const small = unitGrids();
      const size = small?.shape[1] ?? 0;
      const index = unitIndex(run.value?.network.layers ?? [], address[0], address[1]);
      if (small) return { grid: bytes(small), start: index * size * size, size, planes: 1 };
    }
    if (!large) return null;
    const size = /** @type {number} */ (large.shape.at(-1));
    return { grid: bytes(large), start: 0, size, planes: large.shape.length > 2 ? large.shape[0] : 1 };
  }

  #paint = () => {
    const picture = this.#picture();
    if (!picture || this.#side === 0) return;
    this.painter.paint(picture, { twoColors: discretize.value, patterns: patterns.value });
  };

  #paintPoints = () => {
    if (!dataset.value || this.#side === 0) return;
    const train = /** @type {Float32Array} */ (/** @type {unknown} */ (dataset.value.train));
    const test = /** @type {Float32Array} */ (/** @type {unknown} */ (dataset.value.test));
    let reach = 1e-6;
    for (let at = 2; at < train.length; at += 3) reach = Math.max(reach, Math.abs(train[at]));
    this.painter.paintPoints({ train, test: showTest.value ? test : null, task: task.value, reach });
  };

  #showCross() {
    const point = probePoint.value;
    for (const cross of this.area.querySelectorAll(".cross")) cross.toggleAttribute("hidden", !point);
    if (!point) return;
    this.area.style.setProperty("--cross-x", `${(100 * (point[0] + REACH)) / (2 * REACH)}%`);
    this.area.style.setProperty("--cross-y", `${(100 * (REACH - point[1])) / (2 * REACH)}%`);
  }

  /** @param {PointerEvent} event @returns {[number, number]} data coordinates */
  #at(event) {
    const { left, top, width, height } = this.area.getBoundingClientRect();
    const x1 = ((event.clientX - left) / width) * 2 * REACH - REACH;
    const x2 = REACH - ((event.clientY - top) / height) * 2 * REACH;
    return [x1, x2];
  }

  #movePointer = () => {
    if (this.#pointer) setProbe(...this.#pointer);
  };

  #listen() {
    const { area } = this;
    area.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.#pressed = true;
      area.setPointerCapture(event.pointerId);
      const tool = plotTool.value;
      if (tool) tool.onDown(...this.#at(event), event);
      else this.#pin(event);
    });
    area.addEventListener("pointermove", (event) => {
      this.#pointer = this.#at(event);
      if (this.#pressed && plotTool.value) plotTool.value.onMove?.(...this.#pointer, event);
      if (!this.#pinned || this.#pressed) mark(this.#movePointer);
    });
    const release = (/** @type {PointerEvent} */ event) => {
      if (this.#pressed) plotTool.value?.onUp?.(...this.#at(event), event);
      this.#pressed = false;
    };
    area.addEventListener("pointerup", release);
    area.addEventListener("pointercancel", release);
    area.addEventListener("pointerleave", () => {
      if (!this.#pinned && !selectedUnit.value) this.#forget();
    });
    area.addEventListener("keydown", (event) => this.#key(event));
  }

  /** A click holds the point, a click on the held point lets it go. @param {PointerEvent} event */
  #pin(event) {
    this.#pointer = this.#at(event);
    const ring = this.area.querySelector(".cross-ring")?.getBoundingClientRect();
    const onRing =
      ring && Math.hypot(event.clientX - ring.left - ring.width / 2, event.clientY - ring.top - ring.height / 2) < 8;
    this.#pinned = !(this.#pinned && onRing);
    mark(this.#movePointer);
  }

  #forget() {
    this.#pinned = false;
    this.#pointer = null;
    unmark(this.#movePointer);
    probePoint.value = null;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moveProbe(event.key, event.shiftKey)) {
      this.#pinned = true;
      event.preventDefault();
      this.moved();
    } else if (event.key === "Escape" && probePoint.value) {
      this.#forget();
      event.preventDefault();
    }
  }
}

/** @param {FrameArray} array @returns {Uint8Array} */
const bytes = (array) => /** @type {Uint8Array} */ (/** @type {unknown} */ (array));
