"""The curve: which epochs it keeps, and that replicas keep their own."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Population
from engine.curve import COLUMNS, LEAST_ROOM, Curve, recorded
from tests.engine.numeric import make_spec

EMPTY = np.empty((len(COLUMNS), 0))
MANY = 10 * LEAST_ROOM


def test_epochs_are_kept_ever_more_sparsely() -> None:
    epochs = np.arange(10_001)
    kept = epochs[recorded(epochs)]
    steps = np.diff(kept)
    assert kept[0] == 0
    for begin, end, stride in ((0, 250, 1), (250, 500, 2), (500, 1000, 4), (1000, 2000, 8)):
        assert set(steps[(kept[:-1] >= begin) & (kept[1:] <= end)]) == {stride}
    assert recorded(np.array([250, 251, 252, 502, 504])).tolist() == [True, False, True, False, True]


def test_a_curve_outgrows_its_first_size() -> None:
    curve = Curve([EMPTY] * 2)
    for epoch in range(MANY + 10):
        step, loss = np.array([epoch, epoch]), np.array([epoch, -epoch])
        curve.append(np.array([True, epoch % 2 == 0]), step, step, loss / 2, loss / 4)
    assert curve.points(0).shape == (len(COLUMNS), MANY + 10)
    np.testing.assert_array_equal(curve.points(1)[2], -np.arange(0, MANY + 10, 2) / 2)


def test_a_long_curve_can_be_taken_over() -> None:
    points = np.arange(3.0 * MANY) + np.arange(len(COLUMNS))[:, None]
    curve = Curve([EMPTY, points])
    np.testing.assert_array_equal(curve.points(1), points)
    assert curve.points(0).size == 0


def test_one_that_trains_long_takes_no_memory_for_its_neighbours() -> None:
    curve = Curve([EMPTY] * 50)
    one = np.arange(50) == 7
    for epoch in range(5000):
        curve.append(one, *np.full((4, 50), epoch))
    assert curve.points(7).shape == (len(COLUMNS), 5000)
    assert curve._pool.size <= len(COLUMNS) * (1.5 * 5000 + 51 * LEAST_ROOM)
    curve.put(7, EMPTY)
    assert curve._pool.size <= len(COLUMNS) * 50 * LEAST_ROOM


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["append", "put", "retake"]), st.integers(0, 200))))
def test_curves_side_by_side_are_as_each_alone(doings: list[tuple[int, str, int]]) -> None:
    curve, plain = Curve([EMPTY] * 4), [EMPTY] * 4
    for replica, doing, count in doings:
        chosen = np.arange(4) == replica
        match doing:
            case "append":
                for step in range(count):
                    curve.append(chosen, *np.full((4, 4), step))
                added = np.tile(np.arange(count, dtype=float), (4, 1))
                plain[replica] = np.hstack([plain[replica], added])
            case "put":
                plain[replica] = np.arange(4.0 * count).reshape(4, count)
                curve.put(replica, plain[replica])
            case "retake" if plain[replica].size:
                curve.retake(replica, 5.0, 7.0)
                plain[replica] = plain[replica].copy()
                plain[replica][2:, -1] = 5.0, 7.0
    for replica, points in enumerate(plain):
        np.testing.assert_array_equal(curve._points(replica), points)
        assert curve.last_step(replica) == (points[0, -1] if points.size else -1)


def test_the_newer_part_of_a_curve_begins_at_a_step() -> None:
    points = np.array([[0.0, 25.0, 50.0], [0.0, 1.0, 2.0], [3.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    curve = Curve([points])
    for after, count in ((-1, 3), (0, 3), (1, 2), (25, 2), (50, 1), (51, 0)):
        np.testing.assert_array_equal(curve.points(0, after), points[:, 3 - count :])


def test_a_run_records_epoch_zero_and_every_epoch_after() -> None:
    population = Population([make_spec(), make_spec(dataset={"kind": "spiral", "samples": 90})])
    population.advance_epochs(4)
    for replica, steps in enumerate((3, 5)):
        curve = population.curve(replica)
        np.testing.assert_array_equal(curve["epoch"], np.arange(5))
        np.testing.assert_array_equal(curve["step"], steps * np.arange(5))
    assert curve["train"][-1] == population.losses()["train"][1]


def test_how_a_run_is_cut_into_calls_does_not_show_in_its_curve() -> None:
    whole, cut = Population([make_spec()]), Population([make_spec()])
    whole.advance(31)
    for steps in (1, 7, 2, 11, 10):
        cut.advance(steps)
    for name, values in whole.curve(0).items():
        np.testing.assert_array_equal(values, cut.curve(0)[name])


@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), max_size=40))
def test_a_curve_is_what_was_added_to_each_replica(marks: list[list[bool]]) -> None:
    curve = Curve([EMPTY] * 3)
    expected: list[list[float]] = [[], [], []]
    for place, chosen in enumerate(marks):
        train = np.array([10.0 * place, 10.0 * place + 1, 10.0 * place + 2])
        curve.append(np.array(chosen), np.full(3, place), np.full(3, place), train, -train)
        for replica in np.flatnonzero(chosen):
            expected[replica].append(float(train[replica]))
    for replica in range(3):
        points = dict(zip(COLUMNS, curve.points(replica), strict=True))
        assert points["train"].tolist() == expected[replica]
        assert points["test"].tolist() == [-value for value in expected[replica]]
        assert points["step"].tolist() == [value // 10 for value in expected[replica]]


@pytest.mark.parametrize("epochs", [10, 250, 251, 5000, 123_456, 1_000_000])
def test_a_long_run_leaves_few_points(epochs: int) -> None:
    """Two hundred and fifty, and half as many more for every doubling after that."""
    doublings = max(0, math.ceil(math.log2(epochs / 250)))
    kept = int(recorded(np.arange(1, epochs + 1)).sum())
    assert min(epochs, 250) <= kept <= min(epochs, 250) + 125 * doublings


def test_what_was_read_does_not_change_afterwards() -> None:
    curve = Curve([EMPTY])
    one = np.array([1.0])
    curve.append(np.array([True]), one, one, one, one)
    before = curve.points(0)
    curve.retake(0, 2.0, 3.0)
    assert before[:, 0].tolist() == [1.0] * 4
    assert curve.points(0)[:, 0].tolist() == [1.0, 1.0, 2.0, 3.0]


def test_the_point_of_an_edited_step_is_taken_anew() -> None:
    population = Population([make_spec(), make_spec(seed=8)])
    population.advance_epochs(2)
    before = population.curve(0), population.curve(1)
    population.set_parameter(1, 1, 0, 2, 4.5)
    population.retake(1)
    curve = population.curve(1)
    np.testing.assert_array_equal(curve["step"], before[1]["step"])
    np.testing.assert_array_equal(curve["train"][:-1], before[1]["train"][:-1])
    assert curve["train"][-1] == population.losses()["train"][1] != before[1]["train"][-1]
    assert curve["test"][-1] == population.losses()["test"][1] != before[1]["test"][-1]
    np.testing.assert_array_equal(population.curve(0)["train"], before[0]["train"])


def test_an_edit_within_an_epoch_leaves_the_curve_alone() -> None:
    population = Population([make_spec()])
    population.advance(1)
    before = population.curve(0)
    population.set_parameter(0, 1, 0, 2, 4.5)
    population.retake(0)
    for name, values in population.curve(0).items():
        np.testing.assert_array_equal(values, before[name])


def test_weights_put_back_are_what_a_run_goes_back_to() -> None:
    trained = Population([make_spec()])
    trained.advance_epochs(20)
    fresh = Population([make_spec()])
    fresh.theta[:] = trained.theta
    fresh.set_parameter(0, 0, 0, 0, trained.weights(0)[0][0][0])
    fresh.retake(0)
    fresh.theta[:] = np.nan
    fresh.advance(1)
    assert fresh.diverged[0]
    np.testing.assert_array_equal(fresh.theta, trained.theta)
