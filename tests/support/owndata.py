"""The Your data dialog as a test drives it, and the points of a run as its specification and its probe give them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from playwright.async_api import Locator, Page, expect

from tests.support.playground import Json, Playground

Point: TypeAlias = tuple[float, float, float | str]

FILE = """({ name, bytes }) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name));
  return transfer;
}"""


class YourData:
    """The dialog's page for tables."""

    def __init__(self, park: Playground) -> None:
        self.park = park
        self.page: Page = park.page
        self.dialog = self.page.get_by_role("dialog", name="Your data")
        self.text = self.dialog.get_by_role("textbox", name="One point per line")
        self.use = self.dialog.get_by_role("button", name="Use these points")
        self.problems = self.dialog.locator(".csvproblems").get_by_role("listitem")

    async def open(self) -> YourData:
        await self.way("CSV").click()
        await expect(self.text).to_be_visible()
        return self

    def way(self, name: str) -> Locator:
        """The button Draw or CSV of the data panel, or the tile of points that are kept."""
        return self.page.get_by_role("group", name="Your data").get_by_role("button", name=name, exact=True)

    async def close(self) -> None:
        await self.dialog.get_by_role("button", name="Close").click()
        await expect(self.dialog).to_be_hidden()

    async def paste(self, text: str) -> None:
        """Put a text in place of the one that is there, from the clipboard as a person does."""
        await self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        await self.text.press("Control+a")
        await self.text.press("Control+v")

    def column(self, name: str) -> Locator:
        """The select of x₁, x₂ or Label."""
        return self.dialog.get_by_role("combobox", name=name, exact=True)

    async def says(self, verdict: str) -> None:
        """Wait until the line under the text is this."""
        await expect(self.dialog.locator(".csvverdict")).to_have_text(verdict)

    async def has_problems(self, *lines: str) -> None:
        """Wait until exactly these lines are listed."""
        await expect(self.problems).to_have_text(lines)

    async def choose_file(self, name: str, content: bytes) -> None:
        async with self.page.expect_file_chooser() as choosing:
            await self.dialog.get_by_role("button", name="Choose a file").click()
        await (await choosing.value).set_files({"name": name, "mimeType": "text/csv", "buffer": content})

    async def drop(self, name: str, content: bytes, on: str = "main") -> None:
        """Let a file fall on a part of the page."""
        transfer = await self.page.evaluate_handle(FILE, {"name": name, "bytes": list(content)})
        for event in ("dragover", "drop"):
            await self.page.dispatch_event(on, event, {"dataTransfer": transfer})

    async def train_on_it(self) -> Json:
        """Press Use these points; the run's document once it has them."""
        before = (await self.park.run())["revision"]
        await self.use.click()
        await expect(self.dialog).to_be_hidden()
        return await self.park.until(
            lambda run: run["revision"] > before and run["spec"]["dataset"]["kind"] == "points"
        )


def points_of(dataset: Json) -> list[Point]:
    """All points of an inline dataset, in order of their coordinates."""
    return sorted(tuple(row) for row in [*dataset["train"], *dataset["test"]])


async def trains_exactly_on(park: Playground, points: list[Point], classes: list[Any] | None) -> None:
    """The run's own word, spec and probe, on what it trains and tests on: these points and no others."""
    dataset: Json = (await park.spec())["dataset"]
    assert points_of(dataset) == sorted(points), dataset
    shown = await park.probe("data")
    for part in ("train", "test"):
        rows = [(x1, x2, label if classes is None else classes.index(label)) for x1, x2, label in dataset[part]]
        held = np.array(shown[part]["data"], np.float32).reshape(-1, 3)
        assert np.array_equal(held, np.array(rows, np.float32).reshape(-1, 3)), part
