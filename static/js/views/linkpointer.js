// The pointer between the units: which link or bias it is on, and opening the editor there.

import { signal } from "@preact/signals";
import { state } from "../core/store.js";
import { linkAt } from "../draw/links.js";
import { biasBox } from "./networkpaint.js";
import { editing } from "./weighteditor.js";

/** @typedef {import("./networkpaint.js").Scene} Scene */
/** @typedef {import("./networkpaint.js").ParameterAddress} ParameterAddress */

/** The parameter under the pointer. @type {import("@preact/signals").Signal<ParameterAddress | null>} */
export const pointed = signal(null);

const REACH = 4;

/** @param {Scene} scene @param {number} x @param {number} y @returns {ParameterAddress | null} */
export function parameterAt(scene, x, y) {
  for (let layer = 0; layer < scene.layers.length; layer += 1) {
    const { places } = scene.layout.columns[layer + 1];
    for (let unit = 0; unit < places.length; unit += 1) {
      const box = biasBox(scene, layer, unit, false);
      const inside = x >= box.x && x <= box.x + box.width && y >= box.y - 2 && y <= box.y + box.height + REACH;
      if (inside) return { layer, unit, input: null };
    }
  }
  const link = linkAt(scene.links, x, y);
  return link && { layer: link.layer, unit: link.unit, input: link.input };
}

/** @param {ParameterAddress | null} a @param {ParameterAddress | null} b */
const same = (a, b) => a?.layer === b?.layer && a?.unit === b?.unit && a?.input === b?.input;

/** @param {HTMLElement} stage @param {Scene} scene @returns {() => void} */
export function listenToLinks(stage, scene) {
  /** @param {PointerEvent | MouseEvent} event @returns {[number, number]} */
  const at = (event) => {
    const { left, top } = stage.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  /** @param {Event} event */
  const between = (event) => event.target === stage || event.target instanceof HTMLCanvasElement;
  const move = (/** @type {PointerEvent} */ event) => {
    const found = between(event) ? parameterAt(scene, ...at(event)) : null;
    if (same(found, pointed.value)) return;
    pointed.value = found;
    stage.style.cursor = found ? "pointer" : "";
  };
  const leave = () => {
    pointed.value = null;
  };
  const press = (/** @type {MouseEvent} */ event) => {
    if (!between(event) || state.value === "diverged") return;
    const [x, y] = at(event);
    const found = parameterAt(scene, x, y);
    if (found) editing.value = { ...found, x: Math.min(Math.max(x, 120), scene.layout.width - 120), y: y + 12 };
  };
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerleave", leave);
  stage.addEventListener("click", press);
  return () => {
    stage.removeEventListener("pointermove", move);
    stage.removeEventListener("pointerleave", leave);
    stage.removeEventListener("click", press);
    leave();
  };
}
