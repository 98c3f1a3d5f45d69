"""Stop conditions: met where an epoch ends, by each replica for itself, and passed over when it is told to go on."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec, SpecError
from engine.parts import StopSpec
from engine.stopping import STOP_CONDITIONS, Watch
from tests.engine.numeric import make_spec

PLANE = {"kind": "plane", "samples": 60}
ROW = np.zeros(3)


def stopping(stop: dict[str, Any] | None, **fields: Any) -> RunSpec:
    return make_spec(**fields | ({} if stop is None else {"stop": stop}))


def told(spec: StopSpec, losses: list[float], watch: Watch | None = None) -> list[str | None]:
    """What a watch says after each of these losses."""
    watch = watch or Watch()
    return [watch.judge(spec, epoch, loss, np.nan, np.full(3, loss)) for epoch, loss in enumerate(losses, start=1)]


def test_every_condition_is_named_by_its_first_number() -> None:
    for name, condition in STOP_CONDITIONS.items():
        assert condition.hyperparameters[0].name == name


def test_epochs() -> None:
    population = Population([stopping({"epochs": 4})])
    population.advance(1)
    population.advance_epochs(100)
    assert population.epoch.tolist() == [4]
    assert population.stopped.tolist() == [True]
    assert population.stop_reason(0) == "It has trained for 4 epochs."
    assert population.curve(0)["epoch"].tolist() == [0, 1, 2, 3, 4]


def test_a_loss_low_enough() -> None:
    population = Population([stopping({"loss_below": 0.05}, dataset=PLANE)])
    population.advance_epochs(500)
    test = population.curve(0)["test"]
    assert population.stopped[0]
    assert test[-1] < 0.05 <= test[:-1].min()


def test_an_accuracy_high_enough() -> None:
    population = Population([stopping({"accuracy_above": 0.9}, dataset={"kind": "gauss", "samples": 60})])
    population.advance_epochs(500)
    assert population.accuracy()["test"][0] >= 0.9
    assert population.epoch[0] < 500
    assert "at least 90 %" in (population.stop_reason(0) or "")


def test_without_test_examples_those_of_training_count() -> None:
    points = {"kind": "points", "task": "regression", "train": [[0, 0, 0.1], [1, 1, 0.2]]}
    population = Population([stopping({"loss_below": 1e-3}, dataset=points)])
    population.advance_epochs(3000)
    assert population.stopped[0]
    assert population.losses()["train"][0] < 1e-3


def test_early_stopping_waits_for_an_improvement() -> None:
    spec = StopSpec(patience=3, min_improvement=0.1)
    assert told(spec, [1.0, 0.8, 0.75, 0.6, 0.55, 0.58, 0.52]) == [None] * 6 + ["patience"]
    assert told(StopSpec(patience=2, min_improvement=0.0), [1.0, 0.9, 0.9, 0.9]) == [None] * 3 + ["patience"]


def test_early_stopping_takes_the_best_weights_back() -> None:
    """Steps far too large: the loss soon rises, and the weights of the best epoch are those that are left."""
    spec = stopping(
        {"patience": 5}, dataset={"kind": "xor", "samples": 40, "noise": 0.5}, optimizer={"learning_rate": 1}
    )
    population = Population([spec])
    population.advance_epochs(3000)
    curve = population.curve(0)
    assert population.stopped[0]
    best = 1 + int(np.argmin(curve["test"][1:-1]))
    assert population.losses()["test"][0] == pytest.approx(curve["test"][best], rel=1e-12)
    assert f"epoch {best} are back" in (population.stop_reason(0) or "")
    assert curve["test"][-1] == population.losses()["test"][0], "the curve ends at what there is"
    alone = Population([spec.merge({"stop": None})])
    alone.advance_epochs(best)
    np.testing.assert_array_equal(alone.theta, population.theta)


def test_who_has_stopped_waits_while_others_train_as_if_alone() -> None:
    stops: list[dict[str, Any] | None] = [None, {"epochs": 2}, {"patience": 1}, {"epochs": 5}]
    specs = [
        stopping(
            stop, seed=seed, optimizer={"kind": "adam"}, dataset={"kind": "circle", "samples": 40 + 20 * (seed % 2)}
        )
        for seed, stop in enumerate(stops)
    ]
    together = Population(specs)
    together.advance_epochs(8)
    assert together.epoch.tolist()[:2] == [8, 2]
    for replica, spec in enumerate(specs):
        alone = Population([spec])
        alone.advance_epochs(8)
        np.testing.assert_array_equal(alone.theta[0], together.theta[replica])
        assert alone.stop_reason(0) == together.stop_reason(replica)


@pytest.mark.parametrize("stop", [{"epochs": 2}, {"loss_below": 1e6}, {"accuracy_above": 0.0}], ids=str)
def test_told_to_go_on_a_run_passes_over_the_condition(stop: dict[str, Any]) -> None:
    population = Population([stopping(stop)])
    population.advance_epochs(9)
    stopped_at = int(population.epoch[0])
    assert population.stopped[0]
    assert stopped_at < 9
    population.advance(5)
    assert population.epoch[0] == stopped_at
    population.go_on(0)
    assert population.stop_reason(0) is None
    population.advance_epochs(9)
    assert population.epoch[0] == stopped_at + 9
    assert not population.stopped[0]


def test_told_to_go_on_early_stopping_waits_anew() -> None:
    population = Population([stopping({"patience": 3, "min_improvement": 1000})])
    for turn in (4, 8):
        population.advance_epochs(50)
        assert population.epoch[0] == turn
        population.go_on(0)


@pytest.mark.parametrize("patch", [{"stop": {"epochs": 6}}, {"stop": None}, {"dataset": {"noise": 0.1}}], ids=str)
def test_a_changed_condition_or_other_data_let_it_go_on(patch: dict[str, Any]) -> None:
    population = Population([stopping({"epochs": 2})])
    population.advance_epochs(9)
    population.update(0, population.specs[0].merge(patch))
    assert not population.stopped[0]
    population.advance_epochs(1)
    assert population.epoch[0] == 3


def test_a_reset_forgets_what_was_met() -> None:
    population = Population([stopping({"epochs": 2})])
    population.advance_epochs(9)
    population.reset(0)
    population.advance_epochs(9)
    assert (population.epoch[0], population.stopped[0]) == (2, True)


@pytest.mark.parametrize("epochs", [3, 60])
def test_a_checkpoint_knows_how_long_it_has_waited(epochs: int) -> None:
    spec = stopping({"patience": 5, "epochs": 40}, dataset={"kind": "xor", "samples": 40, "noise": 0.5})
    population = Population([spec])
    population.advance_epochs(epochs)
    restored = Population.restore(spec, population.state(0))
    assert restored.stop_reason(0) == population.stop_reason(0)
    for each in (population, restored):
        each.go_on(0)
        each.advance_epochs(60)
    assert restored.epoch[0] == population.epoch[0]
    assert restored.stop_reason(0) == population.stop_reason(0)
    np.testing.assert_array_equal(restored.theta, population.theta)


# Reading.


@pytest.mark.parametrize(
    ("stop", "pointer"),
    [
        ([], "/stop"),
        ({"never": 1}, "/stop/never"),
        ({"epochs": 0}, "/stop/epochs"),
        ({"epochs": 1.5}, "/stop/epochs"),
        ({"loss_below": -1}, "/stop/loss_below"),
        ({"accuracy_above": 2}, "/stop/accuracy_above"),
        ({"patience": True}, "/stop/patience"),
        ({"min_improvement": 0.1}, "/stop/min_improvement"),
    ],
    ids=str,
)
def test_what_is_no_condition_is_refused(stop: Any, pointer: str) -> None:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict({"stop": stop})
    assert [issue.pointer for issue in caught.value.errors] == [pointer]


def test_a_regression_has_no_accuracy_to_stop_at() -> None:
    with pytest.raises(SpecError, match="loss_below"):
        RunSpec.from_dict({"dataset": PLANE, "stop": {"accuracy_above": 0.9}})
    spec = RunSpec.from_dict({"stop": {"accuracy_above": 0.9, "epochs": 7}}).merge({"dataset": {"kind": "plane"}})
    assert spec.stop == StopSpec(epochs=7)
    spec = RunSpec.from_dict({"stop": {"accuracy_above": 0.9, "epochs": 7}}).merge({"loss": "reconstruction"})
    assert spec.stop == StopSpec(epochs=7)


def test_the_normal_form_has_what_was_given() -> None:
    assert "stop" not in RunSpec.from_dict({}).to_dict()
    assert "stop" not in RunSpec.from_dict({"stop": {}}).to_dict()
    spec = RunSpec.from_dict({"stop": {"patience": 3}})
    assert spec.to_dict()["stop"] == {"patience": 3, "min_improvement": 0.0}
    assert RunSpec.from_dict(spec.to_dict()) == spec
    assert spec.merge({"stop": {"patience": None}}).stop is None
    assert spec.merge({"stop": {"epochs": 9}}).stop == StopSpec(epochs=9, patience=3, min_improvement=0.0)
