"""Every way a specification can be wrong: where the error points, and that all of them are told at once."""

import json
import math
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest

from engine import limits
from engine.errors import MOST_ISSUES, Issue
from engine.spec import RunSpec, SpecError


def errors_of(document: Any) -> list[Issue]:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(document)
    return caught.value.errors


def pointers_of(document: Any) -> list[str]:
    return [issue.pointer for issue in errors_of(document)]


NUMBERS = {
    "/dataset/samples": limits.SAMPLES,
    "/dataset/noise": limits.NOISE,
    "/dataset/train_fraction": limits.TRAIN_FRACTION,
    "/dataset/seed": limits.SEED,
    "/layers/0/units": limits.UNITS,
    "/optimizer/learning_rate": limits.LEARNING_RATE,
    "/regularizer/rate": limits.RATE,
    "/initializer/bias": limits.BIAS,
    "/initializer/scale": limits.INITIALIZER_SCALES["glorot_uniform"],
    "/batch_size": limits.BATCH_SIZE,
    "/seed": limits.RUN_SEED,
}
WHOLE = ("/dataset/samples", "/dataset/seed", "/layers/0/units", "/batch_size", "/seed")
NAMES = (
    "/dataset/kind",
    "/features/0",
    "/layers/0/kind",
    "/layers/0/activation",
    "/output/activation",
    "/loss",
    "/optimizer/kind",
    "/regularizer/kind",
    "/initializer/kind",
    "/dtype",
)


def document_with(pointer: str, value: Any) -> Any:
    """The smallest document that has a value at a pointer."""
    for token in reversed(pointer.split("/")[1:]):
        value = [value] if token == "0" else {token: value}
    return value


class TestNumbers:
    @pytest.mark.parametrize("pointer", NUMBERS)
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (math.nan, "not a finite number"),
            (math.inf, "not a finite number"),
            (-math.inf, "not a finite number"),
            (True, "this is true or false"),
            (False, "this is true or false"),
            ("5", "this is a text"),
            (None, "this is null"),
            ([], "this is a list"),
            ({}, "this is an object"),
            (10**400, "too large"),
            (-(10**400), "too small"),
            (1e300, "too large"),
            (np.bool_(True), "this is something else"),
        ],
    )
    def test_a_value_that_is_no_number_in_bounds(self, pointer: str, value: Any, words: str) -> None:
        (issue,) = errors_of(document_with(pointer, value))
        assert issue.pointer == pointer
        assert words in issue.message
        assert issue.message.startswith("Give a ")

    @pytest.mark.parametrize("pointer", NUMBERS)
    def test_the_bounds_themselves_are_allowed_and_nothing_beyond(self, pointer: str) -> None:
        bounds = NUMBERS[pointer]
        for value in (bounds.minimum, bounds.maximum, bounds.default):
            RunSpec.from_dict(document_with(pointer, value))
        step = 1 if pointer in WHOLE else 1e-9
        assert pointers_of(document_with(pointer, bounds.minimum - step)) == [pointer]
        assert pointers_of(document_with(pointer, bounds.maximum + max(step, bounds.maximum * 1e-9))) == [pointer]

    @pytest.mark.parametrize("pointer", WHOLE)
    def test_a_count_has_no_fraction(self, pointer: str) -> None:
        (issue,) = errors_of(document_with(pointer, 10.5))
        assert "fraction" in issue.message

    def test_the_message_says_the_remedy(self) -> None:
        assert errors_of({"optimizer": {"learning_rate": -1}}) == [
            Issue("/optimizer/learning_rate", "Give a number from 0.000001 to 1000; this is too small.")
        ]
        assert errors_of({"layers": [{"units": 0}]}) == [
            Issue("/layers/0/units", "Give a whole number from 1 to 512; this is too small.")
        ]

    @pytest.mark.parametrize("kind", ["uniform", "normal"])
    def test_a_spread_is_not_negative(self, kind: str) -> None:
        assert pointers_of({"initializer": {"kind": kind, "scale": -0.1}}) == ["/initializer/scale"]

    def test_a_constant_may_be_negative(self) -> None:
        assert RunSpec.from_dict({"initializer": {"kind": "constant", "scale": -0.1}}).initializer.scale == -0.1

    def test_numpy_s_own_numbers_are_numbers(self) -> None:
        spec = RunSpec.from_dict({"seed": np.int64(3), "optimizer": {"learning_rate": np.float32(0.5)}})
        assert (type(spec.seed), spec.seed) == (int, 3)
        assert (type(spec.optimizer.learning_rate), spec.optimizer.learning_rate) == (float, 0.5)


class TestNames:
    @pytest.mark.parametrize("pointer", NAMES)
    @pytest.mark.parametrize("value", ["nonsense", "", None, 3, True, ["tanh"], {"kind": "tanh"}, "x" * 1_000_000])
    def test_an_unknown_name_lists_the_known_ones(self, pointer: str, value: Any) -> None:
        issues = errors_of(document_with(pointer, value))
        assert [issue.pointer for issue in issues] == [pointer]
        assert issues[0].message.startswith("Choose one of ")
        assert len(issues[0].message) < 400

    def test_a_slip_of_the_pen_is_recognised(self) -> None:
        assert errors_of({"regularizer": {"kind": "L2"}})[0].message.startswith("Choose one of none, l1, l2")
        assert "Did you mean spiral" in errors_of({"dataset": {"kind": "spyral"}})[0].message
        assert "Did you mean batch_size" in errors_of({"batchsize": 3})[0].message

    def test_a_step_is_refused_where_a_gradient_would_have_to_train_it(self) -> None:
        layers = [{"activation": "tanh"}, {"activation": "threshold"}]
        issues = errors_of({"layers": layers, "output": {"activation": "threshold"}, "loss": "squared_error"})
        assert [issue.pointer for issue in issues] == ["/layers/1/activation", "/output/activation"]
        assert all(issue.message.startswith("The slope of a step is zero everywhere") for issue in issues)

    def test_softmax_is_for_the_output_alone(self) -> None:
        assert pointers_of({"layers": [{"activation": "softmax"}]}) == ["/layers/0/activation"]


class TestShape:
    @pytest.mark.parametrize("value", [None, [], "text", 3, True, math.nan])
    def test_a_specification_is_an_object(self, value: Any) -> None:
        (issue,) = errors_of(value)
        assert issue.pointer == ""
        assert issue.message.startswith("Give an object")

    @pytest.mark.parametrize("name", ["dataset", "output", "optimizer", "regularizer", "initializer"])
    @pytest.mark.parametrize("value", [None, [], "text", 3, True])
    def test_a_part_is_an_object(self, name: str, value: Any) -> None:
        assert pointers_of({name: value}) == [f"/{name}"]

    @pytest.mark.parametrize("name", ["features", "layers"])
    @pytest.mark.parametrize("value", [None, {}, "x1", 3, True])
    def test_a_list_is_a_list(self, name: str, value: Any) -> None:
        assert pointers_of({name: value}) == [f"/{name}"]

    @pytest.mark.parametrize("value", [None, 1, "true", 0.0])
    def test_shuffle_is_true_or_false(self, value: Any) -> None:
        assert errors_of({"shuffle": value})[0].message.startswith("Give true or false; this is ")

    @pytest.mark.parametrize("value", [2, 0, "1", True, None, [], 1.5])
    def test_there_is_one_version(self, value: Any) -> None:
        assert pointers_of({"version": value}) == ["/version"]

    @pytest.mark.parametrize(
        ("document", "pointer"),
        [
            ({"epochs": 3}, "/epochs"),
            ({"dataset": {"points": 3}}, "/dataset/points"),
            ({"dataset": {"kind": "points", "train": [[0, 0, 1], [0, 0, 2]], "noise": 0}}, "/dataset/noise"),
            ({"layers": [{"units": 3}, {"size": 3}]}, "/layers/1/size"),
            ({"output": {"units": 3}}, "/output/units"),
            ({"optimizer": {"speed": 0.9}}, "/optimizer/speed"),
            ({"a/b~c": 1}, "/a~1b~0c"),
            ({"k" * 1_000_000: 1}, "/" + "k" * 40),
            ({3: 1}, "/3"),
            ({None: 1}, "/?"),
            ({10**400: 1}, "/?"),
        ],
    )
    def test_unknown_fields_are_errors(self, document: Any, pointer: str) -> None:
        (issue,) = errors_of(document)
        assert issue.pointer == pointer
        assert issue.message.startswith("This field is not known")

    def test_deep_nesting_is_not_walked(self) -> None:
        deep: Any = []
        for _ in range(100_000):
            deep = [deep]
        assert pointers_of({"layers": deep}) == ["/layers/0"]
        assert pointers_of({"features": deep, "loss": deep}) == ["/features/0", "/loss"]


class TestFeaturesAndLayers:
    def test_at_least_one_feature(self) -> None:
        assert pointers_of({"features": []}) == ["/features"]

    def test_each_feature_once(self) -> None:
        assert pointers_of({"features": ["x1", "x2", "x1"]}) == ["/features/2"]

    def test_a_long_list_of_features_is_not_walked(self) -> None:
        assert pointers_of({"features": ["x1"] * 100_000}) == ["/features"]

    def test_no_hidden_layer_is_a_network_too(self) -> None:
        assert RunSpec.from_dict({"layers": []}).wires[0].sources == (0,)

    def test_at_most_sixteen_layers(self) -> None:
        assert len(RunSpec.from_dict({"layers": [{}] * 16}).layers) == 16
        assert pointers_of({"layers": [{}] * 17}) == ["/layers"]

    def test_too_many_parameters_are_refused_before_anything_is_made(self) -> None:
        tracemalloc.start()
        try:
            issues = errors_of({"layers": [{"units": 512}] * 16})
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
        finally:
            tracemalloc.stop()
        assert [issue.pointer for issue in issues] == ["/layers"]
        assert "take fewer units or layers" in issues[0].message

    def test_a_batch_that_would_fill_the_memory_is_refused(self) -> None:
        wide = {"layers": [{"units": 512}] * 4, "dataset": {"samples": 5000}, "batch_size": 2500}
        [issue] = errors_of(wide)
        assert issue.pointer == "/batch_size"
        assert "take a smaller batch or fewer units" in issue.message
        assert RunSpec.from_dict(wide | {"batch_size": 900}).batch_size == 900

    def test_a_batch_counts_no_more_examples_than_there_are(self) -> None:
        assert RunSpec.from_dict({"layers": [{"units": 512}] * 4, "batch_size": 10_000}).batch_size == 10_000


class TestGraph:
    def test_a_skip_connection(self) -> None:
        layers = [{"name": "a", "units": 3}, {"units": 2}, {"inputs": ["a", "layer2", "features"], "units": 1}]
        spec = RunSpec.from_dict({"layers": layers})
        assert spec.wires[2].sources == (1, 2, 0)
        assert spec.wires[2].in_features == 3 + 2 + 2

    @pytest.mark.parametrize(
        ("layers", "pointer", "words"),
        [
            ([{"inputs": ["nobody"]}], "/layers/0/inputs/0", "No layer before this one has that name"),
            ([{"name": "a", "inputs": ["a"]}], "/layers/0/inputs/0", "layers that come before it"),
            ([{"name": "a", "inputs": ["b"]}, {"name": "b"}], "/layers/0/inputs/0", "layers that come before it"),
            ([{"inputs": ["output"]}], "/layers/0/inputs/0", "No layer before this one has that name"),
            ([{"inputs": ["features", "features"]}], "/layers/0/inputs/1", "in the list already"),
            ([{"inputs": []}], "/layers/0/inputs", "too short"),
            ([{"inputs": "features"}], "/layers/0/inputs", "this is a text"),
            ([{"inputs": [3]}], "/layers/0/inputs/0", "this is a number"),
            ([{"name": "a"}, {"name": "a"}], "/layers/1/name", "This name is taken"),
            ([{"name": "layer2"}, {}], "/layers/1/name", "This name is taken"),
            ([{"name": "features"}], "/layers/0/name", "This name is taken"),
            ([{"name": "output"}], "/layers/0/name", "This name is taken"),
            ([{"name": ""}], "/layers/0/name", "1 to 40 characters"),
            ([{"name": "x" * 41}], "/layers/0/name", "1 to 40 characters"),
            ([{"name": "a\nb"}], "/layers/0/name", "1 to 40 characters"),
            ([{"name": "\ud800"}], "/layers/0/name", "1 to 40 characters"),
            ([{"name": 3}], "/layers/0/name", "this is a number"),
        ],
    )
    def test_a_broken_graph(self, layers: list[Any], pointer: str, words: str) -> None:
        issues = [issue for issue in errors_of({"layers": layers}) if issue.pointer == pointer]
        assert len(issues) == 1
        assert words in issues[0].message

    def test_a_cycle_is_refused_wherever_it_is_entered(self) -> None:
        layers = [{"name": "a", "inputs": ["c"]}, {"name": "b", "inputs": ["a"]}, {"name": "c", "inputs": ["b"]}]
        assert pointers_of({"layers": layers}) == ["/layers/0/inputs/0"]


class TestFit:
    @pytest.mark.parametrize(
        ("document", "pointer", "remedy"),
        [
            ({"loss": "cross_entropy", "output": {"activation": "tanh"}}, "/output/activation", "choose sigmoid"),
            ({"output": {"activation": "softmax"}}, "/output/activation", "choose sigmoid or tanh"),
            (
                {"dataset": {"kind": "three_blobs"}, "loss": "cross_entropy", "output": {"activation": "sigmoid"}},
                "/output/activation",
                "choose softmax",
            ),
            ({"dataset": {"kind": "plane"}, "loss": "cross_entropy"}, "/loss", "choose squared_error"),
            (
                {"dataset": {"kind": "plane"}, "output": {"activation": "softmax"}},
                "/output/activation",
                "choose linear",
            ),
        ],
    )
    def test_what_does_not_go_together(self, document: Any, pointer: str, remedy: str) -> None:
        (issue,) = errors_of(document)
        assert issue.pointer == pointer
        assert remedy in issue.message


GOOD: dict[str, Any] = {"weights": [[[1.0, 2.0]], [[3.0]]], "biases": [[0.0], [0.0]]}


class TestInitial:
    def errors(self, **changes: Any) -> list[Issue]:
        return errors_of({"layers": [{"units": 1}], "initial": GOOD | changes})

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"weights": [[[1.0, 2.0]]]}, "/initial/weights"),
            ({"weights": 3}, "/initial/weights"),
            ({"weights": [[[1.0, 2.0]], [[3.0], [4.0]]]}, "/initial/weights/1"),
            ({"weights": [[[1.0, 2.0, 3.0]], [[3.0]]]}, "/initial/weights/0/0"),
            ({"weights": [[[1.0, math.nan]], [[3.0]]]}, "/initial/weights/0/0/1"),
            ({"weights": [[[True, 2.0]], [[3.0]]]}, "/initial/weights/0/0/0"),
            ({"weights": [[["1", 2.0]], [[3.0]]]}, "/initial/weights/0/0/0"),
            ({"weights": [[[10**400, 2.0]], [[3.0]]]}, "/initial/weights/0/0/0"),
            ({"weights": [[[1e7, 2.0]], [[3.0]]]}, "/initial/weights/0/0/0"),
            ({"weights": [[None], [[3.0]]]}, "/initial/weights/0/0"),
            ({"biases": [[0.0], [0.0, 1.0]]}, "/initial/biases/1"),
            ({"biases": [[math.inf], [0.0]]}, "/initial/biases/0/0"),
            ({"biases": []}, "/initial/biases"),
            ({"momenta": []}, "/initial/momenta"),
        ],
    )
    def test_the_error_points_to_the_exact_place(self, changes: dict[str, Any], pointer: str) -> None:
        assert [issue.pointer for issue in self.errors(**changes)] == [pointer]

    @pytest.mark.parametrize("name", ["weights", "biases"])
    def test_weights_and_biases_come_together(self, name: str) -> None:
        initial = {name: GOOD[name]}
        (missing,) = {"weights", "biases"} - {name}
        assert pointers_of({"layers": [{"units": 1}], "initial": initial}) == [f"/initial/{missing}"]

    def test_an_empty_object_misses_both(self) -> None:
        assert pointers_of({"initial": {}}) == ["/initial/weights", "/initial/biases"]

    def test_it_is_not_looked_at_while_the_network_is_wrong(self) -> None:
        assert pointers_of({"layers": [{"units": -1}], "initial": GOOD}) == ["/layers/0/units"]


class TestAllAtOnce:
    def test_every_problem_is_told(self) -> None:
        document = {
            "dataset": {"kind": "cirle", "noise": math.nan},
            "features": ["x1", "x3"],
            "layers": [{"units": True}, {"activation": "tan"}],
            "optimizer": {"learning_rate": "fast", "beta": 1},
            "regularizer": {"rate": -1},
            "batch_size": 0,
            "colour": "green",
        }
        assert pointers_of(document) == [
            "/colour",
            "/dataset/kind",
            "/dataset/noise",
            "/features/1",
            "/layers/0/units",
            "/layers/1/activation",
            "/optimizer/beta",
            "/optimizer/learning_rate",
            "/regularizer/rate",
            "/batch_size",
        ]

    def test_fifty_are_enough(self) -> None:
        assert len(pointers_of({f"field {number}": 1 for number in range(10_000)})) == MOST_ISSUES

    def test_the_exception_reads_well(self) -> None:
        with pytest.raises(SpecError, match=r"^/batch_size: Give a whole number from 1 to 10000; this is too small\.$"):
            RunSpec.from_dict({"batch_size": 0})
        with pytest.raises(SpecError, match=r"^/: Give an object"):
            RunSpec.from_dict([])

    def test_nothing_of_the_input_is_echoed(self) -> None:
        secret = "hunter2" * 1000
        document = {
            "loss": secret,
            "dtype": [secret],
            "seed": secret,
            "features": [secret],
            "layers": [{"name": secret, "inputs": [secret]}],
            "dataset": {"kind": "points", "task": secret, "train": [[secret, 0, 0], secret]},
        }
        assert "hunter2" not in json.dumps([issue.message for issue in errors_of(document)])

    def test_a_text_of_five_megabytes_costs_nothing(self) -> None:
        document = {"loss": "x" * 5_000_000, "layers": [{"name": "y" * 5_000_000}]}
        started = time.process_time()
        assert pointers_of(document) == ["/layers/0/name", "/loss"]
        assert time.process_time() - started < 0.5
