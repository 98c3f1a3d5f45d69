"""The words on the markers of the loss curve."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.runs.changes import MOST_CHANGES, describe, edited, remember
from engine.spec import RunSpec

SPEC = RunSpec.from_dict({"regularizer": {"kind": "l2", "rate": 0.01}})
POINTS = {"kind": "points", "task": "classification", "train": [[0, 0, 0], [1, 1, 1]], "test": [[2, 2, 1]]}


def changes(spec: RunSpec, patch: dict[str, Any]) -> list[dict[str, Any]]:
    return describe(spec.to_dict(), spec.merge(patch).to_dict())


@pytest.mark.parametrize(
    ("patch", "label", "pointer"),
    [
        ({"optimizer": {"learning_rate": 0.003}}, "rate 0.03 → 0.003", "/optimizer/learning_rate"),
        ({"optimizer": {"learning_rate": 10}}, "rate 0.03 → 10", "/optimizer/learning_rate"),
        ({"batch_size": 30}, "batch 10 → 30", "/batch_size"),
        ({"dataset": {"noise": 0.2}}, "noise 0 % → 20 %", "/dataset/noise"),
        ({"dataset": {"samples": 800}}, "points 500 → 800", "/dataset/samples"),
        ({"dataset": {"train_fraction": 0.7}}, "train share 50 % → 70 %", "/dataset/train_fraction"),
        ({"dataset": {"seed": 9}}, "new data", "/dataset/seed"),
        ({"regularizer": {"rate": 0.001}}, "L2 0.001", "/regularizer"),
        ({"regularizer": {"kind": "l1"}}, "L1 0.01", "/regularizer"),
        ({"regularizer": {"kind": "none"}}, "no penalty", "/regularizer"),
        ({"regularizer": {"rate": 0}}, "no penalty", "/regularizer"),
        ({"shuffle": False}, "shuffle off", "/shuffle"),
        ({"optimizer": {"kind": "classic_momentum"}}, "classic momentum", "/optimizer/kind"),
        ({"optimizer": {"clip": {"kind": "norm"}}}, "clip: norm", "/optimizer/clip"),
        ({"optimizer": {"schedule": {"kind": "cosine"}}}, "schedule: cosine", "/optimizer/schedule"),
    ],
)
def test_each_change_has_a_short_label(patch: dict[str, Any], label: str, pointer: str) -> None:
    assert [(change["label"], change["pointer"]) for change in changes(SPEC, patch)] == [(label, pointer)]


@pytest.mark.parametrize(
    ("optimizer", "patch", "label", "pointer"),
    [
        ({"kind": "momentum"}, {"momentum": 0.5}, "momentum 0.9 → 0.5", "/optimizer/momentum"),
        ({"kind": "adamw"}, {"weight_decay": 0}, "weight decay 0.01 → 0", "/optimizer/weight_decay"),
        ({"kind": "adam"}, {"kind": "sgd"}, "sgd", "/optimizer/kind"),
        ({"clip": {"kind": "norm"}}, {"clip": None}, "no clipping", "/optimizer/clip"),
        ({"schedule": {"kind": "step"}}, {"schedule": {"kind": "constant"}}, "constant rate", "/optimizer/schedule"),
    ],
)
def test_an_optimizer_is_named_and_its_numbers_are(
    optimizer: dict[str, Any], patch: dict[str, Any], label: str, pointer: str
) -> None:
    (change,) = changes(RunSpec.from_dict({"optimizer": optimizer}), {"optimizer": patch})
    assert (change["label"], change["pointer"]) == (label, pointer)


def test_a_change_says_what_it_was_and_what_it_is() -> None:
    (change,) = changes(SPEC, {"batch_size": 30})
    assert (change["from"], change["to"]) == (10, 30)


def test_several_values_changed_at_once_are_several_changes() -> None:
    assert len(changes(SPEC, {"batch_size": 1, "shuffle": False, "dataset": {"noise": 0.5}})) == 3


def test_what_stays_is_not_mentioned() -> None:
    assert changes(SPEC, {"batch_size": 10}) == []


@pytest.mark.parametrize(
    ("train", "label"),
    [
        ([[0, 0, 0], [1, 1, 1], [3, 3, 1]], "points added"),
        ([[0, 0, 0]], "points removed"),
        ([[0, 0, 0], [1, 1.5, 1]], "points changed"),
    ],
)
def test_own_points_are_counted(train: list[list[float]], label: str) -> None:
    spec = RunSpec.from_dict({"dataset": POINTS})
    (change,) = changes(spec, {"dataset": {"train": train}})
    assert change["label"] == label
    assert (change["from"], change["to"]) == (3, len(train) + 1)


def test_edits_of_parameters_are_named() -> None:
    weight, bias = SimpleNamespace(input=1), SimpleNamespace(input=None)
    assert edited([weight])["label"] == "weight edited"
    assert edited([bias])["label"] == "bias edited"
    assert edited([weight, bias, weight])["label"] == "3 values edited"
    assert edited([weight, weight])["label"] == "2 weights edited"
    assert edited([bias, bias])["label"] == "2 biases edited"


def rate(step: int, old: float, new: float) -> dict[str, Any]:
    label = f"rate {old} → {new}"
    return {"step": step, "label": label, "pointer": "/optimizer/learning_rate", "from": old, "to": new}


def test_a_slider_dragged_while_paused_is_one_change() -> None:
    kept: list[dict[str, Any]] = []
    remember(kept, rate(25, 0.03, 0.1))
    remember(kept, rate(25, 0.1, 0.3))
    assert [(change["label"], change["from"], change["to"]) for change in kept] == [("rate 0.03 → 0.3", 0.03, 0.3)]


def test_a_slider_dragged_back_is_none() -> None:
    kept: list[dict[str, Any]] = []
    remember(kept, rate(25, 0.03, 0.1))
    remember(kept, rate(25, 0.1, 0.03))
    assert kept == []


def test_changes_at_different_steps_are_all_kept_up_to_a_bound() -> None:
    kept: list[dict[str, Any]] = []
    for step in range(MOST_CHANGES + 10):
        remember(kept, rate(step, 0.1, 0.3))
    assert len(kept) == MOST_CHANGES
    assert kept[0]["step"] == 10


def test_edits_at_the_same_step_are_one_marker() -> None:
    kept: list[dict[str, Any]] = []
    for _ in range(3):
        remember(kept, {"step": 5, **edited([SimpleNamespace(input=0)])})
    assert [change["label"] for change in kept] == ["weight edited"]
