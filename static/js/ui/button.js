/** Buttons: a word, an icon, or an icon over a word. */

import { html } from "./html.js";
import { Icon } from "./icon.js";

/**
 * What a button is given. One that is disabled stays in place and keeps the focus, so that its title can say why.
 * @param {{ disabled?: boolean, onClick?: (event: Event) => void, [attribute: string]: any }} props
 */
export const pressable = ({ disabled, onClick, ...rest }) => ({
  ...rest,
  "aria-disabled": disabled || null,
  onClick: disabled ? null : onClick,
});

/** @param {import("./props.js").ButtonProps} props */
export function Button({ children, kind = "quiet", icon, ...rest }) {
  return html`<button type="button" class=${`button button-${kind}`} ...${pressable(rest)}>
    ${icon && html`<${Icon} name=${icon} />`}${children}
  </button>`;
}

/** @param {{ icon: string, label: string, size?: number, [attribute: string]: any }} props */
export function IconButton({ icon, label, size = 20, class: extra = "", ...rest }) {
  return html`<button type="button" class=${`icon-button ${extra}`} aria-label=${label} title=${label} ...${pressable(rest)}>
    <${Icon} name=${icon} size=${size} />
  </button>`;
}

/** @param {{ icon: string, word: string, title?: string, [attribute: string]: any }} props */
export function StackButton({ icon, word, ...rest }) {
  return html`<button type="button" class="stack-button" ...${pressable(rest)}><${Icon} name=${icon} /><span>${word}</span></button>`;
}
