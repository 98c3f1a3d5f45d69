/** Bottom left: toasts that go away, a notice that waits to be closed; and the line a screen reader is told. */

import { announcement } from "../core/announce.js";
import { notice } from "../core/state.js";
import { dismiss, toasts } from "../core/toast.js";
import { IconButton } from "../ui/button.js";
import { html } from "../ui/html.js";

export function Notices() {
  return html`<div class="notices" role="status" aria-live="polite">
      ${notice.value && html`<${Notice} ...${notice.value} />`}
      ${toasts.value.map((entry) => html`<${ToastLine} key=${entry.id} entry=${entry} />`)}
    </div>
    <p class="hidden" aria-live="polite" data-testid="announcement">${announcement}</p>`;
}

/** @param {{ text: string, details?: string[] }} props */
function Notice({ text, details = [] }) {
  return html`<div class="notice">
    <div>
      <p>${text}</p>
      ${details.length > 0 && html`<ul class="notice-details">${details.map((line) => html`<li>${line}</li>`)}</ul>`}
    </div>
    <${IconButton} icon="close" label="Close this message" size=${18} onClick=${() => (notice.value = null)} />
  </div>`;
}

/** @param {{ entry: import("../core/toast.js").Toast }} props */
function ToastLine({ entry }) {
  const { id, text, bad, action } = entry;
  const act = () => {
    dismiss(id);
    action?.run();
  };
  return html`<div class=${`toast${bad ? " toast-bad" : ""}`}>
    <span>${text}</span>
    ${action && html`<button type="button" class="toast-action" onClick=${act}>${action.label}</button>`}
  </div>`;
}
