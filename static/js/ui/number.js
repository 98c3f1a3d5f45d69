/** A number typed in. It is taken on Enter or on leaving the field; what is no number in the bounds is put back. */

import { useId } from "preact/hooks";
import { Field } from "./field.js";
import { html } from "./html.js";

/** @param {import("./props.js").NumberProps} props */
export function NumberField({ label, value, min, max, integer = false, onChange, help, class: extra, after }) {
  const id = useId();
  const take = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const next = Number(input.value.trim().replace("−", "-").replace(",", "."));
    const fits = input.value.trim() !== "" && next >= min && next <= max && (!integer || Number.isInteger(next));
    if (fits && next !== value) onChange(next);
    else input.value = String(value);
  };
  return html`<${Field} label=${label} id=${id} help=${help} class=${extra}>
    <div class="number">
      <input id=${id} type="text" inputmode=${integer ? "numeric" : "decimal"} autocomplete="off" value=${String(value)}
        title=${`${min} to ${max}`} onChange=${take} />
      ${after}
    </div>
  <//>`;
}
