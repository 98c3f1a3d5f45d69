"""Random specifications: documents as a client might send them, all of them valid, and JSON that is anything at all."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from engine import limits
from engine.activations import TRAINABLE
from engine.compatibility import loss_misfit, output_misfit
from engine.datasets import DATASETS
from engine.features import FEATURES_OF
from engine.hyperparameters import Kind
from engine.limits import Bounds
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.optimizers.clipping import CLIPS
from engine.schedules import SCHEDULES
from engine.spec import RunSpec
from engine.validation import problem_of

Document = dict[str, Any]


def reals(bounds: Bounds) -> SearchStrategy[float]:
    return st.floats(bounds.minimum, bounds.maximum, allow_nan=False)


def wholes(bounds: Bounds, most: int | None = None) -> SearchStrategy[int]:
    return st.integers(int(bounds.minimum), int(bounds.maximum) if most is None else most)


def some(**fields: SearchStrategy[Any]) -> SearchStrategy[Document]:
    """An object with any of these fields: the others are left to their defaults."""
    return st.fixed_dictionaries({}, optional=fields)


PRINTABLE = st.characters(codec="utf-8", min_codepoint=32)
NAMES = st.text(PRINTABLE, min_size=1, max_size=40).filter(str.strip)
COORDINATES = reals(limits.COORDINATE)


def generated(names: Sequence[str]) -> SearchStrategy[Document]:
    """A generated dataset of one of these kinds, within its own bounds."""
    return st.sampled_from(sorted(names)).flatmap(_generated)


def _generated(name: str) -> SearchStrategy[Document]:
    kind = DATASETS[name]
    fields: dict[str, SearchStrategy[Any]] = {
        "samples": wholes(kind.sample_counts),
        "noise": reals(limits.NOISE),
        "train_fraction": reals(kind.train_fractions),
        "seed": wholes(limits.SEED),
    }
    if kind.lengths is not None:
        fields["length"] = wholes(kind.lengths)
    if kind.class_counts is not None:
        fields["classes"] = wholes(kind.class_counts)
    return some(**fields).map(lambda document: {"kind": name} | document)


FLAT = [name for name, kind in DATASETS.items() if kind.inputs not in ("sequence", "tokens")]
GENERATED = generated(FLAT)
"""Datasets that any dense network can be given."""


@st.composite
def inline_points(draw: st.DrawFn) -> Document:
    """Points of two to ten classes, or with numbers to predict."""
    task = draw(st.sampled_from(["classification", "regression"]))
    labels: SearchStrategy[Any] = COORDINATES
    first: list[Any] = [0.0]
    if task == "classification":
        kinds = st.one_of(
            st.lists(NAMES, min_size=2, max_size=10, unique=True),
            st.lists(st.integers(-1000, 1000), min_size=2, max_size=10, unique=True),
        )
        first = draw(kinds)
        labels = st.sampled_from(first)
    rows = st.lists(st.tuples(COORDINATES, COORDINATES, labels).map(list))
    train = [[0.0, 1.0, label] for label in first] + draw(rows)
    document: Document = {"kind": "points", "task": task, "train": train, "test": draw(rows)}
    axis = some(center=reals(limits.AXIS_CENTER), scale=reals(limits.AXIS_SCALE))
    if draw(st.booleans()):
        document["axes"] = [{"name": draw(NAMES)} | draw(axis) for _ in range(2)]
    return document


@st.composite
def inline_arrays(draw: st.DrawFn, shape: tuple[int, ...]) -> Document:
    """A few examples of this shape, of two classes or with numbers to predict; some have none to test on."""
    task = draw(st.sampled_from(["classification", "regression"]))
    numbers = st.lists(COORDINATES, min_size=math.prod(shape), max_size=math.prod(shape))

    def part(least: int) -> Document:
        rows = draw(st.lists(numbers, min_size=least, max_size=4))
        labels = ["no", "yes", *(["yes"] * 2)] if task == "classification" else [draw(COORDINATES) for _ in rows]
        return {"inputs": rows, "labels": labels[: len(rows)]}

    test = part(0) if draw(st.booleans()) else None
    return {"kind": "arrays", "task": task, "shape": list(shape), "train": part(2), "test": test}


@st.composite
def layer_lists(draw: st.DrawFn, most_units: int = 12) -> list[Document]:
    """Up to five layers; some have names, some take their inputs from any layers before."""
    names: list[str] = []
    layers = []
    for place in range(draw(st.integers(0, 5))):
        layer = draw(some(kind=st.just("dense"), activation=st.sampled_from(list(TRAINABLE))))
        layer["units"] = draw(st.integers(1, most_units))
        if draw(st.booleans()):
            layer["name"] = f"own {place}"
        if draw(st.booleans()):
            layer["inputs"] = draw(st.lists(st.sampled_from(["features", *names]), min_size=1, max_size=4, unique=True))
        names.append(layer.get("name", f"layer{place + 1}"))
        layers.append(layer)
    return layers


INITIALIZER = st.sampled_from(sorted(limits.INITIALIZER_SCALES)).flatmap(
    lambda kind: some(kind=st.just(kind), scale=reals(limits.INITIALIZER_SCALES[kind]), bias=reals(limits.BIAS)).map(
        lambda document: {"kind": kind} | document
    )
)


def kinds(table: Mapping[str, Kind], **fields: SearchStrategy[Any]) -> SearchStrategy[Document]:
    """Any kind of a table with any of its own numbers, and these fields."""

    def of(kind: Kind) -> SearchStrategy[Document]:
        numbers = {number.name: reals(number.bounds) for number in kind.hyperparameters}
        return some(**numbers, **fields).map(lambda document: {"kind": kind.name} | document)

    return st.sampled_from(list(table.values())).flatmap(of)


OPTIMIZER = kinds(OPTIMIZERS, learning_rate=reals(limits.LEARNING_RATE), clip=kinds(CLIPS), schedule=kinds(SCHEDULES))

REST = some(
    version=st.just(1),
    layers=layer_lists(),
    optimizer=OPTIMIZER,
    stop=some(
        epochs=wholes(limits.STOP_EPOCHS), loss_below=reals(limits.STOP_LOSS), patience=wholes(limits.PATIENCE)
    ).filter(bool),
    regularizer=some(kind=st.sampled_from(["none", "l1", "l2"]), rate=reals(limits.RATE)),
    initializer=INITIALIZER,
    batch_size=wholes(limits.BATCH_SIZE),
    shuffle=st.booleans(),
    seed=wholes(limits.RUN_SEED),
    dtype=st.sampled_from(["float32", "float64"]),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A valid document: any of the fields, with a loss and an output that go with the data."""
    document = draw(REST)
    if draw(st.booleans()):
        document["dataset"] = draw(st.one_of(GENERATED, inline_points()))
    known = FEATURES_OF.get(RunSpec.from_dict(document).form.inputs)
    if known and draw(st.booleans()):
        document["features"] = draw(st.lists(st.sampled_from(known), min_size=1, unique=True))
    spec = RunSpec.from_dict(document)
    problem = problem_of(spec.dataset)
    losses = [name for name in LOSSES if not loss_misfit(problem, name)]
    if draw(st.booleans()):
        document["loss"] = draw(st.sampled_from(losses))
        if draw(st.booleans()):
            fitting = [name for name in (*TRAINABLE, "softmax") if not output_misfit(problem, document["loss"], name)]
            document["output"] = {"activation": draw(st.sampled_from(fitting))}
    if draw(st.booleans()):
        document["initial"] = parameters(RunSpec.from_dict(document), draw(st.floats(-2.0, 2.0)))
    return document


def parameters(spec: RunSpec, value: float = 0.5) -> Document:
    """Initial parameters of the right shapes, all of one value."""
    return {
        "weights": [[[value] * wire.in_features for _ in range(wire.units)] for wire in spec.wires],
        "biases": [[value] * wire.units for wire in spec.wires],
    }


SPECS = documents().map(RunSpec.from_dict)

SCALARS: SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from([10**400, -(10**400), 1e308])
)
JSON = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)), max_leaves=20)
"""Anything JSON can say, and the numbers that only Python's reader lets through."""
