"""The keyboard as the only thing a visitor has: after every key, where the focus is and whether it shows."""

from __future__ import annotations

import asyncio
import time

from playwright.async_api import Page

from tests.support.playground import Json

FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: "", body: true };
  const marked = (node) => {
    const style = node && getComputedStyle(node);
    if (!style) return false;
    return style.boxShadow !== "none" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1);
  };
  // A slider's thumb carries its mark, which no script can see: a test of its own looks at its pixels.
  const shown = element.matches("[type=range]")
    || [element, element.nextElementSibling, element.parentElement].some(marked);
  const box = element.getBoundingClientRect();
  const left = Math.max(0, box.left), right = Math.min(innerWidth, box.right);
  const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
  const whole = element.matches("main, .losschart, textarea, section")
    || (box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1);
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const own = above && (element.contains(above) || above.contains(element) || element.parentElement.contains(above));
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "";
  return {
    name: label.trim().replace(/\\s+/g, " "), body: false,
    shown, inside: whole && right > left && bottom > top, free: !!own,
    html: element.outerHTML.slice(0, 160),
  };
}"""


class Keyboard:
    """Presses keys. The focus may never be lost, out of sight, covered or unmarked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def focus(self) -> Json:
        found: Json = await self.page.evaluate(FOCUS)
        return found

    async def in_sight(self) -> Json:
        """Where the focus is, once it is marked and in the window; what moves there has a moment to arrive."""
        deadline = time.monotonic() + 3
        while True:
            focus = await self.focus()
            if not focus["body"] and focus["shown"] and focus["inside"] and focus["free"]:
                return focus
            assert time.monotonic() < deadline, f"the focus is not in sight: {focus}"
            await asyncio.sleep(0.02)

    async def press(self, *keys: str) -> Json:
        for key in keys:
            await self.page.keyboard.press(key)
        return await self.in_sight()

    async def tab_to(self, name: str, *, back: bool = False, most: int = 90) -> Json:
        """Tab until the element with that name (or a name that begins so) has the focus."""
        passed = []
        for _ in range(most):
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
            focus = await self.focus()
            if focus["name"].startswith(name):
                return await self.in_sight()
            passed.append(focus["name"])
        raise AssertionError(f"Tab does not reach “{name}”, only {passed}")

    async def stays_on(self, name: str) -> None:
        """The focus comes to rest on that element, and is in sight there."""
        deadline = time.monotonic() + 3
        while not (await self.focus())["name"].startswith(name):
            assert time.monotonic() < deadline, f"not on “{name}” but {await self.focus()}"
            await asyncio.sleep(0.02)
        await self.in_sight()

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)
