"""Optimizers, each held against its own rule written out step by step, and against each other."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population
from engine.optimizers import OPTIMIZERS
from engine.optimizers.transform import Bench
from engine.types import Array, Float64Array
from tests.engine.descent import Descent, gradients, spec_with
from tests.engine.numeric import make_spec, watched

Rule = Callable[[Float64Array, list[Float64Array], dict[str, float]], Float64Array]
WEIGHTS = np.array([1, 1, 1, 1, 0, 0, 1, 1, 0], np.float64)
"""Of 2-2-1: the weights into two units, their biases, the weights into the output, its bias."""


def sgd(w: Float64Array, slopes: list[Float64Array], n: dict[str, float]) -> Float64Array:
    for g in slopes:
        w = w - n["learning_rate"] * g
    return w


def momentum(w: Float64Array, slopes: list[Float64Array], n: dict[str, float]) -> Float64Array:
    v = np.zeros_like(w)
    for g in slopes:
        v = n["momentum"] * v + g
        w = w - n["learning_rate"] * v
    return w


def classic_momentum(w: Float64Array, slopes: list[Float64Array], n: dict[str, float]) -> Float64Array:
    change = np.zeros_like(w)
    for g in slopes:
        change = -n["learning_rate"] * g + n["momentum"] * change
        w = w + change
    return w


def nesterov(w: Float64Array, slopes: list[Float64Array], n: dict[str, float]) -> Float64Array:
    """The gradients are those at the place looked ahead to, and so are the parameters that are kept."""
    behind, v = w.copy(), np.zeros_like(w)
    for g in slopes:
        v = n["momentum"] * v - n["learning_rate"] * g
        behind = behind + v
    return behind + n["momentum"] * v


def adagrad(w: Float64Array, slopes: list[Float64Array], n: dict[str, float]) -> Float64Array:
    total = np.zeros_like(w)
    for g in slopes:
        total = total + g**2
        w = w - n["learning_rate"] * g / (np.sqrt(total) + n["epsilon"])
    return w


def rmsprop(w: Float64Array, slopes: list[Float64Array], n: dict[str, float]) -> Float64Array:
    mean = np.zeros_like(w)
    for g in slopes:
        mean = n["rho"] * mean + (1 - n["rho"]) * g**2
        w = w - n["learning_rate"] * g / (np.sqrt(mean) + n["epsilon"])
    return w


def adamw(w: Float64Array, slopes: list[Float64Array], n: dict[str, float]) -> Float64Array:
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(slopes, start=1):
        w = w * (1 - n["learning_rate"] * n.get("weight_decay", 0.0) * WEIGHTS)
        m = n["beta1"] * m + (1 - n["beta1"]) * g
        s = n["beta2"] * s + (1 - n["beta2"]) * g**2
        mean, size = m / (1 - n["beta1"] ** t), s / (1 - n["beta2"] ** t)
        w = w - n["learning_rate"] * mean / (np.sqrt(size) + n["epsilon"])
    return w


RULES: dict[str, Rule] = {
    "sgd": sgd,
    "momentum": momentum,
    "classic_momentum": classic_momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adamw,
    "adamw": adamw,
}


def numbers(kind: str, seed: int = 0) -> dict[str, Any]:
    """An optimizer's document: its defaults for seed 0, else other numbers within their bounds."""
    document: dict[str, Any] = {"kind": kind, "learning_rate": 0.03 * (1 + seed % 7)}
    for number in OPTIMIZERS[kind].hyperparameters:
        share = seed % 5 / 10
        document[number.name] = number.bounds.default * (1 - share) + min(number.bounds.maximum, 0.5) * share
    return document


def test_every_optimizer_has_its_rule_here() -> None:
    assert list(RULES) == list(OPTIMIZERS)


@settings(max_examples=25)
@given(seed=st.integers(0, 40), steps=st.integers(1, 12))
@pytest.mark.parametrize("kind", list(RULES))
def test_an_optimizer_follows_its_rule(kind: str, seed: int, steps: int) -> None:
    document = numbers(kind, seed)
    descent, slopes = Descent(spec_with(document), seed=seed), gradients(steps, seed=seed)
    start = descent.theta[0].copy()
    np.testing.assert_allclose(descent.follow(slopes)[0], RULES[kind](start, slopes, document), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_replicas_with_different_numbers_do_not_mix(kind: str) -> None:
    specs = [spec_with(numbers(kind, seed)) for seed in range(5)]
    slopes = gradients(9)
    together = Descent(*specs).follow(slopes)
    for replica, spec in enumerate(specs):
        np.testing.assert_array_equal(Descent(spec).follow(slopes)[0], together[replica])
    assert len({row.tobytes() for row in together}) == 5


def test_the_two_forms_of_momentum_are_one_after_rescaling() -> None:
    """v ← βv + ∇L, x ← x − αv, and Δw(n+1) = ηδy + αΔw(n): the last step is the velocity times the learning rate."""
    one, other = (Descent(spec_with(numbers(kind))) for kind in ("momentum", "classic_momentum"))
    for slope in gradients(30):
        np.testing.assert_allclose(one.follow([slope]), other.follow([slope]), rtol=1e-12)
        velocity, last = one.updates.memory()["velocity"], other.updates.memory()["last_step"]
        np.testing.assert_allclose(0.03 * velocity, last, rtol=1e-12)


def test_the_two_forms_of_momentum_part_when_the_learning_rate_changes() -> None:
    """A velocity takes up the new rate at once, a last step is still of the old one."""
    paths = []
    for kind in ("momentum", "classic_momentum"):
        descent = Descent(spec_with(numbers(kind)))
        before = descent.follow(gradients(5))
        descent.updates.set([spec_with(numbers(kind) | {"learning_rate": 0.0001})])
        paths.append(np.abs(descent.follow([np.zeros(9)]) - before).max())
    assert paths[1] > 100 * paths[0]


@pytest.mark.parametrize("kind", ["momentum", "classic_momentum", "nesterov"])
def test_no_momentum_is_gradient_descent(kind: str) -> None:
    slopes = gradients(6)
    plain = Descent(spec_with({"kind": "sgd"})).follow(slopes)
    np.testing.assert_array_equal(Descent(spec_with({"kind": kind, "momentum": 0.0})).follow(slopes), plain)


@pytest.mark.parametrize("kind", ["adam", "adamw", "adagrad"])
@given(size=st.floats(1e-3, 1e3))
@settings(max_examples=20)
def test_a_first_step_is_as_long_as_the_learning_rate(kind: str, size: float) -> None:
    """The correction for the first steps makes Adam's first that of a running mean that has long been there."""
    document = {"kind": kind, "epsilon": 1e-10} | ({"weight_decay": 0.0} if kind == "adamw" else {})
    descent = Descent(spec_with(document))
    before = descent.theta.copy()
    np.testing.assert_allclose(descent.follow([np.full(9, size)]), before - 0.03, rtol=1e-5)


def test_too_much_weight_decay_makes_weights_zero_and_turns_no_sign() -> None:
    descent = Descent(spec_with({"kind": "adamw", "learning_rate": 1000.0, "weight_decay": 1000.0}))
    before = descent.theta.copy()
    after = descent.follow([np.zeros(9)])
    np.testing.assert_array_equal(after, before * (1 - WEIGHTS))


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_allocated_or_promoted(kind: str, dtype: type) -> None:
    """The arrays refuse to meet another precision and to be computed with into a new one."""
    entry = OPTIMIZERS[kind]
    names = {name for link in entry.chain for name in (*link.numbers, *link.pulls)}
    rows = {name: watched(np.full((2, 3), 0.5), dtype) for name in names}
    state = {row.name: watched(np.zeros((2, 3)), dtype) for row in entry.state}
    theta, gradient, scratch = (watched(np.ones((2, 3)), dtype) for _ in range(3))
    bench = Bench(theta, gradient, scratch, state, rows)
    update: Array = gradient
    for link in entry.chain:
        calls, update = link.bind(bench, update)
        for call in calls:
            call()
    assert (np.asarray(theta) < 1).all()
    assert all((np.asarray(row) != 0).all() for row in state.values())


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_an_optimizer_learns_the_circle(kind: str) -> None:
    spec = make_spec((4, 2), dataset={"kind": "circle", "samples": 200}, optimizer={"kind": kind})
    population = Population([spec])
    before = population.losses()["train"][0]
    population.advance_epochs(60)
    assert population.losses()["train"][0] < 0.7 * before


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_its_rows_are_counted(kind: str) -> None:
    entry = OPTIMIZERS[kind]
    descent = Descent(spec_with({"kind": kind}))
    assert len(descent.updates.memory()) == len(entry.state)
    assert entry.rows == len(entry.state) + len(descent.updates.numbers())
