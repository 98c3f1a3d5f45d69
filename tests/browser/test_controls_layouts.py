"""The same controls where there is less room: folded into More, wrapped, or behind a phone's tabs."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.browser import Visit
from tests.support.playground import Playground


async def test_on_a_small_desk_more_holds_loss_and_regularisation(visit: Visit) -> None:
    park = await Playground(await visit("/", width=1280, height=720)).ready()
    await park.button("More").click()
    await park.choose("Regularisation", "L1")
    await park.move("Regularisation rate", "End")
    await park.until_spec(regularizer__kind="l1", regularizer__rate=10)
    await park.box("Loss").select_option("Squared error")
    await park.until_spec(loss="squared_error")
    await park.page.keyboard.press("Escape")
    await park.play()


async def test_a_lecturers_screen_is_filled(visit: Visit) -> None:
    park = await Playground(await visit("/", width=1920, height=1080)).ready()
    page = park.page
    await page.evaluate("document.fonts.ready")
    size = "(part) => part.getBoundingClientRect().width"
    assert 480 <= await page.locator(".plot-area").evaluate(size) <= 520
    assert await park.output.evaluate(size) == 56
    assert await park.unit(1, 1).evaluate(size) == 56
    page_size = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert page_size == [1920, 1080]

    button = park.button("Regularisation: None")
    await button.click()
    anchor = await button.bounding_box()
    panel = await page.get_by_role("dialog", name="Regularisation").bounding_box()
    assert anchor is not None
    assert panel is not None
    assert abs(panel["y"] - anchor["y"] - anchor["height"]) < 10
    assert abs(panel["x"] - anchor["x"]) < 2 or abs(panel["x"] + panel["width"] - 1912) < 2
    await page.keyboard.press("Escape")

    await page.set_viewport_size({"width": 1440, "height": 900})
    await expect(park.output).to_have_css("width", "44px")
    assert await page.locator(".plot-area").evaluate(size) == 376


async def test_softplus_is_named_in_full(visit: Visit) -> None:
    park = await Playground(await visit("/")).ready()
    await park.box("Activation of layer 2").select_option("Softplus")
    await park.until(lambda run: run["spec"]["layers"][1]["activation"] == "softplus")
    await park.unit(2, 1).click()
    for part in (".explain-head h2", ".explain-head .formula"):
        whole = await park.page.locator(part).evaluate("(part) => part.scrollWidth <= part.clientWidth")
        assert whole, part


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (1920, 1080), (820, 1180)])
async def test_every_choice_has_room_in_its_box(visit: Visit, width: int, height: int) -> None:
    park = await Playground(await visit("/", width=width, height=height)).ready()
    await park.page.evaluate("document.fonts.ready")
    crowded = await park.page.evaluate("""() => [...document.querySelectorAll("select")].flatMap((box) =>
      [...box.options].filter((option) => {
        box.value = option.value;
        return box.scrollWidth > box.clientWidth;
      }).map((option) => `${box.getAttribute("aria-label") ?? box.id}: ${option.label}`))""")
    assert crowded == []


async def test_a_tablet_hides_nothing(visit: Visit) -> None:
    park = await Playground(await visit("/", width=820, height=1180, touch=True)).ready()
    await park.button("Step").tap()
    await park.until(lambda run: run["epoch"] == 1)
    await park.box("Loss").select_option("Squared error")
    await park.button("Regularisation: None").tap()
    await park.choose("Regularisation", "L2")
    await park.page.keyboard.press("Escape")
    await park.choose("Data set", "Moons")
    await park.button("Add a unit to layer 2").tap()
    await park.button("Feature x₁²").tap()
    run = await park.until_spec(features=["x1", "x2", "x1_squared"])
    spec = run["spec"]
    assert (spec["loss"], spec["regularizer"]["kind"], spec["dataset"]["kind"]) == ("squared_error", "l2", "moons")
    assert [layer["units"] for layer in spec["layers"]] == [4, 3]


async def test_a_phone_has_the_controls_of_the_run_in_its_bar(visit: Visit) -> None:
    park = await Playground(await visit("/", width=360, height=780, touch=True)).ready()
    await park.button("Play").tap()
    await park.until(lambda run: run["epoch"] >= 2)
    await park.button("Pause").tap()
    await park.until(lambda run: run["state"] == "paused")
    await park.button("Start over").tap()
    await park.until(lambda run: run["generation"] == 1)
    await park.button("Step").tap()
    await park.until(lambda run: run["epoch"] == 1)
    await park.button("New start").tap()
    await park.until(lambda run: run["generation"] == 2 and run["spec"]["seed"] != 7)
    speed = park.page.get_by_role("button", name="Speed")
    await speed.tap()
    await park.until(lambda run: run["speed"]["epochs_per_second"] is None)
    await expect(speed).to_have_css("background-color", "rgba(0, 0, 0, 0)")


async def test_a_phone_has_the_other_controls_behind_its_tabs(visit: Visit) -> None:
    park = await Playground(await visit("/", width=360, height=780, touch=True)).ready()
    await park.button("Data").tap()
    await park.choose("Data set", "Rings")
    await park.until_spec(dataset__kind="rings")
    await park.drag("Noise", 1)
    await park.until_spec(dataset__noise=0.5)
    await park.page.get_by_role("button", name="About Points and colours").tap()
    await expect(park.page.get_by_role("dialog", name="Points and colours")).to_be_visible()
    await park.page.keyboard.press("Escape")
    await park.switch("Test points").check(force=True)
    await park.switch("Two colours").check(force=True)
    await park.button("Close Data").tap()
    await park.until_picture(".plot-heat", lambda shown: shown["colors"] == 2)

    await park.button("Learning").tap()
    await park.drag("Learning rate", 0)
    await park.until_spec(optimizer__learning_rate=1e-5)
    await park.box("Activation").select_option("ReLU")
    await park.choose("Regularisation", "L1")
    await park.until_spec(regularizer__kind="l1")
    await park.choose("Precision", "64 bit")
    await park.until_spec(dtype="float64")
    await park.button("Close Learning").tap()

    await park.button("Network").tap()
    await park.button("Add a layer").tap()
    await park.button("Feature x₂").tap()
    run = await park.until_spec(features=["x1"])
    assert [(layer["units"], layer["activation"]) for layer in run["spec"]["layers"]] == [
        (4, "relu"),
        (2, "relu"),
        (2, "relu"),
    ]
    await park.unit(1, 2).tap()
    await expect(park.page.get_by_role("region", name="Unit")).to_contain_text("Layer 1, unit 2")
