"""Pages opened by the tests: watched for complaints, measured, and asked what they hold."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebSocket

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MODULES = "(await import(document.querySelector('script[src*=assembled]').src)).modules"
STORE = f"{MODULES}['js/core/store.js']"


class Visit:
    """Opens pages of one server and notes everything they should not do.

    Console errors, uncaught errors and requests or sockets to another origin are complaints; `end` closes the pages and
    fails if there was one. `allow` names, as regular expressions, the complaints a test provokes on purpose.
    """

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.base_url = base_url
        self.complaints: list[str] = []
        self._browser = browser
        self._allowed: list[re.Pattern[str]] = []
        self._contexts: list[BrowserContext] = []

    async def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
        touch: bool = False,
    ) -> Page:
        """A page in a context of its own (no cookies, nothing stored), as on a first visit."""
        context = await self._browser.new_context(
            base_url=self.base_url,
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            reduced_motion=reduced_motion,
            has_touch=touch,
            is_mobile=touch,
            locale="en-GB",
        )
        self._contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        self.watch(page)
        await page.goto(path)
        return page

    def watch(self, page: Page) -> None:
        """Note the complaints of a page that was opened elsewhere."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._complain(f"uncaught error: {error.stack or error}"))
        page.on("request", self._on_request)
        page.on("websocket", self._on_socket)

    def allow(self, *patterns: str) -> None:
        """Do not fail for complaints that match one of the patterns."""
        self._allowed.extend(re.compile(pattern) for pattern in patterns)

    async def end(self) -> None:
        """Close the pages; raises AssertionError if there was an unexpected complaint."""
        for context in self._contexts:
            await context.close()
        unexpected = [text for text in self.complaints if not any(pattern.search(text) for pattern in self._allowed)]
        assert not unexpected, "the page complained:\n" + "\n".join(unexpected)

    def _complain(self, text: str) -> None:
        self.complaints.append(text)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complain(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        self._check_origin(request.url)

    def _on_socket(self, socket: WebSocket) -> None:
        self._check_origin(socket.url)

    def _check_origin(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.base_url).netloc:
            self._complain(f"a request left the server's own origin: {url}")


def _with_store(expression: str) -> str:
    """A function for `evaluate` (its code is not strict, so `with` works) that knows the store's exports by name."""
    return f"async () => {{ with ({STORE}) return {expression}; }}"


async def ask_store(page: Page, expression: str) -> Any:
    """The value of a JavaScript expression over the exports of the page's store, such as `run.value.step`.

    The page has already loaded the module, so this reads the very signals that the page shows.
    """
    return await page.evaluate(_with_store(expression))


async def wait_for_store(page: Page, expression: str, timeout: float = 15.0) -> Any:
    """Wait until the expression over the store's exports is truthy, and return its value."""
    deadline = time.monotonic() + timeout
    while not (value := await ask_store(page, expression)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so within {timeout:g} s: {expression}")
        await page.wait_for_timeout(25)
    return value


async def frames_shown(page: Page, seconds: float) -> int:
    """How many frames of the training the page takes in that many seconds."""
    return int(
        await page.evaluate(
            f"""async (seconds) => {{
              const {{ frame }} = {STORE};
              let count = -1;
              const stop = frame.subscribe(() => {{ count += 1; }});
              await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
              stop();
              return count;
            }}""",
            seconds,
        )
    )


async def settled(page: Page) -> None:
    """What slides or fades has arrived; what turns for ever is left alone."""
    await page.evaluate(
        "() => Promise.all(document.getAnimations()"
        ".filter((each) => each.effect.getComputedTiming().endTime !== Infinity)"
        ".map((each) => each.finished.catch(() => {})))"
    )


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


OF_COLORS = ("color-contrast", "link-in-text-block")
"""The rules of axe-core that another theme may break."""


async def axe_violations(page: Page, exclude: Iterable[str] = (), rules: Iterable[str] = ()) -> list[str]:
    """What axe-core finds wrong on the page as it is, one line for each element; by all its rules or by those named."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe_source())
    context = {"include": [["html"]], "exclude": [[selector] for selector in exclude]}
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": list(rules)} if rules else {})}
    results = await page.evaluate("async (given) => (await axe.run(...given)).violations", [context, options])
    return [
        f"{violation['id']}: {violation['help']}: {node['target'][0]} {node['failureSummary']}"
        for violation in results
        for node in violation["nodes"]
    ]
