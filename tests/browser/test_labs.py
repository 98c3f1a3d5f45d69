"""The labs' frame: the index, the path of steps, their setups and questions, on every screen and by keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from app.labs import LABS
from tests.support.browser import OF_COLORS, Visit, ask_store, axe_violations, settled, wait_for_store
from tests.support.keyboard import Keyboard
from tests.support.layout import measure
from tests.support.playground import Playground
from tests.support.server import ServerProcess
from tests.support.toylab import NAME, copy_with_toy_lab

[DIGITS] = [lab for lab in LABS if lab.name == "digits"]
TITLES = [step.title for step in DIGITS.steps]
WIDTHS = {1440: 900, 820: 1180, 360: 780}
FINGER = 44
THREE = (
    (0.3, 0.2),
    (0.5, 0.12),
    (0.68, 0.22),
    (0.62, 0.4),
    (0.45, 0.48),
    (0.65, 0.55),
    (0.7, 0.75),
    (0.5, 0.88),
    (0.3, 0.8),
)


@pytest.fixture
async def lab(visit: Visit) -> Playground:
    """The digits lab as a first visit sees it, its run ready."""
    return await Playground(await visit("/labs/digits")).ready()


async def go_to(page: Page, number: int) -> None:
    """Open a step by its line in the guide."""
    await page.locator(".guide-step-button").nth(number - 1).click()
    await expect(page.locator(".guide-step-open")).to_contain_text(TITLES[number - 1])


# --- The index ------------------------------------------------------------------------------------------------------


async def test_the_index_shows_every_lab_with_a_network_in_training(visit: Visit) -> None:
    page = await visit("/labs")
    cards = page.locator(".labcard")
    await expect(cards).to_have_count(len(LABS))
    picture = cards.first.locator(".labcard-picture")
    await expect(picture.locator("canvas").first).to_be_visible()
    first = await picture.locator(".labcard-live").inner_text()
    await expect(picture.locator(".labcard-live")).not_to_have_text(first)
    await expect(page.get_by_text("Live")).to_be_visible()
    await expect(page.get_by_role("button", name="Share")).to_have_count(0)


async def test_from_the_index_into_a_lab_and_back_with_what_was_done(visit: Visit) -> None:
    page = await visit("/labs")
    await page.get_by_role("link", name=f"Begin: {LABS[0].title}").click()
    await page.wait_for_url(f"**/labs/{LABS[0].name}")
    await page.locator(".guide-step-button").nth(1).click()
    await page.get_by_role("button", name="64", exact=True).click()
    await page.get_by_role("link", name="All labs").first.click()
    await page.wait_for_url("**/labs")
    card = page.locator(".labcard").first
    await expect(card).to_contain_text(f"step 2 of {len(DIGITS.steps)}")
    await expect(page.get_by_role("link", name=f"Continue: {LABS[0].title}")).to_be_visible()
    await card.get_by_role("link").click()
    await expect(page.locator(".guide-step-open")).to_contain_text(TITLES[1])


async def test_the_networks_of_the_index_are_gone_with_it(visit: Visit) -> None:
    page = await visit("/labs")
    async with page.expect_response(lambda answer: answer.url.endswith("/runs")) as made:
        await page.reload()
    address = f"/api/v1/runs/{(await (await made.value).json())['id']}"
    await expect(page.locator(".labcard-live").first).to_be_visible()
    assert (await page.request.get(address)).ok
    await page.get_by_role("link", name="Playground").click()
    await page.wait_for_url(lambda url: not url.endswith("/labs"))
    await Playground(page).ready()
    while (await page.request.get(address)).status != 404:
        await asyncio.sleep(0.05)


async def test_the_header_says_where_one_is(visit: Visit) -> None:
    page = await visit("/")
    places = page.get_by_role("navigation", name="Neuron Park")
    await expect(places.get_by_role("link", name="Playground")).to_have_attribute("aria-current", "page")
    await places.get_by_role("link", name="Labs").click()
    await expect(places.get_by_role("link", name="Labs")).to_have_attribute("aria-current", "page")
    await page.goto("/labs/digits")
    await expect(places.get_by_role("link", name="Labs")).to_have_attribute("aria-current", "true")


async def test_what_is_no_lab_is_a_page_that_leads_on(visit: Visit) -> None:
    visit.allow("404")
    page = await visit("/labs/none")
    await page.get_by_role("link", name="See all labs").click()
    await page.wait_for_url("**/labs")


# --- The path -------------------------------------------------------------------------------------------------------


async def test_steps_are_gone_through_and_stand_in_the_address(lab: Playground) -> None:
    page = lab.page
    await expect(page.locator(".guide-step-open")).to_contain_text(TITLES[0])
    await expect(page.get_by_role("button", name="Back", exact=True)).to_have_attribute("aria-disabled", "true")
    for number in range(2, len(TITLES) + 1):
        await page.get_by_role("button", name="Next step").click()
        await expect(page.locator(".guide-step-open")).to_contain_text(TITLES[number - 1])
        await expect(page.locator(".guide-words")).not_to_be_empty()
        assert f"?step={number}" in page.url
    await expect(page.get_by_role("button", name="Next step")).to_have_count(0)
    await page.go_back()
    await expect(page.locator(".guide-step-open")).to_contain_text(TITLES[-2])


async def test_a_reload_and_a_link_keep_the_step_and_the_network(lab: Playground, visit: Visit) -> None:
    page = lab.page
    await go_to(page, 3)
    await lab.move("Learning rate", "ArrowRight")
    changed = (await lab.until(lambda run: run["spec"]["optimizer"]["learning_rate"] != 0.003))["spec"]
    await page.wait_for_url("**#optimizer.learning_rate=*")
    await page.reload()
    again = await Playground(page).ready()
    assert (await again.run())["id"] == (await lab.run())["id"]
    await expect(page.locator(".guide-step-open")).to_contain_text(TITLES[2])

    other = await Playground(await visit(page.url.removeprefix(visit.base_url))).ready()
    assert (await other.run())["id"] != (await lab.run())["id"]
    assert await other.spec() == changed
    await expect(other.page.locator(".guide-step-open")).to_contain_text(TITLES[2])


async def test_a_question_is_checked_and_stays_answered(lab: Playground) -> None:
    page = lab.page
    await go_to(page, 2)
    turn = page.get_by_role("region", name="Your turn")
    await turn.get_by_role("button", name="10", exact=True).click()
    await expect(turn.get_by_role("status")).to_contain_text("Not that one. Count the squares")
    await turn.get_by_role("button", name="64", exact=True).click()
    await expect(turn.get_by_role("status")).to_contain_text("64 numbers")
    await go_to(page, 3)
    await expect(page.locator(".guide-step-button").nth(1)).to_have_accessible_name(f"2 {TITLES[1]} (done)")
    await page.reload()
    await go_to(page, 2)
    await expect(turn.get_by_role("status")).to_contain_text("64 numbers")


async def test_what_is_done_on_the_stage_answers_too(lab: Playground) -> None:
    page = lab.page
    status = page.get_by_role("region", name="Your turn").get_by_role("status")
    await lab.choose("Speed", "Max")
    await lab.play()
    await wait_for_store(page, "metrics.value.test_accuracy > 0.97", timeout=40)
    await draw(page, THREE)
    await expect(status).to_contain_text("reads it")
    await go_to(page, 3)
    await page.get_by_role("button", name="Map 1 of layer 1", exact=True).focus()
    for key in ["ArrowRight", "ArrowDown"] * 8:
        if await status.inner_text():
            break
        await page.keyboard.press(key)
    await go_to(page, 6)
    await expect(page.get_by_role("tab", name="Mistakes")).to_have_attribute("aria-selected", "true")
    await page.locator(".confusion-cell[data-kind=none], .confusion-cell[data-kind=wrong]").first.click()
    await expect(status).to_contain_text("hard to read for you")


async def draw(page: Page, stroke: tuple[tuple[float, float], ...]) -> None:
    """One stroke with the mouse, its points in shares of the canvas."""
    box = await page.get_by_label("Drawing, 0 strokes").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
    await page.mouse.move(*places[0])
    await page.mouse.down()
    for place in places[1:]:
        await page.mouse.move(*place, steps=4)
    await page.mouse.up()


# --- Setups ---------------------------------------------------------------------------------------------------------


async def test_a_setup_is_entered_and_left_without_losing_anything(lab: Playground) -> None:
    page = lab.page
    await lab.play()
    await lab.until(lambda run: run["step"] > 50)
    await go_to(page, 4)
    await page.get_by_role("button", name=DIGITS.steps[3].enter).click()
    await expect(page.get_by_role("button", name="Back to my network").first).to_be_visible()
    own = await lab.until(lambda run: run["state"] == "paused")
    parameters = await lab.parameters()
    other = await Playground(page).ready()
    shown = await other.run()
    assert shown["id"] != own["id"]
    assert [layer["kind"] for layer in shown["spec"]["layers"]].count("max_pooling") == 2
    await other.play()
    await other.until(lambda run: run["step"] > 0)

    await page.locator(".guide").get_by_role("button", name="Back to my network").click()
    await wait_for_store(page, f"run.value.id === '{own['id']}' && frame.value.header.run === '{own['id']}'")
    assert (await lab.run())["step"] == own["step"]
    assert await lab.parameters() == parameters
    assert await ask_store(page, "curve.length") > 0
    await expect(page.get_by_role("button", name="Back to my network")).to_have_count(0)


async def test_the_way_back_outlives_a_reload_and_undo_goes_it_too(lab: Playground) -> None:
    page = lab.page
    own = await lab.run()
    await go_to(page, 5)
    await page.get_by_role("button", name=DIGITS.steps[4].enter).click()
    await wait_for_store(page, f"run.value.id !== '{own['id']}'")
    await page.wait_for_url("**#layers=none*")
    await page.reload()
    await Playground(page).ready()
    back = page.locator(".guide").get_by_role("button", name="Back to my network")
    await back.click()
    await wait_for_store(page, f"run.value.id === '{own['id']}'")
    await page.get_by_role("button", name=DIGITS.steps[4].enter).click()
    await lab.toast(f"This is the setup of “{DIGITS.steps[4].title}”. Your network waits.")
    await wait_for_store(page, f"run.value.id !== '{own['id']}'")
    await page.locator("main").focus()
    await page.keyboard.press("Control+z")
    await wait_for_store(page, f"run.value.id === '{own['id']}'")


async def test_a_restart_of_the_server_keeps_network_and_step(browser: Browser) -> None:
    with ServerProcess(log_level="warning", workers=1) as server:
        visit = Visit(browser, server.base_url)
        visit.allow("ERR_", "WebSocket", "50[23]")
        lab = await Playground(await visit("/labs/digits")).ready()
        await lab.button("Step").click()
        before = await lab.until(lambda run: run["epoch"] >= 1 and run["state"] == "paused")
        await go_to(lab.page, 2)
        server.restart()
        await lab.page.reload()
        again = await Playground(lab.page).ready()
        assert {name: (await again.run())[name] for name in ("id", "step", "spec")} == {
            name: before[name] for name in ("id", "step", "spec")
        }
        await expect(lab.page.locator(".guide-step-open")).to_contain_text(TITLES[1])
        await visit.end()


# --- For everybody --------------------------------------------------------------------------------------------------


async def test_the_whole_path_by_keyboard(lab: Playground) -> None:
    page, keys = lab.page, Keyboard(lab.page)
    await page.keyboard.press("Space")
    await lab.until(lambda run: run["state"] == "running")
    await page.keyboard.press("Space")
    await lab.until(lambda run: run["state"] == "paused")
    await keys.tab_to(f"2 {TITLES[1]}")
    await keys.press("Enter")
    await keys.tab_to("Use digits in ink, 16 × 16")
    await keys.tab_to("64")
    await keys.press("Enter")
    await expect(page.get_by_role("region", name="Your turn").get_by_role("status")).to_contain_text("64 numbers")
    await keys.tab_to("Next step")
    await keys.press("Enter")
    await expect(page.locator(".guide-step-open")).to_contain_text(TITLES[2])
    await keys.in_sight()


async def test_a_message_leaves_the_guides_buttons_free(lab: Playground) -> None:
    await lab.button("Use a fresh network").click()
    await expect(lab.page.locator(".toast")).to_contain_text("This is the setup of")
    await settled(lab.page)
    message, buttons = [await lab.page.locator(of).bounding_box() for of in (".toast", ".guide-buttons")]
    assert message is not None
    assert buttons is not None
    assert message["x"] >= buttons["x"] + buttons["width"]


async def test_a_phone_has_the_guide_in_a_sheet_and_a_dot_for_each_step(visit: Visit) -> None:
    page = await visit("/labs/digits", width=360, height=780, touch=True)
    await Playground(page).ready()
    sheet = page.get_by_role("region", name="1 Draw a digit sheet")
    await expect(sheet).to_be_visible()
    await sheet.get_by_role("button", name="Next step").tap()
    await expect(page.get_by_role("heading", name=f"2 {TITLES[1]}")).to_be_visible()
    await page.get_by_role("button", name=f"Step 4: {TITLES[3]}").tap()
    await expect(page.get_by_role("heading", name=f"4 {TITLES[3]}")).to_be_visible()
    await page.get_by_role("button", name="Guide", exact=True).tap()
    await expect(page.locator(".sheet")).to_have_count(0)
    assert "?step=4" in page.url


async def pages(visit: Visit, width: int) -> AsyncIterator[tuple[str, Page]]:
    index = await visit("/labs", width=width, height=WIDTHS[width])
    await expect(index.locator(".labcard-live").first).to_be_visible()
    yield "index", index
    lab = await Playground(await visit("/labs/digits?step=2", width=width, height=WIDTHS[width])).ready()
    yield "lab", lab.page
    if width < 720:
        await lab.button("Guide").click()
        await expect(lab.page.locator(".sheet")).to_have_count(0)
        yield "lab without its guide", lab.page


@pytest.mark.parametrize("width", WIDTHS)
async def test_axe_finds_nothing_and_everything_has_room(visit: Visit, width: int) -> None:
    """The frame's room, that is; a stage's is measured by tests of its own."""
    found = []
    async for name, page in pages(visit, width):
        await settled(page)
        found += [f"{name}: {line}" for line in await axe_violations(page)]
        await page.emulate_media(color_scheme="dark")
        await settled(page)
        found += [f"{name}, dark: {line}" for line in await axe_violations(page, rules=OF_COLORS)]
        await page.evaluate("document.querySelector('.lab-stage')?.replaceChildren()")
        room = await measure(page, FINGER if width < 720 else 0)
        found += [f"{name}: {kind}: {what}" for kind, what in room.items() if what]
    assert not found, "\n".join(found)


# --- The guide's example --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    checkout: Path = copy_with_toy_lab(tmp_path_factory.mktemp("checkout"))
    with ServerProcess(checkout=checkout, workers=1, log_level="warning") as server:
        yield server


async def test_the_example_of_the_docs_is_a_whole_lab(browser: Browser, toy: ServerProcess) -> None:
    visit = Visit(browser, toy.base_url)
    index = await visit("/labs")
    await expect(index.locator(".labcard").last.locator("canvas")).to_be_visible()
    lab = await Playground(await visit(f"/labs/{NAME}")).ready()
    page = lab.page
    answer = page.get_by_role("region", name="Your turn").get_by_role("status")
    await expect(page.locator(".plot-heat").first).to_be_visible()
    await lab.play()
    await expect(answer).to_contain_text("One line is enough")
    await page.get_by_role("button", name="Next step").click()
    await page.get_by_role("button", name="Use the four corners").click()
    await wait_for_store(page, "spec.value.dataset.kind === 'xor'")
    await page.get_by_role("button", name="Two", exact=True).click()
    await expect(answer).to_contain_text("a hidden layer")
    await page.locator(".guide").get_by_role("button", name="Back to my network").click()
    await wait_for_store(page, "spec.value.dataset.kind === 'gauss'")
    assert await axe_violations(page) == []
    await visit.end()
