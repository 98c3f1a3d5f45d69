"""Single units: looking at one, Explain's numbers, and changing a weight or a bias by mouse and by keyboard."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Locator, expect

from tests.support.browser import STORE, wait_for_store
from tests.support.playground import Playground

HEAT = ".plot-heat"


def written(value: float) -> str:
    """A number as the page writes it: with its sign and two decimals."""
    text = f"{abs(value):.2f}"
    return ("−" if value < 0 and float(text) else "+") + text


def explain(park: Playground) -> Locator:
    return park.page.get_by_role("region", name="Explain")


async def shown_grid(park: Playground) -> list[list[int]]:
    """The large picture's values, as they came in the page's last frame."""
    flat: list[int] = await park.page.evaluate(
        f"async () => [...{STORE}.frame.value.arrays.get('decision/grid')]",
    )
    return [flat[at : at + 100] for at in range(0, len(flat), 100)]


async def until_shown(park: Playground, wanted: list[list[int]]) -> None:
    await park.until_picture(HEAT, lambda shown: shown["colors"] > 0)
    for _ in range(200):
        if await shown_grid(park) == wanted:
            return
        await park.page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("the large plot shows another picture")


@pytest.mark.parametrize("way", ["hover", "focus"])
async def test_a_unit_looked_at_shows_its_response_in_the_large_plot(park: Playground, way: str) -> None:
    title = park.page.get_by_role("region", name="Output").get_by_role("heading").first
    output = (await park.probe("decision", resolution=100))["grid"]["data"]
    await until_shown(park, output)
    before = await park.picture(HEAT)

    tile = park.unit(1, 2)
    await (tile.hover() if way == "hover" else tile.focus())
    await expect(title).to_have_text("Layer 1, unit 2")
    await until_shown(park, (await park.probe("decision", resolution=100, unit="0,1"))["grid"]["data"])
    await park.until_picture(HEAT, lambda shown: shown["hash"] != before["hash"])

    await (park.page.mouse.move(5, 5) if way == "hover" else tile.blur())
    await expect(title).to_have_text("Output")
    await until_shown(park, output)
    await park.until_picture(HEAT, lambda shown: shown["hash"] == before["hash"])


async def test_a_feature_looked_at_is_shown_whichever_features_are_on(park: Playground) -> None:
    await park.button("Feature x₁x₂").click()
    await park.button("Feature x₁").click()
    await park.until_spec(features=["x2", "x1x2"])
    await park.agrees()

    await park.button("Feature x₁x₂").focus()
    await expect(park.page.get_by_role("heading", name="x₁x₂")).to_be_visible()
    await until_shown(park, (await park.probe("decision", resolution=100, unit="features,1"))["grid"]["data"])


async def test_explain_writes_the_engines_own_numbers(park: Playground) -> None:
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    await park.agrees()
    await park.unit(2, 1).click()
    region = explain(park)
    await expect(region.get_by_role("heading", name="Layer 2, unit 1")).to_be_visible()
    point = await wait_for_store(park.page, "probePoint.value")
    await wait_for_store(park.page, "frame.value.arrays.has('activations/a')")

    values = await park.probe("activations", point=f"{point[0]},{point[1]}")
    z, a = values["z"]["data"], values["a"]["data"]
    weights, biases = (await park.parameters()).values()
    terms = [weight * value for weight, value in zip(weights[1][0], a[:4], strict=True)]
    assert sum(terms) + biases[1][0] == pytest.approx(z[4], abs=1e-6)
    await expect(region).to_contain_text(f"tanh({written(z[4])}) = {written(a[4])}")
    spoken = [f"bias {written(biases[1][0])}"]
    spoken += [f"Layer 1, unit {unit} {written(term)}" for unit, term in enumerate(terms, start=1)]
    await expect(region.get_by_role("img")).to_have_attribute("aria-label", f"{', '.join(spoken)}; sum {written(z[4])}")

    plot = park.page.get_by_role("application", name="The network over")
    await plot.press("Shift+ArrowUp")
    there = (await park.probe("activations", point=f"{point[0]},{point[1] + 1}"))["a"]["data"][4]
    await expect(region).to_contain_text(f"= {written(there)}")
    await region.get_by_role("button", name="Close").click()
    await expect(region.get_by_role("heading")).to_have_text("What you see")


async def between(source: Locator, target: Locator) -> tuple[float, float]:
    """The middle of the link from one tile to another."""
    left, right = await source.bounding_box(), await target.bounding_box()
    assert left
    assert right
    x = (left["x"] + left["width"] + right["x"]) / 2
    return x, (left["y"] + left["height"] / 2 + right["y"] + right["height"] / 2) / 2


async def test_a_weight_is_changed_by_mouse(park: Playground) -> None:
    before = await park.parameters()
    await park.page.mouse.click(*await between(park.button("Feature x₁"), park.unit(1, 1)))
    editor = park.page.get_by_role("dialog", name="Weight from x₁ to layer 1, unit 1")
    await editor.get_by_role("spinbutton").fill("1.5")
    run = await park.until(lambda run: run["changes"])
    assert [change["label"] for change in run["changes"]] == ["weight edited"]
    assert (await park.parameters())["weights"][0][0] == [1.5, before["weights"][0][0][1]]

    await editor.get_by_role("slider").press("Home")
    await park.until(lambda now: now["revision"] > run["revision"])
    assert (await park.parameters())["weights"][0][0][0] == -4
    await editor.get_by_role("slider").press("Enter")
    await expect(editor).to_have_count(0)
    await park.undo()
    await park.until(lambda now: now["revision"] > run["revision"] + 1)
    assert (await park.parameters())["weights"][0][0] == pytest.approx(before["weights"][0][0])


async def test_a_decimal_comma_is_no_thousand(park: Playground) -> None:
    await park.page.mouse.click(*await between(park.button("Feature x₁"), park.unit(1, 1)))
    editor = park.page.get_by_role("dialog", name="Weight from x₁ to layer 1, unit 1")
    await expect(editor.get_by_role("spinbutton")).to_be_focused()
    await park.page.keyboard.type("3,5")
    await expect(editor.get_by_role("spinbutton")).to_have_value("3.5")
    async with asyncio.timeout(10):  # the 3 alone may be written first
        while (await park.parameters())["weights"][0][0][0] != 3.5:
            await asyncio.sleep(0.02)


async def test_a_bias_is_changed_by_mouse_and_taken_back(park: Playground) -> None:
    tile = await park.unit(1, 3).bounding_box()
    assert tile
    await park.page.mouse.click(tile["x"] + tile["width"] / 2, tile["y"] + tile["height"] + 6)
    editor = park.page.get_by_role("dialog", name="Bias of layer 1, unit 3")
    await editor.get_by_role("spinbutton").fill("-0.5")
    run = await park.until(lambda run: run["changes"])
    assert (await park.parameters())["biases"][0] == [0, 0, -0.5, 0]
    await expect(park.unit(1, 3)).to_have_accessible_name(re.compile(r"bias −0\.50$"))

    await park.page.keyboard.press("Escape")
    await expect(editor).to_have_count(0)
    await park.until(lambda now: now["revision"] > run["revision"])
    assert (await park.parameters())["biases"][0] == [0, 0, 0, 0]


async def test_a_weight_taken_back_is_the_very_same_and_one_only_looked_at_is_left_alone(park: Playground) -> None:
    before = await park.parameters()
    link = await between(park.button("Feature x₁"), park.unit(1, 1))
    await park.page.mouse.click(*link)
    editor = park.page.get_by_role("dialog", name="Weight from x₁ to layer 1, unit 1")
    await editor.get_by_role("spinbutton").press("Enter")
    await expect(editor).to_have_count(0)
    assert (await park.run())["changes"] == []

    await park.page.mouse.click(*link)
    await editor.get_by_role("spinbutton").fill("3")
    run = await park.until(lambda run: run["changes"])
    await park.page.keyboard.press("Escape")
    await park.until(lambda now: now["revision"] > run["revision"])
    assert await park.parameters() == before


async def test_weights_and_biases_are_changed_by_keyboard(park: Playground) -> None:
    await park.button("Feature x₁").focus()
    await park.page.keyboard.press("ArrowRight")
    await expect(park.page.locator(":focus")).to_have_accessible_name(re.compile("^Layer 1, unit 1"))
    await park.page.keyboard.press("e")
    bias = explain(park).get_by_role("spinbutton", name="Bias of layer 1, unit 1")
    await expect(bias).to_be_focused()

    await bias.fill("0.25")
    await park.page.keyboard.press("Tab")
    run = await park.until(lambda run: run["changes"])
    assert [change["label"] for change in run["changes"]] == ["bias edited"]
    weight = explain(park).get_by_role("spinbutton", name="Weight from x₁ to layer 1, unit 1")
    await expect(weight).to_be_focused()
    await weight.fill("-2")
    await weight.press("Enter")
    await park.until(lambda now: now["revision"] > run["revision"])
    parameters = await park.parameters()
    assert (parameters["biases"][0][0], parameters["weights"][0][0][0]) == (0.25, -2)


async def test_an_output_weight_is_read_and_changed_while_training(park: Playground) -> None:
    await park.play()
    await park.output.focus()
    await park.page.keyboard.press("e")
    weight = explain(park).get_by_role("spinbutton", name="Weight from layer 2, unit 2 to output")
    await weight.fill("3")
    await weight.press("Enter")
    run = await park.until(lambda run: run["changes"])
    assert run["changes"][0]["step"] > 0
    assert run["state"] == "running"
    assert (await park.parameters())["weights"][2][0][1] == pytest.approx(3, abs=0.5)
