"""Sizes: what a run takes is known before anything is allocated, and what would take too much is refused by then."""

import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population, RunSpec, SpecError, cost, limits
from engine.evaluation import CHUNK_NUMBERS, chunk_size
from engine.layers import KINDS
from engine.layers.tape import Tape
from engine.losses import LOSSES
from engine.network import Network, numbers_at_once, numbers_of_a_batch
from engine.plan import TrainingPlan
from engine.training import replica_blocks
from engine.updates import Updates

Document = dict[str, Any]

BATCH = 300
FIXED_BYTES = 60_000
"""Python's own objects for a plan: its calls, views and names."""

BEGINNINGS: dict[str, tuple[Document, list[Document]]] = {
    "units": ({"kind": "circle", "samples": 1000}, [{"kind": "dense", "units": 60}]),
    "image": (
        {"kind": "digits", "samples": 1000},
        [{"kind": "convolution", "filters": 3, "kernel_size": 3, "padding": "same"}],
    ),
    "steps": ({"kind": "adding", "samples": 1000, "length": 6}, [{"kind": "dense", "units": 12}]),
    "words": ({"kind": "copy", "samples": 1000, "length": 8}, []),
}


@contextmanager
def peak() -> Iterator[list[int]]:
    """Bytes: the most that was allocated at a time inside, above what there was."""
    found: list[int] = []
    tracemalloc.start()
    try:
        yield found
        found.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def spec_for(kind: str, beginning: str, skips: bool) -> RunSpec | None:
    """A network with a layer of this kind, or None where it cannot stand there."""
    dataset, first = BEGINNINGS[beginning]
    layer: Document = {"kind": kind} | ({"inputs": ["features", "layer1"]} if skips else {})
    document = {"dataset": dataset, "layers": [*first, layer, {"kind": "flatten"}], "batch_size": BATCH}
    try:
        return RunSpec.from_dict(document)
    except SpecError:
        return None


def bytes_of_training(spec: RunSpec) -> int:
    """What the parameters, the optimizer and a training plan really take."""
    network = Network(spec)
    with peak() as found:
        theta = np.zeros((1, network.parameters), spec.dtype)
        updates = Updates(network, [spec], theta, *np.zeros((2, 1), np.int64))
        plan = TrainingPlan(
            network, theta, updates.gradient, BATCH, LOSSES[spec.loss], Tape([np.random.default_rng(1)]), None
        )
    assert plan.nodes.batch == BATCH
    return found[0]


CASES = [
    (kind, beginning, skips)
    for kind in KINDS
    for beginning in BEGINNINGS
    for skips in (False, True)
    if spec_for(kind, beginning, skips) is not None
]


def test_every_kind_of_layer_is_measured() -> None:
    assert {kind for kind, _, _ in CASES} == set(KINDS)


@pytest.mark.parametrize(("kind", "beginning", "skips"), CASES)
def test_the_cost_is_what_training_takes(kind: str, beginning: str, skips: bool) -> None:
    spec = spec_for(kind, beginning, skips)
    assert spec is not None
    taken = bytes_of_training(spec)
    assert taken <= 1.3 * cost(spec).bytes + FIXED_BYTES
    assert taken >= 0.5 * cost(spec).bytes


@st.composite
def large_networks(draw: st.DrawFn) -> Document:
    """Every number as large as it may be, or nearly, on data as large as they may be."""

    def large(name: str) -> Document:
        fields = {
            field.name: draw(st.integers(int(field.bounds.maximum) // 4 + 1, int(field.bounds.maximum)))
            for field in KINDS[name].KIND.fields
            if field.bounds is not None and field.whole and "stride" not in field.name
        }
        fields |= {"stride": 1} if any(field.name == "stride" for field in KINDS[name].KIND.fields) else {}
        fields |= {"padding": "same"} if name == "convolution" else {}
        return {"kind": name, **fields}

    names = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=limits.MOST_LAYERS))
    dataset = draw(st.sampled_from(["circle", "digits_ink", "adding", "copy", "characters"]))
    sizes: Document = {"digits_ink": {"samples": 1797}}.get(dataset, {"samples": 5000})
    sizes |= {"length": 100} if dataset in ("adding", "copy", "characters") else {}
    batch = draw(st.integers(1, 1797))
    return {"dataset": {"kind": dataset, **sizes}, "layers": [*map(large, names)], "batch_size": batch}


@settings(max_examples=60, deadline=None)
@given(large_networks())
def test_what_is_too_large_is_refused_before_it_is_made(document: Document) -> None:
    """Looking costs next to nothing, and what is let through has a price that a computer can pay."""
    begin = time.process_time()
    with peak() as found:
        try:
            spec = RunSpec.from_dict(document)
        except SpecError:
            spec = None
        taken = None if spec is None else cost(spec)
    assert found[0] < 2_000_000
    assert time.process_time() - begin < 2.0
    if taken is not None:
        assert taken.parameters <= limits.MOST_PARAMETERS
        assert taken.bytes <= 4 * (9 * limits.MOST_PARAMETERS + 6 * limits.MOST_VALUES_IN_A_BATCH)


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"layers": [{"units": 512}] * 16}, "/layers"),
        ({"layers": [{"units": 300}] * 8, "batch_size": 2500, "dataset": {"samples": 5000}}, "/batch_size"),
        (
            {
                "layers": [{"units": 256, "name": f"u{place}"} for place in range(4)]
                + [{"kind": "concatenate", "inputs": [f"u{other}" for other in range(4)]}] * 4,
                "dataset": {"samples": 5000},
                "batch_size": 400,
            },
            "/batch_size",
        ),
        (
            {
                "layers": [{"kind": "convolution", "filters": 8, "kernel_size": 16, "padding": "same"}],
                "dataset": {"kind": "digits_ink"},
                "batch_size": 100,
            },
            "/batch_size",
        ),
    ],
)
def test_the_place_that_is_too_large_is_named(document: Document, pointer: str) -> None:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(document)
    assert pointer in [issue.pointer for issue in caught.value.errors]


def test_data_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"dataset": {"kind": "digits_ink", "samples": 1000}, "loss": "reconstruction"}
    assert RunSpec.from_dict(document).dataset.train_size == 800
    monkeypatch.setattr(limits, "MOST_VALUES_OF_DATA", 2 * 256 * 1000 - 1)
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(document)
    [issue] = caught.value.errors
    assert issue.pointer == "/dataset/samples"
    assert "take fewer examples" in issue.message


HEAVY = [
    {"kind": "convolution", "filters": 256, "kernel_size": 5, "padding": "same", "name": f"c{n}"} for n in range(2)
]


def test_networks_that_would_take_too_long_are_refused_by_their_examples() -> None:
    """Two layers of 256 filters over an image of 8 × 8: 8² · 25 · (1 + 256) · 256 multiply-adds for each example."""
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict({"dataset": {"kind": "digits", "samples": 1000}, "layers": HEAVY, "batch_size": 2})
    [issue] = caught.value.errors
    assert issue.pointer == "/dataset/samples"
    assert "take fewer examples" in issue.message
    assert RunSpec.from_dict({"dataset": {"kind": "digits", "samples": 100}, "layers": HEAVY, "batch_size": 2})


def test_given_data_are_not_made_fewer_but_the_layers_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [[0.0, 1.0, "a"], [1.0, 0.0, "b"], [2.0, 2.0, "a"]]
    dataset = {"kind": "points", "task": "classification", "train": points, "test": points[:2]}
    document = {"dataset": dataset, "features": ["x1", "x2"], "layers": [{"units": 4}]}
    work = 5 * (2 * 4 + 4 * 1)
    monkeypatch.setattr(limits, "MOST_WORK", work)
    assert RunSpec.from_dict(document).dataset.size == 5
    monkeypatch.setattr(limits, "MOST_WORK", work - 1)
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(document)
    [issue] = caught.value.errors
    assert issue.pointer == "/layers"
    assert f"takes {work} multiplications" in issue.message
    assert issue.message.endswith("take fewer filters, units or layers.")


def test_layers_without_weights_are_counted_by_what_they_write(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"dataset": {"samples": 100}, "features": ["x1", "x2"], "layers": [{"kind": "dropout"}]}
    monkeypatch.setattr(limits, "MOST_WORK", 100 * (2 + 2) - 1)
    with pytest.raises(SpecError, match="/dataset/samples"):
        RunSpec.from_dict(document)


EVALUATED: dict[str, Sequence[Document]] = {
    "wide": [{"units": 512}] * 4,
    "joined": [{"units": 400}, {"units": 400}, {"kind": "concatenate", "inputs": ["layer1", "layer2"]}, {"units": 9}],
    "windows": [{"kind": "convolution", "filters": 2, "kernel_size": 9, "padding": "same"}],
}


def bytes_with_losses(samples: int, layers: Sequence[Document], kind: str) -> int:
    document = {"dataset": {"kind": kind, "samples": samples}, "layers": layers, "batch_size": 10}
    spec = RunSpec.from_dict(document)
    assert CHUNK_NUMBERS // max(wire.widest for wire in spec.wires) < 200
    with peak() as found:
        population = Population([spec])
        population.losses()
        population.accuracy()
    return found[0]


@pytest.mark.parametrize("name", EVALUATED)
def test_taking_the_losses_takes_no_more_memory_for_more_examples(name: str) -> None:
    """They go through the network in chunks: what grows is the data, and the calls that are bound to each chunk."""
    kind = "digits" if name == "windows" else "circle"
    few, many = (bytes_with_losses(samples, EVALUATED[name], kind) for samples in (200, 1500))
    row = 64 + 10 if kind == "digits" else 3
    calls = 1300 / 40 * 20 * 1000
    assert many - few < 1300 * row * 60 + calls


def test_a_sequence_is_not_cut_into_crumbs() -> None:
    """A recurrent layer keeps all its steps and works on one of them: the cache has to hold one."""
    layers: list[Document] = [{"kind": "embedding", "units": 8}, {"kind": "lstm", "units": 16}]
    network = Network(RunSpec.from_dict({"dataset": {"kind": "copy", "length": 30}, "layers": layers}))
    kept, used = numbers_of_a_batch(network.wires), numbers_at_once(network.wires)
    assert used < kept / 4
    assert chunk_size(network, 1000) > 50
    assert replica_blocks(network, 5, 40)[0].stop > 1
