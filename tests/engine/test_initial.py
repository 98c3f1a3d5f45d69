"""Given parameters: read as they are, and held against the network's shapes."""

import pytest
from hypothesis import given

from engine.errors import SpecError
from engine.initial import fits, read_initial
from engine.parts import InitialSpec
from engine.reading import Reader
from engine.spec import RunSpec
from tests.engine.strategies import SPECS, parameters

SPEC = RunSpec.from_dict({"layers": [{"units": 2}]})
GOOD = InitialSpec((((0.1, 0.2), (0.3, 0.4)), ((0.5, 0.6),)), ((0.0, 1.0), (2.0,)))


@given(SPECS)
def test_parameters_of_the_right_shapes_fit(spec: RunSpec) -> None:
    reader = Reader()
    initial = read_initial(reader, parameters(spec), "/initial", spec.wires)
    assert reader.errors == []
    assert initial is not None
    assert fits(initial, spec.wires)


def test_a_part_that_fits_is_taken_as_it_is() -> None:
    assert read_initial(Reader(), GOOD, "/initial", SPEC.wires) is GOOD


def test_a_part_that_does_not_fit_is_told_where() -> None:
    reader = Reader()
    read_initial(reader, GOOD, "/initial", RunSpec().wires)
    assert [issue.pointer for issue in reader.errors] == ["/initial/weights", "/initial/biases"]


def test_other_shapes_do_not_fit() -> None:
    assert fits(GOOD, SPEC.wires)
    assert not fits(GOOD, RunSpec().wires)
    assert not fits(InitialSpec(GOOD.weights, ((0.0,), (2.0,))), SPEC.wires)
    assert not fits(InitialSpec((((0.1,), (0.3,)), ((0.5, 0.6),)), GOOD.biases), SPEC.wires)


def test_nothing_given_is_nothing() -> None:
    reader = Reader()
    assert read_initial(reader, None, "/initial", SPEC.wires) is None
    assert reader.errors == []


def test_parameters_of_no_sound_network_are_not_looked_at() -> None:
    document = {"layers": [{"kind": "lstm"}], "initial": {"weights": [[[1]]], "biases": [[1]]}}
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(document)
    assert [issue.pointer for issue in caught.value.errors] == ["/layers/0"]
