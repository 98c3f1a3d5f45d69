/** What a control does and its formula, from the catalog, behind a small button beside the label. */

import { controlOf } from "../core/catalog.js";
import { Formula } from "./formula.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { Popover } from "./popover.js";

/** @param {import("./props.js").FieldHelpProps} props */
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

/** @param {{ label?: string, explanation: string, formula?: string }} props */
function Explanation({ label, explanation, formula }) {
  return html`<div class="explanation">
    <p class="explanation-title">${label}</p>
    <p>${explanation}</p>
    ${formula && html`<p><${Formula} source=${formula} /></p>`}
  </div>`;
}
