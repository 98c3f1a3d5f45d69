// The hook by which another module draws on the plot: it gets the pointer in data coordinates.

import { signal } from "@preact/signals";

/**
 * @typedef {object} PlotTool
 * @property {(x1: number, x2: number, event: PointerEvent) => void} onDown
 * @property {(x1: number, x2: number, event: PointerEvent) => void} [onMove] while pressed
 * @property {(x1: number, x2: number, event: PointerEvent) => void} [onUp]
 */

/** @type {import("@preact/signals").Signal<PlotTool | null>} */
export const plotTool = signal(null);

/** Hands the plot's pointer to a tool. @param {PlotTool} tool @returns {() => void} gives it back */
export function registerPlotTool(tool) {
  plotTool.value = tool;
  return () => {
    if (plotTool.peek() === tool) plotTool.value = null;
  };
}
