/** A panel that opens beside its button, in the top layer, and never beyond the window's edges. */

import { useId, useRef, useState } from "preact/hooks";
import { html } from "./html.js";

const GAP = 6;
const EDGE = 8;

/** @param {import("./props.js").PopoverProps} props */
export function Popover({ trigger, label, children, class: extra = "", triggerClass = "", title, disabled, name }) {
  const id = useId();
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  const [open, setOpen] = useState(false);
  const close = () => panel.current?.hidePopover();

  const toggled = (/** @type {ToggleEvent} */ event) => {
    setOpen(event.newState === "open");
    if (event.newState !== "open") return;
    requestAnimationFrame(() => {
      if (button.current && panel.current) place(panel.current, button.current.getBoundingClientRect());
    });
  };

  return html`
    <button
      type="button" ref=${button} class=${triggerClass} popovertarget=${disabled ? null : id} aria-expanded=${open} aria-haspopup="dialog"
      title=${title} aria-disabled=${disabled || null} aria-label=${name}
    >${trigger}</button>
    <div id=${id} ref=${panel} popover="auto" role="dialog" aria-label=${label} class=${`popover ${extra}`} onToggle=${toggled}>
      ${open && children(close)}
    </div>
  `;
}

/** Below the button if there is room, else above; shifted so that nothing is cut off. @param {HTMLElement} panel @param {DOMRect} anchor */
function place(panel, anchor) {
  const { currentCSSZoom: zoom = 1 } = panel;
  const [width, height] = [zoom * panel.offsetWidth, zoom * panel.offsetHeight];
  const right = innerWidth - width - EDGE;
  const below = anchor.bottom + GAP;
  const top = below + height + EDGE <= innerHeight ? below : anchor.top - GAP - height;
  panel.style.left = `${Math.max(EDGE, Math.min(anchor.left, right)) / zoom}px`;
  panel.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE)) / zoom}px`;
  panel.classList.add("placed");
}
