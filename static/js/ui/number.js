/**
 * A number typed in. It is taken on Enter or on leaving the field; what is no number in the bounds is put back. Whatever
 * is drawn anew meanwhile, what has been typed stays.
 */

import { useId, useState } from "preact/hooks";
import { Field } from "./field.js";
import { html } from "./html.js";

/** @param {import("./props.js").NumberProps} props */
export function NumberField({ label, value, min, max, integer = false, onChange, help, class: extra, after }) {
  const id = useId();
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const take = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const next = Number(input.value.trim().replace("−", "-").replace(",", "."));
    const fits = input.value.trim() !== "" && next >= min && next <= max && (!integer || Number.isInteger(next));
    if (fits && next !== value) onChange(next);
    else input.value = String(value);
    setTyped(null);
  };
  const type = (/** @type {Event} */ event) => setTyped(/** @type {HTMLInputElement} */ (event.target).value);
  return html`<${Field} label=${label} id=${id} help=${help} class=${extra}>
    <div class="number">
      <input id=${id} type="text" inputmode=${integer ? "numeric" : "decimal"} autocomplete="off" value=${typed ?? String(value)}
        title=${`${min} to ${max}`} onInput=${type} onChange=${take} onBlur=${() => setTyped(null)} />
      ${after}
    </div>
  <//>`;
}
