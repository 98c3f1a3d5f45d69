"""Merge patches: RFC 7396 itself, and what is filled in again so that a change need not bring others along."""

from typing import Any

import pytest
from hypothesis import given

from engine.merging import merge_patch
from engine.spec import DatasetSpec, PointsSpec, RunSpec, SpecError
from tests.engine.strategies import FLAT, JSON, SPECS, documents, parameters

POINTS = {"kind": "points", "task": "classification", "train": [[0, 0, "a"], [1, 1, "b"]]}


class TestMergePatch:
    @pytest.mark.parametrize(
        ("target", "patch", "result"),
        [
            ({"a": "b"}, {"a": "c"}, {"a": "c"}),
            ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
            ({"a": "b"}, {"a": None}, {}),
            ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
            ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
            ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
            ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
            ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
            (["a", "b"], ["c", "d"], ["c", "d"]),
            ({"a": "b"}, ["c"], ["c"]),
            ({"a": "foo"}, None, None),
            ({"a": "foo"}, "bar", "bar"),
            ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
            ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
            ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ],
    )
    def test_the_examples_of_rfc_7396_appendix_a(self, target: Any, patch: Any, result: Any) -> None:
        assert merge_patch(target, patch) == result

    @given(JSON)
    def test_the_target_is_not_changed(self, patch: Any) -> None:
        target = RunSpec().to_dict()
        merge_patch(target, patch)
        assert target == RunSpec().to_dict()

    def test_a_bottomless_patch_is_refused(self) -> None:
        patch: dict[str, Any] = {}
        for _ in range(50_000):
            patch = {"a": patch}
        with pytest.raises(SpecError, match="nested more than 16 levels deep"):
            RunSpec().merge(patch)


class TestMerge:
    def test_nothing_changes_nothing(self) -> None:
        assert RunSpec().merge({}) == RunSpec()

    @given(SPECS)
    def test_an_empty_patch_changes_no_specification(self, spec: RunSpec) -> None:
        assert spec.merge({}) == spec

    @given(SPECS)
    def test_a_specification_is_a_patch_to_itself(self, spec: RunSpec) -> None:
        assert RunSpec().merge(spec.to_dict()) == spec

    @given(SPECS, documents())
    def test_two_specifications_merge_into_a_valid_one(self, spec: RunSpec, patch: dict[str, Any]) -> None:
        for name in ("output", "loss", "initial", "layers", "initializer"):
            patch.pop(name, None)
        if "dataset" in patch:  # without a kind the fields belong to the old one, and may be foreign to it
            patch["dataset"].setdefault("kind", "circle")
        else:  # features belong to a space, too
            patch.pop("features", None)
        merged = spec.merge(patch)
        assert RunSpec.from_dict(merged.to_dict()) == merged

    def test_fields_merge_and_lists_replace(self) -> None:
        spec = RunSpec().merge({"optimizer": {"learning_rate": 1}, "layers": [{"units": 3}]})
        assert spec.to_dict() == RunSpec().to_dict() | {
            "optimizer": {"kind": "sgd", "learning_rate": 1.0},
            "layers": [{"kind": "dense", "units": 3, "activation": "tanh"}],
        }

    def test_null_takes_the_default(self) -> None:
        spec = RunSpec.from_dict({"batch_size": 3, "dataset": {"kind": "xor", "noise": 0.2}})
        assert spec.merge({"batch_size": None, "dataset": None}) == RunSpec()
        assert spec.merge({"dataset": {"noise": None}}).dataset == DatasetSpec("xor")

    @pytest.mark.parametrize("patch", [None, [], 3, "text"])
    def test_a_patch_that_is_no_object(self, patch: Any) -> None:
        with pytest.raises(SpecError, match="Give an object"):
            RunSpec().merge(patch)

    def test_errors_keep_their_pointers(self) -> None:
        with pytest.raises(SpecError) as caught:
            RunSpec().merge({"optimizer": {"learning_rate": True}, "dataset": {"noise": 2}, "foo": {}})
        assert [issue.pointer for issue in caught.value.errors] == [
            "/foo",
            "/dataset/noise",
            "/optimizer/learning_rate",
        ]


class TestAnotherDataset:
    @pytest.mark.parametrize(
        ("kinds", "loss", "activation"),
        [
            (["three_blobs"], "cross_entropy", "softmax"),
            (["three_blobs", "spiral"], "cross_entropy", "sigmoid"),
            (["hills"], "squared_error", "linear"),
            (["hills", "plane"], "squared_error", "linear"),
            (["hills", "moons"], "cross_entropy", "sigmoid"),
            (["hills", "three_spirals"], "cross_entropy", "softmax"),
            (["three_spirals", "plane", "xor"], "cross_entropy", "sigmoid"),
        ],
    )
    def test_loss_and_output_follow_the_data(self, kinds: list[str], loss: str, activation: str) -> None:
        spec = RunSpec()
        for kind in kinds:
            spec = spec.merge({"dataset": {"kind": kind}})
        assert (spec.loss, spec.output.activation) == (loss, activation)

    @pytest.mark.parametrize(
        ("activation", "kind", "kept"),
        [
            ("tanh", "three_blobs", "tanh"),
            ("relu", "three_blobs", "relu"),
            ("tanh", "xor", "tanh"),
            ("tanh", "plane", "linear"),
        ],
    )
    def test_with_squared_error_what_fits_is_kept(self, activation: str, kind: str, kept: str) -> None:
        spec = RunSpec.from_dict({"loss": "squared_error", "output": {"activation": activation}})
        merged = spec.merge({"dataset": {"kind": kind}})
        assert (merged.loss, merged.output.activation) == ("squared_error", kept)

    def test_from_softmax_to_two_classes_with_squared_error(self) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": "three_blobs"}, "loss": "squared_error"})
        merged = spec.merge({"dataset": {"kind": "circle"}})
        assert (merged.loss, merged.output.activation) == ("squared_error", "tanh")

    def test_what_the_patch_says_is_kept(self) -> None:
        patch = {"dataset": {"kind": "three_blobs"}, "loss": "squared_error", "output": {"activation": "sigmoid"}}
        merged = RunSpec().merge(patch)
        assert (merged.loss, merged.output.activation) == ("squared_error", "sigmoid")

    def test_a_contradiction_in_the_patch_itself_is_an_error(self) -> None:
        with pytest.raises(SpecError, match="/output/activation: Cross-entropy needs probabilities"):
            RunSpec().merge({"loss": "cross_entropy", "output": {"activation": "tanh"}})

    @pytest.mark.parametrize(
        ("before", "after", "samples"),
        [
            ({}, {"kind": "hills"}, 1200),
            ({"kind": "hills"}, {"kind": "circle"}, 500),
            ({"samples": 300}, {"kind": "hills"}, 300),
            ({"samples": 300}, {"kind": "xor"}, 300),
            ({}, {"kind": "hills", "samples": 500}, 500),
            ({"kind": "plane"}, {"kind": "hills"}, 1200),
        ],
    )
    def test_the_default_number_of_points_follows_the_kind(
        self, before: dict[str, Any], after: dict[str, Any], samples: int
    ) -> None:
        dataset = RunSpec.from_dict({"dataset": before}).merge({"dataset": after}).dataset
        assert isinstance(dataset, DatasetSpec)
        assert dataset.samples == samples

    def test_noise_share_and_seed_stay(self) -> None:
        spec = RunSpec.from_dict({"dataset": {"noise": 0.2, "train_fraction": 0.7, "seed": 3}})
        assert spec.merge({"dataset": {"kind": "rings"}}).dataset == DatasetSpec("rings", 500, 0.2, 0.7, 3)

    @pytest.mark.parametrize("kind", sorted(FLAT))
    def test_to_points_and_back(self, kind: str) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": kind, "noise": 0.5}})
        given_points = spec.merge({"dataset": POINTS})
        assert isinstance(given_points.dataset, PointsSpec)
        assert given_points.output.activation == "sigmoid"
        assert (
            given_points.merge({"dataset": {"kind": kind}}).dataset
            == RunSpec.from_dict({"dataset": {"kind": kind}}).dataset
        )

    def test_other_labels_change_the_output(self) -> None:
        spec = RunSpec().merge({"dataset": POINTS})
        three = spec.merge({"dataset": {"train": [[0, 0, "a"], [1, 1, "b"], [2, 2, "c"]]}})
        assert (three.output_units, three.output.activation) == (3, "softmax")
        numbers = three.merge({"dataset": {"task": "regression", "train": [[0, 0, 0.5]]}})
        assert (numbers.output_units, numbers.loss, numbers.output.activation) == (1, "squared_error", "linear")

    def test_wrong_points_are_told_once(self) -> None:
        with pytest.raises(SpecError) as caught:
            RunSpec().merge({"dataset": POINTS | {"train": [[0, 0, None]]}})
        assert [issue.pointer for issue in caught.value.errors] == ["/dataset/train/0/2"]

    def test_a_learning_rate_does_not_read_the_points_again(self) -> None:
        spec = RunSpec().merge({"dataset": POINTS})
        assert spec.merge({"optimizer": {"learning_rate": 1}}).dataset is spec.dataset


class TestAnotherLossOrOutput:
    @pytest.mark.parametrize(
        ("before", "patch", "loss", "activation"),
        [
            ({}, {"loss": "squared_error"}, "squared_error", "sigmoid"),
            ({"loss": "squared_error"}, {"loss": "cross_entropy"}, "cross_entropy", "sigmoid"),
            ({}, {"output": {"activation": "tanh"}}, "squared_error", "tanh"),
            ({"output": {"activation": "tanh"}}, {"output": {"activation": "sigmoid"}}, "squared_error", "sigmoid"),
            ({"dataset": {"kind": "three_blobs"}}, {"output": {"activation": "sigmoid"}}, "squared_error", "sigmoid"),
            ({"dataset": {"kind": "three_blobs"}}, {"loss": "squared_error"}, "squared_error", "softmax"),
            ({"output": {"activation": "tanh"}}, {"output": None}, "squared_error", "tanh"),
            ({"loss": "squared_error"}, {"loss": None}, "squared_error", "tanh"),
            ({}, {"loss": "hinge"}, "hinge", "linear"),
            ({"loss": "hinge"}, {"loss": "cross_entropy"}, "cross_entropy", "sigmoid"),
            ({"loss": "hinge"}, {"output": {"activation": "tanh"}}, "squared_error", "tanh"),
            ({"dataset": {"kind": "three_blobs"}}, {"loss": "hinge"}, "hinge", "linear"),
        ],
    )
    def test_the_one_not_chosen_gives_way(
        self, before: dict[str, Any], patch: dict[str, Any], loss: str, activation: str
    ) -> None:
        merged = RunSpec.from_dict(before).merge(patch)
        assert (merged.loss, merged.output.activation) == (loss, activation)

    @pytest.mark.parametrize(
        ("kind", "patch", "pointer"),
        [
            ("circle", {"output": {"activation": "softmax"}}, "/output/activation"),
            ("plane", {"output": {"activation": "softmax"}}, "/output/activation"),
            ("plane", {"loss": "cross_entropy"}, "/loss"),
            ("plane", {"loss": "hinge"}, "/loss"),
        ],
    )
    def test_what_can_never_fit_is_an_error(self, kind: str, patch: dict[str, Any], pointer: str) -> None:
        with pytest.raises(SpecError) as caught:
            RunSpec.from_dict({"dataset": {"kind": kind}}).merge(patch)
        assert [issue.pointer for issue in caught.value.errors] == [pointer]


class TestAnotherInitializer:
    @pytest.mark.parametrize(
        ("patch", "kind", "scale"),
        [
            ({"kind": "uniform"}, "uniform", 0.5),
            ({"kind": "constant"}, "constant", 0.1),
            ({"kind": "he_normal"}, "he_normal", 1.0),
            ({"kind": "uniform", "scale": 2}, "uniform", 2.0),
            ({"scale": 3}, "normal", 3.0),
        ],
    )
    def test_the_scale_follows_the_kind(self, patch: dict[str, Any], kind: str, scale: float) -> None:
        spec = RunSpec.from_dict({"initializer": {"kind": "normal", "scale": 0.7, "bias": 0.1}})
        initializer = spec.merge({"initializer": patch}).initializer
        assert (initializer.kind, initializer.scale, initializer.bias) == (kind, scale, 0.1)


class TestInitial:
    SPEC = RunSpec.from_dict({"initial": parameters(RunSpec())})

    @pytest.mark.parametrize(
        "patch",
        [
            {"optimizer": {"learning_rate": 1}},
            {"layers": [{"units": 4}, {"units": 2, "activation": "sine"}]},
            {"seed": 9},
        ],
    )
    def test_parameters_that_fit_are_kept(self, patch: dict[str, Any]) -> None:
        assert self.SPEC.merge(patch).initial == self.SPEC.initial

    @pytest.mark.parametrize(
        "patch",
        [
            {"layers": []},
            {"layers": [{"units": 4}, {"units": 3}]},
            {"features": ["x1"]},
            {"dataset": {"kind": "three_blobs"}},
            {"initial": None},
        ],
    )
    def test_parameters_that_no_longer_fit_are_dropped(self, patch: dict[str, Any]) -> None:
        assert self.SPEC.merge(patch).initial is None

    def test_new_parameters_must_fit(self) -> None:
        with pytest.raises(SpecError, match="/initial/weights"):
            RunSpec().merge({"initial": {"weights": [], "biases": []}})


@pytest.mark.parametrize(
    ("dataset", "layer", "kind"),
    [
        ("digits", {"kind": "convolution", "filters": 2}, "circle"),
        ("parity", {"kind": "lstm", "units": 2}, "digits"),
    ],
)
def test_layers_are_not_let_go_but_pointed_at(dataset: str, layer: dict[str, Any], kind: str) -> None:
    spec = RunSpec.from_dict({"dataset": {"kind": dataset, "samples": 100}, "layers": [layer]})
    with pytest.raises(SpecError) as caught:
        spec.merge({"dataset": {"kind": kind}})
    assert [issue.pointer for issue in caught.value.errors] == ["/layers/0"]
    fitting = spec.merge({"dataset": {"kind": kind}, "layers": [{"kind": "dense", "units": 4}]})
    assert fitting.dataset.kind == kind
