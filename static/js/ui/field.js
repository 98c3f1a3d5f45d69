/** A label over a control, with the value at the right and the explanation behind its button. */

import { FieldHelp } from "./fieldhelp.js";
import { html } from "./html.js";

/** @param {import("./props.js").FieldProps} props */
export function Field({ label, id, value, help, chosen, children, class: extra = "", group = false }) {
  return html`<div class=${`field ${extra}`} role=${group ? "group" : null} aria-label=${group ? label : null}>
    <div class="field-head">
      ${group ? html`<span class="field-label">${label}</span>` : html`<label class="field-label" for=${id}>${label}</label>`}
      ${help && html`<${FieldHelp} control=${help} chosen=${chosen} />`}
      ${value !== undefined && html`<output class="field-value" for=${id}>${value}</output>`}
    </div>
    ${children}
  </div>`;
}
