"""RunSpec: defaults, the round trip, replacing, and which changes a running network survives."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.spec import (
    DatasetSpec,
    DenseSpec,
    InitialSpec,
    OptimizerSpec,
    PointsSpec,
    RunSpec,
    SpecError,
    is_live_change,
)
from tests.engine.strategies import JSON, SPECS, documents, parameters

POINTS: dict[str, Any] = {
    "kind": "points",
    "task": "classification",
    "train": [[1, 2, "yes"], [-1, 0.5, "no"], [3, 3, "yes"]],
    "test": [[0, 0, "no"]],
    "axes": [{"name": "age", "center": 40, "scale": 5}, {"name": "height", "center": 170.5, "scale": 2}],
}


class TestDefaults:
    def test_an_empty_document_is_the_playground_s_first_setup(self) -> None:
        assert RunSpec.from_dict({}).to_dict() == {
            "version": 1,
            "dataset": {"kind": "circle", "samples": 500, "noise": 0.0, "train_fraction": 0.5, "seed": 1},
            "features": ["x1", "x2"],
            "layers": [
                {"kind": "dense", "units": 4, "activation": "tanh"},
                {"kind": "dense", "units": 2, "activation": "tanh"},
            ],
            "output": {"activation": "sigmoid"},
            "loss": "cross_entropy",
            "optimizer": {"kind": "sgd", "learning_rate": 0.03},
            "regularizer": {"kind": "none", "rate": 0.0},
            "initializer": {"kind": "glorot_uniform", "scale": 1.0, "bias": 0.0},
            "batch_size": 10,
            "shuffle": True,
            "seed": 7,
            "dtype": "float32",
        }

    def test_the_constructor_has_the_same_defaults_as_the_reader(self) -> None:
        assert RunSpec() == RunSpec.from_dict({})

    @pytest.mark.parametrize("kind", ["plane", "hills"])
    def test_a_regression_has_more_points_and_a_linear_output(self, kind: str) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": kind}})
        assert spec.dataset == DatasetSpec(kind, samples=1200)
        assert (spec.loss, spec.output.activation) == ("squared_error", "linear")

    @pytest.mark.parametrize(
        ("document", "loss", "activation"),
        [
            ({}, "cross_entropy", "sigmoid"),
            ({"dataset": {"kind": "three_blobs"}}, "cross_entropy", "softmax"),
            ({"loss": "squared_error"}, "squared_error", "tanh"),
            ({"dataset": {"kind": "three_blobs"}, "loss": "squared_error"}, "squared_error", "softmax"),
            ({"output": {"activation": "tanh"}}, "squared_error", "tanh"),
            ({"output": {"activation": "sigmoid"}}, "cross_entropy", "sigmoid"),
            ({"output": {"activation": "relu"}, "dataset": {"kind": "three_spirals"}}, "squared_error", "relu"),
            ({"output": {}}, "cross_entropy", "sigmoid"),
            ({"dataset": {"kind": "hills"}, "output": {"activation": "tanh"}}, "squared_error", "tanh"),
        ],
    )
    def test_loss_and_output_are_filled_in_from_each_other(
        self, document: dict[str, Any], loss: str, activation: str
    ) -> None:
        spec = RunSpec.from_dict(document)
        assert (spec.loss, spec.output.activation) == (loss, activation)

    @pytest.mark.parametrize(
        ("kind", "scale"), [("uniform", 0.5), ("normal", 0.5), ("constant", 0.1), ("he_normal", 1.0)]
    )
    def test_each_initializer_has_its_own_scale(self, kind: str, scale: float) -> None:
        assert RunSpec.from_dict({"initializer": {"kind": kind}}).initializer.scale == scale


class TestRoundTrip:
    @given(SPECS)
    def test_a_specification_is_its_document(self, spec: RunSpec) -> None:
        assert RunSpec.from_dict(spec.to_dict()) == spec

    @given(SPECS)
    def test_the_document_survives_json_text(self, spec: RunSpec) -> None:
        text = json.dumps(spec.to_dict(), allow_nan=False)
        again = RunSpec.from_dict(json.loads(text))
        assert again == spec
        assert json.dumps(again.to_dict(), allow_nan=False) == text

    @given(documents())
    def test_what_was_asked_for_stands_in_the_normal_form(self, document: dict[str, Any]) -> None:
        normal = RunSpec.from_dict(document).to_dict()
        assert set(document) <= set(normal)
        assert all(normal[name] == value for name, value in document.items() if not isinstance(value, dict | list))

    def test_a_specification_can_be_compared_and_put_into_a_set(self) -> None:
        assert len({RunSpec(), RunSpec.from_dict({}), RunSpec(seed=8)}) == 2

    def test_whole_floats_and_tuples_are_normalised(self) -> None:
        spec = RunSpec.from_dict({"batch_size": 16.0, "features": ("x2",), "optimizer": {"learning_rate": 1}})
        assert (spec.batch_size, spec.features) == (16, ("x2",))
        assert type(spec.batch_size) is int
        assert type(spec.optimizer.learning_rate) is float


class TestFuzz:
    @given(JSON)
    def test_anything_is_a_specification_or_a_spec_error(self, value: Any) -> None:
        read_or_refuse(value)

    @given(st.dictionaries(st.sampled_from([*RunSpec().to_dict(), "initial"]), JSON))
    def test_anything_in_any_field(self, value: Any) -> None:
        read_or_refuse(value)

    @given(documents(), st.data())
    @settings(max_examples=200)
    def test_one_wrong_place_in_a_good_document(self, document: dict[str, Any], data: st.DataObject) -> None:
        place: Any = RunSpec.from_dict(document).to_dict()
        full = place
        while True:
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
                place = place[key]
                continue
            place[key] = data.draw(JSON)
            break
        read_or_refuse(full)

    @given(SPECS, JSON)
    def test_any_patch(self, spec: RunSpec, patch: Any) -> None:
        try:
            spec.merge(patch)
        except SpecError as error:
            check_errors(error)


def read_or_refuse(value: Any) -> None:
    try:
        spec = RunSpec.from_dict(value)
    except SpecError as error:
        check_errors(error)
    else:
        assert RunSpec.from_dict(spec.to_dict()) == spec


def check_errors(error: SpecError) -> None:
    assert 1 <= len(error.errors) <= 50
    for issue in error.errors:
        assert issue.pointer == "" or issue.pointer.startswith("/")
        assert issue.message.endswith(".")
        assert len(issue.pointer) <= 120
        assert len(issue.message) <= 400


class TestReplace:
    def test_a_field_is_replaced_and_the_rest_is_kept(self) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": "spiral"}, "batch_size": 3})
        assert spec.replace(seed=5).to_dict() == spec.to_dict() | {"seed": 5}

    def test_values_may_be_parts_or_json(self) -> None:
        part = RunSpec().replace(optimizer=OptimizerSpec("sgd", 0.5), layers=(DenseSpec(3, "relu"),))
        plain = RunSpec().replace(
            optimizer={"kind": "sgd", "learning_rate": 0.5}, layers=[{"units": 3, "activation": "relu"}]
        )
        assert part == plain

    def test_the_result_is_checked(self) -> None:
        with pytest.raises(SpecError) as caught:
            RunSpec().replace(batch_size=0, dataset=DatasetSpec("circle", samples=1))
        assert [issue.pointer for issue in caught.value.errors] == ["/dataset/samples", "/batch_size"]

    def test_an_unknown_field_is_an_error(self) -> None:
        with pytest.raises(SpecError, match="/batchsize"):
            RunSpec().replace(batchsize=3)

    def test_points_are_carried_over(self) -> None:
        spec = RunSpec.from_dict({"dataset": POINTS})
        assert spec.replace(seed=3).dataset is spec.dataset

    def test_points_may_be_given_as_a_part(self) -> None:
        spec = RunSpec.from_dict({"dataset": POINTS})
        assert RunSpec().replace(dataset=spec.dataset).dataset == spec.dataset


class TestPointsAndClasses:
    def test_points_are_read(self) -> None:
        dataset = RunSpec.from_dict({"dataset": POINTS}).dataset
        assert isinstance(dataset, PointsSpec)
        assert dataset.train == ((1.0, 2.0, "yes"), (-1.0, 0.5, "no"), (3.0, 3.0, "yes"))
        assert dataset.test == ((0.0, 0.0, "no"),)
        assert dataset.classes == ("no", "yes")

    def test_the_document_holds_the_points_and_axes(self) -> None:
        assert RunSpec.from_dict({"dataset": POINTS}).to_dict()["dataset"] == POINTS

    @pytest.mark.parametrize(
        ("dataset", "task", "classes", "units"),
        [
            ({"kind": "circle"}, "classification", (-1.0, 1.0), 1),
            ({"kind": "three_spirals"}, "classification", (0.0, 1.0, 2.0), 3),
            ({"kind": "plane"}, "regression", (), 1),
            (POINTS, "classification", ("no", "yes"), 1),
            (POINTS | {"test": [[0, 0, "maybe"]]}, "classification", ("maybe", "no", "yes"), 3),
            ({"kind": "points", "task": "regression", "train": [[0, 0, 3]]}, "regression", (), 1),
            ({"kind": "points", "train": [[0, 0, 10], [0, 0, 9]]}, "classification", (9.0, 10.0), 1),
        ],
    )
    def test_task_classes_and_output_width_follow_from_the_data(
        self, dataset: dict[str, Any], task: str, classes: tuple[Any, ...], units: int
    ) -> None:
        spec = RunSpec.from_dict({"dataset": dataset})
        assert (spec.task, spec.classes, spec.output_units) == (task, classes, units)
        assert spec.wires[-1].units == units


LIVE: list[dict[str, Any]] = [
    {"optimizer": {"learning_rate": 3}},
    {"regularizer": {"kind": "l1", "rate": 0.1}},
    {"batch_size": 1},
    {"shuffle": False},
    {"dataset": {"noise": 0.3}},
    {"dataset": {"samples": 20}},
    {"dataset": {"train_fraction": 0.2}},
    {"dataset": {"seed": 99}},
    {},
]

RESTARTS: list[dict[str, Any]] = [
    {"dataset": {"kind": "xor"}},
    {"dataset": {"kind": "three_blobs"}},
    {"features": ["x2", "x1"]},
    {"layers": []},
    {"layers": [{"units": 4, "activation": "relu"}, {"units": 2}]},
    {"output": {"activation": "tanh"}},
    {"loss": "squared_error"},
    {"initializer": {"bias": 0.1}},
    {"initializer": {"kind": "he_normal"}},
    {"seed": 8},
    {"dtype": "float64"},
    {"initial": parameters(RunSpec())},
]


class TestLiveChanges:
    @pytest.mark.parametrize("patch", LIVE)
    def test_the_weights_are_kept(self, patch: dict[str, Any]) -> None:
        assert is_live_change(RunSpec(), RunSpec().merge(patch))

    @pytest.mark.parametrize("patch", RESTARTS)
    def test_the_run_starts_again(self, patch: dict[str, Any]) -> None:
        assert not is_live_change(RunSpec(), RunSpec().merge(patch))

    @pytest.mark.parametrize(
        ("change", "live"),
        [
            ({"train": [[0, 0, "no"], [1, 1, "yes"]]}, True),
            ({"train": [[0, 0, "left"], [1, 1, "right"]], "test": []}, True),
            ({"axes": None}, True),
            ({"train": [[0, 0, "no"], [1, 1, "yes"], [2, 2, "maybe"]]}, False),
            ({"task": "regression", "train": [[0, 0, 1]], "test": []}, False),
        ],
    )
    def test_edited_points_keep_the_weights_while_the_classes_are_as_many(
        self, change: dict[str, Any], live: bool
    ) -> None:
        old = RunSpec.from_dict({"dataset": POINTS})
        assert is_live_change(old, old.merge({"dataset": change})) is live


class TestInitial:
    def test_parameters_are_kept_exactly(self) -> None:
        spec = RunSpec.from_dict({"layers": [{"units": 2}], "initial": parameters_of_two_units()})
        assert spec.initial == InitialSpec(
            (((0.1, 0.2), (0.3, 0.4)), ((0.5, 0.6),)),
            ((1.0, 2.0), (3.0,)),
        )
        assert spec.to_dict()["initial"] == parameters_of_two_units()

    def test_null_means_not_given(self) -> None:
        assert RunSpec.from_dict({"initial": None}) == RunSpec()


def parameters_of_two_units() -> dict[str, Any]:
    return {"weights": [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]], "biases": [[1.0, 2.0], [3.0]]}
