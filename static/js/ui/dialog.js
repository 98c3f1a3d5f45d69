/** A native dialog with a head and a close button. */

import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./button.js";
import { html } from "./html.js";

/** @param {import("./props.js").DialogProps} props */
export function Dialog({ open, onClose, title, head, children, class: extra = "", modal = true }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || open === dialog.open) return;
    if (!open) dialog.close();
    else if (modal) dialog.showModal();
    else dialog.show();
  }, [open, modal]);
  return html`<dialog ref=${ref} class=${`dialog ${extra}`} aria-labelledby=${id} onClose=${onClose}>
    ${
      open &&
      html`
      <header class="dialog-head">
        <h2 id=${id}>${title}</h2>${head}
        <${IconButton} icon="close" label="Close" class="dialog-close" onClick=${onClose} />
      </header>
      ${children}
    `
    }
  </dialog>`;
}
