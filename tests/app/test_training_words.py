"""One run of words inside a worker: edits of layers of other kinds, and what cannot be asked of it."""

from typing import Any

import pytest

from app import protocol
from app.errors import Invalid
from app.protocol import Edit
from app.runs.training import Training
from engine.spec import RunSpec

WORDS: dict[str, Any] = {
    "dataset": {"kind": "sentiment"},
    "layers": [{"kind": "embedding", "units": 3}, {"kind": "dropout"}, {"kind": "lstm", "units": 2}],
}


def new_run() -> Training:
    return Training.create("r", RunSpec.from_dict(WORDS), None, "2026-11-20T00:00:00+00:00")


def test_every_weight_of_every_kind_of_layer_can_be_put_back() -> None:
    training = new_run()
    given = training.export()["parameters"]
    edits = [Edit(2, 7, value, index) for index, value in enumerate(given["weights"][2][7])]
    edits += [Edit(2, 7, given["biases"][2][7]), Edit(0, 2, 0.5, len(given["weights"][0][2]) - 1)]
    training.execute(protocol.SetParameters(edits, restored=True))
    after = training.export()["parameters"]
    assert after["weights"][2:] == given["weights"][2:]
    assert after["biases"] == given["biases"]
    assert after["weights"][0][2][-1] == 0.5


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (Edit(0, 0, 1.0), "input"),
        (Edit(0, 3, 1.0, 0), "unit"),
        (Edit(1, 0, 1.0, 0), "unit"),
        (Edit(1, 0, 1.0), "unit"),
        (Edit(2, 8, 1.0, 0), "unit"),
        (Edit(2, 0, 1.0, 5), "input"),
    ],
)
def test_an_edit_that_misses_a_layer_of_another_kind_is_refused(edit: Edit, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        new_run().execute(protocol.SetParameters([edit]))
    assert [error.pointer for error in caught.value.errors] == [f"/edits/0/{place}"]


def test_a_network_that_is_given_no_points_predicts_none() -> None:
    with pytest.raises(Invalid) as caught:
        new_run().views.predict([(0.0, 0.0)])
    assert [error.pointer for error in caught.value.errors] == ["/points"]
