"""How the network learns: what every control of the bar and of More does to the run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from playwright.async_api import expect

from tests.support.browser import STORE, wait_for_store
from tests.support.playground import Playground

ACTIVATIONS = {
    "Linear": "linear",
    "Sigmoid": "sigmoid",
    "ReLU": "relu",
    "Leaky ReLU": "leaky_relu",
    "ELU": "elu",
    "Softplus": "softplus",
    "Sine": "sine",
    "SiLU": "silu",
    "GELU": "gelu",
    "tanh": "tanh",
}


async def train_a_little(park: Playground) -> dict[str, Any]:
    await park.button("Step").click()
    await park.until(lambda run: run["epoch"] == 1)
    return await park.parameters()


async def test_learning_rate_moves_on_a_logarithmic_scale_and_keeps_the_weights(park: Playground) -> None:
    trained = await train_a_little(park)
    await park.move("Learning rate", "ArrowRight")
    await park.until_spec(optimizer__learning_rate=0.1)
    await park.move("Learning rate", "Home")
    await park.until_spec(optimizer__learning_rate=1e-5)
    await park.drag("Learning rate", 0.5)
    run = await park.until(lambda run: run["spec"]["optimizer"]["learning_rate"] == 0.01)

    assert run["step"] == 25
    assert await park.parameters() == trained
    await park.page.get_by_role("slider", name="Learning rate").dblclick()
    await park.until_spec(optimizer__learning_rate=0.03)


async def test_learning_rate_changed_while_training_shows_in_the_next_frame_and_keeps_the_weights(
    park: Playground,
) -> None:
    await park.play()
    await park.until(lambda run: run["epoch"] >= 2)
    await park.page.evaluate(
        f"""async () => {{
          const {{ frame, spec }} = {STORE};
          window.seen = [];
          frame.subscribe((now) => window.seen.push([now.header.step, spec.value.optimizer.learning_rate]));
        }}"""
    )
    await park.move("Learning rate", "Home")
    changed = await park.until(lambda run: run["changes"])
    await park.page.wait_for_function(
        "(step) => window.seen.some(([at, rate]) => at > step && rate === 1e-5)", arg=changed["changes"][0]["step"]
    )
    held = await park.pause()

    change = held["changes"][0]
    assert (change["pointer"], change["from"], change["to"]) == ("/optimizer/learning_rate", 0.03, 1e-5)
    assert (held["generation"], held["spec"]["optimizer"]["learning_rate"]) == (0, 1e-5)
    seen = await park.page.evaluate("window.seen")
    assert {rate for step, rate in seen if step > change["step"]} == {1e-5}, "a later frame showed the old rate"
    curve = await park.rest("/metrics")
    losses = dict(zip(curve["step"], curve["train"], strict=True))
    at_change = max(step for step in losses if step <= change["step"])
    later = [loss for step, loss in losses.items() if step > change["step"]]
    assert all(abs(loss - losses[at_change]) < 0.02 for loss in later), "the weights were not kept"


async def test_activation_for_all_layers(park: Playground) -> None:
    for word, name in ACTIVATIONS.items():
        await park.box("Activation").select_option(word)
        run = await park.until(
            lambda run, name=name: [layer["activation"] for layer in run["spec"]["layers"]] == [name] * 2
        )
        assert [layer["activation"] for layer in run["network"]["layers"]] == [name, name, "sigmoid"]
        await park.agrees()
    offered = await park.box("Activation").locator("option").all_text_contents()
    assert {*offered} - {"Mixed"} == {*ACTIVATIONS}, "what gradients cannot train is not offered"


async def test_activation_of_one_layer(park: Playground) -> None:
    await park.box("Activation of layer 1").select_option("ReLU")
    run = await park.until(lambda run: run["spec"]["layers"][0]["activation"] == "relu")

    assert run["spec"]["layers"][1]["activation"] == "tanh"
    await expect(park.box("Activation")).to_have_value("mixed")
    values = (await park.probe("activations", point="2,1"))["a"]["data"]
    inputs = (await park.probe("activations", point="2,1"))["z"]["data"]
    assert values[:4] == [max(0, z) for z in inputs[:4]]
    assert values[4:6] == pytest.approx([math.tanh(z) for z in inputs[4:6]], abs=1e-6)


async def test_loss_and_output_activation(park: Playground) -> None:
    assert "Reconstruction" not in await park.box("Loss").inner_text()
    await park.box("Loss").select_option("Squared error")
    await park.until_spec(loss="squared_error")
    await park.button("More").click()
    for word in ("Sigmoid", "Linear", "tanh"):
        await park.box("Output activation").select_option(word)
        run = await park.until_spec(output__activation=ACTIVATIONS[word])
        assert run["network"]["layers"][-1]["activation"] == ACTIVATIONS[word]

    shown = (await park.rest("/probes/activations", point="1,1"))["arrays"]
    assert shown["a"]["data"][-1] == pytest.approx(math.tanh(shown["z"]["data"][-1]), abs=1e-6)
    await park.page.keyboard.press("Escape")
    await park.box("Loss").select_option("Hinge")
    await park.until_spec(loss="hinge", output__activation="linear")
    await park.box("Loss").select_option("Cross-entropy")
    await park.until_spec(loss="cross_entropy", output__activation="sigmoid")


async def test_regularisation_kind_and_rate(park: Playground) -> None:
    await park.button("Regularisation: None").click()
    rate = park.page.get_by_role("slider", name="Regularisation rate")
    await expect(rate).to_be_disabled()
    await park.choose("Regularisation", "L1")
    await park.until_spec(regularizer__kind="l1", regularizer__rate=0.001)
    await park.choose("Regularisation", "L2")
    await park.until_spec(regularizer__kind="l2", regularizer__rate=0.001)
    await rate.press("End")
    await park.until_spec(regularizer__kind="l2", regularizer__rate=10)
    await park.page.keyboard.press("Escape")
    await expect(park.button("Regularisation: L2 · 10")).to_be_visible()

    before = await park.parameters()
    await train_a_little(park)
    after = await park.parameters()
    assert sum(map(abs, _all(after))) < 0.1 * sum(map(abs, _all(before)))

    await park.button("Regularisation: L2 · 10").click()
    await park.choose("Regularisation", "None")
    await park.until_spec(regularizer__kind="none")


def _all(parameters: dict[str, Any]) -> list[float]:
    """Every weight, in one list."""
    return [weight for layer in parameters["weights"] for unit in layer for weight in unit]


async def test_first_weights_their_spread_bias_and_seed(park: Playground) -> None:
    await park.button("More").click()
    await park.box("First weights").select_option("Constant")
    await park.until_spec(initializer__kind="constant", initializer__scale=0.1)
    assert _all(await park.parameters()) == pytest.approx([0.1] * 18)
    await park.move("Spread of the first weights", "End")
    await park.until_spec(initializer__scale=5)
    await park.box("First weights").select_option("Uniform")
    await park.until_spec(initializer__kind="uniform", initializer__scale=0.5)

    bias = park.page.get_by_role("textbox", name="Bias at the start")
    for allowed in (100, -100):
        await bias.fill(str(allowed))
        await bias.press("Enter")
        await park.until_spec(initializer__bias=allowed)
    await bias.fill("101")
    await bias.press("Enter")
    await expect(bias).to_have_value("-100")
    await bias.fill("0.25")
    await bias.press("Enter")
    await park.until_spec(initializer__bias=0.25)
    assert (await park.parameters())["biases"] == [[0.25] * 4, [0.25] * 2, [0.25]]

    first = await park.parameters()
    seed = park.page.get_by_role("textbox", name="Seed", exact=True)
    await seed.fill("11")
    await seed.press("Enter")
    await park.until_spec(seed=11)
    other = await park.parameters()
    assert other != first
    assert all(abs(weight) <= 0.5 for weight in _all(other))
    await seed.fill("seven")
    await seed.press("Enter")
    await expect(seed).to_have_value("11")
    await park.button("New start with a new seed").click()
    await park.until(lambda run: run["spec"]["seed"] != 11)


async def test_shuffle_and_precision(park: Playground) -> None:
    await park.button("More").click()
    await park.switch("New order every epoch").uncheck(force=True)
    await park.until_spec(shuffle=False)
    await park.choose("Precision", "64 bit")
    await park.until_spec(dtype="float64")
    weights = np.array(_all(await park.parameters()))
    assert (weights != weights.astype(np.float32)).any()

    ordered = [await _losses_after_an_epoch(park) for _ in range(2)]
    assert ordered[0] == ordered[1]
    await park.switch("New order every epoch").check(force=True)
    await park.until_spec(shuffle=True)
    assert await _losses_after_an_epoch(park) != ordered[0]


async def _losses_after_an_epoch(park: Playground) -> Any:
    await park.page.keyboard.press("Escape")
    await park.button("Start over").click()
    await park.until(lambda run: run["step"] == 0)
    await park.button("Step").click()
    losses = (await park.until(lambda run: run["epoch"] == 1))["losses"]
    await park.button("More").click()
    return losses


async def test_a_change_leaves_a_marker_on_the_loss_chart(park: Playground) -> None:
    for _ in range(3):
        await park.page.keyboard.press(".")
    await park.until(lambda run: run["epoch"] == 3)
    await park.agrees()
    await wait_for_store(park.page, "curve.length === 4")
    chart = ".losschart canvas"
    assert (await park.picture(chart, "green"))["count"] == 0
    await park.move("Learning rate", "ArrowLeft")
    run = await park.until(lambda run: run["changes"])

    assert [(change["epoch"], change["label"]) for change in run["changes"]] == [(3, "rate 0.03 → 0.01")]
    await park.until_picture(chart, lambda shown: shown["count"] > 50, "green")


async def test_each_kind_of_change_is_noted_in_its_own_words(park: Playground) -> None:
    await train_a_little(park)
    await park.move("Batch size", "ArrowRight")
    await park.move("Noise", "ArrowRight")
    await park.move("Share used for training", "ArrowRight")
    await park.move("Points", "ArrowRight")
    await park.button("Draw new points").click()
    await park.button("Regularisation: None").click()
    await park.choose("Regularisation", "L2")
    await park.page.keyboard.press("Escape")
    await park.button("More").click()
    await park.switch("New order every epoch").uncheck(force=True)

    run = await park.until_spec(shuffle=False)
    assert {change["label"] for change in run["changes"]} == {
        "batch 10 → 16",
        "noise 0 % → 1 %",
        "train share 50 % → 55 %",
        "points 500 → 600",
        "new data",
        "L2 0.001",
        "shuffle off",
    }
    assert {change["epoch"] for change in run["changes"]} == {1}
    assert (run["generation"], run["step"]) == (0, 25)
