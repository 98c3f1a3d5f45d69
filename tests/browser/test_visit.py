"""A first-time user's whole visit by keyboard alone: nothing is clicked, and the server's word counts."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import Visit, ask_store, wait_for_store
from tests.support.keyboard import Keyboard
from tests.support.playground import Json, Playground


def units(run: Json) -> list[int]:
    return [layer["units"] for layer in run["spec"]["layers"]]


@pytest.fixture
def keys(page: Page) -> Keyboard:
    return Keyboard(page)


async def test_skip_link_leads_to_the_content_and_changes_nothing(park: Playground, keys: Keyboard) -> None:
    before = await park.run()
    await keys.tab_to("Skip to the content", most=1)
    await keys.press("Enter")
    assert await park.page.evaluate("document.activeElement.localName") == "main"
    await keys.tab_to("About Data", most=1)
    await expect(park.page.locator(".notice")).to_have_count(0)
    assert await park.run() == before


async def test_training_is_started_changed_and_stopped(park: Playground, keys: Keyboard) -> None:
    page = park.page
    await page.keyboard.press("Space")
    await park.until(lambda run: run["state"] == "running" and run["step"] > 0)
    await keys.tab_to("Learning rate")
    await keys.press("ArrowRight")
    await park.until_spec(optimizer__learning_rate=0.1)
    await keys.press("Space")
    paused = await park.until(lambda run: run["state"] == "paused")
    assert paused["epoch"] > 0

    await keys.tab_to("Circle")
    await keys.press("ArrowRight")
    await park.until_spec(dataset__kind="xor")
    await keys.stays_on("Corners")
    await keys.press("Control+z")
    await park.until_spec(dataset__kind="circle", optimizer__learning_rate=0.1)
    await keys.stays_on("Corners")

    await page.keyboard.press(".")
    trained = await park.until(lambda run: run["step"] > 0)
    await page.keyboard.press("r")
    run = await park.until(lambda run: run["step"] == 0)
    assert run["generation"] == trained["generation"] + 1
    await keys.in_sight()


async def test_the_network_is_built_and_taken_apart(park: Playground, keys: Keyboard) -> None:
    await keys.tab_to("Add a layer")
    await keys.press("Enter")
    await park.until(lambda run: units(run) == [4, 2, 2])
    await keys.tab_to("Add a unit to layer 3")
    await keys.press("Space")
    await park.until(lambda run: units(run) == [4, 2, 3])
    await keys.tab_to("Activation of layer 3")
    await keys.press("Space", "ArrowDown", "Enter")
    changed = await park.until(lambda run: run["spec"]["layers"][2]["activation"] != "tanh")
    assert changed["spec"]["layers"][1]["activation"] == "tanh"

    await keys.press("Control+z")
    await park.until(lambda run: run["spec"]["layers"][2]["activation"] == "tanh")
    await keys.press("Control+z", "Control+z")
    await park.until(lambda run: units(run) == [4, 2])
    await keys.in_sight()
    await keys.tab_to("Remove the last layer", back=True)
    await keys.press("Enter", "Enter")
    await park.until(lambda run: units(run) == [])
    await keys.stays_on("Remove the last layer")
    await keys.press("Enter")
    assert units(await park.run()) == []


async def test_a_unit_is_looked_at_chosen_and_its_weight_edited(park: Playground, keys: Keyboard) -> None:
    page = park.page
    weights = (await park.parameters())["weights"]
    await keys.tab_to("Feature x₁")
    await keys.press("ArrowRight", "ArrowDown")
    await keys.stays_on("Layer 1, unit ")
    await expect(page.locator(".plot-title")).to_contain_text("Layer 1, unit ")
    await keys.press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")
    await keys.stays_on("Layer 1, unit 1")
    await expect(page.locator(".plot-title")).to_have_text("Layer 1, unit 1")
    await wait_for_store(page, "frame.value.arrays.get('decision/grid')")

    await keys.press("Enter")
    await expect(park.unit(1, 1)).to_have_attribute("aria-pressed", "true")
    explain = page.get_by_role("region", name="Explain")
    await expect(explain.get_by_role("heading")).to_have_text("Layer 1, unit 1")
    await keys.tab_to("Weights as a table")
    await keys.press("Enter")
    await keys.stays_on("Bias of layer 1, unit 1")
    await keys.tab_to("Weight from x₁ to layer 1, unit 1", most=1)
    await keys.press("Control+a")
    await keys.type("1.25")
    await keys.press("Enter")
    await wait_for_store(page, "run.value.changes.length === 1")
    assert (await park.parameters())["weights"][0][0] == [1.25, weights[0][0][1]]

    await keys.press("Control+z")
    field = explain.get_by_label("Weight from x₁ to layer 1, unit 1")
    await expect(field).to_have_value(str(round(weights[0][0][0], 3)))
    assert (await park.parameters())["weights"] == weights
    await keys.press("Escape")
    await keys.stays_on("Layer 1, unit 1")
    await expect(explain.get_by_role("heading")).to_have_text("What you see")


async def test_plot_and_curve_are_read(park: Playground, keys: Keyboard) -> None:
    page = park.page
    await page.keyboard.press(".")
    await park.until(lambda run: run["epoch"] == 1)
    await park.agrees()
    await keys.tab_to("The network over")
    await keys.press("ArrowRight", "Shift+ArrowUp")
    x1, x2 = await ask_store(page, "probePoint.value")
    assert (round(x1, 3), round(x2, 3)) == (2.2, 0.4)
    reading = page.locator(".plot-frame [aria-live]")
    await expect(reading).to_contain_text("2.2")
    await expect(page.locator(".readout-line")).to_contain_text("2.2")
    await keys.press("Escape")
    assert await ask_store(page, "probePoint.value") is None

    await keys.tab_to("Loss by epoch")
    await keys.press("Home")
    chart = page.locator(".losschart-reading")
    losses = await park.rest("/metrics")
    await expect(chart).to_contain_text(f"test {losses['test'][0]:.3f}")
    await keys.press("ArrowRight")
    await expect(chart).to_contain_text(f"epoch 1  test {losses['test'][1]:.3f}")


async def test_what_opens_is_closed_and_gives_the_focus_back(park: Playground, keys: Keyboard) -> None:
    page = park.page
    before = await park.run()
    await keys.tab_to("About Learning rate")
    await keys.press("Enter")
    help_text = page.get_by_role("dialog", name="About Learning rate")
    await expect(help_text).to_be_visible()
    await keys.press("Escape")
    await expect(help_text).to_be_hidden()
    await keys.stays_on("About Learning rate")

    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    await expect(dialog).to_contain_text("Play or pause")
    await keys.stays_on("Close")
    await keys.press("Enter")
    await expect(dialog).to_be_hidden()
    await keys.stays_on("About Learning rate")

    await keys.tab_to("More")
    await keys.press("Enter")
    await expect(page.get_by_role("dialog", name="More settings")).to_be_visible()
    await keys.tab_to("Output activation", most=2)
    await keys.press("Escape")
    await keys.stays_on("More")

    await keys.tab_to("Theme:", back=True)
    await keys.press("Enter")
    assert await page.evaluate("document.documentElement.dataset.theme") == "light"
    await keys.press("Enter")
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert await park.run() == before


async def test_a_message_waits_for_the_hand_that_is_on_it(park: Playground, keys: Keyboard) -> None:
    await keys.tab_to("Remove the last layer")
    await park.page.clock.install()
    await keys.press("Enter")
    await park.until(lambda run: units(run) == [4])
    await keys.tab_to("Undo")
    await park.page.clock.run_for(20_000)
    await keys.stays_on("Undo")
    await keys.press("Enter")
    await park.until(lambda run: units(run) == [4, 2])
    await expect(park.page.locator(".toast")).to_have_count(0)
    await keys.press("Shift")


async def test_a_table_is_typed_and_used(park: Playground, keys: Keyboard) -> None:
    await keys.tab_to("CSV")
    await keys.press("Enter")
    await expect(park.page.get_by_label("One point per line")).to_be_visible()
    await keys.tab_to("One point per line", most=4)
    await keys.type("1, 2, orange\n-3, 4, blue\n2, -2, blue")
    verdict = park.page.get_by_text("3 points read.")
    await expect(verdict).to_be_visible()
    await keys.tab_to("Use these points", most=16)
    await keys.press("Enter")
    run = await park.until(lambda run: run["spec"]["dataset"]["kind"] == "points")
    dataset = run["spec"]["dataset"]
    assert sorted(row[2] for row in dataset["train"] + dataset["test"]) == [-1, 1, 1]
    await keys.stays_on("The network over")
    await keys.press("Space")
    await park.until(lambda run: run["state"] == "running")


async def test_points_are_drawn(park: Playground, keys: Keyboard) -> None:
    await keys.tab_to("Draw")
    await keys.press("Enter")
    await expect(park.page.get_by_role("dialog", name="Your data")).to_be_visible()
    await keys.tab_to("Start with an empty plot", most=6)
    await keys.press("Enter")
    await keys.stays_on("The network over")
    await keys.press("Shift+ArrowRight", "Enter")
    await keys.tab_to("Draw Blue", back=True)
    await keys.press("Enter")
    await keys.tab_to("The network over")
    await keys.press("Shift+ArrowLeft", "Shift+ArrowLeft", "Enter")
    run = await park.until(lambda run: run["spec"]["dataset"]["kind"] == "points")
    dataset = run["spec"]["dataset"]
    assert sorted(row[2] for row in dataset["train"] + dataset["test"]) == [-1, 1]
    await keys.tab_to("Done", back=True)
    await keys.press("Enter")
    await expect(park.page.get_by_role("toolbar", name="Draw points")).to_be_hidden()
    await keys.in_sight()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (820, 1180), (360, 780)])
async def test_tab_goes_through_the_whole_page_and_is_always_in_sight(visit: Visit, width: int, height: int) -> None:
    """From the first control to the last and back, without a trap."""
    park = await Playground(await visit("/", width=width, height=height)).ready()
    keys = Keyboard(park.page)
    stops = []
    while len(stops) < 100:
        await park.page.keyboard.press("Tab")
        if (await keys.focus())["body"]:
            break
        stops.append((await keys.in_sight())["name"])
    assert 14 < len(stops) < 80, stops
    back = [(await keys.press("Shift+Tab"))["name"] for _ in range(3)]
    assert back == stops[:-4:-1]


@pytest.mark.parametrize("tab", ["Data", "Network", "Learning", "Explain"])
async def test_a_phones_sheet_takes_the_focus_and_gives_it_back(visit: Visit, tab: str) -> None:
    park = await Playground(await visit("/", width=360, height=780)).ready()
    keys = Keyboard(park.page)
    await keys.tab_to(tab, most=40)
    await keys.press("Enter")
    await expect(park.button(tab)).to_have_attribute("aria-expanded", "true")
    for _ in range(12):
        await keys.press("Shift+Tab" if tab == "Network" else "Tab")
    await keys.press("Escape")
    await expect(park.button(tab)).to_have_attribute("aria-expanded", "false")
    await keys.in_sight()
