"""Drawing in the digits lab: with mouse and keys, read while the network trains, undone, found again, trained on."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import Visit, axe_violations, wait_for_store
from tests.support.digits import DigitsLab, open_lab
from tests.support.strokes import RECORDINGS, recordings

LAB = "/labs/digits"
THREE = recordings(3)[0]
RIGHT = 0.85
WELL_TRAINED = 12
"""Epochs after which it reads 98 % of the unseen digits."""


@pytest.fixture
async def lab(visit: Visit) -> DigitsLab:
    return await open_lab(await visit(LAB))


async def test_reads_a_drawing_after_one_click(lab: DigitsLab) -> None:
    await lab.button("Play").click()
    await lab.draw(THREE)
    await expect(lab.confidences).to_have_attribute("data-best", "3", timeout=60_000)
    await expect(lab.answer).to_contain_text("It reads a 3", timeout=60_000)


async def test_reads_recordings_that_are_not_of_the_data(lab: DigitsLab) -> None:
    await lab.learn(WELL_TRAINED)
    read: list[tuple[int, str | None]] = []
    for digit, strokes in RECORDINGS:
        await lab.draw(strokes)
        read.append((digit, await lab.reads()))
        await lab.clear()
    right = sum(str(digit) == answer for digit, answer in read)
    assert right >= RIGHT * len(read), read


async def test_confidences_follow_every_stroke_while_training(lab: DigitsLab) -> None:
    await lab.button("Play").click()
    await lab.page.wait_for_function("() => document.querySelector('.controlbar .play')?.ariaLabel === 'Pause'")
    for strokes in ([THREE[0][:4]], [THREE[0][3:8]], [THREE[0][7:]]):
        await lab.draw(strokes)
        await lab.seen()
        shares = await lab.page.locator(".confidence-share").all_inner_texts()
        assert len(shares) == 10
        assert "–" not in shares
    assert (await lab.run())["state"] == "running"


async def test_strokes_are_undone_and_cleared(lab: DigitsLab) -> None:
    undo, redo = (lab.page.get_by_role("button", name=name) for name in ("Undo the last stroke", "Draw it again"))
    await expect(undo).to_have_attribute("aria-disabled", "true")
    await lab.draw([[(0.3, 0.2), (0.3, 0.8)], [(0.6, 0.2), (0.6, 0.8)]])
    assert len(await lab.strokes()) == 2
    await undo.click()
    assert len(await lab.strokes()) == 1
    await redo.click()
    await lab.clear()
    assert await lab.strokes() == []
    assert await lab.image() is None
    await lab.sheet.focus()
    await lab.page.keyboard.press("Control+z")
    assert len(await lab.strokes()) == 2
    await lab.page.keyboard.press("Control+Shift+z")
    assert await lab.strokes() == []


async def test_draws_by_keyboard(lab: DigitsLab) -> None:
    await lab.sheet.focus()
    await lab.page.keyboard.press("Space")
    for _ in range(10):
        await lab.page.keyboard.press("ArrowDown")
    await lab.page.keyboard.down("ArrowRight")
    await lab.page.keyboard.press("ArrowDown")
    await lab.page.keyboard.up("ArrowRight")
    await expect(lab.page.get_by_text("The pen is down.")).to_be_visible()
    await lab.page.keyboard.press("Space")
    (stroke,) = await lab.strokes()
    assert stroke[0] == [0.5, 0.2]
    assert stroke[-1] == pytest.approx([0.58, 0.64])
    assert (await lab.run())["state"] == "paused"
    await lab.seen()


async def test_gives_a_digit_of_the_data(lab: DigitsLab) -> None:
    await lab.button("Give me one").click()
    await lab.seen()
    source = lab.page.get_by_text(re.compile(r"One of the data, an? \d\."))
    await expect(source).to_be_visible()
    test = (await lab.probe("data"))["test"]["data"]
    image = await lab.image()
    assert any(row[:-1] == pytest.approx(image) for row in test)
    await lab.draw(THREE)
    await expect(source).to_be_hidden()
    assert len(await lab.strokes()) == 1


async def test_ink_knows_no_grey(lab: DigitsLab) -> None:
    await lab.draw(THREE)
    grey = await lab.image()
    assert grey is not None
    assert len(grey) == 64
    assert len(set(grey)) > 2
    await lab.change({"dataset": {"kind": "digits_ink"}})
    await lab.seen()
    ink = await lab.image()
    assert ink is not None
    assert len(ink) == 256
    assert set(ink) == {0.0, 1.0}
    await expect(lab.page.get_by_text("16 × 16 numbers, 0 or 1")).to_be_visible()


async def test_a_drawing_is_found_again(lab: DigitsLab, visit: Visit) -> None:
    await lab.draw(THREE)
    drawn = await lab.strokes()
    await expect(lab.page).to_have_url(re.compile("drawing="))
    address = lab.page.url
    await lab.page.reload()
    again = await open_lab(lab.page)
    await _same(again, drawn)
    await _same(await open_lab(await visit(address)), drawn)


async def _same(lab: DigitsLab, drawn: list[list[list[float]]]) -> None:
    found = await lab.strokes()
    assert [len(stroke) for stroke in found] == [len(stroke) for stroke in drawn]
    for stroke, other in zip(found, drawn, strict=True):
        for point, expected in zip(stroke, other, strict=True):
            assert point == pytest.approx(expected, abs=1e-3)


async def test_kept_drawings_are_trained_on(lab: DigitsLab) -> None:
    await lab.learn(2)
    before = (await lab.run())["spec"]["dataset"]
    count = len((await lab.probe("data"))["train"]["data"])
    await lab.draw(THREE)
    await lab.seen()
    await lab.box("What the drawing is").select_option("3")
    await lab.button("Keep it").click()
    await lab.toast("Kept as a 3.")
    weights = (await lab.parameters())["weights"]
    await lab.button("Train on this drawing").click()
    run = await lab.until(lambda run: run["spec"]["dataset"]["kind"] == "arrays")
    train = run["spec"]["dataset"]["train"]
    assert len(train["inputs"]) == count + 10
    assert train["labels"][-10:] == [3] * 10
    assert train["inputs"][-1] == pytest.approx(await lab.image())
    await expect(lab.page.get_by_text("One drawing is among what the network trains on.")).to_be_visible()
    await wait_for_store(lab.page, "run.value.changes.length > 0 || run.value.step > 0 || run.value.revision > 3")
    assert (await lab.parameters())["weights"][0][0] == pytest.approx(weights[0][0], abs=1e-6)
    await lab.page.reload()
    again = await open_lab(lab.page)
    await expect(again.page.get_by_role("button", name=re.compile("^Drawing 1, a 3"))).to_be_visible()
    await again.button("Leave out").click()
    await again.until(lambda run: run["spec"]["dataset"] == before)
    await again.page.get_by_role("button", name="Remove drawing 1").focus()
    await again.page.keyboard.press("Enter")
    await expect(again.page.get_by_role("list", name="Kept drawings")).to_be_hidden()


async def test_a_link_brings_the_drawings_that_are_trained_on(lab: DigitsLab, visit: Visit) -> None:
    before = (await lab.run())["spec"]["dataset"]
    await lab.draw(THREE)
    await lab.box("What the drawing is").select_option("3")
    await lab.button("Keep it").click()
    await lab.button("Train on this drawing").click()
    train = (await lab.until(lambda run: run["spec"]["dataset"]["kind"] == "arrays"))["spec"]["dataset"]["train"]
    await expect(lab.page).to_have_url(re.compile("#.*with=3:"))
    other = await open_lab(await visit(lab.page.url))
    found = (await other.until(lambda run: run["spec"]["dataset"]["kind"] == "arrays"))["spec"]["dataset"]["train"]
    assert found == train
    await expect(other.page.get_by_role("button", name=re.compile("^Drawing 1, a 3"))).to_be_visible()
    await other.button("Leave out").click()
    await other.until(lambda run: run["spec"]["dataset"] == before)
    await expect(other.page).not_to_have_url(re.compile("with="))


async def test_a_link_without_a_drawing_leaves_all_as_it_is(visit: Visit) -> None:
    note = ",".join(["%25", "x:0b5k5k0b", "%:", "3:zz", "3:", "4:" + "~" * 5000])
    lab = await open_lab(await visit(f"{LAB}#seed=12345&with={note}"))
    assert (await lab.run())["spec"]["seed"] == 12345
    await lab.toast("The drawings in this link cannot be used.")
    await expect(lab.page).to_have_url(re.compile("#seed=12345$"))
    await expect(lab.page.get_by_role("list", name="Kept drawings")).to_be_hidden()


async def test_drawings_of_a_link_take_no_place_of_ones_own(visit: Visit) -> None:
    page = await visit(LAB)
    own = [{"strokes": "0b5k5k0b", "name": "1"}] * 59
    await page.evaluate("(kept) => localStorage.setItem('neuronpark.digits.kept', JSON.stringify({ kept }))", own)
    await page.goto(f"{LAB}?again#with=7:0b0b5k5k,7:0b0b5k0b")
    lab = await open_lab(page)
    train = (await lab.until(lambda run: run["spec"]["dataset"]["kind"] == "arrays"))["spec"]["dataset"]["train"]
    assert train["labels"][-21:-20] != [7]
    assert train["labels"][-20:] == [7] * 20
    await expect(lab.page.get_by_role("button", name=re.compile("^Drawing 60, a 7"))).to_be_visible()
    assert await lab.page.locator(".kept-drawing").count() == 60


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (360, "light")])
async def test_nothing_is_wrong_with_the_stage(visit: Visit, width: int, scheme: str) -> None:
    page: Page = await visit(LAB, width=width, color_scheme="dark" if scheme == "dark" else "light")
    lab = await open_lab(page)
    await lab.button("Give me one").click()
    await lab.seen()
    assert await axe_violations(page) == []
    over = await page.locator(".lab-stage").evaluate("(stage) => stage.scrollWidth - stage.clientWidth")
    assert over <= 0
