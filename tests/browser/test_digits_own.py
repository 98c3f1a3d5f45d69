"""Own images in the digits lab: trays filled from files, by dropping and by drawing, kept, and trained on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.browser import Visit, axe_violations
from tests.support.images import SVG, animated, deep, drawn, png_that_claims, saved, zipped
from tests.support.layout import measure
from tests.support.server import ServerProcess

FILES = """(given) => {
  const transfer = new DataTransfer();
  for (const { name, bytes } of given) transfer.items.add(new File([new Uint8Array(bytes)], name));
  return transfer;
}"""
RUN = "() => Object.keys(sessionStorage).map((key) => JSON.parse(sessionStorage[key])).find((kept) => kept?.id)?.id"
NAMES = """(panel) => [...panel.querySelectorAll("button, input")]
  .map((control) => (control.getAttribute("aria-label") ?? control.innerText).trim().slice(0, 40))"""
WITHIN = """(panel) => [...panel.querySelectorAll("*")].every(
  (element) => element.matches(".hidden") || element.getBoundingClientRect().right <= innerWidth)"""
ACROSS = [(60, 120), (180, 120)]


def dash() -> bytes:
    """Another thing than a three."""
    image = drawn(255, 255)
    image.paste(0, (ACROSS[0][0], ACROSS[0][1] - 12, ACROSS[1][0], ACROSS[1][1] + 12))
    return saved(image)


class OwnImages:
    """The panel, and the run's word from the server."""

    def __init__(self, page: Page, server: ServerProcess) -> None:
        self.page = page
        self._server = server
        self.panel = page.get_by_role("region", name="Your own images")
        self.train = self.panel.get_by_role("button", name="Train on")
        self.back = self.panel.get_by_role("button", name="Back to the digits")

    async def open(self) -> OwnImages:
        await self.page.get_by_role("tab", name="Own images").click()
        await expect(self.panel).to_be_visible()
        return self

    def tray(self, name: str) -> Locator:
        return self.panel.get_by_role("group", name=name, exact=True)

    def images(self, name: str) -> Locator:
        return self.tray(name).get_by_role("list", name=f"Images of {name}").get_by_role("button")

    async def choose(self, name: str, *contents: bytes, names: tuple[str, ...] = ()) -> None:
        async with self.page.expect_file_chooser() as choosing:
            await self.tray(name).get_by_role("button", name="Choose files").click()
        files: list[Any] = [
            {"name": names[at] if names else f"{at + 1}.png", "mimeType": "image/png", "buffer": content}
            for at, content in enumerate(contents)
        ]
        await (await choosing.value).set_files(files)

    async def drop(self, target: Locator, *contents: bytes) -> None:
        given = [{"name": f"{at + 1}.png", "bytes": list(content)} for at, content in enumerate(contents)]
        transfer = await self.page.evaluate_handle(FILES, given)
        for event in ("dragover", "drop"):
            await target.dispatch_event(event, {"dataTransfer": transfer})

    async def fill(self) -> None:
        """Four threes and three dashes, in classes that are called so."""
        await self.panel.get_by_role("textbox", name="Name of class 1").fill("three")
        await self.panel.get_by_role("textbox", name="Name of class 2").fill("dash")
        await self.choose("three", saved(drawn()), saved(drawn(0, 255)), deep(), animated("GIF"))
        await self.choose("dash", dash(), dash(), dash())
        await expect(self.images("three")).to_have_count(4)
        await expect(self.images("dash")).to_have_count(3)

    async def run(self) -> Any:
        run = await self.page.evaluate(RUN)
        return httpx.get(f"{self._server.base_url}/api/v1/runs/{run}").raise_for_status().json()

    async def until(self, kind: str) -> Any:
        """The run, once it has data of that kind."""
        for _ in range(400):
            if (run := await self.run())["spec"]["dataset"]["kind"] == kind:
                return run
            await self.page.wait_for_timeout(25)
        raise AssertionError(run["spec"]["dataset"]["kind"])


@pytest.fixture
async def own(visit: Visit, server: ServerProcess) -> OwnImages:
    page = await visit("/labs/digits")
    own = await OwnImages(page, server).open()
    await expect(own.train).to_be_visible()
    return own


async def test_images_of_files_are_trained_on_and_the_digits_come_back(own: OwnImages) -> None:
    await expect(own.train).to_have_attribute("aria-disabled", "true")
    await expect(own.train).to_have_attribute("title", "Two classes need at least one image each.")
    await own.fill()
    await expect(own.tray("three").get_by_text("4.png It moves: its first picture was read.")).to_be_visible()
    before = (await own.run())["spec"]

    await own.panel.get_by_role("button", name="Train on 7 images").click()
    run = await own.until("arrays")
    dataset = run["spec"]["dataset"]
    assert dataset["shape"] == [1, 8, 8]
    assert (dataset["train"]["labels"], dataset["test"]["labels"]) == (["three"] * 3 + ["dash"] * 3, ["three"])
    assert dataset["train"]["inputs"][0] == pytest.approx(dataset["train"]["inputs"][1], abs=0.15)
    assert run["spec"]["layers"] == before["layers"]
    assert run["spec"]["batch_size"] == 1
    await expect(own.panel.get_by_text("The network trains on these 7 images.")).to_be_visible()
    await expect(own.page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await expect(own.train).to_have_attribute("aria-disabled", "true")

    await own.back.click()
    run = await own.until("digits")
    assert run["spec"] == before
    await expect(own.images("three")).to_have_count(4)
    await expect(own.back).to_be_hidden()


async def test_files_are_dropped_on_a_class_and_nowhere_else(own: OwnImages) -> None:
    await own.drop(own.tray("Class 2"), saved(drawn()), dash())
    await expect(own.images("Class 2")).to_have_count(2)
    await own.drop(own.page.locator("main"), saved(drawn()))
    await expect(own.page.get_by_text("Drop the files on the class they belong to.")).to_be_visible()
    assert own.page.url.split("#")[0].split("?")[0].endswith("/labs/digits")
    await expect(own.images("Class 2")).to_have_count(2)


async def test_what_is_no_image_is_refused_with_the_reason_and_not_carried_out(visit: Visit, own: OwnImages) -> None:
    visit.allow("status of 422")
    title = await own.page.title()
    truncated = saved(drawn("white", "black", "RGB"))[:-400]
    names = ("zip.png", "picture.svg", "huge.png", "half.png", "good.png")
    await own.choose("Class 1", zipped(), SVG, png_that_claims(20_000, 20_000), truncated, saved(drawn()), names=names)
    said = own.tray("Class 1").get_by_role("status").get_by_role("listitem")
    await expect(said).to_have_count(4)
    for at, reason in enumerate(
        (
            "zip.png This is a zip archive, whatever its name says.",
            "picture.svg An SVG is a drawing's recipe, which is not carried out here.",
            "huge.png It says it is 20000 × 20000 pixels large;",
            "half.png This PNG is cut short or damaged.",
        )
    ):
        await expect(said.nth(at)).to_contain_text(reason)
    await expect(own.images("Class 1")).to_have_count(1)
    assert await own.page.title() == title
    await own.tray("Class 1").get_by_role("button", name="Close these messages").click()
    await expect(said).to_have_count(0)


async def test_a_drawing_goes_into_a_class_and_into_the_hand(own: OwnImages) -> None:
    add = own.tray("Class 1").get_by_role("button", name="Add the drawing")
    await expect(add).to_have_attribute("aria-disabled", "true")
    sheet = own.page.locator(".sheet-paper")
    area = await sheet.bounding_box()
    assert area is not None
    await own.page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] / 4)
    await own.page.mouse.down()
    await own.page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] * 3 / 4, steps=5)
    await own.page.mouse.up()
    await add.click()
    await expect(own.images("Class 1")).to_have_count(1)
    await own.images("Class 1").first.click()
    await expect(own.images("Class 1").first).to_have_attribute("aria-pressed", "true")


async def test_trays_are_filled_renamed_and_emptied_by_keyboard(own: OwnImages) -> None:
    await own.choose("Class 1", saved(drawn()), dash(), saved(drawn(0, 255)))
    await expect(own.images("Class 1")).to_have_count(3)
    await own.images("Class 1").nth(1).focus()
    await own.page.keyboard.press("Enter")
    await own.page.keyboard.press("Delete")
    await expect(own.images("Class 1")).to_have_count(2)
    await expect(own.images("Class 1").nth(1)).to_be_focused()
    await own.tray("Class 1").get_by_role("button", name="Remove", exact=True).press("Enter")
    await expect(own.images("Class 1")).to_have_count(1)
    await own.page.get_by_role("button", name="Undo").last.press("Enter")
    await expect(own.images("Class 1")).to_have_count(2)

    add = own.panel.get_by_role("button", name="Add a class")
    for _ in range(8):
        await add.press("Enter")
    await expect(own.panel.get_by_role("group")).to_have_count(10)
    await expect(add).to_have_attribute("aria-disabled", "true")
    await own.tray("Class 10").get_by_role("button", name="Remove Class 10").press("Enter")
    await expect(own.panel.get_by_role("group")).to_have_count(9)


async def test_a_reload_and_a_link_keep_the_images(visit: Visit, own: OwnImages, server: ServerProcess) -> None:
    await own.fill()
    await own.train.click()
    await own.until("arrays")
    await expect(own.panel.get_by_text("The network trains on these 7 images.")).to_be_visible()
    await own.page.wait_for_function("() => location.hash.startsWith('#z=')")
    await own.page.reload()
    await own.open()
    await expect(own.images("three")).to_have_count(4)
    await expect(own.panel.get_by_text("The network trains on these 7 images.")).to_be_visible()

    link = own.page.url.removeprefix(server.base_url)
    other = await OwnImages(await visit(link), server).open()
    await expect(other.images("three")).to_have_count(4)
    await expect(other.images("dash")).to_have_count(3)
    await expect(other.panel.get_by_text("The network trains on these 7 images.")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (820, 1180), (360, 780)])
async def test_there_is_room_and_axe_finds_nothing(
    visit: Visit, server: ServerProcess, width: int, height: int
) -> None:
    visit.allow("status of 422")
    page = await visit("/labs/digits", width=width, height=height)
    if width < 720:
        close = page.get_by_role("button", name="Close")
        if await close.count():
            await close.first.click()
    own = await OwnImages(page, server).open()
    await own.fill()
    await own.choose("dash", zipped(), names=("a picture with quite a long name that goes on and on.png",))
    await expect(own.tray("dash").get_by_text("This is a zip archive")).to_be_visible()
    assert not [line for line in await axe_violations(page) if "own-" in line]
    await page.emulate_media(color_scheme="dark")
    assert not [line for line in await axe_violations(page, rules=("color-contrast",)) if "own-" in line]
    found = await measure(page, 44 if width < 720 else 0)
    mine = await own.panel.evaluate(NAMES)
    wrong = [f"{what}: {line}" for what in ("overlaps", "cut", "small", "low") for line in found[what]]
    assert not [line for line in wrong if any(name in line for name in mine)]
    assert await own.panel.evaluate(WITHIN)
