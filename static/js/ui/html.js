/** Markup in template strings: html`<p>…</p>` makes Preact nodes. */

import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
