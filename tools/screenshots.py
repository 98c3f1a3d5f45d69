"""Takes the pictures of `docs/images` from the real page: `python -m tools.screenshots [NAME …]`.

Each picture is a first visit in a fresh browser, brought to its scene through the page's own controls.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.support.browser import wait_for_store
from tests.support.server import ServerProcess

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SPIRAL = (
    "#dataset.kind=spiral&dataset.noise=0.06&dataset.train_fraction=0.7"
    "&layers=8-6-4&optimizer.learning_rate=0.1&seed=13"
)
MOONS = (
    "#dataset.kind=moons&dataset.samples=400&dataset.noise=0.09&dataset.train_fraction=0.7"
    "&layers=6:leaky_relu-4:leaky_relu&optimizer.learning_rate=0.03"
)
THREE = (
    (0.32, 0.2),
    (0.5, 0.14),
    (0.66, 0.24),
    (0.6, 0.4),
    (0.45, 0.48),
    (0.64, 0.56),
    (0.68, 0.74),
    (0.5, 0.86),
    (0.3, 0.8),
)
"""A stroke, in shares of the canvas."""

FLOWERS = """petal length,petal width,kind
1.4,0.2,setosa
1.3,0.2,setosa
1.5,0.3,setosa
1.7,0.4,setosa
1.6,0.2,setosa
1.4,0.1,setosa
1.9,0.4,setosa
1.5,,setosa
4.7,1.4,versicolor
4.5,1.5,versicolor
4.0,1.3,versicolor
3.3,1.0,versicolor
4.6,1.3,versicolor
3.9,1.4,versicolor
4.9,1.5,versicolor
4.4,1.4,versicolor
"""


async def train(page: Page, epochs: int, speed: str = "Max") -> None:
    """Play until that epoch or a little later, then pause."""
    await page.get_by_role("radio", name=speed).check()
    await page.get_by_role("button", name="Play").click()
    await wait_for_store(page, f"progress.value.epoch >= {epochs}", timeout=60)
    await page.get_by_role("button", name="Pause").click()
    await wait_for_store(page, "state.value === 'paused'")


async def spiral(page: Page) -> None:
    """A spiral learnt at two rates, with one unit opened in Explain."""
    await train(page, 700)
    await page.get_by_role("slider", name="Learning rate").press("ArrowLeft")
    await train(page, 1000)
    await page.get_by_role("radio", name="Normal").check()
    await page.get_by_role("button", name="Layer 2, unit 2").first.click()
    await page.mouse.move(5, 400)
    await page.wait_for_timeout(400)


async def spiral_on_a_phone(page: Page) -> None:
    """The same by touch, with the plot in view."""
    await page.get_by_role("button", name="Speed").tap()
    await train_by_touch(page, 700)
    await page.get_by_role("button", name="Learning").tap()
    await page.get_by_role("slider", name="Learning rate").press("ArrowLeft")
    await page.get_by_role("button", name="Close Learning").tap()
    await train_by_touch(page, 1000)
    for _ in ("Slow", "1×"):
        await page.get_by_role("button", name="Speed").tap()
    await page.wait_for_timeout(400)


async def train_by_touch(page: Page, epochs: int) -> None:
    await page.get_by_role("button", name="Play").tap()
    await wait_for_store(page, f"progress.value.epoch >= {epochs}", timeout=60)
    await page.get_by_role("button", name="Pause").tap()
    await wait_for_store(page, "state.value === 'paused'")


async def diverged(page: Page) -> None:
    """A few good epochs, then a rate far too large."""
    await train(page, 40, "Normal")
    rate = page.get_by_role("slider", name="Learning rate")
    await rate.press("End")
    await page.get_by_role("button", name="Play").click()
    await wait_for_store(page, "state.value === 'diverged'", timeout=60)
    await page.wait_for_timeout(400)


async def own_data(page: Page) -> None:
    """A table in the Your data dialog, with a line that cannot be used."""
    await page.get_by_role("group", name="Your data").get_by_role("button", name="CSV").click()
    await page.get_by_role("textbox", name="One point per line").fill(FLOWERS)
    await page.get_by_role("button", name="Use these points").wait_for()
    await page.wait_for_timeout(700)


async def digit(page: Page) -> None:
    """A 3 drawn by hand, and a network that has learned to read it."""
    await train(page, 12)
    canvas = await page.get_by_label("Drawing, 0 strokes").bounding_box()
    assert canvas is not None
    for index, (x, y) in enumerate(THREE):
        place = (canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"])
        await page.mouse.move(*place, steps=6)
        if index == 0:
            await page.mouse.down()
    await page.mouse.up()
    await page.mouse.move(5, 400)
    await page.wait_for_timeout(600)


SCENES: dict[str, tuple[int, int, str, str, Callable[[Page], Awaitable[None]]]] = {
    "playground-light": (1440, 900, "light", SPIRAL, spiral),
    "playground-dark": (1440, 900, "dark", SPIRAL, spiral),
    "playground-tablet": (820, 1790, "light", SPIRAL, spiral),
    "playground-phone": (360, 800, "light", SPIRAL, spiral_on_a_phone),
    "diverged": (1440, 900, "light", MOONS, diverged),
    "own-data": (1440, 900, "light", SPIRAL, own_data),
    "lab-digits": (1440, 900, "light", "labs/digits?step=3", digit),
}


async def take(browser: Browser, base_url: str, name: str) -> None:
    """One picture, at one pixel a point; a phone at two."""
    width, height, scheme, place, scene = SCENES[name]
    phone = width < 720
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if phone else 1,
        has_touch=phone,
        is_mobile=phone,
    )
    page = await context.new_page()
    await page.goto(f"{base_url}/{place}")
    await wait_for_store(page, "run.value && frame.value")
    await scene(page)
    await page.screenshot(path=IMAGES / f"{name}.png")
    await context.close()


async def main(names: list[str]) -> None:
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        with ServerProcess() as server:
            for name in names or SCENES:
                await take(browser, server.base_url, name)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
