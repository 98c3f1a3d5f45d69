"""Points drawn on the plot: with the mouse and by keyboard, while the network goes on with the weights it has."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from playwright.async_api import Locator, expect

from tests.support.owndata import Point, YourData, points_of, trains_exactly_on
from tests.support.playground import Json, Playground

REACH = 6


class Drawing:
    """The plot and the tools over it."""

    def __init__(self, park: Playground) -> None:
        self.park = park
        self.page = park.page
        self.area = self.page.get_by_role("application", name="The network over")
        self.bar = self.page.get_by_role("toolbar", name="Draw points")

    async def start(self, way: str) -> Drawing:
        await YourData(self.park).way("Draw").click()
        await self.page.get_by_role("dialog", name="Your data").get_by_role("button", name=way).click()
        await expect(self.bar).to_be_visible()
        return self

    def tool(self, name: str) -> Locator:
        return self.bar.get_by_role("button", name=name, exact=True)

    async def place(self, x1: float, x2: float) -> tuple[float, float]:
        """Where a point of the plane lies in the window."""
        box = await self.area.bounding_box()
        assert box is not None
        return (
            box["x"] + (x1 + REACH) / (2 * REACH) * box["width"],
            box["y"] + (REACH - x2) / (2 * REACH) * box["height"],
        )

    async def click(self, *places: tuple[float, float]) -> None:
        for x1, x2 in places:
            await self.page.mouse.click(*await self.place(x1, x2))

    async def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        await self.page.mouse.move(*await self.place(*start))
        await self.page.mouse.down()
        await self.page.mouse.move(*await self.place(*end), steps=6)
        await self.page.mouse.up()

    async def served(self, counts: dict[int, int]) -> Json:
        """The run's document, once it has as many points of each class."""
        return await self.park.until(lambda run: labels_of(run) == counts)


def labels_of(run: Json) -> Counter[float | str]:
    dataset = run["spec"]["dataset"]
    return Counter(row[2] for row in points_of(dataset)) if dataset["kind"] == "points" else Counter()


def near(point: Point, x1: float, x2: float) -> bool:
    """Within a pixel of the plot."""
    return abs(point[0] - x1) < 0.04 and abs(point[1] - x2) < 0.04


@pytest.fixture
async def empty(park: Playground) -> Drawing:
    return await Drawing(park).start("Start with an empty plot Two or three colours")


async def test_clicks_in_two_colours_train_at_once_on_these_points(empty: Drawing) -> None:
    await empty.click((-3, 2), (-2, 3.5))
    await expect(empty.bar.get_by_role("status")).to_contain_text("Points of two classes are needed.")
    assert (await empty.park.spec())["dataset"]["kind"] == "circle"

    await empty.tool("Draw Blue").click()
    await empty.click((4, -1))
    run = await empty.served({-1: 2, 1: 1})

    points = points_of(run["spec"]["dataset"])
    expected = [(-3, 2), (-2, 3.5), (4, -1)]
    assert all(near(point, *place) for point, place in zip(points, expected, strict=True)), points
    await trains_exactly_on(empty.park, points, [-1, 1])
    await expect(empty.bar.get_by_role("status")).to_have_text("3 points. Click or drag on the picture.")
    await empty.tool("Done").click()
    await expect(empty.bar).to_be_hidden()
    await expect(empty.park.page.locator(".ownsummary .classcount")).to_have_text(["2 Orange", "1 Blue"])


async def test_dragging_leaves_points_in_even_steps(empty: Drawing) -> None:
    await empty.click((-5, -5))
    await empty.tool("Draw Blue").click()
    await empty.drag((0, -3), (0, 3))
    run = await empty.park.until(lambda run: labels_of(run)[1] > 35)

    line = sorted(point[1] for point in points_of(run["spec"]["dataset"]) if point[2] == 1)
    assert 39 <= len(line) <= 41
    steps = [after - before for before, after in pairwise(line)]
    assert steps == pytest.approx([0.15] * len(steps), abs=0.005)


async def test_drawing_while_training_keeps_the_weights(park: Playground) -> None:
    drawing = await Drawing(park).start("Start from these points")
    counts = labels_of(await park.until_spec(dataset__kind="points"))
    orange, blue = counts[-1], counts[1]
    assert orange + blue == 500
    await park.play()
    before = await park.until(lambda run: run["epoch"] >= 20)
    await drawing.tool("Draw Blue").click()
    await drawing.click((5.5, 5.5), (-5.5, 5.5))
    drawn = await drawing.served({-1: orange, 1: blue + 2})
    await drawing.tool("Erase").click()
    await drawing.click((5.5, 5.5))
    erased = await drawing.served({-1: orange, 1: blue + 1})
    after = await park.until(lambda run: run["step"] > erased["step"])

    corner = next(point for point in points_of(drawn["spec"]["dataset"]) if near(point, -5.5, 5.5))
    assert corner[2] == 1
    for run in (drawn, erased, after):
        assert (run["state"], run["generation"]) == ("running", before["generation"])
    assert before["step"] < drawn["step"] < after["step"]
    curve = await park.rest("/metrics")
    assert curve["step"] == sorted(set(curve["step"]))
    since = [loss for step, loss in zip(curve["step"], curve["train"], strict=True) if step >= before["step"]]
    assert max(since) < curve["train"][0] / 2, "the weights were not kept"


async def test_erase_undo_redo_and_clear(empty: Drawing) -> None:
    await empty.click((-3, 2), (-3, -2))
    await empty.tool("Draw Blue").click()
    await empty.click((3, 2), (3, -2))
    everything = points_of((await empty.served({-1: 2, 1: 2}))["spec"]["dataset"])

    await empty.tool("Erase").click()
    await empty.click((-3.2, 2.1))
    left = points_of((await empty.served({-1: 1, 1: 2}))["spec"]["dataset"])
    assert [point for point in everything if point not in left] == [point for point in everything if near(point, -3, 2)]
    await empty.tool("Undo").click()
    await empty.served({-1: 2, 1: 2})
    await empty.tool("Redo").click()
    await empty.served({-1: 1, 1: 2})

    await empty.drag((3, 4), (3, 0))
    await empty.served({-1: 1, 1: 1})
    await empty.page.keyboard.press("Control+z")
    await empty.page.keyboard.press("Control+z")
    assert points_of((await empty.served({-1: 2, 1: 2}))["spec"]["dataset"]) == everything

    await empty.tool("Clear all points").click()
    await expect(empty.bar.get_by_role("status")).to_contain_text("There are no points yet.")
    assert labels_of(await empty.park.run()) == {-1: 2, 1: 2}, (
        "the network keeps what it had until there are two classes"
    )
    await empty.tool("Undo").click()
    await empty.tool("Done").click()
    await trains_exactly_on(empty.park, everything, [-1, 1])


async def test_third_colour_gives_the_network_a_third_output(empty: Drawing) -> None:
    await expect(empty.tool("Draw Green")).to_be_disabled()
    await empty.click((-4, 0))
    await empty.tool("Draw Blue").click()
    await empty.click((4, 0))
    run = await empty.served({-1: 1, 1: 1})
    assert run["network"]["layers"][-1]["units"] == 1

    await empty.tool("Draw Green").click()
    await empty.click((0, 4), (0, -4))
    run = await empty.served({-1: 1, 1: 1, 2: 2})
    output = run["network"]["layers"][-1]
    assert (output["units"], output["activation"]) == (3, "softmax")
    await trains_exactly_on(empty.park, points_of(run["spec"]["dataset"]), [-1, 1, 2])
    await empty.park.button("Step").click()
    await empty.park.until(lambda run: run["epoch"] == 1 and run["losses"]["train"] > 0)


async def test_drawing_by_keyboard(empty: Drawing) -> None:
    press = empty.page.keyboard.press
    await empty.area.focus()
    await press("Enter")
    for key in ["Shift+ArrowRight"] * 2 + ["ArrowUp"] * 3:
        await press(key)
    await empty.tool("Draw Blue").press("Enter")
    await empty.area.focus()
    await press("Enter")
    run = await empty.served({-1: 1, 1: 1})
    assert points_of(run["spec"]["dataset"]) == [(0, 0, -1), (2, 0.3, 1)]

    await press("Shift+ArrowLeft")
    await press("Enter")
    run = await empty.served({-1: 1, 1: 2})
    assert points_of(run["spec"]["dataset"]) == [(0, 0, -1), (1, 0.3, 1), (2, 0.3, 1)]
    await press("Delete")
    await empty.served({-1: 1, 1: 1})
    await press("Control+z")
    await empty.served({-1: 1, 1: 2})
    await press("Escape")
    await expect(empty.bar).to_be_hidden()
    await trains_exactly_on(empty.park, [(0, 0, -1), (1, 0.3, 1), (2, 0.3, 1)], [-1, 1])


async def test_numbers_are_drawn_with_their_value(park: Playground) -> None:
    drawing = await Drawing(park).start("Start with an empty plot of numbers")
    await drawing.click((-3, 0))
    value = drawing.bar.get_by_role("slider")
    for _ in range(15):
        await value.press("ArrowLeft")
    await drawing.click((3, 0))
    run = await park.until(lambda run: sum(labels_of(run).values()) == 2)

    assert (run["spec"]["dataset"]["task"], run["spec"]["loss"]) == ("regression", "squared_error")
    assert [point[2] for point in points_of(run["spec"]["dataset"])] == [1, -0.5]
    await trains_exactly_on(park, points_of(run["spec"]["dataset"]), None)


async def test_drawing_goes_on_with_the_points_kept_from_before(empty: Drawing) -> None:
    await empty.click((-3, 2))
    await empty.tool("Draw Blue").click()
    await empty.click((3, 2))
    await empty.served({-1: 1, 1: 1})
    await empty.tool("Done").click()
    await empty.park.button("Back to ready-made sets").click()
    await empty.park.until_spec(dataset__kind="circle")

    await empty.start("Go on with your points 2 points")
    await empty.click((-3, -2))
    await empty.served({-1: 2, 1: 1})
    assert (await empty.park.run())["spec"]["dataset"]["kind"] == "points"
