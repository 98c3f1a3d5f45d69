/** On or off, at once. */

import { html } from "./html.js";

/** @param {import("./props.js").SwitchProps} props */
export function Switch({ label, checked, onChange, disabled, title }) {
  return html`<label class="switch" title=${title}>
    <input
      type="checkbox" role="switch" checked=${checked} disabled=${disabled}
      onChange=${(/** @type {Event} */ event) => onChange(/** @type {HTMLInputElement} */ (event.target).checked)}
    /><span class="switch-track" aria-hidden="true"></span><span>${label}</span>
  </label>`;
}
