"""The playground in each of the states a person can find it in, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.support.browser import ask_store, wait_for_store
from tests.support.playground import Playground

BAD_TABLE = "x,y,kind\n1,2,cat\n3,4\n5,6,dog\nfoo,1,dog\n2,2,cat"


async def desk_states(park: Playground) -> AsyncIterator[str]:
    """Goes from one state to the next, and names each when it is reached."""
    page = park.page
    yield "fresh"
    await park.play()
    yield "training"
    await park.pause()
    await park.unit(1, 2).click()
    yield "a unit chosen"
    await park.button("Weights as a table").click()
    yield "the weights table"
    await park.button("Drawing").click()
    await edit_weight(park)
    yield "the weight editor"
    await page.keyboard.press("Escape")
    await park.button("More").click()
    await expect(page.get_by_role("dialog", name="More settings")).to_be_visible()
    yield "More"
    await page.keyboard.press("Escape")
    async for state in data_states(park):
        yield state
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    yield "help"
    await page.keyboard.press("Escape")
    async for state in bad_states(park):
        yield state


async def phone_states(park: Playground) -> AsyncIterator[str]:
    """The same on a phone, where there are sheets."""
    yield "fresh"
    for name in ("Data", "Learning", "Explain"):
        await open_sheet(park, name)
        yield f"the {name} sheet"
    await open_sheet(park, "Network")
    yield "the network"
    await park.unit(1, 2).click()
    yield "a unit chosen"
    await park.button("Weights as a table").click()
    yield "the weights table"
    await park.button("Close Layer 1, unit 2").click()
    await edit_weight(park)
    yield "the weight editor"
    await park.page.keyboard.press("Escape")
    await park.button("Menu").click()
    await expect(park.page.get_by_role("dialog", name="Menu")).to_be_visible()
    yield "the menu"
    await park.page.keyboard.press("Escape")
    await open_sheet(park, "Data")
    async for state in data_states(park):
        yield state
    await park.play()
    yield "training"
    await park.pause()
    async for state in bad_states(park):
        yield state


async def open_sheet(park: Playground, name: str) -> None:
    tab = park.page.get_by_role("navigation").get_by_role("button", name=name)
    await tab.click()
    await expect(tab).to_have_attribute("aria-expanded", "true")


async def edit_weight(park: Playground) -> None:
    """The bar under a unit opens its bias."""
    box = await park.unit(1, 1).bounding_box()
    assert box is not None
    await park.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] + 5)
    await expect(park.page.get_by_role("dialog", name="Bias of layer 1, unit 1")).to_be_visible()


async def data_states(park: Playground) -> AsyncIterator[str]:
    page = park.page
    await park.button("CSV").click()
    await page.get_by_label("One point per line").fill(BAD_TABLE)
    await expect(page.get_by_text("3 points read.")).to_be_visible()
    yield "a table with problems"
    await page.keyboard.press("Escape")
    await park.button("Draw").click()
    await page.get_by_role("button", name="Start from these points").click()
    await expect(page.get_by_role("toolbar", name="Draw points")).to_be_visible()
    yield "drawing"
    await park.button("Done").click()
    await expect(page.get_by_role("toolbar", name="Draw points")).to_be_hidden()


async def bad_states(park: Playground) -> AsyncIterator[str]:
    """What may go wrong; the last states of a visit."""
    for state in ("reconnecting", "offline"):
        await ask_store(park.page, f"connection.value = '{state}'")
        await expect(park.page.get_by_role("banner").get_by_role("status")).to_contain_text(state.title())
        yield state
    await ask_store(park.page, "connection.value = 'live'")
    await diverge(park)
    yield "diverged"


async def diverge(park: Playground) -> None:
    """Far too big steps, until the page says so."""
    patch = "loss: 'squared_error', output: { activation: 'linear' }, optimizer: { learning_rate: 10 }"
    await ask_store(park.page, f"update({{ {patch} }})")
    await park.until_spec(optimizer__learning_rate=10)
    await park.button("Play").click()
    await wait_for_store(park.page, "state.value === 'diverged'")
    await expect(park.page.get_by_role("alert")).to_be_visible()
