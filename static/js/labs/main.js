/** The labs' entry: a lab with its path and its run, or the index of all labs. */

import { render } from "preact";
import { start } from "../core/boot.js";
import { html } from "../ui/html.js";
import { takeTexts } from "./guide.js";
import { startIndex } from "./index.js";
import { settleSetups, startSetups } from "./setups.js";
import { LabPage } from "./shell.js";
import { STAGES } from "./stages.js";
import { startPath } from "./steps.js";

/** @typedef {import("./types.js").Lab} Lab */

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {Lab[]} */
const labs = JSON.parse(root.dataset.labs ?? "[]");
const opened = labs.find(({ name }) => location.pathname === `/labs/${name}`);

if (opened) openLab(opened);
else startIndex(root, labs);

/** @param {Lab} lab */
async function openLab(lab) {
  takeTexts(root);
  startPath(lab);
  startSetups(lab);
  STAGES[lab.stage].begin?.();
  root.replaceChildren();
  render(html`<${LabPage} />`, root);
  await start({ preset: lab.preset, name: `labs.${lab.name}`, luggage: STAGES[lab.stage].luggage });
  settleSetups();
}
