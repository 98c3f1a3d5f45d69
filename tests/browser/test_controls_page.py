"""What is on the page alone: explanations, theme, patterns, the loss axis, and what stands there without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.support.browser import Visit, ask_store
from tests.support.playground import Playground

CHART = ".losschart canvas"
HELP = {
    "About Training": ["step", "play", "reset", "new_start"],
    "About Speed": ["speed"],
    "About Learning rate": ["learning_rate"],
    "About Activation": ["activation"],
    "About Loss": ["loss"],
    "About Regularisation": ["regularizer"],
    "About Data": ["task", "data_seed"],
    "About Noise": [],
    "About Share used for training": ["train_fraction"],
    "About Batch size": ["batch_size"],
    "About Points": ["samples"],
    "About Network": ["layers", "features", "units", "activation", "weight", "unit_bias"],
    "About Output": ["loss_scale", "show_test", "discretize", "patterns"],
}
HELP_IN_PANELS = {
    "Regularisation: None": {"About Regularisation rate": ["regularization_rate"]},
    "More": {
        "About Output activation": ["output_activation"],
        "About First weights": ["initializer"],
        "About Bias at the start": ["bias"],
        "About Seed": ["seed"],
        "About Shuffle": ["shuffle"],
        "About Precision": ["precision"],
    },
}
WITHOUT_A_SETTING = {"optimizer", "initializer_scale", "noise"}


async def catalog(park: Playground) -> dict[str, Any]:
    answer = await park.page.request.get("/api/v1/catalog")
    document: dict[str, Any] = await answer.json()
    return document


async def assert_explained(park: Playground, button: Locator, entries: list[dict[str, Any]], key: str) -> None:
    """The button's panel opens by the key (or a click), holds every sentence and formula, and closes by Escape."""
    name = await button.get_attribute("aria-label")
    panel = park.page.get_by_role("dialog", name=name, exact=True)
    await (button.click() if key == "click" else button.press(key))
    for entry in entries:
        await expect(panel).to_contain_text(entry["explanation"])
        if entry["formula"]:
            await expect(panel.get_by_role("math", name=entry["formula"], exact=True)).to_be_visible()
    await park.page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(button).to_be_focused()


@pytest.mark.parametrize("key", ["click", "Enter"])
async def test_every_control_explains_itself(park: Playground, key: str) -> None:
    controls = {entry["name"]: entry for entry in (await catalog(park))["controls"]}
    for name, about in HELP.items():
        await assert_explained(park, park.button(name), [controls[each] for each in about], key)
    for opener, buttons in HELP_IN_PANELS.items():
        await park.button(opener).click()
        for name, about in buttons.items():
            await assert_explained(park, park.button(name), [controls[each] for each in about], key)
        await park.page.keyboard.press("Escape")


async def test_nothing_in_the_catalog_is_left_unexplained(park: Playground) -> None:
    explained = {each for about in HELP.values() for each in about}
    explained |= {each for buttons in HELP_IN_PANELS.values() for about in buttons.values() for each in about}
    assert explained | WITHOUT_A_SETTING == {entry["name"] for entry in (await catalog(park))["controls"]}


async def test_what_is_chosen_is_explained_beside_its_control(park: Playground) -> None:
    entries = await catalog(park)

    def of(group: str, name: str) -> dict[str, Any]:
        return next(entry for entry in entries[group] if entry["name"] == name)

    circle = of("datasets", "circle")
    noise = {"explanation": circle["noise_explanation"], "formula": ""}
    await assert_explained(park, park.button("About Data"), [circle], "click")
    await assert_explained(park, park.button("About Noise"), [noise], "click")
    await assert_explained(park, park.button("About Activation"), [of("activations", "tanh")], "click")
    await assert_explained(park, park.button("About Loss"), [of("losses", "cross_entropy")], "click")
    await park.box("Loss").select_option("Squared error")
    await park.until_spec(loss="squared_error")
    await assert_explained(park, park.button("About Loss"), [of("losses", "squared_error")], "click")
    await park.button("More").click()
    await park.box("First weights").select_option("Uniform")
    await assert_explained(park, park.button("About First weights"), [of("initializers", "uniform")], "click")
    about = park.button("About Spread of the first weights")
    await assert_explained(park, about, [of("controls", "initializer_scale")], "Enter")


async def test_theme_goes_round_and_is_remembered(park: Playground) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    heat = await park.until_picture(".plot-heat", lambda shown: shown["colors"] > 20)
    light = await park.page.evaluate(ground)
    await park.button("Theme: as the system. Change to light").click()
    assert await park.page.evaluate(ground) == light
    await park.button("Theme: light. Change to dark").click()
    dark = await park.page.evaluate(ground)
    assert dark != light
    await park.until_picture(".plot-heat", lambda shown: shown["hash"] != heat["hash"])

    await park.page.reload()
    again = await Playground(park.page).ready()
    assert await again.page.evaluate(ground) == dark
    await again.button("Theme: dark. Change to as the system").click()
    assert await again.page.evaluate(ground) == light
    assert (await again.run())["revision"] == 0


async def test_patterns_hatch_what_is_negative_and_dash_its_links(park: Playground) -> None:
    canvases = (".plot-lines", ".network-links", ".unit canvas")
    await park.until_picture(".plot-heat", lambda shown: shown["colors"] > 20)
    plain = {canvas: (await park.picture(canvas))["hash"] for canvas in canvases}
    await park.button("Menu").click()
    await park.switch("Patterns").check(force=True)
    for canvas in canvases:
        await park.until_picture(canvas, lambda shown, before=plain[canvas]: shown["hash"] != before)
    await park.switch("Patterns").uncheck(force=True)
    for canvas in canvases:
        await park.until_picture(canvas, lambda shown, before=plain[canvas]: shown["hash"] == before)


async def test_the_loss_axis_is_linear_or_logarithmic(park: Playground) -> None:
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    await park.agrees()
    log = await park.until_picture(CHART, lambda shown: shown["colors"] > 3)
    await park.choose("Loss axis", "Linear")
    await park.until_picture(CHART, lambda shown: shown["hash"] != log["hash"])
    await park.choose("Loss axis", "Log")
    await park.until_picture(CHART, lambda shown: shown["hash"] == log["hash"])
    assert (await park.run())["revision"] == 0


async def test_the_curve_is_read_by_keys_and_pointer(park: Playground) -> None:
    for _ in range(3):
        await park.page.keyboard.press(".")
    await park.until(lambda run: run["epoch"] == 3)
    await park.agrees()
    curve = await park.rest("/metrics")
    chart = park.page.get_by_role("application", name="Loss by epoch")

    for key, epoch in {"End": 3, "ArrowLeft": 2, "Home": 0}.items():
        await chart.press(key)
        numbers = f"epoch {epoch}  test {curve['test'][epoch]:.3f}  train {curve['train'][epoch]:.3f}"
        await expect(chart.get_by_text("epoch ")).to_have_text(numbers)
    await chart.press("Escape")
    await expect(chart.get_by_text("epoch ")).to_be_hidden()
    await chart.hover()
    await expect(chart.get_by_text("epoch ")).to_be_visible()


async def test_without_javascript_a_word_says_so(browser: Browser, visit: Visit) -> None:
    context = await browser.new_context(base_url=visit.base_url, java_script_enabled=False)
    page = await context.new_page()
    visit.watch(page)
    await page.goto("/")
    word = page.locator("noscript p")  # Playwright finds no text in there
    await expect(word).to_be_visible()
    await expect(word).to_contain_text("JavaScript is switched off here")
    await expect(page.get_by_role("heading", name="Network", exact=True)).to_be_visible()
    await context.close()


async def test_the_page_speaks_of_what_it_does(park: Playground) -> None:
    assert await ask_store(park.page, "connection.value") == "live"
    await expect(park.page.get_by_role("status").get_by_text("Live")).to_be_visible()
    await park.page.keyboard.press("?")
    keys = park.page.get_by_role("dialog", name="Keys")
    await expect(keys).to_contain_text("Play or pause")
    await keys.get_by_role("button", name="Close").click()
    await expect(keys).to_be_hidden()
