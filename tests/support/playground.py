"""The playground as a test drives it: controls by role and name on the page, their effect read from the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from playwright.async_api import Locator, Page, expect

from tests.support.browser import ask_store, wait_for_store

Json: TypeAlias = dict[str, Any]

CANVAS = """(canvas, token) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${token}`);
  copy.fillRect(0, 0, 1, 1);
  const sought = copy.getImageData(0, 0, 1, 1).data;
  copy.clearRect(0, 0, 1, 1);
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  const colors = new Set();
  let hash = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    const word = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    hash = (Math.imul(hash, 31) + word + data[at + 3]) | 0;
    if (data[at + 3] === 255) colors.add(word);
    if ([0, 1, 2, 3].every((place) => Math.abs(data[at + place] - sought[place]) < 12)) count += 1;
  }
  return { hash, count, colors: colors.size };
}"""


class Playground:
    """A page with its run. Everything but `page` and the locators is asked of the server over REST, not of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._id = ""

    async def ready(self) -> Playground:
        """Wait until the run is there and drawn."""
        await wait_for_store(self.page, "frame.value && catalog.value && connection.value === 'live'")
        self._id = await ask_store(self.page, "run.value.id")
        return self

    async def rest(self, path: str = "", **query: Any) -> Json:
        """GET of the run, or of something below it."""
        answer = await self.page.request.get(f"/api/v1/runs/{self._id}{path}", params=query)
        document: Json = await answer.json()
        assert answer.ok, document
        return document

    async def run(self) -> Json:
        return await self.rest()

    async def spec(self) -> Json:
        document: Json = (await self.run())["spec"]
        return document

    async def parameters(self) -> Json:
        """Weights and biases of now, as the run's export holds them."""
        document: Json = (await self.rest("/export"))["parameters"]
        return document

    async def probe(self, name: str, **query: Any) -> Json:
        """A probe's arrays by name, each with dtype, shape and data."""
        document: Json = (await self.rest(f"/probes/{name}", **query))["arrays"]
        return document

    async def until(self, holds: Callable[[Json], Any], timeout: float = 10) -> Json:
        """The run's document, once `holds` is true of it."""
        deadline = time.monotonic() + timeout
        while not holds(document := await self.run()):
            assert time.monotonic() < deadline, f"not so within {timeout:g} s: {document}"
            await asyncio.sleep(0.02)
        return document

    async def until_spec(self, **wanted: Any) -> Json:
        """The run's document, once its spec has these values; `__` stands for a step down (`dataset__noise=0.2`)."""
        return await self.until(lambda run: all(_at(run["spec"], name) == value for name, value in wanted.items()))

    async def agrees(self) -> None:
        """Wait until the page has taken in what the server holds now."""
        document = await self.run()
        await wait_for_store(
            self.page, f"run.value.revision >= {document['revision']} && progress.value.step >= {document['step']}"
        )

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def radio(self, group: str, name: str) -> Locator:
        return self.page.get_by_role("radiogroup", name=group).get_by_role("radio", name=name, exact=True)

    def box(self, name: str) -> Locator:
        """A select, by its label."""
        return self.page.get_by_role("combobox", name=name, exact=True)

    def switch(self, name: str) -> Locator:
        return self.page.get_by_role("switch", name=name)

    def unit(self, layer: int, unit: int) -> Locator:
        """A hidden unit's tile; both count from 1, as on the screen."""
        return self.page.get_by_role("button", name=f"Layer {layer}, unit {unit},")

    @property
    def output(self) -> Locator:
        """The tile of a single output unit."""
        return self.page.get_by_role("button", name="Output,")

    async def choose(self, group: str, name: str) -> None:
        """Press one of a few: the radio's words, as a mouse does."""
        await self.radio(group, name).check(force=True)

    async def move(self, name: str, *keys: str) -> None:
        """Keys on a slider."""
        slider = self.page.get_by_role("slider", name=name, exact=True)
        for key in keys:
            await slider.press(key)

    async def press(self, name: str, times: int) -> None:
        """A button pressed by the keyboard, several times."""
        await self.button(name).focus()
        for _ in range(times):
            await self.page.keyboard.press("Enter")

    async def drag(self, name: str, share: float) -> None:
        """Press a slider's track at a share of its width."""
        slider = self.page.get_by_role("slider", name=name, exact=True)
        area = await slider.bounding_box()
        assert area is not None
        await slider.click(position={"x": 1 + (area["width"] - 2) * share, "y": area["height"] / 2})

    async def play(self) -> None:
        await self.button("Play").click()
        await self.until(lambda run: run["state"] == "running" and run["step"] > 0)

    async def pause(self) -> Json:
        """Pause, and the run as it then stands."""
        await self.button("Pause").click()
        return await self.until(lambda run: run["state"] == "paused")

    async def undo(self) -> None:
        await self.page.keyboard.press("Control+z")

    async def toast(self, sentence: str) -> Locator:
        """A toast with its sentence, once it is there."""
        line = self.page.get_by_role("status").get_by_text(sentence, exact=True).locator("..")
        await expect(line).to_be_visible()
        return line

    async def picture(self, canvas: str, token: str = "ink") -> Json:
        """What a canvas shows: a `hash` of its pixels, how many `colors`, the `count` of pixels in a token's."""
        shown: Json = await self.page.locator(canvas).first.evaluate(CANVAS, token)
        return shown

    async def until_picture(self, canvas: str, holds: Callable[[Json], Any], token: str = "ink") -> Json:
        """The canvas, once `holds` is true of what it shows."""
        deadline = time.monotonic() + 10
        while not holds(shown := await self.picture(canvas, token)):
            assert time.monotonic() < deadline, f"{canvas} shows {shown}"
            await self.page.evaluate("() => new Promise(requestAnimationFrame)")
        return shown


def _at(spec: Json, name: str) -> Any:
    value: Any = spec
    for step in name.split("__"):
        value = value.get(step) if isinstance(value, dict) else None
    return value
