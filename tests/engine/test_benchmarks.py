"""Benchmarks: they can be started, and what they time is the engine's own training."""

import subprocess
import sys

import numpy as np
import pytest

from benchmarks import costs, digits, learning, measure
from benchmarks.engine import SHAPES, STEPS_PER_EPOCH, make_spec
from benchmarks.landscape import DIGITS, SURFACES, landscape_seconds
from benchmarks.layers import MODULES, RecurrentStep, recurrent_peer
from benchmarks.measure import cpu_seconds, machine, table
from benchmarks.peers import sklearn_epoch, torch_epoch
from benchmarks.pretraining import compare
from engine import Population, RunSpec
from engine.batches import make_table
from engine.layers import KINDS
from engine.pretraining import Pretraining


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "engine" in result.stderr


def test_the_shapes_are_those_promised() -> None:
    assert list(SHAPES.values()) == [(4, 2), (8, 8, 8), (8, 8, 8, 8, 8, 8)]
    for hidden in SHAPES.values():
        population = Population([make_spec(hidden)])
        assert population.steps_per_epoch.tolist() == [STEPS_PER_EPOCH]
        assert (len(population.tables[0].train), len(population.tables[0].test)) == (250, 250)


def test_time_is_that_of_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that only the work moves; the first call warms up and is not counted."""
    clock, calls = 0.0, 0

    def work() -> None:
        nonlocal clock, calls
        clock += 0.03 if calls else 5.0
        calls += 1

    monkeypatch.setattr(measure.time, "process_time", lambda: clock)
    assert cpu_seconds(work, repeats=3) == pytest.approx(0.03)
    assert calls * 0.03 > 3 * measure.LEAST_SECONDS


def test_landscapes_are_of_the_networks_promised() -> None:
    for document, examples, _ in SURFACES.values():
        spec = RunSpec.from_dict(document)
        assert len(make_table(spec).train) == examples
        assert landscape_seconds(spec, points=2) > 0.0
    assert [wire.units for wire in RunSpec.from_dict(DIGITS).wires] == [32, 10]


def test_pretraining_is_compared_with_a_random_start() -> None:
    found = compare((1,), epochs=1, plan=Pretraining(epochs=1))
    assert [values.shape for values in found.values()] == [(1,), (1,)]


def test_the_machine_has_a_name() -> None:
    assert "cores" in machine()


def test_a_table_is_markdown() -> None:
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_peers_learn_or_are_not_installed() -> None:
    inputs = np.random.default_rng(1).normal(size=(40, 2))
    labels = (inputs[:, 0] > 0).astype(np.float64)
    for make in (torch_epoch, sklearn_epoch):
        peer = make((4,), inputs, labels)
        if peer is not None:
            name, epoch = peer
            assert name
            epoch()


@pytest.mark.parametrize("kind", MODULES)
def test_a_recurrent_step_goes_downhill(kind: str) -> None:
    step = RecurrentStep(kind)
    step.run()
    before = step.loss()
    for _ in range(20):
        step.run()
    assert step.loss() < 0.99 * before


@pytest.mark.parametrize("kind", MODULES)
def test_the_recurrent_peer_is_named_or_not_installed(kind: str) -> None:
    peer = recurrent_peer(kind)
    if peer is not None:
        name, step = peer
        step()
        assert name.startswith("PyTorch")


@pytest.mark.parametrize("name", learning.TASKS)
def test_what_is_to_be_learned_can_be_trained(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its measure is a number for each seed; the full lengths are the benchmark's own business."""
    preset = learning.PRESETS[name]
    data = preset.document["dataset"]
    few = preset.document | {"dataset": data if "samples" not in data else data | {"samples": 200}}
    monkeypatch.setitem(learning.PRESETS, name, learning.Preset(few, 1))
    measure, _, target = learning.TASKS[name]
    result = measure(name, (0, 3))
    assert result.values.shape == (2,)
    assert np.isfinite(result.values).all()
    assert result.seconds > 0.0
    assert target


def test_every_preset_is_measured_and_says_its_spread() -> None:
    assert set(learning.TASKS) == set(learning.PRESETS)
    result = learning.Result(np.array([0.5, 1.0]), 0.1)
    assert result.in_words(percent=True) == "75.0 % (50.0 … 100.0)"
    assert result.in_words(percent=False) == "0.750 (0.500 … 1.000)"


@pytest.mark.parametrize("name", digits.NETWORKS)
def test_the_digit_networks_train_the_same_thing_in_pytorch(name: str) -> None:
    digits.make_step(name, 20, 2)()
    peer = digits.torch_step(name, 20)
    if peer is not None:
        peer[1]()
    assert all((name, batch) in digits.TARGETS for batch in digits.BATCHES)


def test_contestants_take_turns_and_one_may_be_missing() -> None:
    order: list[str] = []
    first, missing, last = digits.in_turns([lambda: order.append("a"), None, lambda: sum(range(999))], 1)
    assert order
    assert missing is None
    assert first is not None
    assert last is not None


def test_every_kind_of_layer_has_its_cost() -> None:
    assert {spec.kind for spec, _, _ in costs.CASES.values()} == set(KINDS)
    for spec, sources, limit in costs.CASES.values():
        assert limit
        for call in costs.passes(spec, sources):
            call()


def test_both_networks_that_copy_are_trained_alike() -> None:
    lstm, simple = (learning.PRESETS[f"copy, {name}"] for name in ("LSTM", "simple RNN"))
    assert lstm.epochs == simple.epochs
    assert {name for name in lstm.document if lstm.document[name] != simple.document[name]} == {"layers"}
