"""Clipping: what is short enough passes bit for bit, what is too long is made as long as allowed."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population
from engine.optimizers.clipping import CLIPS
from engine.optimizers.transform import Bench
from tests.engine.descent import Descent, gradients, spec_with
from tests.engine.numeric import make_spec, watched


def step_of(clip: dict[str, Any] | None, gradient: Any, **fields: Any) -> Any:
    """What one step of gradient descent at rate 1 takes away."""
    document = {"kind": "sgd", "learning_rate": 1.0} | ({} if clip is None else {"clip": clip})
    descent = Descent(spec_with(document, **fields))
    descent.theta[:] = 0.0
    return -descent.follow([gradient])[0]


@settings(max_examples=40)
@given(limit=st.floats(1e-3, 1e3), seed=st.integers(0, 1000), size=st.floats(1e-3, 1e3))
def test_by_value_no_component_is_larger_and_small_ones_stay(limit: float, seed: int, size: float) -> None:
    gradient = np.random.default_rng(seed).normal(0, size, 9)
    np.testing.assert_array_equal(
        step_of({"kind": "value", "limit": limit}, gradient), np.clip(gradient, -limit, limit)
    )


@settings(max_examples=40)
@given(limit=st.floats(1e-3, 1e3), seed=st.integers(0, 1000), size=st.floats(1e-3, 1e3))
def test_by_norm_the_direction_stays(limit: float, seed: int, size: float) -> None:
    gradient = np.random.default_rng(seed).normal(0, size, 9)
    clipped, norm = step_of({"kind": "norm", "limit": limit}, gradient), np.linalg.norm(gradient)
    np.testing.assert_allclose(clipped, gradient * min(1.0, limit / norm), rtol=1e-12)
    if norm < limit:
        np.testing.assert_array_equal(clipped, gradient)


@pytest.mark.parametrize("kind", ["value", "norm"])
def test_each_replica_has_its_own_limit_and_its_own_norm(kind: str) -> None:
    specs = [spec_with({"kind": "momentum", "clip": {"kind": kind, "limit": limit}}) for limit in (0.1, 1.0, 1000.0)]
    slopes = [np.array([g, 2 * g, -g]) for g in gradients(8)]
    together = Descent(*specs).follow(slopes)
    for replica, spec in enumerate(specs):
        alone = Descent(spec).follow([slope[replica] for slope in slopes])
        np.testing.assert_array_equal(alone[0], together[replica])


def test_the_gradient_is_clipped_before_the_optimizer_sees_it() -> None:
    descent = Descent(spec_with({"kind": "momentum", "clip": {"kind": "value", "limit": 0.5}}))
    descent.follow([np.full(9, 100.0)])
    np.testing.assert_array_equal(descent.updates.memory()["velocity"], 0.5)


@pytest.mark.parametrize("kind", list(CLIPS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_promoted(kind: str, dtype: type) -> None:
    numbers = {name: watched(np.full((2, 3), value), dtype) for name, value in (("limit", 0.5), ("lower", -0.5))}
    theta, gradient, scratch = (watched(np.ones((2, 3)), dtype) for _ in range(3))
    update = gradient
    for link in CLIPS[kind].chain:
        calls, update = link.bind(Bench(theta, gradient, scratch, {}, numbers), update)
        for call in calls:
            call()
    assert update.dtype == dtype


def test_clipping_keeps_a_run_from_breaking() -> None:
    """Squared error at a learning rate that blows up: with the gradient's length bounded, every step is too."""
    fields: dict[str, Any] = {"dataset": {"kind": "plane", "samples": 100}, "features": ["x1_squared", "x2_squared"]}
    free = make_spec((8,), "relu", **fields, optimizer={"learning_rate": 10.0})
    bounded = free.merge({"optimizer": {"clip": {"kind": "norm", "limit": 0.01}}})
    with np.errstate(all="ignore"):
        broken, whole = (Population([spec]) for spec in (free, bounded))
        broken.advance_epochs(20)
        whole.advance_epochs(20)
    assert broken.diverged[0]
    assert not whole.diverged[0]


def test_runs_clipped_in_different_ways_do_not_train_together() -> None:
    clips = [{"kind": "value"}, {"kind": "norm"}, None]
    specs = [make_spec(optimizer={"clip": clip} if clip else {}) for clip in clips]
    for one, other in ((0, 1), (1, 2)):
        with pytest.raises(ValueError, match="population"):
            Population([specs[one], specs[other]])
