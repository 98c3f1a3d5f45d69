"""One run inside a worker, in this process and with a clock of our own."""

import time
from itertools import count
from typing import Any

import numpy as np
import pytest

from app import protocol
from app.errors import Conflict, Invalid
from app.protocol import Edit, State
from app.runs.training import SLICE, Training
from engine.spec import RunSpec

STEPS_PER_EPOCH = 25
EXPLODING = {
    "dataset": {"kind": "plane"},
    "layers": [{"kind": "dense", "units": 4, "activation": "linear"}],
    "optimizer": {"kind": "sgd", "learning_rate": 1000.0},
}


def new(spec: dict[str, Any] | None = None, rate: float | None = None) -> Training:
    return Training.create("r", RunSpec.from_dict(spec or {}), rate, "2026-11-20T00:00:00+00:00")


def finish(training: Training) -> None:
    while training.goal:
        training.train()


def step(training: Training, number: int, unit: Any = "epoch") -> None:
    training.execute(protocol.Step(unit=unit, count=number))
    finish(training)


def curve(training: Training) -> Any:
    return training.views.columns()


def diverge() -> Training:
    training = new(EXPLODING)
    training.execute(protocol.Start())
    for _ in range(1000):
        training.train()
        if training.record.state is State.DIVERGED:
            return training
    raise AssertionError("a learning rate of 1000 did not diverge")


def test_a_new_run_stands_at_step_zero() -> None:
    document = new().document()
    assert (document["id"], document["state"], document["step"], document["epoch"]) == ("r", "paused", 0, 0.0)
    assert document["losses"]["train"] > 0
    assert document["changes"] == []
    assert document["diagnosis"] is None
    assert document["network"]["parameters"] == 25


def test_a_step_is_an_epoch_or_an_update() -> None:
    training = new()
    step(training, 2)
    assert (training.step, training.epoch) == (2 * STEPS_PER_EPOCH, 2.0)
    step(training, 5, "update")
    assert (training.step, training.epoch) == (55, 2.2)
    assert training.record.state is State.PAUSED


def test_an_epoch_that_has_begun_is_finished_and_counts_as_one() -> None:
    training = new()
    step(training, 24, "update")
    step(training, 1)
    assert (training.step, training.epoch) == (25, 1.0)
    step(training, 1, "update")
    step(training, 2)
    assert (training.step, training.epoch) == (75, 3.0)


def test_slices_do_not_change_the_numbers() -> None:
    in_slices, at_once = new(), new()
    in_slices.execute(protocol.Start())
    while in_slices.epoch < 30:
        in_slices.train()
    in_slices.execute(protocol.Pause())
    step(at_once, in_slices.step, "update")
    assert curve(in_slices) == curve(at_once)
    assert in_slices.export()["parameters"] == at_once.export()["parameters"]


def test_a_slice_takes_a_few_milliseconds_once_the_steps_are_known() -> None:
    training = new({"layers": [{"kind": "dense", "units": 8, "activation": "tanh"}] * 6})
    training.execute(protocol.Start())
    for _ in range(30):
        training.train()
    begin = time.process_time()
    for _ in range(20):
        training.train()
    assert (time.process_time() - begin) / 20 < 4 * SLICE


def test_a_limited_speed_is_kept() -> None:
    ticks = count()
    training = Training.create("r", RunSpec.from_dict({}), 4.0, "now", clock=lambda: next(ticks) / 1000)
    training.execute(protocol.Start())
    slices = 0
    while next(ticks) < 10_000:
        if training.wait() == 0.0:
            training.train()
            slices += 1
    assert training.epoch == pytest.approx(40, rel=0.1)
    assert slices > 300


def test_starting_again_or_pausing_twice_changes_nothing() -> None:
    training = new()
    training.execute(protocol.Start())
    notices = training.notices
    training.execute(protocol.Start())
    assert training.notices == notices
    training.execute(protocol.Pause())
    training.execute(protocol.Pause())
    assert training.notices == notices + 1
    assert training.wait() == float("inf")


def test_reset_is_the_same_start_again() -> None:
    training = new()
    step(training, 5)
    before = curve(training)
    training.execute(protocol.Start())
    training.execute(protocol.Reset())
    assert (training.step, training.record.state, training.record.generation) == (0, State.PAUSED, 1)
    step(training, 5)
    assert curve(training) == before


def test_a_new_start_has_another_seed_and_goes_on_training() -> None:
    training = new()
    before = training.export()["parameters"]
    training.execute(protocol.Start())
    training.train()
    training.execute(protocol.NewStart())
    assert training.spec.seed != RunSpec().seed
    assert (training.step, training.record.state, training.record.generation) == (0, State.RUNNING, 1)
    assert training.export()["parameters"] != before


def test_a_new_start_from_the_same_seed_is_the_same_start() -> None:
    training = new({"seed": 5})
    before = training.export()["parameters"]
    step(training, 1)
    training.execute(protocol.NewStart(seed=5))
    assert (training.step, training.record.generation) == (0, 1)
    assert training.export()["parameters"] == before


def test_a_new_start_leaves_given_weights_behind() -> None:
    training = new()
    training = new({**training.spec.to_dict(), "initial": training.export()["parameters"]})
    before = training.export()["parameters"]
    training.execute(protocol.NewStart(seed=99))
    assert training.spec.initial is None
    assert training.export()["parameters"] != before


@pytest.mark.parametrize(
    ("patch", "label"),
    [
        ({"optimizer": {"learning_rate": 0.3}}, "rate 0.03 → 0.3"),
        ({"batch_size": 30}, "batch 10 → 30"),
        ({"regularizer": {"kind": "l2", "rate": 0.001}}, "L2 0.001"),
        ({"dataset": {"noise": 0.1}}, "noise 0 % → 10 %"),
    ],
)
def test_a_live_change_keeps_the_weights_and_is_marked(patch: dict[str, Any], label: str) -> None:
    training = new()
    step(training, 3)
    before = training.export()["parameters"]
    training.execute(protocol.Start())
    training.execute(protocol.Update(patch))
    assert training.export()["parameters"] == before
    assert (training.step, training.record.state, training.record.generation) == (75, State.RUNNING, 0)
    (change,) = training.document()["changes"]
    assert (change["label"], change["step"], change["epoch"]) == (label, 75, 3.0)


def test_another_network_begins_at_step_zero_and_goes_on_training() -> None:
    training = new()
    step(training, 3)
    training.execute(protocol.Update({"optimizer": {"learning_rate": 0.3}}))
    training.execute(protocol.Start())
    training.execute(protocol.Update({"layers": [{"kind": "dense", "units": 2, "activation": "relu"}]}))
    document = training.document()
    assert (document["step"], document["state"], document["generation"]) == (0, "running", 1)
    assert document["changes"] == []
    assert document["network"]["parameters"] == 9
    assert curve(training)["step"] == [0]


def test_a_change_that_cannot_be_is_refused_as_a_whole_with_its_places() -> None:
    training = new()
    with pytest.raises(Invalid) as caught:
        training.execute(protocol.Update({"batch_size": 0, "optimizer": {"learning_rate": -1}, "seed": 3}))
    assert {error.pointer for error in caught.value.errors} == {"/batch_size", "/optimizer/learning_rate"}
    assert training.spec == RunSpec.from_dict({})


def test_data_are_new_only_when_they_are() -> None:
    training = new()
    training.execute(protocol.Update({"optimizer": {"learning_rate": 0.3}}))
    training.execute(protocol.Update({"features": ["x1"]}))
    training.execute(protocol.Reset())
    assert training.data_version == 0
    training.execute(protocol.Update({"dataset": {"noise": 0.2}}))
    assert training.data_version == 1
    training.execute(protocol.Update({"dataset": {"kind": "spiral"}}))
    assert training.data_version == 2


def test_weights_and_biases_are_written_by_hand() -> None:
    training = new()
    training.execute(protocol.SetParameters([Edit(0, 1, 2.5, 0), Edit(2, 0, -1.5, None)]))
    parameters = training.export()["parameters"]
    assert parameters["weights"][0][1][0] == 2.5
    assert parameters["biases"][2][0] == -1.5
    assert [change["label"] for change in training.record.changes] == ["2 values edited"]


def test_weights_put_back_are_nobodys_edit_and_the_curve_begins_with_them() -> None:
    trained, fresh = new(), new()
    trained.execute(protocol.Step(count=3))
    while trained.is_training:
        trained.train()
    biases = trained.export()["parameters"]["biases"]
    weights = trained.export()["parameters"]["weights"]
    edits = [Edit(2, 0, biases[2][0]), *(Edit(2, 0, value, index) for index, value in enumerate(weights[2][0]))]
    for layer in (0, 1):
        for unit, row in enumerate(weights[layer]):
            edits += [Edit(layer, unit, biases[layer][unit])]
            edits += [Edit(layer, unit, value, index) for index, value in enumerate(row)]
    fresh.execute(protocol.SetParameters(edits, restored=True))
    assert fresh.record.changes == []
    assert fresh.export()["curve"]["step"] == [0]
    assert fresh.export()["curve"]["train"] == trained.export()["curve"]["train"][-1:]
    trained.execute(protocol.SetParameters(edits, restored=True))
    assert [change["label"] for change in trained.record.changes] == ["weights put back"]


def test_an_edit_that_misses_the_network_is_refused_with_its_place_and_nothing_is_written() -> None:
    training = new()
    before = training.export()["parameters"]
    with pytest.raises(Invalid) as caught:
        training.execute(
            protocol.SetParameters([Edit(0, 0, 1.0, 0), Edit(3, 0, 1.0, 0), Edit(0, 4, 1.0, 0), Edit(0, 0, 1.0, 2)])
        )
    assert [error.pointer for error in caught.value.errors] == ["/edits/1/layer", "/edits/2/unit", "/edits/3/input"]
    assert training.export()["parameters"] == before


def test_divergence_stops_the_run_and_names_the_remedy() -> None:
    training = diverge()
    document = training.document()
    assert document["state"] == "diverged"
    assert document["diagnosis"]["remedies"]
    assert np.isfinite(np.concatenate([np.ravel(layer) for layer in training.export()["parameters"]["weights"]])).all()
    assert training.wait() == float("inf")
    with pytest.raises(Conflict):
        training.execute(protocol.Start())


def test_back_keeps_the_last_good_weights_and_takes_the_remedy() -> None:
    training = diverge()
    weights = training.export()["parameters"]
    patch = training.document()["diagnosis"]["remedies"][0]["patch"]
    training.execute(protocol.Back(patch))
    assert training.record.state is State.PAUSED
    assert training.export()["parameters"] == weights
    assert training.spec.optimizer.learning_rate < 1000
    training.execute(protocol.Start())
    training.train()
    assert training.step > 0


def test_a_diverged_run_can_begin_again() -> None:
    training = diverge()
    training.execute(protocol.Reset())
    assert (training.record.state, training.step) == (State.PAUSED, 0)
    assert training.document()["diagnosis"] is None


def test_another_network_ends_divergence_too() -> None:
    training = diverge()
    training.execute(protocol.Update({"layers": []}))
    assert (training.record.state, training.step) == (State.PAUSED, 0)


def test_a_change_by_hand_goes_back_as_the_remedy_does() -> None:
    training = diverge()
    weights = training.export()["parameters"]
    training.execute(protocol.Update({"optimizer": {"learning_rate": 0.01}}))
    assert (training.record.state, training.document()["diagnosis"]) == (State.PAUSED, None)
    assert training.spec.optimizer.learning_rate == 0.01
    assert training.export()["parameters"] == weights


def test_steps_in_quick_succession_add_up() -> None:
    training = new()
    for unit in ("epoch", "update", "epoch", "epoch"):
        training.execute(protocol.Step(unit))
    while training.is_training:
        training.train()
    assert (training.step, training.epoch) == (75, 3)


def test_any_other_command_ends_stepping() -> None:
    training = new()
    training.execute(protocol.Step(count=10_000))
    training.train()
    training.execute(protocol.Pause())
    assert training.goal == 0
    assert not training.is_training


@pytest.mark.parametrize("at", [0, 10, 25, 1000])
def test_a_restored_run_goes_on_bit_for_bit(at: int) -> None:
    original = new({"dataset": {"kind": "spiral", "noise": 0.1}, "regularizer": {"kind": "l1", "rate": 0.001}})
    if at:
        step(original, at, "update")
    original.execute(protocol.Update({"optimizer": {"learning_rate": 0.1}}))
    original.execute(protocol.Speed(30.0))
    restored = Training.restore("r", original.checkpoint())
    assert restored.document() == original.document()
    for training in (original, restored):
        step(training, 777, "update")
    assert curve(restored) == curve(original)
    assert restored.export() == original.export()


def test_a_restored_run_is_still_running_and_a_diverged_one_diverged() -> None:
    running = new()
    running.execute(protocol.Start())
    assert Training.restore("r", running.checkpoint()).wait() == 0.0
    restored = Training.restore("r", diverge().checkpoint())
    assert restored.document()["diagnosis"] is not None
    assert restored.record.state is State.DIVERGED


def test_what_is_seen_is_what_is_now() -> None:
    training = new()
    before = training.views.losses()
    step(training, 5)
    assert training.views.losses()["train"] != before["train"]
    training.execute(protocol.SetParameters([Edit(2, 0, 100.0, None)]))
    assert training.views.losses()["train"] > 1.0


def test_predictions_come_with_classes_for_a_classification_only() -> None:
    answer = new().views.predict([(1.0, 2.0), (-3.0, 0.5)])
    assert [len(row) for row in answer["outputs"]] == [1, 1]
    assert set(answer["classes"]) <= {-1, 1}
    assert "classes" not in new({"dataset": {"kind": "plane"}}).views.predict([(0.0, 0.0)])


def test_a_stop_condition_pauses_the_run_and_says_which() -> None:
    training = new({"stop": {"epochs": 3}})
    assert training.document()["stopped"] is None
    training.execute(protocol.Start())
    noticed = training.notices
    while training.is_training:
        training.train()
    document = training.document()
    assert (document["state"], document["epoch"], document["stopped"]) == (
        "paused",
        3.0,
        "It has trained for 3 epochs.",
    )
    assert training.notices == noticed + 1
    restored = Training.restore("r", training.checkpoint())
    assert restored.document()["stopped"] == document["stopped"]
    for run in (training, restored):
        step(run, 2)
        assert (run.document()["stopped"], run.epoch) == (None, 5.0)


def test_a_step_ends_where_a_condition_is_met() -> None:
    training = new({"stop": {"epochs": 3}})
    step(training, 10)
    assert (training.epoch, training.goal) == (3.0, 0)
    assert training.document()["stopped"] is not None
    training.execute(protocol.Update(patch={"stop": {"epochs": 6}}))
    assert training.document()["stopped"] is None
    step(training, 10)
    assert training.epoch == 6.0
    training.execute(protocol.Reset())
    assert training.document()["stopped"] is None
