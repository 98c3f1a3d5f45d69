/** What a control does and its formula, from the catalog, behind a small button beside the label. */

import { controlOf } from "../core/catalog.js";
import { Formula } from "./formula.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { Popover } from "./popover.js";

/** @param {import("./props.js").FieldHelpProps} props */
export function FieldHelp({ control, chosen, also = [], about }) {
  const main = controlOf(control);
  if (!main) return null;
  const name = `About ${about ?? main.label}`;
  return html`<${Popover}
    label=${name} name=${name} title=${about ? name : main.explanation}
    triggerClass="help-button" class="help" trigger=${html`<${Icon} name="info" size=${14} />`}
  >${() => html`
    <${Explanation} ...${main} />
    ${chosen && html`<${Explanation} ...${chosen} />`}
    ${also.map((other) => html`<${Explanation} key=${other} ...${controlOf(other)} />`)}
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
