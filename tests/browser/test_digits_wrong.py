"""What goes wrong: every number of the confusion matrix, the images behind it, and what an answer hangs on."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.browser import OF_COLORS, Visit, ask_store, axe_violations, wait_for_store
from tests.support.digits import CURRENT
from tests.support.layout import measure
from tests.support.playground import Playground


async def taught(visit: Visit, **options: Any) -> Playground:
    """The lab with the panel of mistakes open, after one epoch: enough to be right, and wrong."""
    lab = await Playground(await visit("/labs/digits?step=6", **options)).ready()
    await lab.button("Step").click()
    await lab.until(lambda run: run["epoch"] == 1 and run["state"] == "paused")
    await lab.agrees()
    await wait_for_store(lab.page, "frame.value.arrays.has('answers/predicted') && frame.value.header.epoch === 1")
    return lab


@pytest.fixture
async def lab(visit: Visit) -> Playground:
    return await taught(visit)


def percent(share: float, decimals: int = 1) -> str:
    """A share as the page writes it."""
    return f"{Decimal(100 * share).quantize(Decimal(10) ** -decimals, ROUND_HALF_UP)}\u202f%"


def cell(page: Page, was: int, read: int) -> Locator:
    return page.locator(f'[data-cell="{was},{read}"]')


def worst_of(counts: list[list[int]]) -> tuple[int, int]:
    return max(((i, j) for i in range(10) for j in range(10) if i != j), key=lambda place: counts[place[0]][place[1]])


async def test_every_number_is_the_engines(lab: Playground) -> None:
    counts = (await lab.probe("confusion"))["counts"]["data"]
    for was in range(10):
        for read in range(10):
            words = f"{was} read rightly" if was == read else f"{was} read as {read}"
            await expect(cell(lab.page, was, read)).to_have_accessible_name(f"{words}: {counts[was][read]}")
    shares = [percent(counts[was][was] / sum(counts[was]), 0) for was in range(10)]
    assert await lab.page.locator(".confusion-percent").all_inner_texts() == shares
    right = percent(sum(counts[was][was] for was in range(10)) / sum(map(sum, counts)))
    await expect(lab.page.locator(".wrong-matrix .lab-sub")).to_have_text(f"{right} right on 359 unseen images")

    answers = {name: array["data"] for name, array in (await lab.probe("answers")).items()}
    wrong = [index for index in range(359) if answers["true"][index] != answers["predicted"][index]]
    first, *_ = sorted(wrong, key=lambda index: -answers["outputs"][index])
    words = f"{answers['true'][first]} → {answers['predicted'][first]} {percent(answers['outputs'][first], 0)}"
    await expect(lab.page.locator(".mistakes .example").first).to_have_text(words)
    await expect(lab.page.locator(".wrong-mistakes .lab-sub")).to_have_text(f"{len(wrong)} wrong, the surest first")

    await lab.choose("Examples looked at", "Learned from")
    await expect(lab.page.locator(".wrong-matrix .lab-sub")).to_contain_text("1\u202f438 training images")
    counts = (await lab.probe("confusion", part="train"))["counts"]["data"]
    await expect(cell(lab.page, 3, 3)).to_have_accessible_name(f"3 read rightly: {counts[3][3]}")


async def test_a_cell_opens_the_images_behind_it_and_arrows_go_to_others(lab: Playground) -> None:
    page = lab.page
    counts = (await lab.probe("confusion"))["counts"]["data"]
    answers = await lab.probe("answers")
    was, read = worst_of(counts)
    await cell(page, was, read).click()
    await expect(cell(page, was, read)).to_have_attribute("aria-pressed", "true")
    pairs = zip(answers["true"]["data"], answers["predicted"]["data"], strict=True)
    behind = [index for index, pair in enumerate(pairs) if pair == (was, read)]
    assert len(behind) == counts[was][read]
    images = page.locator(".behind .example")
    await expect(images).to_have_count(min(24, len(behind)))
    await images.first.click()
    surest = max(behind, key=lambda index: answers["outputs"]["data"][index])
    assert await page.evaluate(f"async () => ({CURRENT}).source.value") == {
        "kind": "example",
        "part": "test",
        "index": surest,
    }
    await expect(images.first).to_have_attribute("aria-pressed", "true")

    await cell(page, 2, 7).click()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    await expect(cell(page, 3, 8)).to_be_focused()
    await expect(cell(page, 3, 8)).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Home")
    await expect(cell(page, 3, 0)).to_be_focused()
    assert await page.locator('.confusion-cell[tabindex="0"]').count() == 1
    assert (await lab.run())["epoch"] == 1


async def test_a_square_shows_what_the_answer_hangs_on(lab: Playground) -> None:
    page = lab.page
    await expect(page.locator(".wrong-occlusion")).to_contain_text("Draw a digit, or choose one of the mistakes")
    await page.locator(".mistakes .example").first.click()
    source = await page.evaluate(f"async () => ({CURRENT}).source.value")
    for size in (3, 1):
        await lab.choose("Side of the square", f"{size} × {size}")
        seen = await lab.probe("occlusion", part="test", example=source["index"], size=size)
        grid, whole = seen["grid"]["data"], seen["whole"]["data"]
        application = page.get_by_role("application", name="Certainty with a square over each pixel")
        await application.focus()
        await page.keyboard.press("PageUp")
        await page.keyboard.press("Home")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowRight")
        covered = f"Row 2, column 2: covered, it is {percent(grid[1][1])} sure"
        await expect(page.locator(".occlusion-reading")).to_contain_text(covered)
        await expect(page.locator(".occlusion-reading")).to_contain_text(f"instead of {percent(whole)}.")
    assert not await ask_store(page, "past.value")


@pytest.mark.parametrize("width", [1440, 820, 360])
async def test_axe_finds_nothing_and_nothing_is_cut(visit: Visit, width: int) -> None:
    lab = await taught(visit, width=width, height=900, reduced_motion="reduce")
    page = lab.page
    if width < 720:
        await lab.button("Guide").click()
    await page.locator(".mistakes .example").first.click()
    await expect(page.locator(".occlusion-reading")).to_contain_text("covered")
    room = await measure(page, 0)
    found = [f"{kind}: {what}" for kind, what in room.items() if what] + await axe_violations(page)
    await page.emulate_media(color_scheme="dark")
    found += await axe_violations(page, rules=OF_COLORS)
    assert not found, "\n".join(found)
