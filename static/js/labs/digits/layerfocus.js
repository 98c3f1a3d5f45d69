/** Buttons in rows: one of them is reached by Tab, the others by arrow keys. */

/**
 * Move the focus among a group's buttons, if the key is an arrow.
 * @param {KeyboardEvent} event on the group
 * @param {string} selector of the buttons
 */
export function moveAmong(event, selector) {
  const group = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = /** @type {HTMLElement[]} */ ([...group.querySelectorAll(selector)]);
  const across = Math.max(1, buttons.filter(({ offsetTop }) => offsetTop === buttons[0].offsetTop).length);
  const moves = /** @type {{ [key: string]: number }} */ ({
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -across,
    ArrowDown: across,
  });
  const by = moves[event.key];
  if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  buttons[buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by]?.focus();
}
