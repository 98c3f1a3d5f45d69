/** The playground's entry: the page is put in place, then the run is found or made. */

import { render } from "preact";
import { start } from "./core/boot.js";
import { App } from "./panels/app.js";
import { html } from "./ui/html.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
root.replaceChildren();
render(html`<${App} />`, root);
start();
