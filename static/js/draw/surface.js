// Canvases: sharp at every pixel ratio, and small pixel buffers that are reused.

/** @param {HTMLCanvasElement} canvas */
export function canvasContext(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser has no 2-D canvas.");
  return context;
}

/** Gives a canvas the backing size of its CSS size and scales its context to CSS pixels. Clears it.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function fitCanvas(canvas, width, height) {
  const ratio = (window.devicePixelRatio || 1) * (canvas.currentCSSZoom ?? 1);
  const backingWidth = Math.max(1, Math.round(width * ratio));
  const backingHeight = Math.max(1, Math.round(height * ratio));
  const context = canvasContext(canvas);
  if (canvas.width !== backingWidth || canvas.height !== backingHeight) {
    canvas.width = backingWidth;
    canvas.height = backingHeight;
  } else {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, backingWidth, backingHeight);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** A square canvas of n × n cells with one 32-bit word a cell. */
export class PixelGrid {
  /** @param {number} size @param {HTMLCanvasElement} [canvas] */
  constructor(size, canvas = document.createElement("canvas")) {
    this.size = size;
    this.canvas = canvas;
    canvas.width = size;
    canvas.height = size;
    this.context = canvasContext(canvas);
    this.image = this.context.createImageData(size, size);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Shows what was written to `pixels`. */
  commit() {
    this.context.putImageData(this.image, 0, 0);
  }
}

/** Calls back with the CSS size of an element, at once and whenever it changes.
 * @param {Element} element @param {(width: number, height: number) => void} changed @returns {() => void} */
export function onResize(element, changed) {
  const observer = new ResizeObserver((entries) => {
    const { width, height } = entries[entries.length - 1].contentRect;
    changed(width, height);
  });
  observer.observe(element);
  return () => observer.disconnect();
}
