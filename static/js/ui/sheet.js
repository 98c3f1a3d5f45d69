/** A phone's sheet: over the lower part of the page, above the bottom bars, never over the plot. */

import { useEffect, useRef } from "preact/hooks";
import { sheet } from "../core/state.js";
import { IconButton } from "./button.js";
import { html } from "./html.js";

/** @param {{ title: string, children?: any, onClose?: () => void, focus?: boolean }} props whoever opens it goes there */
export function Sheet({ title, children, onClose = () => (sheet.value = null), focus = true }) {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const opener = document.activeElement;
    const opened = section.current;
    if (focus) opened?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opened?.contains(document.activeElement)) opener.focus();
    };
  }, []);
  return html`<section class="sheet" ref=${section} tabindex="-1" aria-label=${`${title} sheet`}>
    <div class="sheet-grip" aria-hidden="true"></div>
    <header class="sheet-head">
      <h2>${title}</h2>
      <${IconButton} icon="close" label=${`Close ${title}`} onClick=${onClose} />
    </header>
    <div class="sheet-body">${children}</div>
  </section>`;
}
