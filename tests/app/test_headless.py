"""Training without a worker, with a population that diverges, is interrupted, or has nothing to test on."""

import json
from pathlib import Path

import pytest

from app.runs import headless
from engine import RunSpec

DATA = Path(__file__).parents[1] / "engine" / "data"
DIVERGING = {
    "layers": [{"units": 8, "activation": "relu"}] * 3,
    "output": {"activation": "linear"},
    "loss": "squared_error",
    "optimizer": {"learning_rate": 1000},
}


def train(spec, epochs, on_epoch=lambda *losses: None):
    return headless.train(RunSpec.from_dict(spec), epochs, on_epoch)


@pytest.mark.parametrize("name", ["circle_4-2", "spiral_8-8-8"])
def test_the_reference_engines_losses_are_ours(name):
    reference = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    training = train(reference["spec"], len(reference["train_loss"]) - 1)
    assert training.train_loss == pytest.approx(reference["train_loss"], rel=0, abs=1e-12)
    assert training.test_loss == pytest.approx(reference["test_loss"], rel=0, abs=1e-12)


def test_every_epoch_is_told_from_0_on():
    told = []
    training = train({"seed": 3}, 4, lambda *losses: told.append(losses))
    assert training.epoch == [0, 1, 2, 3, 4]
    assert told == list(zip(training.epoch, training.train_loss, training.test_loss, strict=True))


def test_no_epoch_is_the_start_alone():
    training = train({"initializer": {"kind": "constant", "scale": 0.5, "bias": 0.25}, "layers": []}, 0)
    assert training.epoch == [0]
    assert training.parameters == {"weights": [[[0.5, 0.5]]], "biases": [[0.25]]}


def test_without_test_points_there_is_no_test_loss():
    points = {"kind": "points", "task": "regression", "train": [[0, 0, 1], [1, 1, 2]]}
    assert train({"dataset": points}, 2).test_loss == [None, None, None]


def test_a_divergence_ends_the_training_and_keeps_what_is_finite():
    training = train(DIVERGING, 50)
    assert len(training.epoch) < 51
    assert training.diagnosis["cause"]
    document = training.document()
    json.dumps(document, allow_nan=False)
    assert document["diverged"] == training.diagnosis


def test_a_stop_condition_ends_the_training():
    assert train({"stop": {"epochs": 3}}, 50).epoch == [0, 1, 2, 3]


def test_ctrl_c_keeps_what_there_is():
    def on_epoch(epoch, train_loss, test_loss):
        if epoch == 3:
            raise KeyboardInterrupt

    training = train({}, 100, on_epoch)
    assert training.interrupted
    assert training.epoch == [0, 1, 2, 3]
    assert set(training.parameters) == {"weights", "biases"}
    assert "diverged" not in training.document()


def test_checking_says_everything():
    assert headless.check({"batch_size": 0, "seed": -1})["valid"] is False
    assert len(headless.check({"batch_size": 0, "seed": -1})["errors"]) == 2
    assert headless.check([])["errors"][0]["pointer"] == ""
    checked = headless.check({"layers": []})
    assert checked["cost"]["parameters"] == checked["network"]["parameters"] == 3
    assert [layer["output"] for layer in checked["network"]["layers"]] == [[1]]
    assert checked["spec"] == RunSpec.from_dict({"layers": []}).to_dict()
