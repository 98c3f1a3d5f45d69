/** One of several, in a menu. */

import { useId } from "preact/hooks";
import { Field } from "./field.js";
import { html } from "./html.js";

/** The bare control, for places that have their own label. @param {import("./props.js").SelectBoxProps} props */
export function SelectBox({ value, options, onChange, small = false, ...rest }) {
  return html`<select
    class=${`select${small ? " select-small" : ""}`} value=${value} ...${rest}
    onChange=${(/** @type {Event} */ event) => onChange(/** @type {HTMLSelectElement} */ (event.target).value)}
  >
    ${options.map(
      (
        option,
      ) => html`<option key=${option.value} value=${option.value} title=${option.title} disabled=${option.disabled}
        selected=${option.value === value}>${option.label}</option>`,
    )}
  </select>`;
}

/** @param {import("./props.js").SelectProps} props */
export function Select({ label, help, chosen, class: extra, ...rest }) {
  const id = useId();
  return html`<${Field} label=${label} id=${id} help=${help} chosen=${chosen} class=${extra}><${SelectBox} id=${id} ...${rest} /><//>`;
}
