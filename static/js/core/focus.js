/**
 * Keeps the keyboard's place: what has the focus is wholly in sight, and when it goes away, the one that had the focus
 * before gets it back.
 */

const REMEMBERED = 12;

/** @type {HTMLElement[]} in the order they had the focus, the present one last */
let trail = [];

/** @param {HTMLElement} element whether it can have the focus now */
const reachable = (element) => element.isConnected && !element.matches(":disabled") && element.checkVisibility();

/** To be called once the page has changed. */
function recover() {
  const { activeElement } = document;
  const lost = trail.at(-1);
  if ((activeElement && activeElement !== document.body) || !lost || reachable(lost)) return;
  for (const element of [...trail.toReversed(), document.querySelector("main")]) {
    if (element && reachable(element)) element.focus({ preventScroll: true });
    if (element && element === document.activeElement) break;
  }
}

export function startFocusKeeping() {
  addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    trail = [...trail.filter((element) => element !== target && element.isConnected), target].slice(-REMEMBERED);
    if (target.matches(":focus-visible:not(main)")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  new MutationObserver(recover).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["disabled"],
  });
}
