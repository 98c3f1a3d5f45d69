"""A run's numbers as clients get them, without sockets or processes."""

import numpy as np
import pytest

from app import protocol
from app.errors import Invalid
from app.probe_options import ActivationsOptions, DecisionOptions, Plain, Probes, UnitsOptions
from app.protocol import Edit
from app.runs import views
from app.runs.views import MOST_KEPT, copies, listed, number
from tests.app.test_training import curve, new, step


def test_a_view_of_a_unit_that_is_not_there_is_left_out_of_frames_and_refused_to_rest() -> None:
    views = new().views
    missing = DecisionOptions(unit=(7, 0))
    assert views.arrays("decision", missing) == []
    with pytest.raises(Invalid) as caught:
        views.lists("decision", missing)
    assert caught.value.errors[0].pointer == "/decision/unit"


def test_a_view_of_too_many_numbers_is_refused_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    training = new({"layers": [{"units": 3}]})
    assert training.views.lists("units", UnitsOptions(16))["grid"]["shape"] == [4, 16, 16]
    monkeypatch.setattr(views, "MOST_NUMBERS", 4 * 16 * 16 - 1)
    with pytest.raises(Invalid) as caught:
        training.views.lists("units", UnitsOptions(16))
    assert caught.value.errors == [("/units/resolution", "Ask for a lower resolution.")]
    assert training.views.lists("units", UnitsOptions(8))["grid"]["shape"] == [4, 8, 8]


def test_a_run_that_stands_still_does_not_keep_every_place_pointed_at() -> None:
    training = new()
    points = [ActivationsOptions((place / 100, 1.0)) for place in range(3 * MOST_KEPT)]
    first = [training.views.arrays("activations", point)[2].values.tolist() for point in points]
    assert len(training.views.looks._kept) <= MOST_KEPT
    assert [training.views.arrays("activations", point)[2].values.tolist() for point in points] == first


def test_every_view_is_finite_and_of_a_type_browsers_have() -> None:
    training = new({"dataset": {"kind": "three_blobs"}})
    probes = protocol.convert(
        {"decision": {}, "units": {}, "features": {}, "weights": {}, "data": {}, "activations": {"point": [1, 2]}},
        Probes,
    )
    names = set()
    for name, options in probes.items():
        for named in training.views.arrays(name, options):
            names.add(named.name)
            assert named.values.dtype.name in {"uint8", "int32", "float32", "float64"}, named.name
            assert np.isfinite(named.values).all()
    assert names == {
        *("decision/grid", "units/grid", "units/range", "units/finite", "features/grid", "features/range"),
        *("weights/theta", "data/train", "data/test", "activations/features", "activations/z", "activations/a"),
    }


def test_the_curve_is_given_from_where_the_client_is() -> None:
    training = new()
    step(training, 4)
    arrays, last_step, complete = training.views.curve(25)
    assert (last_step, complete) == (100, True)
    assert [named.values.tolist() for named in arrays][:2] == [[25, 50, 75, 100], [1, 2, 3, 4]]
    assert len(arrays[3].values) == 4
    assert [len(named.values) for named in training.views.curve(100).arrays] == [1, 1, 1, 1]


def test_without_test_examples_there_is_no_test_curve() -> None:
    points = {"kind": "points", "task": "classification", "train": [[0, 0, 0], [1, 1, 1]], "test": []}
    training = new({"dataset": points})
    assert training.views.losses()["test"] is None
    assert [len(named.values) for named in training.views.curve(-1).arrays] == [1, 1, 1, 0]
    assert curve(training)["test"] == [None]


@pytest.mark.parametrize("name", ["losses", "accuracy"])
def test_without_test_examples_their_loss_is_null_over_rest_too(name: str) -> None:
    points = {"kind": "points", "task": "classification", "train": [[0, 0, 0], [1, 1, 1]], "test": []}
    arrays = new({"dataset": points}).views.lists(name, Plain())
    assert isinstance(arrays["train"]["data"], float)
    assert arrays["test"] == {"dtype": "float64", "shape": [], "data": None}


def test_a_long_curve_comes_in_parts_that_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_CURVE_POINTS", 3)
    training = new()
    step(training, 7)
    steps: list[float] = []
    while True:
        part = training.views.curve(int(steps.pop()) if steps else -1)
        steps += part.arrays[0].values.tolist()
        assert part.last_step == steps[-1]
        if part.complete:
            break
        assert len(part.arrays[0].values) == 3
    assert steps == curve(training)["step"]


def test_a_view_is_computed_once_however_many_clients_show_it() -> None:
    training = new()
    first = training.views.arrays("units", UnitsOptions(16))
    assert training.views.arrays("units", UnitsOptions(16)) is first
    assert training.views.arrays("units", UnitsOptions(8)) is not first
    step(training, 1, "update")
    assert training.views.arrays("units", UnitsOptions(16)) is not first


def test_what_was_seen_does_not_change_when_training_goes_on() -> None:
    training = new()
    theta = training.views.arrays("weights", Plain())[0].values
    before = theta.copy()
    step(training, 3)
    np.testing.assert_array_equal(theta, before)
    assert (training.views.arrays("weights", Plain())[0].values != before).any()


def test_the_header_holds_the_scalars_that_are_shown_and_null_for_the_others() -> None:
    training = new()
    names = {"train_loss", "test_loss", "train_accuracy", "test_accuracy"}
    assert training.views.scalars(frozenset()) == dict.fromkeys(names)
    shown = training.views.scalars(frozenset({"losses"}))
    assert {name for name, value in shown.items() if value is not None} == {"train_loss", "test_loss"}
    shown = training.views.scalars(frozenset({"losses", "accuracy"}))
    assert all(isinstance(value, float) for value in shown.values())
    plane = new({"dataset": {"kind": "plane"}}).views
    assert plane.accuracy() is None
    assert plane.scalars(frozenset({"accuracy"})) == dict.fromkeys(names)


def test_a_grid_of_one_scale_carries_it_and_thumbnails_have_one_each() -> None:
    training = new()
    (decision,) = training.views.arrays("decision", DecisionOptions(8))
    assert decision.range == [0.0, 1.0]
    units = {named.name: named for named in training.views.arrays("units", UnitsOptions(8))}
    assert units["units/grid"].range is None
    assert units["units/range"].values.shape == (7, 2)


def test_a_loss_too_large_to_store_is_null_and_not_a_number_that_is_wrong() -> None:
    training = new({"dataset": {"kind": "plane"}, "layers": []})
    training.execute(protocol.SetParameters([Edit(0, 0, 1e6, 0)]))
    training._population.theta *= 1e30
    training._population._evaluation.forget()
    training.views.looks.forget()
    assert training.views.losses() == {"train": None, "test": None}


@pytest.mark.parametrize(("value", "sent"), [(0.5, 0.5), (np.float32(2), 2.0), (np.nan, None), (-np.inf, None)])
def test_a_number_is_finite_or_none(value: float, sent: float | None) -> None:
    assert number(value) == sent


def test_lists_have_null_where_a_number_is_not_finite() -> None:
    assert listed(np.array([[1.5, np.nan], [np.inf, -2.0]])) == [[1.5, None], [None, -2.0]]
    assert listed(np.array([1, 2], np.uint8)) == [1, 2]
    assert listed(np.array(np.nan)) is None


def test_browsers_have_no_views_for_booleans_and_64_bit_integers() -> None:
    sent = copies({"b": np.array([True, False]), "i": np.array([1, -2])})
    assert sent["b"].dtype == np.uint8
    assert sent["i"].tolist() == [1, -2]
    assert sent["i"].dtype == np.int32
    kept = np.array([1.5])
    assert copies({"kept": kept})["kept"].dtype == np.float64
    assert copies({"kept": kept})["kept"] is not kept
