// The lens: a faint wedge from the output to the plot. This is that, bigger.

import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { mark, unmark } from "../draw/commit.js";
import { html } from "../ui/html.js";
import { shownUnit } from "./probe.js";

/** Raised by the network whenever its units were placed anew. */
export const placed = signal(0);

export function Lens() {
  const drawing = useRef(/** @type {SVGSVGElement | null} */ (null));
  useEffect(() => {
    const paint = () => drawing.current && place(drawing.current);
    const again = () => mark(paint);
    const stop = effect(() => {
      placed.value;
      shownUnit.value;
      again();
    });
    const observer = new ResizeObserver(again);
    observer.observe(document.documentElement);
    for (const element of document.querySelectorAll("[data-lens-to], .network")) observer.observe(element);
    document.addEventListener("scroll", again, { capture: true, passive: true });
    return () => {
      stop();
      observer.disconnect();
      document.removeEventListener("scroll", again, { capture: true });
      unmark(paint);
    };
  }, []);
  return html`<svg class="lens" ref=${drawing} aria-hidden="true"><path class="lens-glass" /><path class="lens-edge" /></svg>`;
}

/** @param {SVGSVGElement} drawing */
function place(drawing) {
  const outputs = [...document.querySelectorAll("[data-lens-from]")].map((tile) => tile.getBoundingClientRect());
  const from = outputs[0];
  const to = document.querySelector("[data-lens-to]")?.getBoundingClientRect();
  const clip = document.querySelector(".network-scroll")?.getBoundingClientRect();
  const visible = from && to && clip && from.right <= clip.right + 1 && from.right < to.left && !shownUnit.value;
  drawing.toggleAttribute("hidden", !visible);
  if (!visible) return;
  const origin = drawing.getBoundingClientRect();
  /** @param {number} x @param {number} y */
  const at = (x, y) => `${(x - origin.left).toFixed(1)} ${(y - origin.top).toFixed(1)}`;
  const upper = `M${at(from.right + 1, from.top + 2)}L${at(to.left, to.top)}`;
  const lower = `${at(to.left, to.bottom)}L${at(from.right + 1, outputs[outputs.length - 1].bottom - 2)}`;
  drawing.children[0].setAttribute("d", `${upper}L${lower}Z`);
  drawing.children[1].setAttribute("d", `${upper}M${lower}`);
}
