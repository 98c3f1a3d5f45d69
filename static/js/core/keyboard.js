/** Keys that work anywhere on the page, except where they already mean something. */

import { newStart, redo, reset, step, togglePlay, undo } from "./actions.js";
import { lookAt } from "./past.js";
import { past, sheet } from "./state.js";

/** @type {Array<{ keys: string, does: string }>} what the help dialog lists */
export const KEYS = [
  { keys: "Space", does: "Play or pause" },
  { keys: "→ or .", does: "Step: one epoch" },
  { keys: "Shift →", does: "Step: one update" },
  { keys: "R", does: "Start over with the same weights" },
  { keys: "N", does: "New start with new weights" },
  { keys: "Ctrl Z", does: "Undo the last change" },
  { keys: "Ctrl Shift Z", does: "Redo it" },
  {
    keys: "Arrows",
    does: "In the picture: move the cross-hair. In the network: go to another unit. In the curve: read it",
  },
  { keys: "Enter, Esc", does: "In the curve: look at the step that is read, and back to now" },
  { keys: "E", does: "On a unit: its weights as a table" },
  { keys: "Enter, Delete", does: "While drawing: add a point at the cross-hair, or erase there" },
  { keys: "?", does: "Show these keys" },
];

const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
const USES_ARROWS =
  "input, [role=slider], [role=radio], [role=application], [role=menu], [role=listbox], [role=grid], canvas";
/** A slider and a chosen radio button make nothing of Space, so it still plays and pauses there. */
const PRESSED_BY_SPACE =
  "button, a, summary, input:not([type=range], [type=radio]:checked), [role=button], [role=switch], [role=menuitem]";

/** What is being typed into and not yet taken. @type {EventTarget | null} */
let typedInto = null;

/** Keys a field has no use for: Escape, and Ctrl with a letter where no text has been touched.
 * @param {KeyboardEvent} event @param {Element} target */
const leftAlone = (event, target) =>
  target.matches("select, input") &&
  (event.key === "Escape" || ((event.ctrlKey || event.metaKey) && target !== typedInto));

/** @param {() => void} showHelp */
export function startKeyboard(showHelp) {
  addEventListener("input", ({ target }) => (typedInto = target));
  for (const end of ["change", "focusout"]) addEventListener(end, () => (typedInto = null));
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("main")?.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(TYPING) && !leftAlone(event, target)) return;
    const action = actionFor(event, target, showHelp);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {KeyboardEvent} event @param {Element} target @param {() => void} showHelp @returns {(() => void) | undefined} */
function actionFor(event, target, showHelp) {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? redo : undo;
    return key === "y" ? redo : undefined;
  }
  if (key === " ") {
    if (target.closest(PRESSED_BY_SPACE)) return undefined;
    return event.repeat ? () => {} : togglePlay;
  }
  if (key === "arrowright" || key === ".") {
    return key !== "." && target.closest(USES_ARROWS) ? undefined : () => step(event.shiftKey ? "update" : "epoch");
  }
  if (key === "escape" && !document.querySelector(":popover-open")) {
    if (sheet.value) return () => (sheet.value = null);
    if (past.value !== null) return () => lookAt(null);
  }
  if (event.repeat) return undefined;
  return /** @type {{[key: string]: () => void}} */ ({ r: reset, n: () => newStart(), "?": showHelp })[key];
}
