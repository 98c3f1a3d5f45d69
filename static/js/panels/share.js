/** Sharing: the link, the setup as a file and back, the weights and the curve as a file. */

import { replaceSpec } from "../core/actions.js";
import * as api from "../core/api.js";
import { linkTooLong } from "../core/boot.js";
import { layout, run, spec } from "../core/state.js";
import { toast } from "../core/toast.js";
import { Button } from "../ui/button.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { Popover } from "../ui/popover.js";

const LARGEST_FILE = 8_000_000;

export function SharePopover() {
  const wide = layout.value === "desktop" || layout.value === "wide";
  return html`<${Popover} label="Share" name="Share" title="Share this setup"
    triggerClass=${wide ? "button button-plain header-share" : "icon-button"}
    trigger=${html`<${Icon} name="share" />${wide && "Share"}`}
  >${(/** @type {() => void} */ close) => html`<${ShareMenu} close=${close} />`}<//>`;
}

/** @param {{ close: () => void }} props */
function ShareMenu({ close }) {
  const then = (/** @type {() => void | Promise<void>} */ action) => async () => {
    close();
    await action();
  };
  const opened = async (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const file = input.files?.[0];
    if (file) await openSetup(file);
    close();
  };
  return html`<div class="menu share">
    <${Button} kind="row" icon="copy" disabled=${linkTooLong.value} onClick=${then(copyLink)}>Copy link<//>
    <p class="hint menu-hint">${
      linkTooLong.value
        ? "There is too much data for a link. Save the setup as a file instead."
        : "The link holds the whole setup: data, network and settings, not the weights."
    }</p>
    <${Button} kind="row" icon="download" onClick=${then(saveSetup)}>Save setup as a file<//>
    <label class="button button-row file-button"><${Icon} name="upload" />Open setup from a file
      <input type="file" accept=".json,application/json" onChange=${opened} /></label>
    <${Button} kind="row" icon="download" onClick=${then(saveRun)}>Save weights and curve<//>
  </div>`;
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast("Link copied.");
  } catch {
    toast("The browser did not allow copying. The link is in the address bar.");
  }
}

function saveSetup() {
  save("neuronpark-setup.json", spec.value);
}

async function saveRun() {
  if (!run.value) return;
  try {
    save("neuronpark-run.json", await api.exportRun(run.value.id));
  } catch (error) {
    toast(/** @type {Error} */ (error).message, { bad: true });
  }
}

/** A setup alone, or one saved with its weights and curve. @param {File} file */
async function openSetup(file) {
  try {
    if (file.size > LARGEST_FILE) throw new SyntaxError();
    const content = JSON.parse(await file.text());
    const answer = await api.validate(content?.spec ?? content);
    if (answer.valid && answer.spec) replaceSpec(answer.spec);
    else toast(`This setup cannot be used. ${answer.errors.map(({ message }) => message).join(" ")}`, { bad: true });
  } catch (error) {
    const message = error instanceof SyntaxError ? "This file holds no setup." : /** @type {Error} */ (error).message;
    toast(message, { bad: true });
  }
}

/** @param {string} name @param {unknown} content */
function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
