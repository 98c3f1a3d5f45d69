/** What a control does and its formula, from the catalog, behind a small button beside the label. */

import { controlOf } from "../core/catalog.js";
import { Formula } from "./formula.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { Popover } from "./popover.js";

/** @typedef {{ label?: string, explanation: string, formula?: string }} Entry */

/**
 * @param {{ control?: string, entry?: Entry, chosen?: Entry }} props the name of a catalog control, or an entry of the
 *   catalog itself; `chosen` explains the current choice as well (the activation, the loss)
 */
export function FieldHelp({ control, entry, chosen }) {
  const main = entry ?? (control ? controlOf(control) : undefined);
  if (!main) return null;
  return html`<${Popover}
    label=${`About ${main.label ?? control}`} name=${`About ${main.label ?? control}`} title=${main.explanation}
    triggerClass="help-button" class="help" trigger=${html`<${Icon} name="info" size=${14} />`}
  >${() => html`
    <${Explanation} ...${main} />
    ${chosen && html`<${Explanation} ...${chosen} />`}
  `}<//>`;
}

/** @param {Entry} props */
function Explanation({ label, explanation, formula }) {
  return html`<div class="explanation">
    <p class="explanation-title">${label}</p>
    <p>${explanation}</p>
    ${formula && html`<p><${Formula} source=${formula} /></p>`}
  </div>`;
}
