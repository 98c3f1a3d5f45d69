/** The keys, in a dialog. */

import { helpOpen } from "../core/boot.js";
import { KEYS } from "../core/keyboard.js";
import { Dialog } from "../ui/dialog.js";
import { html } from "../ui/html.js";

export function HelpDialog() {
  return html`<${Dialog} open=${helpOpen.value} onClose=${() => (helpOpen.value = false)} title="Keys" class="keys-dialog">
    <dl class="keys">
      ${KEYS.map(({ keys, does }) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${does}</dd></div>`)}
    </dl>
  <//>`;
}
