"""The time machine on the page: looking at a step as it was, coming back, and going on from there as another run."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import Visit, ask_store, axe_violations, wait_for_store
from tests.support.playground import Playground

CURVE = ".losschart .u-over"
THETA = "[...frame.value.arrays.get('weights/theta')]"
TOPS = """[document.documentElement.scrollHeight, ...[...document.querySelectorAll(".plot-area, .losschart, .explain")]
  .map((element) => element.getBoundingClientRect().top)]"""
EPOCHS = 12


async def trained(park: Playground) -> Playground:
    """Some epochs further, paused, and shown so."""
    await park.choose("Speed", "Max")
    await park.play()
    await park.until(lambda run: run["epoch"] >= EPOCHS)
    await park.pause()
    await park.agrees()
    await wait_for_store(park.page, f"curve.length > {EPOCHS}")
    return park


@pytest.fixture
async def curved(park: Playground) -> Playground:
    return await trained(park)


async def place(park: Playground, share: float) -> tuple[float, float]:
    """A place on the curve, at a share of its width, on the page."""
    curve = park.page.locator(CURVE).first
    await curve.scroll_into_view_if_needed()
    box = await curve.bounding_box()
    assert box is not None
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


async def look(park: Playground, share: float) -> int:
    """Press on the curve; the step that is then shown."""
    await park.page.mouse.click(*await place(park, share))
    return int(await wait_for_store(park.page, "past.value"))


def weights(probe: dict[str, Any]) -> list[float]:
    data: list[float] = probe["theta"]["data"]
    return data


async def test_pressing_the_curve_shows_the_network_as_it_was(curved: Playground) -> None:
    page = curved.page
    now = await curved.run()
    picture = (await curved.picture(".plot-heat"))["hash"]
    thumbnail = (await curved.picture(".unit canvas"))["hash"]

    step = await look(curved, 0.3)

    assert 0 < step < now["step"]
    named = written(step)
    await expect(page.locator(".looking p")).to_have_text(f"Step {named}, as it was")
    await curved.until_picture(".plot-heat", lambda shown: shown["hash"] != picture)
    await curved.until_picture(".unit canvas", lambda shown: shown["hash"] != thumbnail)
    assert await ask_store(page, THETA) == pytest.approx(weights(await curved.probe("weights", step=step)), rel=1e-6)
    losses = await curved.probe("losses", step=step)
    assert await ask_store(page, "metrics.value.test_loss") == pytest.approx(losses["test"]["data"])
    assert await axe_violations(page) == []

    await curved.button("Back to now").click()
    await curved.until_picture(".plot-heat", lambda shown: shown["hash"] == picture)
    assert await ask_store(page, "[past.value, progress.value.step]") == [None, now["step"]]
    await expect(page.locator(".looking")).to_have_count(0)
    assert (await curved.run())["revision"] == now["revision"], "looking changes nothing"


async def test_dragging_pauses_and_follows_the_pointer(park: Playground) -> None:
    await park.play()
    await wait_for_store(park.page, "curve.length > 15")
    mouse = park.page.mouse
    x, y = await place(park, 0.6)

    await mouse.move(x, y)
    await mouse.down()
    later = await wait_for_store(park.page, "past.value")
    await mouse.move(x - 60, y, steps=6)
    await mouse.move(x - 120, y, steps=6)
    earlier = await wait_for_store(park.page, f"past.value < {later} && past.value")
    await mouse.up()

    assert (await park.run())["state"] == "paused"
    await wait_for_store(park.page, f"past.value <= {earlier}")
    await park.page.keyboard.press("Escape")
    await wait_for_store(park.page, "past.value === null")
    assert (await park.run())["state"] == "paused"


async def test_what_changes_the_run_is_done_to_it_as_it_is_now(curved: Playground) -> None:
    now = await curved.run()
    await look(curved, 0.3)
    await curved.move("Learning rate", "ArrowRight")
    await curved.toast("Back to now: a change is made to the network as it is.")
    changed = await curved.until(lambda run: run["revision"] > now["revision"])
    assert changed["step"] == now["step"]
    assert await ask_store(curved.page, "[past.value, progress.value.step]") == [None, now["step"]]

    await look(curved, 0.3)
    await expect(curved.button("Play")).to_have_attribute("title", "Back to now, and play (Space)")
    await curved.play()
    await curved.until(lambda run: run["step"] > now["step"] and run["generation"] == now["generation"])
    await wait_for_store(curved.page, f"past.value === null && progress.value.step > {now['step']}")


def written(count: int) -> str:
    """A whole number as the page writes it, thousands apart by a narrow space."""
    return f"{count:,}".replace(",", "\u202f")


async def test_going_on_from_a_past_step_is_another_run_and_undo_leads_back(curved: Playground) -> None:
    page = curved.page
    before, recorded = await curved.run(), await ask_store(page, "curve.lastStep")
    await look(curved, 0.3)
    step = await ask_store(page, "past.value")
    theta = await ask_store(page, THETA)

    await curved.button("Go on from here").click()
    toast = await curved.toast(f"Going on from step {written(step)}. The run before is kept.")
    await wait_for_store(page, f"run.value.id !== '{before['id']}' && curve.lastStep === {step}")
    fork = await Playground(page).ready()

    run = await fork.run()
    assert (run["id"], run["step"], run["state"]) == (await ask_store(page, "run.value.id"), step, "paused")
    assert run["id"] != before["id"]
    assert await ask_store(page, "[past.value, progress.value.step]") == [None, step]
    assert await ask_store(page, THETA) == theta
    await fork.button("Step").click()
    await fork.until(lambda run: run["step"] > step)

    await toast.get_by_role("button", name="Undo").click()
    await wait_for_store(page, f"run.value.id === '{before['id']}' && curve.lastStep === {recorded}")
    assert await ask_store(page, "progress.value.step") == before["step"]
    assert (await curved.run())["revision"] == before["revision"]


async def test_keyboard_looks_back_comes_back_and_goes_on(curved: Playground) -> None:
    page = curved.page
    keyboard = page.keyboard
    await page.get_by_role("application", name="Loss by epoch").focus()

    await keyboard.press("Home")
    await keyboard.press("ArrowRight")
    assert await ask_store(page, "past.value") is None
    await keyboard.press("Enter")
    first = await wait_for_store(page, "past.value")
    await keyboard.press("ArrowRight")
    assert await wait_for_store(page, f"past.value > {first} && past.value") == await ask_store(page, "curve.step[2]")

    await keyboard.press("Escape")
    await wait_for_store(page, "past.value === null")
    await keyboard.press("ArrowLeft")
    assert await ask_store(page, "past.value") is None
    await keyboard.press("Enter")
    await wait_for_store(page, f"past.value === {first}")
    await keyboard.press("Tab")
    await expect(curved.button("Go on from here")).to_be_focused()
    await keyboard.press("Enter")
    await wait_for_store(page, f"past.value === null && progress.value.step === {first} && curve.length === 2")


async def test_weights_of_the_past_are_read_and_not_written(curved: Playground) -> None:
    page = curved.page
    await curved.unit(1, 1).click()
    await curved.button("Weights as a table").click()
    field = page.get_by_role("spinbutton", name="Bias of layer 1, unit 1")
    now = await field.input_value()

    await look(curved, 0.1)
    await expect(field).not_to_have_value(now)
    await expect(field).to_have_attribute("readonly", "true")
    await curved.button("Back to now").click()
    await expect(field).to_have_value(now)
    await expect(field).not_to_have_attribute("readonly", "true")


async def test_a_finger_on_a_phone_looks_back_and_comes_back(visit: Visit) -> None:
    page: Page = await visit("/", width=360, height=740, touch=True)
    park = await Playground(page).ready()
    await park.play()
    await wait_for_store(page, "curve.length > 12")

    await page.touchscreen.tap(*await place(park, 0.4))
    step = await wait_for_store(page, "past.value")

    assert (await park.run())["state"] == "paused"
    await expect(page.locator(".looking p")).to_have_text(f"Step {written(step)}, as it was")
    await expect(park.button("Play")).to_have_count(0)
    assert await axe_violations(page) == []
    await park.button("Back to now").click()
    await expect(park.button("Play")).to_be_visible()
    assert await ask_store(page, "progress.value.step") == (await park.run())["step"]


async def test_the_line_moves_nothing_and_has_room_on_a_small_screen(visit: Visit) -> None:
    page = await visit("/", width=1366, height=768)
    park = await trained(await Playground(page).ready())
    before = await page.evaluate(TOPS)

    await look(park, 0.3)

    assert await page.evaluate(TOPS) == before
    parts = [await part.bounding_box() for part in await page.locator(".looking > *").all()]
    boxes = [box for box in parts if box]
    assert len(boxes) == 3
    assert all(box["y"] + box["height"] <= 768 for box in boxes)
    assert all(one["x"] + one["width"] <= other["x"] for one, other in pairwise(boxes))
