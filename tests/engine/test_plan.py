"""Plans: nothing is allocated in a step, nothing leaves its precision, and every buffer is where it should be."""

import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.activations import TRAINABLE
from engine.layers.layer import Batch
from engine.looking import look
from engine.losses import LOSSES
from engine.network import Network
from engine.plan import ForwardPlan, TrainingPlan
from engine.spec import RunSpec
from engine.types import Array
from tests.engine.descent import trainer_of
from tests.engine.numeric import make_spec
from tests.engine.strategies import layer_lists

KILOBYTE = 1024
REGULARIZERS = ("none", "l1", "l2")


def mixed(count: int, **fields: Any) -> list[RunSpec]:
    """Replicas with different regularizers and rates."""
    return [
        make_spec(
            (5, 3),
            seed=seed,
            regularizer={"kind": REGULARIZERS[seed % 3], "rate": 0.001 * seed},
            batch_size=1,
            **fields,
        )
        for seed in range(count)
    ]


@pytest.mark.parametrize("activation", [*TRAINABLE, "softmax"])
@pytest.mark.parametrize("sizes", [(2200, 2200), (2200, 2400)], ids=["aligned", "staged"])
def test_a_thousand_steps_allocate_nothing(activation: str, sizes: tuple[int, int]) -> None:
    hidden = "tanh" if activation == "softmax" else activation
    layers = [{"units": 4, "activation": hidden}, {"units": 3, "activation": hidden, "inputs": ["features", "layer1"]}]
    kind = "three_blobs" if activation == "softmax" else "circle"
    specs = [
        make_spec(
            dataset={"kind": kind, "samples": size},
            layers=layers,
            batch_size=1,
            regularizer={"kind": regularizer, "rate": 0.001},
        )
        for size, regularizer in zip(sizes, ("l1", "l2"), strict=True)
    ]
    trainer, _ = trainer_of(*specs)
    trainer.run(50)
    kept, peak = zip(*(allocated_by(lambda: trainer.run(1000)) for _ in range(3)), strict=True)
    assert median(kept) < 2 * KILOBYTE
    assert median(peak) < 8 * KILOBYTE


def test_looking_takes_no_scratch_memory_for_layers_side_by_side() -> None:
    network = Network(make_spec(layers=[{"units": 8}] * 6))
    plan = ForwardPlan(network, np.zeros((3, network.parameters), np.float32), 100)
    assert plan.nodes.scratch.size == 3 * (8 + 1) * 100


def allocated_by(doing: Callable[[], object]) -> tuple[int, int]:
    """Bytes that are kept, and the most at a time. Other threads of the test run may allocate too, now and then."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        doing()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, peak - before


def arrays_in(value: Any) -> list[Array]:
    if isinstance(value, np.ndarray):
        return [value]
    return [array for part in getattr(value, "args", ()) for array in arrays_in(part)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_buffer_of_a_step_has_the_precision_of_the_run(dtype: str) -> None:
    trainer, updates = trainer_of(*mixed(3, dtype=dtype))
    calls = [*trainer._staged, *next(updates.calls(1, trainer.batches))]
    kinds = {array.dtype.name for call in calls for array in arrays_in(call)}
    assert kinds == {dtype}


@settings(max_examples=40)
@given(layers=layer_lists(), output=st.sampled_from([*TRAINABLE, "softmax"]), seed=st.integers(0, 2**32 - 1))
def test_the_forward_pass_agrees_with_the_one_written_for_reading(
    layers: list[dict[str, Any]], output: str, seed: int
) -> None:
    kind = "three_blobs" if output == "softmax" else "circle"
    spec = RunSpec.from_dict(
        {"dataset": {"kind": kind}, "layers": layers, "output": {"activation": output}, "loss": "squared_error"}
    )
    network = Network(spec)
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 0.5, (2, network.parameters))
    points = rng.uniform(-2, 2, (7, 2))
    plan = ForwardPlan(network, theta, 7)
    for call in plan.compile(np.vstack([points.T, np.ones(7)])):
        call()
    np.testing.assert_allclose(plan.values, look(network, theta, points)[-1].outputs, rtol=1e-11, atol=1e-12)


def test_with_logits_the_output_keeps_its_sums() -> None:
    network = Network(make_spec((3,)))
    theta = np.random.default_rng(1).normal(size=(1, network.parameters))
    points = np.array([[1.0, -2.0], [0.5, 3.0]])
    plan = ForwardPlan(network, theta, 2, logits=True)
    for call in plan.compile(np.vstack([points.T, np.ones(2)])):
        call()
    np.testing.assert_allclose(plan.values, look(network, theta, points)[-1].sums, rtol=1e-12)


def test_the_row_of_ones_survives_training() -> None:
    spec = make_spec((4, 3), dtype="float64")
    network = Network(spec)
    theta, grad = np.random.default_rng(2).normal(size=(2, 2, network.parameters))
    plan = TrainingPlan(network, theta, grad, 5, LOSSES[spec.loss])
    batch = Batch(np.ones((2, 3, 5)), np.zeros((2, 1, 5)), np.array(0.2))
    for _ in range(3):
        for call in plan.compile(batch):
            call()
    for output in plan.nodes.outputs[:-1]:
        np.testing.assert_array_equal(output[:, -1], 1.0)
