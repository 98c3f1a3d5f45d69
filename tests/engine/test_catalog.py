"""The catalog: complete, JSON, small, and in step with what the validator takes."""

import json
import re
from typing import Any

import numpy as np
import pytest

from engine import limits
from engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from engine.catalog import PREVIEW_POINTS, catalog
from engine.controls import CONTROLS
from engine.datasets import DATASETS, describe
from engine.datasets.generated import read_generated
from engine.features import FEATURES
from engine.initializers import INITIALIZERS
from engine.layers import KINDS as LAYERS
from engine.layers.layer import field_values
from engine.layers.reading import read_layers
from engine.losses import LOSSES
from engine.metrics import METRICS
from engine.optimizers import OPTIMIZERS
from engine.optimizers.clipping import CLIPS
from engine.parts import DatasetSpec
from engine.reading import Reader
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES
from engine.spec import RunSpec, SpecError
from engine.stopping import STOP_CONDITIONS

GROUPS: dict[str, dict[str, Any]] = {
    "activations": ACTIVATIONS,
    "output_activations": OUTPUT_ACTIVATIONS,
    "layers": LAYERS,
    "losses": LOSSES,
    "metrics": METRICS,
    "optimizers": OPTIMIZERS,
    "clips": CLIPS,
    "schedules": SCHEDULES,
    "stop_conditions": STOP_CONDITIONS,
    "regularizers": REGULARIZERS,
    "initializers": INITIALIZERS,
    "datasets": DATASETS,
    "features": FEATURES,
    "controls": CONTROLS,
}
ENTRIES = [pytest.param(entry, id=f"{group}-{entry['name']}") for group in GROUPS for entry in catalog()[group]]
NUMBERS = [control for control in catalog()["controls"] if control["pointer"] and "minimum" in control]
KINDS = [
    pytest.param(group, entry, id=f"{group}-{entry['name']}")
    for group in ("optimizers", "clips", "schedules", "stop_conditions")
    for entry in catalog()[group]
]
CHOICES = [control for control in catalog()["controls"] if control["pointer"] and control["scale"] == "choice"]


def ids(control: dict[str, Any]) -> str:
    return str(control["name"])


def document_with(pointer: str, value: Any) -> dict[str, Any]:
    """The smallest document with a value at a control's pointer; `*` is the first layer."""
    *parents, name = pointer.split("/")[1:]
    document: dict[str, Any] = {name: value}
    if pointer == "/initializer/scale":
        document["kind"] = "constant"
    for token in reversed([token for token in parents if token != "*"]):
        document = {token: [document] if "*" in parents else document}
    return document


class TestDocument:
    def test_it_is_json_and_small(self) -> None:
        text = json.dumps(catalog(), allow_nan=False)
        assert len(text) < 120_000
        assert json.loads(text) == catalog()

    def test_it_is_made_once(self) -> None:
        assert catalog() is catalog()

    def test_its_parts(self) -> None:
        assert set(catalog()) == {*GROUPS, "version", "limits", "ideas"}
        assert catalog()["version"] == 1

    @pytest.mark.parametrize("group", GROUPS)
    def test_every_registry_is_there_in_its_order(self, group: str) -> None:
        assert [entry["name"] for entry in catalog()[group]] == list(GROUPS[group])


class TestWords:
    @pytest.mark.parametrize("entry", ENTRIES)
    def test_an_explanation_is_one_plain_line(self, entry: dict[str, Any]) -> None:
        explanation = entry["explanation"]
        assert 10 <= len(explanation) <= 125
        assert explanation[0].isupper()
        assert explanation.endswith(".")
        assert "\n" not in explanation
        assert "!" not in explanation

    @pytest.mark.parametrize("entry", ENTRIES)
    def test_a_label_is_short(self, entry: dict[str, Any]) -> None:
        assert 1 <= len(entry["label"]) <= 28

    @pytest.mark.parametrize("entry", ENTRIES)
    def test_formula_markup_is_sound(self, entry: dict[str, Any]) -> None:
        formula = entry["formula"]
        assert formula.count("{") == formula.count("}")
        assert not re.search(r"[_^]($|[\s_^}])", formula)
        assert "\\" not in formula
        assert not re.search(r"[-*]", formula), "a real minus and a real multiplication sign"
        assert not re.search(r"_[A-Za-z]{2}", formula), "a longer subscript needs braces"

    def test_words_are_british(self) -> None:
        text = json.dumps([[entry["label"], entry["explanation"]] for group in GROUPS for entry in catalog()[group]])
        assert not re.search(r"\b(color|regulariz|initializ|center|normaliz|behavior)", text, re.IGNORECASE)


class TestLayers:
    @pytest.mark.parametrize("entry", catalog()["layers"], ids=ids)
    def test_a_layer_with_the_defaults_told_is_the_layer_by_default(self, entry: dict[str, Any]) -> None:
        told = {field["name"]: field["default"] for field in entry["fields"]}
        assert field_values(LAYERS[entry["name"]](**told)) == {"kind": entry["name"]} | told
        assert LAYERS[entry["name"]](**told) == LAYERS[entry["name"]]()

    @pytest.mark.parametrize("entry", catalog()["layers"], ids=ids)
    def test_fields_have_words_and_say_what_may_stand_there(self, entry: dict[str, Any]) -> None:
        for field in entry["fields"]:
            assert field["explanation"].endswith(".")
            assert 1 <= len(field["label"]) <= 28
            if "choices" in field:
                assert field["default"] in field["choices"]
            else:
                assert field["minimum"] <= field["default"] <= field["maximum"]

    @pytest.mark.parametrize("entry", catalog()["layers"], ids=ids)
    def test_bounds_are_what_the_reader_takes(self, entry: dict[str, Any]) -> None:
        for field in entry["fields"]:
            ends = field["choices"] if "choices" in field else [field["minimum"], field["maximum"]]
            for value in [end for end in ends if end != "threshold"]:
                reader = Reader()
                (layer,) = read_layers(reader, [{"kind": entry["name"], field["name"]: value}], "/layers")
                assert not reader.errors
                assert layer.own[field["name"]] == value
            if "maximum" in field:
                reader = Reader()
                read_layers(reader, [{"kind": entry["name"], field["name"]: field["maximum"] + 1}], "/layers")
                assert [issue.pointer for issue in reader.errors] == [f"/layers/0/{field['name']}"]


class TestActivations:
    @pytest.mark.parametrize("entry", catalog()["activations"], ids=ids)
    def test_curves_have_sixty_one_points_from_minus_four_to_four(self, entry: dict[str, Any]) -> None:
        curve = entry["curve"]
        assert [len(curve[key]) for key in ("z", "a", "da")] == [61, 61, 61]
        assert (curve["z"][0], curve["z"][30], curve["z"][60]) == (-4, 0, 4)

    @pytest.mark.parametrize("entry", catalog()["activations"], ids=ids)
    def test_slopes_are_the_slopes_of_the_curve(self, entry: dict[str, Any]) -> None:
        z, a, slope = (np.array(entry["curve"][key]) for key in ("z", "a", "da"))
        smooth = np.abs(z[1:-1]) > 0.2
        assert np.allclose(((a[2:] - a[:-2]) / (z[2:] - z[:-2]))[smooth], slope[1:-1][smooth], atol=0.01)

    @pytest.mark.parametrize("entry", catalog()["activations"], ids=ids)
    def test_curves_stay_in_their_range(self, entry: dict[str, Any]) -> None:
        if entry["range"] is None:
            assert max(entry["curve"]["a"]) > 3.9
        else:
            low, high = entry["range"]
            assert low <= min(entry["curve"]["a"]) <= max(entry["curve"]["a"]) <= high


PLANE = [entry for entry in catalog()["datasets"] if entry["inputs"] == "plane"]


class TestDatasets:
    def test_only_points_in_the_plane_have_a_preview(self) -> None:
        assert all(entry["preview"] == [] for entry in catalog()["datasets"] if entry not in PLANE)

    @pytest.mark.parametrize("entry", PLANE, ids=ids)
    def test_a_preview_shows_the_dataset(self, entry: dict[str, Any]) -> None:
        preview = entry["preview"]
        assert len(preview) == PREVIEW_POINTS
        assert all(max(abs(x1), abs(x2)) <= 6 for x1, x2, _ in preview)
        labels = {label for _, _, label in preview}
        if entry["task"] == "classification":
            assert labels == set(range(entry["classes"]))
        else:
            assert entry["classes"] is None
            assert len(labels) > 10

    @pytest.mark.parametrize("entry", catalog()["datasets"], ids=ids)
    def test_the_default_count_is_the_reader_s(self, entry: dict[str, Any]) -> None:
        dataset = read_generated(Reader(), {"kind": entry["name"]}, "")
        assert dataset.samples == entry["samples"]
        for name, value in (("length", dataset.length), ("class_count", dataset.classes)):
            assert (name in entry) == (value is not None)
            assert value is None or entry[name]["minimum"] <= value == entry[name]["default"] <= entry[name]["maximum"]
        assert dataset.train_fraction == entry.get("train_fraction", {"default": 0.5})["default"]

    @pytest.mark.parametrize("entry", catalog()["datasets"], ids=ids)
    def test_the_form_is_the_described_one(self, entry: dict[str, Any]) -> None:
        form = describe(DatasetSpec(entry["name"]))
        assert (entry["inputs"], tuple(entry["shape"])) == (form.inputs, form.shape)
        assert len(entry.get("vocabulary", [])) == form.vocabulary_size
        assert entry["classes"] == (len(form.classes) or None)

    def test_the_playground_has_eleven_tiles(self) -> None:
        assert sum(entry["tile"] for entry in catalog()["datasets"]) == 11
        assert all(entry["inputs"] == "plane" for entry in catalog()["datasets"] if entry["tile"])

    @pytest.mark.parametrize("entry", catalog()["datasets"], ids=ids)
    def test_the_noise_is_explained(self, entry: dict[str, Any]) -> None:
        assert re.fullmatch(r"The more noise, .{10,110}\.", entry["noise_explanation"])


class TestInitializers:
    def test_scales_have_the_reader_s_bounds_and_defaults(self) -> None:
        assert set(limits.INITIALIZER_SCALES) == set(INITIALIZERS)
        for entry in catalog()["initializers"]:
            bounds = limits.INITIALIZER_SCALES[entry["name"]]
            if "scale" in entry:
                scale = entry["scale"]
                assert (scale["minimum"], scale["maximum"]) == (bounds.minimum, bounds.maximum)
                assert scale["default"] == bounds.default
            else:
                assert (bounds.minimum, bounds.maximum) == (1, 1)


class TestHyperparameters:
    @pytest.mark.parametrize(("group", "entry"), KINDS)
    def test_a_page_can_build_its_controls_from_them(self, group: str, entry: dict[str, Any]) -> None:
        for number in entry["hyperparameters"]:
            assert 1 <= len(number["label"]) <= 28
            assert re.fullmatch(r"[A-Z].{9,120}\.", number["explanation"])
            assert number["minimum"] <= number["default"] <= number["maximum"]
            assert number["scale"] in ("linear", "log")
            assert number["symbol"]

    @pytest.mark.parametrize(("group", "entry"), KINDS)
    def test_defaults_are_the_reader_s(self, group: str, entry: dict[str, Any]) -> None:
        if group == "stop_conditions":
            first = entry["hyperparameters"][0]
            read = RunSpec.from_dict({"stop": {first["name"]: first["default"]}}).to_dict()["stop"]
            assert read == {number["name"]: number["default"] for number in entry["hyperparameters"]}
            return
        place = {"optimizers": None, "clips": "clip", "schedules": "schedule"}[group]
        part = {"kind": entry["name"]}
        optimizer = RunSpec.from_dict({"optimizer": {place: part} if place else part}).to_dict()["optimizer"]
        read = optimizer.get(place, {}) if place else optimizer
        for number in entry["hyperparameters"]:
            assert read[number["name"]] == number["default"]

    @pytest.mark.parametrize("entry", catalog()["optimizers"], ids=ids)
    def test_the_memory_is_described(self, entry: dict[str, Any]) -> None:
        assert [row["name"] for row in entry["memory"]] == [row.name for row in OPTIMIZERS[entry["name"]].state]
        assert all(re.fullmatch(r"[A-Z].{9,120}\.", row["explanation"]) for row in entry["memory"])


class TestControls:
    def test_the_page_finds_what_it_needs(self) -> None:
        needed = """learning_rate batch_size noise samples train_fraction regularizer regularization_rate activation
            output_activation loss initializer initializer_scale bias seed shuffle task layers units show_test
            discretize speed precision"""
        assert set(needed.split()) <= set(CONTROLS)

    @pytest.mark.parametrize("control", NUMBERS, ids=ids)
    def test_bounds_are_the_validator_s(self, control: dict[str, Any]) -> None:
        pointer, low, high = control["pointer"], control["minimum"], control["maximum"]
        if pointer == "/layers":
            assert len(RunSpec.from_dict({"layers": [{}] * high}).layers) == high
            with pytest.raises(SpecError):
                RunSpec.from_dict({"layers": [{}] * (high + 1)})
            return
        for good in (low, high):
            RunSpec.from_dict(document_with(pointer, good))
        for bad in (low - abs(low) * 1e-6 - 1e-9, high + abs(high) * 1e-6):
            with pytest.raises(SpecError):
                RunSpec.from_dict(document_with(pointer, bad))

    @pytest.mark.parametrize("control", [*NUMBERS, *CHOICES], ids=ids)
    def test_every_value_offered_is_allowed(self, control: dict[str, Any]) -> None:
        for value in control.get("values", []):
            document = document_with(control["pointer"], value)
            if control["name"] == "features":
                document = {"features": [value]}
            elif control["name"] == "layers":
                document = {"layers": [{}] * value}
            elif control["name"] == "output_activation" and value == "softmax":
                document["dataset"] = {"kind": "three_blobs"}
            RunSpec.from_dict(document)

    @pytest.mark.parametrize("control", [c for c in NUMBERS if "values" in c], ids=ids)
    def test_slider_stops_ascend_within_the_bounds_and_include_the_default(self, control: dict[str, Any]) -> None:
        values = control["values"]
        assert values == sorted(set(values))
        assert control["minimum"] <= values[0]
        assert values[-1] <= control["maximum"]
        assert control["default"] in values

    @pytest.mark.parametrize("control", [*NUMBERS, *CHOICES], ids=ids)
    def test_defaults_are_the_reader_s(self, control: dict[str, Any]) -> None:
        value: Any = RunSpec().to_dict()
        for token in control["pointer"].split("/")[1:]:
            value = value[0 if token == "*" else token]
        assert control["default"] == (len(value) if control["name"] == "layers" else value)

    def test_the_peer_s_values_are_there(self) -> None:
        assert {0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10} <= set(
            CONTROLS["learning_rate"].values or ()
        )
        assert {0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10} == set(CONTROLS["regularization_rate"].values or ())
        assert {1, 10, 16, 30} <= set(CONTROLS["batch_size"].values or ())
        assert (CONTROLS["train_fraction"].values or ())[::8] == (0.1, 0.5, 0.9)
        assert (CONTROLS["noise"].values or ())[::25] == (0.0, 0.25, 0.5)


class TestLimits:
    def test_they_are_the_validator_s(self) -> None:
        told = catalog()["limits"]
        assert told["layers"] == limits.MOST_LAYERS
        assert told["points"] == limits.MOST_POINTS
        assert told["classes"] == [2, 10]
        for name_length, sound in ((told["name_length"], True), (told["name_length"] + 1, False)):
            document = {"layers": [{"name": "x" * name_length}]}
            if sound:
                RunSpec.from_dict(document)
            else:
                with pytest.raises(SpecError):
                    RunSpec.from_dict(document)
