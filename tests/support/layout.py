"""What can be measured of a page's arrangement: overflow, cut words, controls on top of each other, sizes."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from tests.support.playground import Json

MEASURE = """(reach) => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false })
    && !element.closest("[inert], .hidden");
  const name = (element) => {
    const words = element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "";
    return words.trim().replace(/\\s+/g, " ").slice(0, 40) || element.className;
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const LAYERS = "dialog, .popover, .sheet, .phone-bars, .drawbar, .notices, .weight-editor, .strip";
  const layer = (element) => element.closest(LAYERS);
  const clip = (element) => {
    let { left, right, top, bottom } = element.getBoundingClientRect();
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      if (getComputedStyle(parent).overflowX === "visible") continue;
      const frame = parent.getBoundingClientRect();
      left = Math.max(left, frame.left); right = Math.min(right, frame.right);
      top = Math.max(top, frame.top); bottom = Math.min(bottom, frame.bottom);
    }
    return { left, right, top, bottom };
  };
  const placed = (selector, boxOf) => all(selector)
    .map((element) => ({ element, name: name(element), layer: layer(element), box: boxOf(element) }))
    .filter(({ box }) => box.right - box.left > 1 && box.bottom - box.top > 1);
  const pairs = (things, wide, high) => things.flatMap((one, index) => things.slice(index + 1).filter((other) =>
    one.layer === other.layer && !one.element.contains(other.element) && !other.element.contains(one.element)
    && Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left) > wide
    && Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top) > high,
  ).map((other) => `${one.name} × ${other.name}`));
  const controls = placed("button, input:not([type=file]), select, textarea, a[href]:not(.skip), summary", clip);
  const overlaps = pairs(controls, 0.5, 0.5);
  const cut = all("button:not(.play), label, h2, h3, dt, dd, output, span, .readout-line, .coach").filter((element) =>
    (getComputedStyle(element).overflowX !== "visible" || element.matches("button"))
    && element.scrollWidth > element.clientWidth + 1).map(name);
  const inked = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    const frame = clip(element);
    return { left, right, top: Math.max(top, frame.top), bottom: Math.min(bottom, frame.bottom) };
  };
  const LABELS = ".field-label, .field-value, .tile-label, .stat-label, .column-name, .connection, .link-legend, h2";
  const collide = pairs(placed(LABELS, inked), -2, 2);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !shown(parent) || parent.closest("sub, sup, script, noscript")) continue;
    if (parseFloat(getComputedStyle(parent).fontSize) < 12) small.add(name(parent));
  }
  const low = controls.flatMap(({ element, name }) => {
    const { width, height } = (element.closest(".segmented, .tile, .switch") ?? element).getBoundingClientRect();
    const minor = element.matches(".help-button, .link, .node, .split-more, .tile-input");
    const large = Math.min(width, height) > reach - 0.5;
    return minor || large ? [] : [`${name}: ${width.toFixed(0)} by ${height.toFixed(0)}`];
  });
  const { scrollWidth, clientWidth } = document.scrollingElement;
  return { overflow: scrollWidth - clientWidth, overlaps, cut, collide, small: [...small], low };
}"""


async def measure(page: Page, finger: int = 0) -> Json:
    """`overflow` in pixels, and what is wrong: `overlaps`, `cut`, `collide`, `small` letters, `low` targets."""
    await page.evaluate("document.fonts.ready")
    found: Json = await page.evaluate(MEASURE, finger)
    return found


async def boxes(page: Page, *selectors: str) -> dict[str, Any]:
    """Where things stand on the page, by their selector."""
    found: dict[str, Any] = await page.evaluate(
        """(selectors) => Object.fromEntries(selectors.map((selector) => {
          const { left, top, width, height } = document.querySelector(selector).getBoundingClientRect();
          return [selector, [left + scrollX, top + scrollY, width, height].map(Math.round)];
        }))""",
        selectors,
    )
    return found
