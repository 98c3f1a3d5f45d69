/** The header: the mark, the parts of Neuron Park, the connection, sharing, the theme and a small menu. */

import { computed } from "@preact/signals";
import { redo, undo } from "../core/actions.js";
import { helpOpen } from "../core/boot.js";
import { tryAgain } from "../core/session.js";
import { connection, frame, layout, patterns, theme } from "../core/state.js";
import { setPatterns, setTheme } from "../core/theme.js";
import { Button, IconButton } from "../ui/button.js";
import { html } from "../ui/html.js";
import { Icon, Mark } from "../ui/icon.js";
import { Popover } from "../ui/popover.js";
import { Switch } from "../ui/switch.js";
import { SharePopover } from "./share.js";

const NEXT_THEME = /** @type {const} */ ({ auto: "light", light: "dark", dark: "auto" });
const THEME_ICON = { auto: "auto", light: "sun", dark: "moon" };
const THEME_WORD = { auto: "as the system", light: "light", dark: "dark" };

const status = computed(
  () =>
    ({ connecting: "Connecting", live: "Live", reconnecting: "Reconnecting", offline: "Offline" })[connection.value],
);

const PLACES = [
  { path: "/", word: "Playground" },
  { path: "/labs", word: "Labs" },
];

/** Whether a page is that place ("page") or below it ("true"). @param {string} path */
function currentness(path) {
  if (location.pathname === path) return "page";
  return path !== "/" && location.pathname.startsWith(`${path}/`) ? "true" : null;
}

/** @param {{ plain?: boolean }} props a plain page has no run: nothing to share or to undo */
export function Header({ plain = false }) {
  return html`<header class="header">
    <a class="brand" href="/"><${Mark} />Neuron Park</a>
    ${layout.value !== "phone" && html`<nav class="nav" aria-label="Neuron Park"><${Places} /></nav>`}
    <div class="header-end">
      <${ConnectionState} />
      ${!plain && html`<${SharePopover} />`}
      ${layout.value !== "phone" && html`<${ThemeButton} />`}
      <${Menu} plain=${plain} />
    </div>
  </header>`;
}

function Places() {
  return PLACES.map(
    ({ path, word }) => html`<a key=${path} href=${path} aria-current=${currentness(path)}>${word}</a>`,
  );
}

/** Whether so many train on this server that it sends less than was asked for. */
const crowded = computed(() => connection.value === "live" && Boolean(frame.value?.header.reduced));
const CROWDED =
  "Many networks train on this server just now: pictures are coarser and come less often. Training is exact.";

function ConnectionState() {
  return html`<div class="connection" data-state=${connection.value} role="status" title=${crowded.value ? CROWDED : undefined}>
    <span class="connection-dot" aria-hidden="true"></span><span>${status}</span>
    ${crowded.value && html`<span class="connection-note">coarser pictures</span>`}
    ${connection.value === "offline" && html`<button type="button" class="link" onClick=${tryAgain}>Try again</button>`}
  </div>`;
}

function ThemeButton() {
  const next = NEXT_THEME[theme.value];
  return html`<${IconButton}
    icon=${THEME_ICON[theme.value]} label=${`Theme: ${THEME_WORD[theme.value]}. Change to ${THEME_WORD[next]}`}
    onClick=${() => setTheme(next)}
  />`;
}

/** @param {{ plain: boolean }} props */
function Menu({ plain }) {
  return html`<${Popover} label="Menu" name="Menu" title="Menu" triggerClass="icon-button"
    trigger=${html`<${Icon} name=${layout.value === "phone" ? "menu" : "more"} />`}>${(
      /** @type {() => void} */ close,
    ) => html`
    <div class="menu">
      ${layout.value === "phone" && html`<nav class="menu-places" aria-label="Neuron Park"><${Places} /></nav>`}
      <div class="menu-row">
        <${Switch} label="Patterns" checked=${patterns.value} onChange=${setPatterns} />
      </div>
      <p class="hint menu-hint">Hatching and dashes mark what is negative.</p>
      ${
        !plain &&
        html`<${Button} kind="row" icon="undo" onClick=${undo}>Undo<kbd>Ctrl Z</kbd><//>
      <${Button} kind="row" icon="redo" onClick=${redo}>Redo<kbd>Ctrl Shift Z</kbd><//>`
      }
      ${
        layout.value === "phone" &&
        html`<${Button} kind="row" icon=${THEME_ICON[theme.value]}
        onClick=${() => setTheme(NEXT_THEME[theme.value])}>Theme: ${THEME_WORD[theme.value]}<//>`
      }
      ${
        !plain &&
        html`<${Button} kind="row" icon="info" onClick=${() => {
          close();
          helpOpen.value = true;
        }}>Keys<kbd>?</kbd><//>`
      }
    </div>
  `}<//>`;
}
