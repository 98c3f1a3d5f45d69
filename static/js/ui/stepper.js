/** − n +. It stays where it is while the things it counts move. */

import { pressable } from "./button.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @param {import("./props.js").StepperProps} props */
export function Stepper({ value, min, max, onChange, label, text, fewer, another, class: extra = "" }) {
  const atMin = value <= min;
  const atMax = value >= max;
  return html`<div class=${`stepper ${extra}`} role="group" aria-label=${label}>
    <button
      type="button" aria-label=${fewer ?? `${label}: one fewer`} title=${atMin ? `At least ${min}` : fewer}
      ...${pressable({ disabled: atMin, onClick: () => onChange(value - 1) })}
    ><${Icon} name="minus" size=${16} /></button>
    <output>${text ?? value}</output>
    <button
      type="button" aria-label=${another ?? `${label}: one more`} title=${atMax ? `At most ${max}` : another}
      ...${pressable({ disabled: atMax, onClick: () => onChange(value + 1) })}
    ><${Icon} name="plus" size=${16} /></button>
  </div>`;
}
