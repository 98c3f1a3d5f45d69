"""Divergence: a run that breaks stops by itself, keeps its last good parameters and says why."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.divergence import diagnose, snap_down
from tests.engine.numeric import make_spec


def exploding(**fields: Any) -> RunSpec:
    """A run whose outputs have no bounds and whose steps are far too long."""
    defaults: dict[str, Any] = {"output": {"activation": "linear"}, "loss": "squared_error"}
    return make_spec((6, 4), "relu", **defaults | {"optimizer": {"learning_rate": 3.0}} | fields)


def test_a_run_that_breaks_stops_and_keeps_finite_parameters() -> None:
    population = Population([exploding()])
    population.advance(500)
    assert population.diverged.tolist() == [True]
    stopped = int(population.step[0])
    assert stopped < 500
    assert np.isfinite(population.theta).all()
    assert np.isfinite(population.losses()["train"]).all()
    assert np.isfinite(population.curve(0)["train"]).all()
    theta = population.theta.copy()
    population.advance(10)
    population.advance_epochs(2)
    assert population.step[0] == stopped
    np.testing.assert_array_equal(population.theta, theta)


def test_the_diagnosis_says_why_and_what_to_do() -> None:
    population = Population([exploding()])
    assert population.diagnosis(0) is None
    population.advance(500)
    diagnosis = population.diagnosis(0)
    assert diagnosis is not None
    assert diagnosis["title"] == "The steps got too big"
    assert "learning rate of 3," in diagnosis["cause"]
    assert diagnosis["last_good_step"] <= population.step[0]
    assert diagnosis["remedies"] == [{"label": "Go back and use 0.1", "patch": {"optimizer": {"learning_rate": 0.1}}}]


def test_parameters_go_back_to_the_last_good_step() -> None:
    calm = exploding(optimizer={"learning_rate": 0.001})
    population = Population([calm])
    population.advance_epochs(10)
    good = population.theta.copy()
    population.update(0, calm.merge({"optimizer": {"learning_rate": 100.0}}))
    population.advance(200)
    assert population.diverged[0]
    diagnosis = population.diagnosis(0)
    assert diagnosis is not None
    assert diagnosis["last_good_step"] == population.curve(0)["step"][10]
    np.testing.assert_array_equal(population.theta, good)


def test_a_raised_rate_goes_back_to_what_it_was() -> None:
    calm = exploding(optimizer={"learning_rate": 0.002})
    population = Population([calm])
    population.update(0, calm.merge({"optimizer": {"learning_rate": 100.0}}))
    population.advance(200)
    diagnosis = population.diagnosis(0)
    assert diagnosis is not None
    assert diagnosis["remedies"][0]["label"] == "Go back and use 0.002"


def test_the_remedy_helps() -> None:
    population = Population([exploding()])
    population.advance(500)
    stopped = int(population.step[0])
    diagnosis = population.diagnosis(0)
    assert diagnosis is not None
    population.recover(0)
    population.update(0, population.specs[0].merge({"optimizer": {"learning_rate": 0.01}}))
    assert not population.diverged[0]
    assert population.diagnosis(0) is None
    population.advance(200)
    assert population.step[0] == stopped + 200
    assert not population.diverged[0]


def test_others_do_not_notice_that_one_breaks() -> None:
    calm = [exploding(seed=seed, optimizer={"learning_rate": 0.001}) for seed in (1, 2)]
    together = Population([calm[0], exploding(), calm[1]])
    together.advance(300)
    assert together.diverged.tolist() == [False, True, False]
    for replica, spec in ((0, calm[0]), (2, calm[1])):
        alone = Population([spec])
        alone.advance(300)
        np.testing.assert_array_equal(alone.theta[0], together.theta[replica])
    broken = Population([exploding()])
    broken.advance(300)
    np.testing.assert_array_equal(broken.theta[0], together.theta[1])
    assert broken.step[0] == together.step[1]


def test_a_broken_replica_can_be_edited_while_others_train() -> None:
    together = Population([exploding(), exploding(optimizer={"learning_rate": 0.001})])
    together.advance(300)
    together.set_parameter(0, 0, 0, 0, 0.75)
    together.advance(20)
    assert together.weights(0)[0][0][0] == 0.75


def calm_line() -> RunSpec:
    """A line through few points in many small batches: at a weight of 1e25 its squared error is too large for float32,
    though the outputs, the gradients and the parameters are not."""
    fields: dict[str, Any] = {"output": {"activation": "linear"}, "loss": "squared_error"}
    rows = [[1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]] * 8
    points = {"kind": "points", "task": "regression", "train": rows}
    return make_spec((), dataset=points, batch_size=2, optimizer={"learning_rate": 1e-4}, **fields)


def test_a_loss_too_large_to_store_is_told_at_once_and_stops_no_run_for_being_looked_at() -> None:
    spec = calm_line()
    looked, unlooked = Population([spec]), Population([spec])
    for population in (looked, unlooked):
        population.advance(1)
        population.set_parameter(0, 0, 0, 0, 1e25)
    assert looked.overflowing[0]
    assert not looked.diverged[0]
    told = looked.diagnosis(0)
    assert told is not None
    for population in (looked, unlooked):
        population.set_parameter(0, 0, 0, 0, 0.5)
        population.advance(4)
    assert not looked.overflowing[0]
    assert looked.diagnosis(0) is None
    np.testing.assert_array_equal(looked.theta, unlooked.theta)


def test_a_loss_too_large_to_store_stops_a_run_where_its_next_point_is_due() -> None:
    population = Population([calm_line()])
    population.advance(1)
    population.set_parameter(0, 0, 0, 0, 1e25)
    population.advance(3)
    assert population.overflowing[0]
    assert not population.diverged[0]
    population.advance_epochs(1)
    assert population.diverged[0]
    assert population.diagnosis(0) is not None


def test_a_broken_run_survives_being_kept() -> None:
    population = Population([exploding()])
    population.advance(500)
    restored = Population.restore(exploding(), population.state(0))
    assert restored.diverged[0]
    assert restored.diagnosis(0) == population.diagnosis(0)
    np.testing.assert_array_equal(restored.theta, population.theta)


def test_new_data_are_a_new_measure_of_what_is_good() -> None:
    """A loss that would have been bad on the old points is the best there is on points a thousand times as high."""
    rows = [[x / 4, -x / 4, x / 8] for x in range(-8, 9)]
    points = {"kind": "points", "task": "regression", "train": rows}
    spec = make_spec((4,), dataset=points, loss="squared_error", optimizer={"learning_rate": 1e-5})
    population = Population([spec])
    population.advance_epochs(3)
    higher = [[x1, x2, 1000 * y] for x1, x2, y in rows]
    calm = spec.merge({"dataset": {"train": higher}})
    population.update(0, calm)
    changed = int(population.step[0])
    population.advance_epochs(5)
    population.update(0, calm.merge({"optimizer": {"learning_rate": 1000.0}}))
    population.advance_epochs(50)
    diagnosis = population.diagnosis(0)
    assert diagnosis is not None
    assert diagnosis["last_good_step"] > changed


def test_a_start_too_far_out_is_named_after_a_restart_too() -> None:
    initial = {"weights": [[[1e6, 1e6]] * 4, [[1e6] * 4] * 2, [[1e6, 1e6]]], "biases": [[1e6] * 4, [1e6] * 2, [1e6]]}
    fields: dict[str, Any] = {"output": {"activation": "linear"}, "loss": "squared_error", "initial": initial}
    spec = make_spec((4, 2), "relu", **fields)
    population = Population([spec])
    diagnosis = population.diagnosis(0)
    assert diagnosis is not None
    assert diagnosis["title"] == "The start is too far out"
    assert Population.restore(spec, population.state(0)).diagnosis(0) == diagnosis


def test_reset_heals() -> None:
    population = Population([exploding()])
    start = population.theta.copy()
    population.advance(500)
    population.reset(0)
    assert not population.diverged[0]
    np.testing.assert_array_equal(population.theta, start)
    assert population.curve(0)["step"].tolist() == [0.0]


def test_a_start_too_far_out_is_named() -> None:
    spec = make_spec((6, 4, 4, 4, 4, 4), "relu", output={"activation": "linear"}, loss="squared_error")
    weights = {
        "weights": [[[1e6] * wire.in_features] * wire.units for wire in spec.wires],
        "biases": [[1e6] * wire.units for wire in spec.wires],
    }
    population = Population([spec.replace(initial=weights)])
    assert population.diverged[0]
    diagnosis = population.diagnosis(0)
    assert diagnosis is not None
    assert diagnosis["title"] == "The start is too far out"
    healed = population.specs[0].merge(diagnosis["remedies"][0]["patch"])
    assert not Population([healed]).diverged[0]


def test_bounded_outputs_survive_huge_rates() -> None:
    population = Population([make_spec((4, 2), optimizer={"learning_rate": 1e3})])
    population.advance(300)
    assert np.isfinite(population.theta).all()
    assert np.isfinite(population.losses()["train"]).all()


@pytest.mark.parametrize(
    ("value", "snapped"),
    [(0.3, 0.3), (0.29, 0.1), (1.0, 1.0), (0.1, 0.1), (0.03, 0.03), (0.099, 0.03), (5e-6, 3e-6), (100.0, 100.0)],
)
def test_suggestions_lie_on_the_grid(value: float, snapped: float) -> None:
    assert snap_down(value) == snapped


@pytest.mark.parametrize(("rate", "suggested"), [(10.0, 0.1), (1.0, 0.1), (0.3, 0.03), (0.03, 0.003), (1e-6, 1e-6)])
def test_the_suggested_rate_is_a_tenth_but_at_most_a_tenth(rate: float, suggested: float) -> None:
    diagnosis = diagnose(make_spec(optimizer={"learning_rate": rate}), 0, False, 0.5, 0.0)
    assert diagnosis.remedies[0][1] == {"optimizer": {"learning_rate": suggested}}
