"""The digits lab as a test drives it: drawing on the sheet, reading the answer, looking inside."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import Locator, Page, expect

from tests.support.browser import MODULES, ask_store, wait_for_store
from tests.support.playground import Json, Playground
from tests.support.strokes import Stroke

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
CURRENT = f"{MODULES}['js/labs/digits/current.js']"
LOOK = f"{MODULES}['js/labs/digits/layerlook.js']"
MINUS = "−"


class DigitsLab(Playground):
    """The lab's page with its run."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.sheet = page.get_by_role("application", name="Drawing")
        self.answer = page.get_by_test_id("answer")
        self.confidences = page.locator(".confidences")

    async def draw(self, strokes: Sequence[Stroke]) -> None:
        """Draw with the mouse."""
        area = await self.sheet.bounding_box()
        assert area is not None
        for stroke in strokes:
            places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in stroke]
            await self.page.mouse.move(*places[0])
            await self.page.mouse.down()
            for place in places[1:]:
                await self.page.mouse.move(*place)
            await self.page.mouse.up()
        await self.page.evaluate(TWO_FRAMES)

    async def clear(self) -> None:
        await self.button("Clear").click()

    async def strokes(self) -> list[list[list[float]]]:
        """What is on the sheet."""
        found: list[list[list[float]]] = await self.page.evaluate(f"async () => {CURRENT}.drawing.value")
        return found

    async def image(self) -> list[float] | None:
        """The image in hand, as the network takes it."""
        found: list[float] | None = await self.page.evaluate(
            f"async () => {{ const held = {CURRENT}.image.value; return held && [...held.values]; }}"
        )
        return found

    async def inputs(self) -> str:
        """The image in hand as an option of a probe."""
        image = await self.image()
        assert image is not None
        return ",".join(f"{value:.9g}" for value in image)

    async def seen(self) -> None:
        """Wait until the frame shown is of the image in hand."""
        await self.page.wait_for_function(
            f"""async () => {{
              const {{ image, maps }} = {CURRENT};
              const held = image.value?.values;
              const given = maps.value?.inputs;
              return held && given && held.every((value, at) => Math.abs(value - given[at]) < 1e-6);
            }}"""
        )

    async def reads(self) -> str | None:
        """The class it is surest of, once the frame shown is of the image in hand."""
        await self.seen()
        return await self.confidences.get_attribute("data-best")

    async def learn(self, epochs: int, timeout: float = 60) -> None:
        """Train from the press of Play to an epoch, as fast as it goes, and pause."""
        await self.choose("Speed", "Max")
        await self.button("Play").click()
        await wait_for_store(self.page, f"progress.value.epoch >= {epochs}", timeout)
        await self.pause()
        await self.agrees()

    async def change(self, patch: Json) -> None:
        """Change the setup as the page's own controls do."""
        generation = await ask_store(self.page, "run.value.generation")
        await self.page.evaluate(f"async (patch) => {MODULES}['js/core/store.js'].update(patch)", patch)
        await wait_for_store(self.page, f"run.value.generation > {generation}")
        await self.agrees()

    def layer(self, name: str) -> Locator:
        """A layer's button in the row from the image to the answers."""
        return self.page.get_by_label("Layers, from the image to the answers").get_by_role("button", name=name)

    async def cells(self, name: str) -> list[float]:
        """The numbers written in a table of the opened number."""
        texts = await self.page.locator(f"[data-cells={name}] td").all_inner_texts()
        return [number(text) for text in texts]

    async def told(self, name: str) -> float:
        """A number of the sum."""
        return number(await self.page.get_by_test_id(name).inner_text())


def number(text: str) -> float:
    """What a number on the page says; percent as shares."""
    plain = text.replace(MINUS, "-").replace("\u202f", "").strip()
    return float(plain.removesuffix("%")) / 100 if plain.endswith("%") else float(plain)


async def open_lab(page: Page) -> DigitsLab:
    """The lab with its run there and drawn."""
    lab = DigitsLab(page)
    await lab.ready()
    await expect(lab.sheet).to_be_visible()
    return lab
