"""A run that diverges: the page says why, that nothing is lost, and gets it going again."""

from __future__ import annotations

import math

import pytest
from playwright.async_api import expect

from tests.support.browser import ask_store, wait_for_store
from tests.support.playground import Json, Playground

UNREAL = r"""() => {
  const unreal = /\bNaN\b|Infinity|∞|undefined/;
  window.unreal = [];
  const look = () => {
    const words = document.body.innerText.match(unreal);
    const marks = document.querySelector("main").outerHTML.match(unreal);
    if (words || marks) window.unreal.push((words ?? marks).input.slice(0, 200));
  };
  look();
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document.body, everything);
}"""


async def diverge(park: Playground) -> Json:
    """Three good epochs of the plane, then steps that are far too big."""
    await park.choose("Task", "Regression")
    await park.until_spec(dataset__kind="plane")
    await park.move("Learning rate", "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    for epoch in (1, 2, 3):
        await park.button("Step").click()
        await park.until(lambda run, epoch=epoch: run["epoch"] == epoch)
    await park.move("Learning rate", "End")
    await park.until_spec(optimizer__learning_rate=10)
    await park.button("Play").click()
    return await park.until(lambda run: run["state"] == "diverged")


@pytest.fixture
async def trouble(park: Playground) -> Json:
    """The diverged run's document; the page has taken it in."""
    await park.page.evaluate(UNREAL)
    document = await diverge(park)
    await wait_for_store(park.page, "state.value === 'diverged'")
    return document


async def test_diverged_run_stops_and_says_why(park: Playground, trouble: Json) -> None:
    card = park.page.get_by_role("alert")
    await expect(card.get_by_role("heading")).to_have_text("The steps got too big")
    for words in (
        "At a learning rate of 10, every step jumps across the valley and lands higher than before.",
        "Nothing is lost: the weights from just before are kept.",
    ):
        await expect(card).to_contain_text(words)
    for name in ("Play", "Step"):
        await expect(park.button(name)).to_be_disabled()
        await expect(park.button(name)).to_have_attribute(
            "title", "Training has diverged. Go back or start over first."
        )
    await expect(park.page.locator(".stat-bad .stat-value")).to_have_text(["too large", "too large"])
    good = trouble["diagnosis"]["last_good_step"]
    await expect(park.page.get_by_text(f"Last good picture, step {good}")).to_be_visible()

    document = await park.run()
    assert (document["state"], document["step"]) == ("diverged", trouble["step"])
    assert trouble["step"] > good >= 0


async def test_numbers_stay_finite_everywhere(park: Playground, trouble: Json) -> None:
    await expect(park.page.get_by_role("alert")).to_be_visible()
    await park.unit(1, 1).click()
    await park.page.get_by_role("application", name="The network over").hover()
    assert await park.page.evaluate("window.unreal") == []

    curve = await park.rest("/metrics")
    values = [value for name in ("step", "epoch", "train", "test") for value in curve[name]]
    parameters = await park.parameters()
    values += [weight for layer in parameters["weights"] for unit in layer for weight in unit]
    assert values
    assert all(math.isfinite(value) for value in values)
    assert await ask_store(park.page, "[...curve.train, ...curve.test].every(Number.isFinite)")


async def test_remedy_goes_back_and_trains_on(park: Playground, trouble: Json) -> None:
    kept = await park.parameters()
    remedy = trouble["diagnosis"]["remedies"][0]
    rate = remedy["patch"]["optimizer"]["learning_rate"]
    await park.button(remedy["label"]).click()
    back = await park.until(lambda run: run["state"] == "paused")

    assert back["spec"]["optimizer"]["learning_rate"] == rate < 10
    assert (back["generation"], back["diagnosis"]) == (trouble["generation"], None)
    assert await park.parameters() == kept
    assert math.isfinite(back["losses"]["train"])
    await expect(park.page.get_by_role("alert")).to_be_hidden()
    await park.play()
    later = await park.until(lambda run: run["epoch"] > back["epoch"] + 5)
    assert later["losses"]["train"] <= back["losses"]["train"]
    await expect(park.page.get_by_text("too large")).to_have_count(0)
    assert await park.page.evaluate("window.unreal") == []


async def test_start_over_begins_again_from_the_same_weights(park: Playground, trouble: Json) -> None:
    card = park.page.get_by_role("alert")
    await card.get_by_role("button", name="Start over").click()
    run = await park.until(lambda run: run["state"] == "paused")

    assert (run["step"], run["generation"], run["diagnosis"]) == (0, trouble["generation"] + 1, None)
    await expect(card).to_be_hidden()
    await wait_for_store(park.page, "curve.length === 1")
    first = await park.parameters()
    await park.move("Learning rate", *["ArrowLeft"] * 6)
    await park.until_spec(optimizer__learning_rate=0.01)
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    await park.button("Start over").click()
    await park.until(lambda run: run["step"] == 0)
    assert await park.parameters() == first


async def test_lower_rate_by_hand_is_a_remedy_too(park: Playground, trouble: Json) -> None:
    await expect(park.page.locator(".slider-bad .slider-suggestion")).to_be_visible()
    kept = await park.parameters()
    await park.move("Learning rate", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    run = await park.until_spec(optimizer__learning_rate=0.01)

    assert (run["state"], run["generation"], run["diagnosis"]) == ("paused", trouble["generation"], None)
    assert await park.parameters() == kept
    await expect(park.page.get_by_role("alert")).to_be_hidden()
    await park.play()
    await park.until(lambda now: now["step"] > run["step"] + 600 and math.isfinite(now["losses"]["train"]))
