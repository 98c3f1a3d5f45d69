"""Networks built from cards: shapes, parameters and errors before, undo after; and two networks side by side."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.browser import MODULES, OF_COLORS, Visit, axe_violations, wait_for_store
from tests.support.layout import measure
from tests.support.playground import Json, Playground


@pytest.fixture
async def lab(visit: Visit) -> Playground:
    """The digits lab with the cards open."""
    lab = await Playground(await visit("/labs/digits")).ready()
    await lab.page.get_by_role("tab", name="Build").click()
    await expect(lab.page.locator(".cards-head [role=status]")).to_contain_text("parameters")
    return lab


def card(page: Page, name: str) -> Locator:
    """The card of a layer, such as `Layer 1: Convolution`."""
    return page.get_by_role("region", name=name, exact=True)


def kinds(run: Json) -> list[str]:
    return [layer["kind"] for layer in run["spec"]["layers"]]


def plain(text: str) -> str:
    return text.replace("\u202f", "")


async def totals(page: Page) -> str:
    return plain(await page.locator(".cards-head [role=status]").inner_text())


async def test_cards_say_what_the_network_takes(lab: Playground) -> None:
    run = await lab.run()
    answer = await lab.page.request.post("/api/v1/validate", data={"spec": run["spec"]})
    cost = (await answer.json())["cost"]
    assert f"{cost['parameters']} parameters, {cost['multiply_adds']} multiplications" in await totals(lab.page)
    first = run["network"]["layers"][0]
    facts = card(lab.page, "Layer 1: Convolution").locator(".card-facts")
    await expect(facts).to_contain_text(f"{first['output'][0]} maps of {first['output'][1]} × {first['output'][2]}")
    await expect(facts).to_contain_text(f"{first['shape'][0] * first['shape'][1]} parameters")


async def test_a_network_is_put_together_and_used(lab: Playground) -> None:
    page = lab.page
    before = await lab.run()
    await lab.button("Dense").click()
    dense = card(page, f"Layer {len(kinds(before)) + 1}: Dense")
    await dense.get_by_role("textbox", name="Units").fill("24")
    await page.keyboard.press("Enter")
    await expect(dense.locator(".card-shape")).to_contain_text("24 units")
    await page.reload()
    await lab.ready()
    await page.get_by_role("tab", name="Build").click()
    await expect(dense.locator(".card-shape")).to_contain_text("24 units")
    assert (await lab.run())["generation"] == before["generation"]
    await expect(dense.locator(".card-facts")).to_contain_text(re.compile("parameters"))
    assert kinds(await lab.run()) == kinds(before)
    await expect(lab.button("Use this network")).not_to_have_attribute("aria-disabled", "true")
    promised = int(re.match(r"(\d+) parameters", await totals(page)).group(1))  # type: ignore[union-attr]
    await lab.button("Use this network").click()
    after = await lab.until(lambda run: kinds(run) == [*kinds(before), "dense"])
    assert after["spec"]["layers"][-1]["units"] == 24
    assert after["network"]["parameters"] == promised
    await (await lab.toast("The network on the cards is in use.")).get_by_role("button", name="Undo").click()
    await lab.until(lambda run: run["spec"]["layers"] == before["spec"]["layers"])


async def test_a_number_that_is_being_typed_stays_while_the_card_is_drawn_anew(lab: Playground) -> None:
    page = lab.page
    count = len(kinds(await lab.run()))
    await lab.button("Dense").click()
    dense = card(page, f"Layer {count + 1}: Dense")
    units, shape = dense.get_by_role("textbox", name="Units"), dense.locator(".card-shape")
    await expect(shape).to_contain_text("32 units")
    await units.fill("24")
    await page.evaluate(f"async () => {MODULES}['js/cards/compose.js'].change({count}, {{ activation: 'sine' }})")
    await expect(dense).to_contain_text("Sine")
    await expect(units).to_have_value("24")
    await page.keyboard.press("Enter")
    await expect(shape).to_contain_text("24 units")


async def test_what_does_not_fit_is_explained_with_a_remedy(lab: Playground) -> None:
    page = lab.page
    before = kinds(await lab.run())
    await lab.button("Dense").click()
    place = len(before)
    name = f"Layer {place + 1}: Dense"
    for _ in range(place):
        await card(page, name).get_by_role("button", name="Move Dense earlier").click()
        place -= 1
        name = f"Layer {place + 1}: Dense"
    trouble = page.locator(".card-trouble").first
    await expect(trouble).to_contain_text("This layer slides over images, and its input is none")
    await expect(lab.button("Use this network")).to_have_attribute("aria-disabled", "true")
    await expect(page.locator(".cards-head [role=status]")).to_contain_text("does not fit together yet")
    await expect(card(page, name).locator(".card-shape")).to_contain_text("32 units")
    await trouble.get_by_role("button", name="Put it in front of the dense layer").click()
    await expect(card(page, "Layer 1: Convolution")).to_be_visible()
    await expect(card(page, "Layer 2: Dense")).to_be_visible()


async def test_edits_of_the_cards_are_undone_and_redone(lab: Playground) -> None:
    page = lab.page
    count = len(kinds(await lab.run()))
    cards = page.locator(".card:not(.card-end)")
    await expect(lab.button("Undo")).to_have_attribute("aria-disabled", "true")
    await page.get_by_role("button", name="Remove Dropout").click()
    await expect(cards).to_have_count(count - 1)
    await lab.button("Undo").click()
    await expect(cards).to_have_count(count)
    await lab.button("Redo").click()
    await expect(cards).to_have_count(count - 1)
    await lab.button("Back to the one in use").click()
    await expect(cards).to_have_count(count)
    await expect(lab.button("Use this network")).to_have_attribute("aria-disabled", "true")


async def test_a_window_that_is_too_large_is_refused_before(lab: Playground) -> None:
    page = lab.page
    pooling = page.get_by_role("region", name=re.compile(r"Layer \d: Max pooling"))
    for _ in range(7):
        await pooling.get_by_role("button", name="Size: one more").click()
    await expect(pooling.locator(".card-trouble")).to_contain_text("A window of 9 × 9 does not fit into 8 × 8")
    assert (await lab.run())["generation"] == 0


async def test_dense_and_convolutional_train_side_by_side(lab: Playground) -> None:
    page = lab.page
    await page.get_by_role("tab", name="Compare").click()
    async with page.expect_response(lambda answer: answer.url.endswith("/runs") and answer.status == 201) as created:
        await lab.button("Set them side by side").click()
    other = await (await created.value).json()
    own = await lab.run()
    assert kinds(other) == ["dense"]
    assert abs(other["network"]["parameters"] - own["network"]["parameters"]) <= 40
    same = ("dataset", "optimizer", "batch_size", "seed", "initializer", "loss")
    assert {name: other["spec"][name] for name in same} == {name: own["spec"][name] for name in same}
    numbers = page.locator(".compare-numbers")
    await expect(numbers.get_by_role("row", name="Parameters")).to_contain_text(
        f"{other['network']['parameters']:,}".replace(",", "\u202f")
    )
    await lab.play()
    await wait_for_store(page, "progress.value.epoch >= 2")
    await lab.pause()
    answer: Json = {}
    own = await lab.run()
    for _ in range(200):
        answer = await (await page.request.get(f"/api/v1/runs/{other['id']}")).json()
        if answer["state"] == "paused" and answer["epoch"] >= round(own["epoch"] - 0.5):
            break
        await page.wait_for_timeout(50)
    assert answer["epoch"] >= 2
    accuracy = f"{100 * answer['accuracy']['test']:.1f}\u202f%"
    await expect(numbers.get_by_role("row", name="Test accuracy")).to_contain_text(accuracy)
    await lab.move("Learning rate", "ArrowRight")
    changed = await lab.until(lambda run: run["spec"]["optimizer"] != own["spec"]["optimizer"])
    for _ in range(100):
        answer = await (await page.request.get(f"/api/v1/runs/{other['id']}")).json()
        if answer["spec"]["optimizer"] == changed["spec"]["optimizer"]:
            break
        await page.wait_for_timeout(50)
    assert answer["spec"]["optimizer"] == changed["spec"]["optimizer"]
    await lab.play()
    await page.reload()
    await lab.ready()
    await page.get_by_role("tab", name="Compare").click()
    await expect(numbers).to_be_visible()
    await wait_for_store(page, f"progress.value.epoch >= {changed['epoch'] + 2}")
    await lab.pause()
    answer = await (await page.request.get(f"/api/v1/runs/{other['id']}")).json()
    assert answer["epoch"] > changed["epoch"]
    async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await lab.button("Stop comparing").click()
    await page.reload()
    await lab.ready()
    await page.get_by_role("tab", name="Compare").click()
    await expect(lab.button("Set them side by side")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 820, 360])
async def test_axe_finds_nothing_and_nothing_is_cut(visit: Visit, width: int) -> None:
    lab = await Playground(await visit("/labs/digits", width=width, height=900, reduced_motion="reduce")).ready()
    page = lab.page
    if width < 720:
        await lab.button("Guide").click()
    found = []
    for tab in ("Build", "Compare"):
        await page.get_by_role("tab", name=tab).click()
        if tab == "Build":
            await expect(page.locator(".cards-head [role=status]")).to_contain_text("parameters")
        else:
            await lab.button("Set them side by side").click()
            await expect(page.locator(".compare-numbers")).to_be_visible()
        room = await measure(page, 0)
        found += [f"{tab}: {kind}: {what}" for kind, what in room.items() if what]
        found += [f"{tab}: {line}" for line in await axe_violations(page)]
        await page.emulate_media(color_scheme="dark")
        found += [f"{tab}, dark: {line}" for line in await axe_violations(page, rules=OF_COLORS)]
        await page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)
