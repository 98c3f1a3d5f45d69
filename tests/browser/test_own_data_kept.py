"""One's own points are not lost: not by a reload, nor on the way to somebody else, nor by looking at another set."""

from __future__ import annotations

import json

from playwright.async_api import expect

from tests.support.browser import STORE, Visit, ask_store, wait_for_store
from tests.support.owndata import YourData, points_of, trains_exactly_on
from tests.support.playground import Playground

TABLE = "width,height,kind\n1.5,2,rose\n-3,4.25,tulip\n2.5,-1,rose\n-4,-2,lily\n"
POINTS = [(1.5, 2, "rose"), (-3, 4.25, "tulip"), (2.5, -1, "rose"), (-4, -2, "lily")]
KEEPER = STORE.replace("core/store", "data/keep")
KEPT = f"(await {KEEPER}.recall('data'))?.points.length && await {KEEPER}.recall('text')"
CLASSES = ["lily", "rose", "tulip"]


async def use_table(park: Playground, text: str = TABLE) -> YourData:
    data = await YourData(park).open()
    await data.paste(text)
    await expect(data.use).to_be_enabled()
    await data.train_on_it()
    return data


async def address_of(park: Playground) -> str:
    """The page's address, once it and the browser's store hold the points."""
    await wait_for_store(park.page, f"location.hash.startsWith('#z=') && {KEPT}")
    return park.page.url


async def test_reload_keeps_the_run_its_points_and_the_text(park: Playground) -> None:
    data = await use_table(park)
    await park.button("Step").click()
    before = await park.until(lambda run: run["epoch"] == 1)
    await address_of(park)

    await park.page.reload()
    await park.ready()

    after = await park.run()
    assert (after["id"], after["step"], after["spec"]) == (before["id"], before["step"], before["spec"])
    await expect(park.page.get_by_text("Pasted table")).to_be_visible()
    await data.open()
    await expect(data.text).to_have_value(TABLE)
    await data.says("4 points read.")


async def test_reload_at_once_keeps_the_name_and_the_text_of_a_file(park: Playground) -> None:
    data = await YourData(park).open()
    table = {"name": "plants.csv", "mimeType": "text/csv", "buffer": TABLE.replace("\n", "\r").encode()}
    await data.dialog.get_by_label("File with points").set_input_files(table)
    await data.says("4 points read.")
    await data.use.click()
    await park.until_spec(dataset__kind="points")

    await park.page.reload()
    await park.ready()

    await expect(park.page.get_by_text("plants.csv")).to_be_visible()
    await data.open()
    await expect(data.text).to_have_value(TABLE)


async def test_later_visit_offers_the_points_again(park: Playground, visit: Visit) -> None:
    await use_table(park)
    await address_of(park)
    other = await park.page.context.new_page()
    visit.watch(other)
    await other.goto("/")
    later = await Playground(other).ready()
    assert (await later.spec())["dataset"]["kind"] == "circle"

    await YourData(later).way("Use your points").click()
    await later.until_spec(dataset__kind="points")
    await trains_exactly_on(later, POINTS, CLASSES)


async def test_link_reproduces_the_points_for_somebody_else(park: Playground, visit: Visit) -> None:
    await use_table(park)
    await park.move("Learning rate", "ArrowLeft")
    await park.until_spec(optimizer__learning_rate=0.01)
    await address_of(park)
    await park.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await park.button("Share").click()
    await park.button("Copy link").click()
    await park.toast("Link copied.")
    link = await park.page.evaluate("navigator.clipboard.readText()")

    guest = await Playground(await visit(link)).ready()

    assert await guest.spec() == await park.spec()
    assert (await guest.run())["id"] != (await park.run())["id"]
    await trains_exactly_on(guest, POINTS, CLASSES)
    region = guest.page.get_by_role("region", name="Data")
    await expect(region.locator(".classcount")).to_have_text(["1 lily", "2 rose", "1 tulip"])
    for step in (park, guest):
        await step.button("Step").click()
    ours = await park.until(lambda run: run["epoch"] == 1)
    assert (await guest.until(lambda run: run["epoch"] == 1))["losses"] == ours["losses"]


async def test_too_many_points_for_a_link_go_as_a_file(park: Playground, visit: Visit) -> None:
    rows = (
        f"{(index * 7919) % 9973 / 1000 - 5},{(index * 104729) % 9967 / 1000 - 5},{index % 2}" for index in range(4000)
    )
    await use_table(park, "\n".join(rows))
    await wait_for_store(park.page, "spec.value.dataset.kind === 'points' && location.hash === ''")
    await park.button("Share").click()
    await expect(park.page.get_by_text("There is too much data for a link.")).to_be_visible()
    await expect(park.button("Copy link")).to_be_disabled()
    async with park.page.expect_download() as download:
        await park.button("Save setup as a file").click()
    path = await (await download.value).path()
    spec = await park.spec()
    assert json.loads(path.read_text()) == spec

    guest = await Playground(await visit("/")).ready()
    await guest.button("Share").click()
    await guest.page.get_by_label("Open setup from a file").set_input_files(
        {"name": "setup.json", "mimeType": "application/json", "buffer": path.read_bytes()}
    )
    await guest.until_spec(dataset__kind="points")
    assert await guest.spec() == spec


async def test_to_a_ready_made_set_and_back_without_losing_a_point(park: Playground) -> None:
    data = await use_table(park)
    mine = await park.spec()
    await park.choose("Data set", "Spiral")
    await park.until_spec(dataset__kind="spiral")
    await expect(data.way("Use your points")).to_have_attribute("aria-pressed", "false")

    await data.way("Use your points").click()
    await park.until_spec(dataset__kind="points")
    assert (await park.spec())["dataset"] == mine["dataset"]
    await trains_exactly_on(park, POINTS, CLASSES)

    await park.button("Back to ready-made sets").click()
    await park.until_spec(dataset__kind="spiral")
    await data.open()
    await data.says("4 points read.")
    await data.close()
    await data.way("Use your points").click()
    await park.until_spec(dataset__kind="points")
    assert points_of((await park.spec())["dataset"]) == points_of(mine["dataset"])


async def test_putting_the_points_away_can_be_undone(park: Playground) -> None:
    await use_table(park)
    mine = await park.spec()
    await park.button("Back to ready-made sets").click()
    toast = await park.toast("Your points are put away.")
    await park.until_spec(dataset__kind="circle")

    await toast.get_by_role("button", name="Undo").click()
    await park.until_spec(dataset__kind="points")
    assert (await park.spec())["dataset"] == mine["dataset"]
    assert await ask_store(park.page, "spec.value.dataset.train.length") == len(mine["dataset"]["train"])
