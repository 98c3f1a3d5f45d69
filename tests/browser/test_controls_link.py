"""The setup in the address, and the share menu: links and files that bring the same setup back."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.support.browser import Visit, ask_store, wait_for_store
from tests.support.playground import Json, Playground

FROM_STRANGERS = {
    "a batch beyond all bounds": "batch_size=300000",
    "markup": "dataset.kind=<img src=x onerror=window.harmed=1>",
    "100 KB of one setting": "dataset.kind=" + "x" * 100_000,
}
MORE_FROM_STRANGERS = [
    "optimizer.learning_rate=NaN",
    "optimizer.learning_rate=1e999",
    "dataset.kind=%3Csvg%20onload%3Dwindow.harmed%3D1%3E",
    "colour=mauve",
    "__proto__.harmed=1&constructor.prototype.harmed=1",
    "constructor.prototype=1",
    "layers=" + "-".join(["8"] * 400),
    "layers=eight-<b>",
    "z=" + "A" * 100_000,
    "/../../etc/passwd",
    "loss=%E0%A4%A",
    "features=x1,x1",
    "features=",
    "shuffle=perhaps",
    "seed=-1",
]


async def change_much(park: Playground) -> Json:
    """Other data, features, layers and settings by the controls; the spec that comes of it."""
    await park.choose("Data set", "Spiral")
    await park.move("Noise", *["ArrowRight"] * 3)
    await park.button("Feature sin x₁").click()
    await park.button("Add a layer").click()
    await park.box("Activation of layer 1").select_option("ReLU")
    await park.move("Learning rate", "ArrowLeft")
    await park.button("New start").click()
    run = await park.until(lambda run: run["spec"]["optimizer"]["learning_rate"] == 0.01 and run["spec"]["seed"] != 7)
    await park.agrees()
    spec: Json = run["spec"]
    return spec


async def address(park: Playground) -> str:
    """The address, once it says what the run is."""
    await park.page.wait_for_function("() => /learning_rate=0.01/.test(location.hash) && /seed=/.test(location.hash)")
    return urlsplit(park.page.url)._replace(scheme="", netloc="").geturl()


async def test_a_reload_finds_the_run_again_as_it_was(park: Playground) -> None:
    spec = await change_much(park)
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    trained = await park.parameters()
    await address(park)

    await park.page.reload()
    again = await Playground(park.page).ready()

    run = await again.run()
    assert (run["spec"], run["epoch"]) == (spec, 1)
    assert await again.parameters() == trained
    await expect(again.radio("Data set", "Spiral")).to_be_checked()
    await wait_for_store(again.page, "curve.length === 2")


async def test_a_link_opens_the_same_setup_for_somebody_else(park: Playground, visit: Visit) -> None:
    spec = await change_much(park)
    link = await address(park)
    started = await park.parameters()
    assert len(link) < 300

    other = await Playground(await visit(link)).ready()

    assert await other.spec() == spec
    assert (await other.run())["id"] != (await park.run())["id"]
    assert await other.parameters() == started
    await expect(other.page.get_by_text("3 hidden layers")).to_be_visible()


async def test_a_setup_with_given_points_travels_in_a_link_too(park: Playground, visit: Visit) -> None:
    await ask_store(
        park.page,
        "update({dataset: {kind: 'points', task: 'classification', train: [[1, 2, 'a'], [-1, 0.5, 'b']], test: []}})",
    )
    spec = (await park.until_spec(dataset__kind="points"))["spec"]
    await park.page.wait_for_function("() => location.hash.startsWith('#z=')")
    other = await Playground(await visit(f"/#{urlsplit(park.page.url).fragment}")).ready()
    assert await other.spec() == spec


def refusal(park: Playground) -> Locator:
    return park.page.get_by_role("status").filter(has_text="The setup in this link cannot be used")


async def assert_unharmed(park: Playground) -> None:
    assert await park.page.evaluate("[window.harmed, ({}).harmed]") == [None, None]
    assert await refusal(park).locator("img, svg[onload], b").count() == 0


@pytest.mark.parametrize("strange", FROM_STRANGERS.values(), ids=FROM_STRANGERS.keys())
async def test_a_strangers_link_opens_the_usual_setup_and_says_so(visit: Visit, strange: str) -> None:
    park = await Playground(await visit(f"/#{strange}")).ready()
    spec = await park.spec()
    usual = {"kind": "circle", "samples": 500, "noise": 0, "train_fraction": 0.5, "seed": 1}
    assert (spec["dataset"], spec["batch_size"], spec["optimizer"]["learning_rate"]) == (usual, 10, 0.03)
    await expect(refusal(park)).to_be_visible()
    area = await refusal(park).bounding_box()
    assert area
    assert area["height"] < 300
    await assert_unharmed(park)

    await park.button("Close this message").click()
    await expect(refusal(park)).to_have_count(0)
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)


async def test_no_link_of_a_stranger_is_believed(park: Playground) -> None:
    usual = await park.run()
    for strange in MORE_FROM_STRANGERS:
        await park.page.evaluate("(hash) => { location.hash = hash; }", strange)
        await expect(refusal(park), strange[:40]).to_be_visible()
        await assert_unharmed(park)
        await park.button("Close this message").press("Enter")
        await expect(refusal(park)).to_have_count(0)
    assert await park.run() == usual
    await park.page.wait_for_function("() => location.hash === ''")


async def test_what_can_be_used_of_a_strangers_link_is_used(visit: Visit) -> None:
    link = "/#dataset.kind=spiral&dataset.noise=0.9&batch_size=300000&colour=mauve&seed=7&layers=8,8"
    park = await Playground(await visit(link)).ready()
    spec = await park.spec()
    assert (spec["dataset"]["kind"], spec["dataset"]["noise"], spec["batch_size"], spec["seed"]) == ("spiral", 0, 10, 7)
    assert [layer["units"] for layer in spec["layers"]] == [4, 2]
    said = park.page.get_by_role("status").filter(has_text="Some settings in this link cannot be used")
    assert await said.get_by_role("listitem").all_inner_texts() == [
        "Write layers as 8-8.",
        "“colour” is not a setting.",
        "dataset.noise: Give a number from 0 to 0.5; this is too large.",
        "batch_size: Give a whole number from 1 to 10000; this is too large.",
    ]


async def test_another_address_typed_into_the_page_is_taken_up(park: Playground) -> None:
    await park.page.evaluate("location.hash = '#dataset.kind=xor&layers=3'")
    run = await park.until_spec(dataset__kind="xor")
    assert [layer["units"] for layer in run["spec"]["layers"]] == [3]
    await park.page.go_back()
    await park.until_spec(dataset__kind="circle")


async def test_share_copies_the_link(park: Playground) -> None:
    await park.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await change_much(park)
    await address(park)
    await park.button("Share").click()
    await park.page.get_by_role("dialog", name="Share").get_by_role("button", name="Copy link").click()
    await park.toast("Link copied.")
    assert await park.page.evaluate("navigator.clipboard.readText()") == park.page.url


async def test_share_saves_the_setup_as_a_file_and_opens_it_again(park: Playground, tmp_path: Path) -> None:
    spec = await change_much(park)
    menu = park.page.get_by_role("dialog", name="Share")
    saved = tmp_path / "setup.json"
    await park.button("Share").click()
    async with park.page.expect_download() as download:
        await menu.get_by_role("button", name="Save setup as a file").click()
    await (await download.value).save_as(saved)
    assert json.loads(saved.read_text(encoding="utf-8")) == spec

    await park.choose("Data set", "Moons")
    await park.until_spec(dataset__kind="moons")
    await park.button("Share").click()
    await menu.get_by_label("Open setup from a file").set_input_files(saved)
    assert (await park.until_spec(dataset__kind="spiral"))["spec"] == spec

    for content, sentence in {
        "not JSON": "This file holds no setup.",
        '{"batch_size": 0}': "This setup cannot be used.",
    }.items():
        saved.write_text(content, encoding="utf-8")
        await park.button("Share").click()
        await menu.get_by_label("Open setup from a file").set_input_files(saved)
        await expect(park.page.get_by_role("status").get_by_text(sentence)).to_be_visible()
    assert await park.spec() == spec


async def test_share_saves_weights_and_curve(park: Playground) -> None:
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    await park.button("Share").click()
    async with park.page.expect_download() as download:
        await park.page.get_by_role("button", name="Save weights and curve").click()
    saved = json.loads(Path(await (await download.value).path()).read_text(encoding="utf-8"))
    assert saved == await park.rest("/export")
    assert saved["curve"]["step"] == [0, 25]
