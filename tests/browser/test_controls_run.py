"""Play, pause, step, start over, new start and speed: what each does to the run."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import expect

from tests.support.browser import ask_store, wait_for_store
from tests.support.playground import Playground

STEPS_AN_EPOCH = 25


async def test_play_trains_and_pause_holds(park: Playground) -> None:
    await park.play()
    further = (await park.run())["step"] + STEPS_AN_EPOCH
    await park.until(lambda run: run["step"] > further)
    await expect(park.button("Pause")).to_be_visible()

    held = await park.pause()
    await park.agrees()

    await expect(park.button("Play")).to_be_visible()
    assert await ask_store(park.page, "progress.value.step") == held["step"]
    assert (await park.run())["step"] == held["step"]
    assert (await park.rest("/metrics"))["test"][-1] < (await park.rest("/metrics"))["test"][0]


async def test_step_goes_one_epoch(park: Playground) -> None:
    before = await park.parameters()

    await park.button("Step").click()
    run = await park.until(lambda run: run["epoch"] >= 1)

    assert (run["step"], run["epoch"], run["state"]) == (STEPS_AN_EPOCH, 1, "paused")
    assert await park.parameters() != before
    await expect(park.page.get_by_test_id("epoch")).to_have_text("1")
    await expect(park.page.get_by_test_id("step")).to_have_text("25")


async def test_step_goes_one_update(park: Playground) -> None:
    await park.button("Step by an epoch or an update").click()
    await park.page.get_by_role("dialog", name="Step by").get_by_role("button", name="One update").click()
    run = await park.until(lambda run: run["step"] > 0)
    assert (run["step"], run["epoch"]) == (1, 1 / STEPS_AN_EPOCH)
    await expect(park.page.get_by_test_id("step")).to_have_text("1")

    await park.button("Step by an epoch or an update").click()
    await park.page.get_by_role("dialog", name="Step by").get_by_role("button", name="One epoch").click()
    finished = await park.until(lambda run: run["epoch"] >= 1)
    assert (finished["step"], finished["epoch"]) == (STEPS_AN_EPOCH, 1)


async def test_keys_drive_the_run_as_the_buttons_do(park: Playground) -> None:
    press = park.page.keyboard.press
    first = await park.parameters()
    await press(".")
    await park.until(lambda run: run["epoch"] == 1)
    await press("ArrowRight")
    await park.until(lambda run: run["epoch"] == 2)
    await press("Shift+ArrowRight")
    await park.until(lambda run: run["step"] == 2 * STEPS_AN_EPOCH + 1)
    await press("Space")
    await park.until(lambda run: run["state"] == "running")
    await press("Space")
    await park.until(lambda run: run["state"] == "paused")
    await press("r")
    await park.until(lambda run: run["step"] == 0)
    assert await park.parameters() == first
    await press("n")
    await park.until(lambda run: run["generation"] == 2)
    assert await park.parameters() != first


async def test_start_over_goes_back_to_the_very_same_parameters_and_path(park: Playground) -> None:
    first = await park.parameters()
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    after_an_epoch = await park.parameters()
    await park.play()

    await park.button("Start over").click()
    run = await park.until(lambda run: run["generation"] == 1)

    assert (run["step"], run["epoch"], run["spec"]["seed"]) == (0, 0, 7)
    assert await park.parameters() == first
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    assert await park.parameters() == after_an_epoch


async def test_start_over_clears_the_curve(park: Playground) -> None:
    await park.play()
    await wait_for_store(park.page, "curve.length > 5")
    await park.pause()
    await park.agrees()

    await park.button("Start over").click()
    await park.until(lambda run: run["generation"] == 1)
    await wait_for_store(park.page, "curve.length === 1 && progress.value.step === 0 && run.value.generation === 1")

    assert (await park.rest("/metrics"))["step"] == [0]
    await expect(park.page.get_by_test_id("epoch")).to_have_text("0")


async def test_new_start_draws_other_parameters_and_keeps_the_setup(park: Playground) -> None:
    first, spec = await park.parameters(), await park.spec()

    await park.button("New start").click()
    run = await park.until(lambda run: run["generation"] == 1)

    assert run["step"] == 0
    assert run["spec"]["seed"] != spec["seed"]
    assert run["spec"] == spec | {"seed": run["spec"]["seed"]}
    assert await park.parameters() != first


@pytest.mark.parametrize("key", ["r", "n"])
async def test_trained_weights_come_back_after_a_stray_key(park: Playground, key: str) -> None:
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    await park.agrees()
    trained, spec = await park.parameters(), await park.spec()

    await park.page.keyboard.press(key)
    await park.until(lambda run: run["step"] == 0)
    assert await park.parameters() != trained
    toast = await park.toast("Start over." if key == "r" else "New start.")
    await expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    await park.undo()
    await expect(toast).to_have_count(0)

    deadline = time.monotonic() + 10
    while await park.parameters() != trained:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert await park.spec() == spec


async def test_speed_paces_the_run(park: Playground) -> None:
    await park.choose("Speed", "Slow")
    slow = await park.until(lambda run: run["speed"]["epochs_per_second"] != 60)
    assert slow["speed"] == {"epochs_per_second": 4}
    await park.play()
    await park.until(lambda run: run["epoch"] >= 1)
    started = (await park.run())["epoch"]
    await park.page.wait_for_function("() => Number(document.querySelector('[data-testid=epoch]').textContent) >= 3")
    crept = (await park.run())["epoch"] - started

    await park.choose("Speed", "Max")
    await park.until(lambda run: run["speed"] == {"epochs_per_second": None})
    fast = await park.until(lambda run: run["epoch"] > 200)
    assert crept < 8
    assert fast["state"] == "running"

    await park.choose("Speed", "Normal")
    await park.until(lambda run: run["speed"] == {"epochs_per_second": 60})
