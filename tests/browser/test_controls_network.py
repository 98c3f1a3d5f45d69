"""The network's shape: features, layers and units, and taking changes back."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from playwright.async_api import expect

from tests.support.browser import wait_for_store
from tests.support.playground import Json, Playground

FEATURES = {
    "x₁²": "x1_squared",
    "x₂²": "x2_squared",
    "x₁x₂": "x1x2",
    "sin x₁": "sin_x1",
    "sin x₂": "sin_x2",
    "cos x₁": "cos_x1",
    "cos x₂": "cos_x2",
}


def units(run: Json) -> list[int]:
    return [layer["units"] for layer in run["spec"]["layers"]]


def shapes(run: Json) -> list[Any]:
    return [layer["shape"] for layer in run["network"]["layers"]]


async def test_every_feature_goes_on_and_off(park: Playground) -> None:
    for count, (word, name) in enumerate(FEATURES.items(), start=3):
        await park.button(f"Feature {word}").click()
        run = await park.until(lambda run, name=name: name in run["spec"]["features"])
        assert shapes(run)[0] == [count + 1, 4]
    assert run["spec"]["features"] == ["x1", "x2", *FEATURES.values()]
    values = (await park.probe("activations", point="2,0.5"))["features"]["data"]
    assert values[:5] == [2, 0.5, 4, 0.25, 1]

    for word in ("x₁", "x₂", *list(FEATURES)[:-1]):
        await park.button(f"Feature {word}").click()
    await park.until_spec(features=["cos_x2"])
    last = park.button("Feature cos x₂")
    await expect(last).to_have_attribute("aria-pressed", "true")
    await last.click(force=True)
    await park.button("Step").click()
    assert (await park.until(lambda run: run["epoch"] == 1))["spec"]["features"] == ["cos_x2"]


async def test_layers_are_added_and_removed(park: Playground) -> None:
    for count in range(3, 9):
        await park.button("Add a layer").click()
        run = await park.until(lambda run, count=count: len(run["spec"]["layers"]) == count)
    assert units(run) == [4] + [2] * 7
    assert [shape[1] for shape in shapes(run)] == [4, *[2] * 7, 1]
    await expect(park.page.get_by_text("8 hidden layers")).to_be_visible()

    for count in range(7, -1, -1):
        await park.button("Remove the last layer").click()
        run = await park.until(lambda run, count=count: len(run["spec"]["layers"]) == count)
    assert shapes(run) == [[3, 1]]
    await expect(park.button("Remove the last layer")).to_be_disabled()


async def test_units_are_added_and_removed(park: Playground) -> None:
    for count in range(5, 17):
        await park.button("Add a unit to layer 1").click()
        run = await park.until(lambda run, count=count: units(run) == [count, 2])
    assert shapes(run) == [[3, 16], [17, 2], [3, 1]]
    await expect(park.unit(1, 16)).to_be_visible()
    await park.button("Add a unit to layer 1").click()
    await park.until(lambda run: units(run) == [17, 2])
    await expect(park.page.get_by_text("1 more", exact=True)).to_be_visible()

    await park.button("Remove a unit from layer 2").click()
    run = await park.until(lambda run: units(run) == [17, 1])
    assert shapes(run) == [[3, 17], [18, 1], [2, 1]]
    await expect(park.button("Remove a unit from layer 2")).to_be_disabled()


async def test_a_network_of_eight_layers_of_sixteen_units_is_built_and_trains(park: Playground) -> None:
    await park.press("Add a layer", 6)
    await park.until(lambda run: units(run) == [4] + [2] * 7)
    await park.press("Add a unit to layer 1", 12)
    for layer in range(2, 9):
        await park.press(f"Add a unit to layer {layer}", 14)
    run = await park.until(lambda run: units(run) == [16] * 8)
    assert run["network"]["parameters"] == 3 * 16 + 7 * 17 * 16 + 17
    await expect(park.page.get_by_role("button", name=", unit ")).to_have_count(128)

    await park.play()
    await park.until(lambda run: run["epoch"] >= 2)
    assert (await park.pause())["losses"]["train"] is not None


async def test_what_was_removed_comes_back_with_its_weights(park: Playground) -> None:
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    await park.agrees()
    trained = await park.parameters()

    await park.button("Remove the last layer").click()
    await park.until(lambda run: units(run) == [4])
    toast = await park.toast("Layer removed.")
    await toast.get_by_role("button", name="Undo").click()
    await park.until(lambda run: units(run) == [4, 2])
    await _until_parameters(park, trained)

    await park.page.keyboard.press("Control+Shift+z")
    await park.until(lambda run: units(run) == [4])
    await park.page.keyboard.press("Control+z")
    await park.until(lambda run: units(run) == [4, 2])
    await _until_parameters(park, trained)


async def _until_parameters(park: Playground, wanted: Json) -> None:
    """The weights of a new network are written before its first step, which is no change of the run's."""
    deadline = time.monotonic() + 10
    while (now := await park.parameters()) != wanted:
        assert time.monotonic() < deadline, f"{now} instead of {wanted}"
        await asyncio.sleep(0.02)


async def test_undo_and_redo_from_the_menu_and_by_keys(park: Playground) -> None:
    await park.move("Learning rate", "ArrowRight")
    await park.until_spec(optimizer__learning_rate=0.1)
    await park.button("Remove a unit from layer 1").click()
    await park.until(lambda run: units(run) == [3, 2])
    await park.toast("Unit removed.")

    await park.button("Menu").click()
    menu = park.page.get_by_role("dialog", name="Menu")
    await menu.get_by_role("button", name="Undo").click()
    await park.until(lambda run: units(run) == [4, 2])
    await menu.get_by_role("button", name="Undo").click()
    await park.until_spec(optimizer__learning_rate=0.03)
    await menu.get_by_role("button", name="Redo").click()
    await park.until_spec(optimizer__learning_rate=0.1)
    await park.page.keyboard.press("Escape")
    await park.page.keyboard.press("Control+y")
    await park.until(lambda run: units(run) == [3, 2])
    await park.undo()
    assert units(await park.until(lambda run: units(run) == [4, 2])) == [4, 2]


async def test_a_feature_put_away_is_announced_and_comes_back(park: Playground) -> None:
    await park.button("Feature x₁").click()
    await park.until_spec(features=["x2"])
    toast = await park.toast("Feature removed.")
    await toast.get_by_role("button", name="Undo").click()
    run = await park.until_spec(features=["x1", "x2"])
    assert shapes(run)[0] == [3, 4]
    await wait_for_store(park.page, "spec.value.features.length === 2")
    await expect(park.button("Feature x₁")).to_have_attribute("aria-pressed", "true")
