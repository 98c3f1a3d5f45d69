/** One of a few, all in sight. */

import { useId } from "preact/hooks";
import { html } from "./html.js";

/**
 * @param {{
 *   label: string, value: string, options: Array<{ value: string, label: any, title?: string, disabled?: boolean }>,
 *   onChange: (value: string) => void, small?: boolean, disabled?: boolean, class?: string,
 * }} props `label` is for the screen reader; put a Field around it for a visible one
 */
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
