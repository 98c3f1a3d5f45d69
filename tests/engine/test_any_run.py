"""Any document at all: it is refused with a place and a remedy for every problem, or its network trains.

The documents here are made without asking what goes with what, so most combinations are nonsense: pooling on a text,
softmax on two classes, an LSTM after a dense layer. What is not refused has to train, to be looked at and to be kept.
"""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from engine import Population, RunSpec, SpecError, limits
from engine.activations import OUTPUT_ACTIVATIONS
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.initial import fits
from engine.layers import KINDS
from engine.layers.layer import Field, LayerSpec, ShapeError
from engine.losses import LOSSES
from tests.engine.strategies import INITIALIZER, OPTIMIZER, Document, inline_arrays, inline_points, reals, some, wholes

SMALL = 6
"""Most units, filters or cells of a layer that is trained here."""

STEPS = 3
FAST = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def value_of(field: Field) -> st.SearchStrategy[Any]:
    """Anything that may stand in a layer's field."""
    if field.bounds is None:
        return st.sampled_from(field.choices) if field.choices else st.booleans()
    if not field.whole:
        return reals(field.bounds)
    return wholes(field.bounds, min(SMALL, int(field.bounds.maximum)))


EXAMPLES = {"plane": (2,), "line": (1,), "vector": (5,), "image": (1, 8, 8), "sequence": (9, 2), "tokens": (9,)}
"""The shape of one example of each kind of data, to see what may come first."""

GIVEN = {"vector": (3,), "sequence": (5, 2), "image": (1, 4, 4)}
"""Shapes of arrays of one's own."""


def takes(kind: type[LayerSpec], shape: tuple[int, ...]) -> bool:
    """Whether a layer of this kind can read such an example."""
    try:
        return bool(kind().output_shape(kind().join([shape])))
    except ShapeError:
        return False


def likely(inputs: str) -> list[str]:
    """All kinds of layers, those that this data or steps of it can be given more often."""
    shape = EXAMPLES["sequence" if inputs == "tokens" else inputs]
    fitting = [name for name, kind in KINDS.items() if takes(kind, shape) and not takes(kind, EXAMPLES["plane"])]
    return [*KINDS, *fitting, *fitting, *fitting]


@st.composite
def any_layer(draw: st.DrawFn, inputs: str, names: list[str]) -> Document:
    """A layer of any kind with any of its own fields, reading whatever comes before it or the features."""
    first = [name for name, kind in KINDS.items() if kind().reads_words] if inputs == "tokens" and not names else []
    kind = KINDS[draw(st.sampled_from(first * 9 * len(KINDS) + likely(inputs)))].KIND
    fields = {field.name: value_of(field) for field in kind.fields}
    layer: Document = draw(some(**fields, frozen=st.booleans()))
    for field in kind.fields:
        if field.bounds is not None and field.whole:
            layer.setdefault(field.name, draw(fields[field.name]))
    if draw(st.integers(0, 3)) == 0:
        known = ["features", *names]
        layer["inputs"] = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
    return layer | {"kind": kind.name}


@st.composite
def any_layers(draw: st.DrawFn, inputs: str) -> list[Document]:
    names = [f"layer{place + 1}" for place in range(draw(st.integers(1, 4)))]
    return [draw(any_layer(inputs, names[:place])) for place in range(len(names))]


@st.composite
def any_dataset(draw: st.DrawFn, inputs: str) -> Document:
    """A generated set of any kind, as small as it may be, or points or arrays of one's own."""
    if inputs == "plane" and draw(st.booleans()):
        return draw(inline_points())
    if inputs in GIVEN and draw(st.integers(0, 3)) == 0:
        return draw(inline_arrays(GIVEN[inputs]))
    kind = draw(st.sampled_from([kind for kind in DATASETS.values() if kind.inputs == inputs]))
    fields: dict[str, st.SearchStrategy[Any]] = {"noise": reals(limits.NOISE), "seed": wholes(limits.SEED)}
    if kind.class_counts is not None:
        fields["classes"] = wholes(kind.class_counts)
    document: Document = draw(some(**fields)) | {"kind": kind.name, "samples": int(kind.sample_counts.minimum)}
    if kind.lengths is not None:
        document["length"] = draw(wholes(kind.lengths, 12))
    return document


@st.composite
def any_document(draw: st.DrawFn) -> Document:
    """Fields that each are sound, and that nobody has looked at together."""
    inputs = draw(st.sampled_from(sorted({kind.inputs for kind in DATASETS.values()})))
    fields = some(
        features=st.lists(st.sampled_from(list(FEATURES)), min_size=1, max_size=3, unique=True),
        output=st.sampled_from(list(OUTPUT_ACTIVATIONS)).map(lambda name: {"activation": name}),
        loss=st.sampled_from(list(LOSSES)),
        optimizer=OPTIMIZER,
        regularizer=some(kind=st.sampled_from(["none", "l1", "l2"]), rate=reals(limits.RATE)),
        initializer=INITIALIZER,
        shuffle=st.booleans(),
        dtype=st.sampled_from(["float32", "float64"]),
    )
    batch = draw(wholes(limits.BATCH_SIZE, 20))
    dataset, layers = draw(any_dataset(inputs)), draw(any_layers(inputs))
    return draw(fields) | {"dataset": dataset, "layers": layers, "batch_size": batch}


def read(document: Document) -> RunSpec | SpecError:
    """The specification, or what is wrong with the document."""
    try:
        return RunSpec.from_dict(document)
    except SpecError as error:
        return error


def assert_polite(pointer: str, message: str) -> None:
    """A whole sentence that tells what to do, and no word of ours about the program."""
    assert pointer == "" or pointer.startswith("/")
    assert message.endswith((".", "?")), message
    assert message[0].isupper()
    assert len(message) < 500
    assert not any(word in message for word in ("Traceback", "Error", "numpy", "ndarray", "object at 0x"))


def assert_leads_somewhere(document: Document, pointer: str) -> None:
    """All but the last part of a pointer is in the document, or is a part that was left to its default."""
    value: Any = document
    for part in pointer.split("/")[1:-1]:
        if isinstance(value, list):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return


def assert_trains(spec: RunSpec) -> None:
    """Three steps; numbers that are finite, or a run that says what broke them and still holds finite parameters."""
    population = Population([spec])
    population.advance(STEPS)
    population.probe("accuracy")
    assert np.isfinite(population.theta).all()
    told = population.diagnosis(0) is not None
    assert told >= population.diverged[0]
    train, test = population.losses().values()
    assert told or np.isfinite(train[0])
    assert told or np.isfinite(test[0]) or not population.has_test[0]
    for values in (*population.probe("losses").values(), *population.probe("weights").values()):
        assert told or not population.has_test[0] or np.isfinite(values).all()
    for name, share in population.accuracy().items():
        assert 0.0 <= share[0] <= 1.0 or (name == "test" and not population.has_test[0])
    assert_kept(spec, population)


def assert_kept(spec: RunSpec, population: Population) -> None:
    """The document, the parameters and the state go out and come in again."""
    assert RunSpec.from_dict(spec.to_dict()) == spec
    restored = Population.restore(spec, population.state(0))
    for run in (population, restored):
        run.advance(STEPS)
    np.testing.assert_array_equal(restored.theta, population.theta)
    given_again = {"weights": population.weights(0), "biases": population.biases(0)}
    if np.abs(population.theta).max(initial=0.0) < limits.PARAMETER.maximum:
        again = spec.replace(initial=given_again)
        assert again.initial is not None
        assert fits(again.initial, again.wires)
        np.testing.assert_array_equal(Population([again]).theta, population.theta)


def without(document: Document, pointer: str) -> Document:
    """The document without the layer or the field that a pointer leads to."""
    field, *rest = pointer.split("/")[1:]
    if field == "layers" and rest:
        layers = [layer for place, layer in enumerate(document.get("layers", [])) if place != int(rest[0])]
        return document | {"layers": layers}
    return {name: value for name, value in document.items() if name != field}


def mended(document: Document) -> RunSpec:
    """What is left when everything is taken out that is refused; at last the data, if no layer can be had for them."""
    for _ in range(2 * limits.MOST_LAYERS):
        answer = read(document)
        if isinstance(answer, RunSpec):
            return answer
        before, document = document, without(document, answer.errors[0].pointer)
        if document == before:
            document = without(document, "/dataset")
    return RunSpec.from_dict(without(document, "/dataset"))


@FAST
@given(any_document())
def test_any_document_is_refused_politely_or_trains(document: Document) -> None:
    answer = read(document)
    event("refused" if isinstance(answer, SpecError) else "trains")
    if isinstance(answer, RunSpec):
        assert_trains(answer)
        return
    assert answer.errors
    for issue in answer.errors:
        assert_polite(issue.pointer, issue.message)
        assert_leads_somewhere(document, issue.pointer)


@FAST
@given(any_document())
def test_what_is_left_without_the_refused_parts_trains(document: Document) -> None:
    spec = mended(document)
    for layer in spec.layers:
        event(f"trains {layer.kind}")
    event(f"trains on {spec.dataset.kind}")
    assert_trains(spec)
