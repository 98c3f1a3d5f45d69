"""The data: every set, the task, how many points, how noisy, how shared out; and what the plot shows of them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.browser import wait_for_store
from tests.support.playground import Playground

TWO_CLASSES = {
    "Corners": "xor",
    "Clouds": "gauss",
    "Spiral": "spiral",
    "Moons": "moons",
    "Rings": "rings",
    "Chequers": "checkerboard",
    "Circle": "circle",
}
THREE_CLASSES = {"Three clouds": "three_blobs", "Three spirals": "three_spirals"}
POINTS = ".plot-points"
HEAT = ".plot-heat"


async def points(park: Playground) -> dict[str, list[Any]]:
    """The run's training and test points, from the server."""
    arrays = await park.probe("data")
    return {name: array["data"] for name, array in arrays.items()}


async def test_each_two_class_set_is_taken_up_by_its_tile(park: Playground) -> None:
    seen = [await points(park)]
    for word, kind in TWO_CLASSES.items():
        await park.choose("Data set", word)
        run = await park.until_spec(dataset__kind=kind)
        assert run["network"]["layers"][-1]["units"] == 1
        now = await points(park)
        assert {row[2] for row in now["train"]} == {0, 1}
        assert now != seen[-1]
        seen.append(now)
        await park.agrees()
    assert seen[-1] == seen[0]


async def test_a_set_of_three_classes_gets_three_output_units(park: Playground) -> None:
    for word, kind in THREE_CLASSES.items():
        await park.choose("Data set", word)
        run = await park.until_spec(dataset__kind=kind)
        assert run["network"]["layers"][-1]["units"] == 3
        assert run["spec"]["output"]["activation"] == "softmax"
        assert {row[2] for row in (await points(park))["train"]} == {0, 1, 2}
        await expect(park.page.get_by_role("group", name="Output").get_by_role("button")).to_have_count(3)
    await park.choose("Data set", "Circle")
    run = await park.until_spec(dataset__kind="circle", output__activation="sigmoid")
    assert run["network"]["layers"][-1]["units"] == 1


async def test_regression_brings_its_own_sets_loss_and_output(park: Playground) -> None:
    await park.choose("Task", "Regression")
    run = await park.until_spec(dataset__kind="plane", loss="squared_error", output__activation="linear")
    assert run["accuracy"] is None
    assert run["spec"]["dataset"]["samples"] == 1200

    await park.choose("Data set", "Hills")
    await park.until_spec(dataset__kind="hills")
    assert len({row[2] for row in (await points(park))["train"]}) > 100
    await park.button("Step").click()
    before, after = run["losses"], (await park.until(lambda run: run["epoch"] == 1))["losses"]
    assert after["train"] != before["train"]

    await park.choose("Task", "Classification")
    run = await park.until_spec(dataset__kind="circle", loss="cross_entropy", output__activation="sigmoid")
    assert set(run["accuracy"]) == {"train", "test"}


async def test_draw_new_points_keeps_the_weights(park: Playground) -> None:
    before, weights = await points(park), await park.parameters()
    picture = await park.picture(POINTS)

    await park.button("Draw new points").click()
    run = await park.until(lambda run: run["spec"]["dataset"]["seed"] != 1)

    after = await points(park)
    assert (len(after["train"]), len(after["test"])) == (250, 250)
    assert after["train"] != before["train"]
    assert (run["generation"], await park.parameters()) == (0, weights)
    await park.until_picture(POINTS, lambda shown: shown["hash"] != picture["hash"])


async def test_noise_share_number_and_batch_of_the_points(park: Playground) -> None:
    weights, before = await park.parameters(), await points(park)
    await park.move("Noise", "ArrowRight", "ArrowRight")
    await park.until_spec(dataset__noise=0.02)
    await park.move("Noise", "End")
    await park.until_spec(dataset__noise=0.5)
    assert (await points(park))["train"] != before["train"]

    await park.drag("Share used for training", 0.75)
    share = (await park.until(lambda run: run["spec"]["dataset"]["train_fraction"] > 0.6))["spec"]["dataset"]
    now = await points(park)
    assert len(now["train"]) == round(500 * share["train_fraction"])
    assert len(now["train"]) + len(now["test"]) == 500

    await park.move("Points", "Home", "ArrowRight")
    await park.until_spec(dataset__samples=20)
    now = await points(park)
    assert len(now["train"]) + len(now["test"]) == 20
    await park.move("Points", "End")
    await park.until_spec(dataset__samples=2000)

    await park.move("Batch size", "Home")
    await park.until_spec(batch_size=1)
    assert await park.parameters() == weights
    await park.button("Step").click()
    run = await park.until(lambda run: run["epoch"] == 1)
    assert run["step"] == len((await points(park))["train"])


async def test_batch_size_sets_the_updates_of_an_epoch(park: Playground) -> None:
    await park.move("Batch size", "ArrowRight")
    await park.until_spec(batch_size=16)
    await park.button("Step").click()
    assert (await park.until(lambda run: run["epoch"] == 1))["step"] == 16
    await park.page.get_by_role("slider", name="Batch size").dblclick()
    await park.until_spec(batch_size=10)


async def test_show_test_points_draws_them_and_leaves_the_run_alone(park: Playground) -> None:
    revision = (await park.run())["revision"]
    without = await park.until_picture(POINTS, lambda shown: shown["count"] > 0, "pos")

    await park.switch("Test points").check(force=True)
    shown = await park.until_picture(POINTS, lambda shown: shown["hash"] != without["hash"], "pos")
    assert shown["count"] > without["count"]
    await park.switch("Test points").uncheck(force=True)
    await park.until_picture(POINTS, lambda shown: shown["hash"] == without["hash"], "pos")
    assert (await park.run())["revision"] == revision


async def test_two_colours_leaves_one_for_each_class(park: Playground) -> None:
    smooth = await park.until_picture(HEAT, lambda shown: shown["colors"] > 20)
    revision = (await park.run())["revision"]

    await park.switch("Two colours").check(force=True)
    flat = await park.until_picture(HEAT, lambda shown: shown["hash"] != smooth["hash"])
    grid = (await park.probe("decision", resolution=100))["grid"]
    assert flat["colors"] == len({value >= 128 for row in grid["data"] for value in row}) == 2

    await park.switch("Two colours").uncheck(force=True)
    await park.until_picture(HEAT, lambda shown: shown["hash"] == smooth["hash"])
    assert (await park.run())["revision"] == revision


@pytest.mark.parametrize("kind", ["Hills", "Three clouds"])
async def test_two_colours_of_other_outputs(park: Playground, kind: str) -> None:
    if kind == "Hills":
        await park.choose("Task", "Regression")
        await park.until_spec(dataset__kind="plane")
    await park.choose("Data set", kind)
    await park.until_spec(dataset__kind="hills" if kind == "Hills" else "three_blobs")
    await park.agrees()
    await wait_for_store(park.page, "frame.value.header.generation === run.value.generation")
    await park.switch("Two colours").check(force=True)
    await park.until_picture(HEAT, lambda shown: shown["colors"] == (2 if kind == "Hills" else 3))
