/** Buttons: a word, an icon, or an icon over a word. */

import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @param {import("./props.js").ButtonProps} props */
export function Button({ children, kind = "quiet", icon, ...rest }) {
  return html`<button type="button" class=${`button button-${kind}`} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${children}
  </button>`;
}

/** @param {{ icon: string, label: string, size?: number, [attribute: string]: any }} props */
export function IconButton({ icon, label, size = 20, class: extra = "", ...rest }) {
  return html`<button type="button" class=${`icon-button ${extra}`} aria-label=${label} title=${label} ...${rest}>
    <${Icon} name=${icon} size=${size} />
  </button>`;
}

/** @param {{ icon: string, word: string, title?: string, [attribute: string]: any }} props */
export function StackButton({ icon, word, ...rest }) {
  return html`<button type="button" class="stack-button" ...${rest}><${Icon} name=${icon} /><span>${word}</span></button>`;
}
