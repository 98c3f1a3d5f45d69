/** One of a few, all in sight. */

import { useId } from "preact/hooks";
import { html } from "./html.js";

/** @param {import("./props.js").SegmentedProps} props */
export function Segmented({ label, value, options, onChange, small = false, disabled = false, class: extra = "" }) {
  const name = useId();
  return html`<div class=${`segmented${small ? " segmented-small" : ""} ${extra}`} role="radiogroup" aria-label=${label}>
    ${options.map(
      (option) => html`<label key=${option.value} class="segment" title=${option.title}>
        <input
          type="radio" name=${name} value=${option.value} checked=${option.value === value}
          disabled=${disabled || option.disabled} onChange=${() => onChange(option.value)}
        /><span>${option.label}</span>
      </label>`,
    )}
  </div>`;
}
