"""The form of every dataset: what is read off its description is what its data have."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import limits
from engine.batches import make_table
from engine.datasets import DATASETS, Dataset, describe, make_dataset
from engine.datasets.generated import read_generated
from engine.features import FEATURES_OF
from engine.parts import DatasetSpec, PointsSpec
from engine.population import Population
from engine.probes import ProbeError
from engine.reading import Reader
from engine.spec import RunSpec, SpecError, is_live_change
from tests.engine.strategies import FLAT, generated

KINDS = list(DATASETS)
GENERATED = generated(KINDS).map(lambda document: read_generated(Reader(), document, ""))


def joined(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    inputs = np.concatenate([dataset.train_inputs, dataset.test_inputs])
    return inputs, np.concatenate([dataset.train_labels, dataset.test_labels])


def errors_of(document: Any) -> dict[str, str]:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(document)
    return {issue.pointer: issue.message for issue in caught.value.errors}


class TestEveryKind:
    @given(GENERATED)
    @settings(max_examples=40, deadline=None)
    def test_the_data_have_the_described_form(self, spec: DatasetSpec) -> None:
        form, dataset = describe(spec), make_dataset(spec)
        inputs, labels = joined(dataset)
        assert (dataset.task, dataset.classes, dataset.shape, dataset.steps) == (
            form.task,
            form.classes,
            form.shape,
            form.steps,
        )
        assert inputs.shape == (spec.samples, form.size)
        assert labels.shape == ((spec.samples,) if form.steps is None else (spec.samples, form.steps))
        assert len(dataset.train_inputs) == len(dataset.train_labels) == spec.train_size
        assert inputs.dtype == labels.dtype == np.float64
        assert np.isfinite(inputs).all()
        assert np.isfinite(labels).all()
        if form.classes:
            assert set(labels.ravel().tolist()) <= set(range(len(form.classes)))
        if form.inputs == "tokens":
            assert len(dataset.vocabulary) == form.vocabulary_size
            assert set(inputs.ravel().tolist()) <= set(range(form.vocabulary_size))
        else:
            assert dataset.vocabulary == ()

    @given(GENERATED)
    @settings(max_examples=20, deadline=None)
    def test_the_same_description_gives_the_same_data(self, spec: DatasetSpec) -> None:
        first, second = joined(make_dataset(spec)), joined(make_dataset(spec))
        assert np.array_equal(first[0], second[0])
        assert np.array_equal(first[1], second[1])

    @pytest.mark.parametrize("kind", KINDS)
    def test_lengths_come_with_variable_length_alone(self, kind: str) -> None:
        dataset = make_dataset(DatasetSpec(kind, DATASETS[kind].samples))
        if not describe(DatasetSpec(kind)).variable_length:
            assert dataset.train_lengths is None
            assert dataset.test_lengths is None
        else:
            assert dataset.train_lengths is not None
            for row, length in zip(dataset.train_inputs, dataset.train_lengths.tolist(), strict=True):
                assert row[:length].all()
                assert not row[length:].any()

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_default_description_is_complete(self, kind: str) -> None:
        entry = DATASETS[kind]
        assert entry.sample_counts.minimum <= entry.samples <= entry.sample_counts.maximum
        assert (entry.task == "classification") == bool(entry.classes)
        spec = read_generated(Reader(), {"kind": kind}, "")
        assert (spec.length is None) == (entry.lengths is None)
        assert (spec.classes is None) == (entry.class_counts is None)
        assert spec == entry.complete(DatasetSpec(kind, entry.samples, train_fraction=entry.train_fractions.default))
        assert entry.generate.__doc__

    @pytest.mark.parametrize("kind", FLAT)
    @pytest.mark.parametrize("other", FLAT)
    def test_any_kind_can_follow_any_other(self, kind: str, other: str) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": kind, "samples": int(DATASETS[kind].sample_counts.maximum)}})
        after = spec.merge({"dataset": {"kind": other}})
        assert after.dataset.kind == other
        assert after.form.shape == describe(DatasetSpec(other)).shape
        assert RunSpec.from_dict(after.to_dict()) == after


class TestDescription:
    def test_points_are_in_the_plane(self) -> None:
        form = describe(PointsSpec("classification", ((0.0, 1.0, "a"), (1.0, 2.0, "b")), classes=("a", "b")))
        assert (form.inputs, form.shape, form.classes, form.steps) == ("plane", (2,), ("a", "b"), None)

    def test_it_draws_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(np.random, "Generator", None)
        for kind in KINDS:
            assert describe(DatasetSpec(kind)).task == DATASETS[kind].task

    def test_the_plane_and_the_line(self) -> None:
        assert (describe(DatasetSpec("circle")).shape, describe(DatasetSpec("sine")).shape) == ((2,), (1,))
        assert describe(DatasetSpec("circle")).classes == (-1.0, 1.0)


class TestChoices:
    @pytest.mark.parametrize("name", ["length", "classes"])
    def test_what_a_kind_leaves_no_choice_of_is_refused_with_a_remedy(self, name: str) -> None:
        message = errors_of({"dataset": {"kind": "circle", name: 3}})[f"/dataset/{name}"]
        assert message.startswith(f"This kind has no {name} to choose; leave it out")

    def test_null_takes_the_default(self) -> None:
        assert RunSpec.from_dict({"dataset": {"length": None, "classes": None}}) == RunSpec.from_dict({})


class TestFeatures:
    def test_the_line_has_those_of_x1_alone(self) -> None:
        assert FEATURES_OF["line"] == ("x1", "x1_squared", "sin_x1", "cos_x1")
        assert RunSpec.from_dict({"dataset": {"kind": "sine"}}).features == ("x1",)
        errors = errors_of({"dataset": {"kind": "sine"}, "features": ["x1", "x2"]})
        assert errors["/features/1"].startswith("Choose one of x1, x1_squared, sin_x1, cos_x1.")

    def test_other_data_have_none(self) -> None:
        assert RunSpec.from_dict({"dataset": {"kind": "digits"}, "features": []}).features == ()
        errors = errors_of({"dataset": {"kind": "digits"}, "features": ["x1"]})
        assert errors == {"/features": "Features are made of points, and this data has images; leave them out."}

    def test_features_of_another_space_are_let_go_when_the_data_change(self) -> None:
        spec = RunSpec.from_dict({"features": ["x1x2", "sin_x2"]})
        line = spec.merge({"dataset": {"kind": "sine"}})
        assert line.features == ("x1",)
        assert line.merge({"dataset": {"kind": "xor"}}).features == ("x1", "x2")
        assert spec.merge({"dataset": {"kind": "xor"}}).features == ("x1x2", "sin_x2")

    def test_the_line_s_features_are_computed(self) -> None:
        spec = RunSpec.from_dict(
            {"dataset": {"kind": "bump"}, "features": ["cos_x1", "x1", "x1_squared"], "dtype": "float64"}
        )
        table = make_table(spec)
        x = table.dataset.train_inputs[:, 0]
        assert np.array_equal(table.train[:, :4], np.column_stack([np.cos(x), x, x * x, np.ones_like(x)]))


class TestTraining:
    def test_a_wave_is_learned(self) -> None:
        spec = RunSpec.from_dict(
            {"dataset": {"kind": "sine"}, "layers": [{"units": 16}, {"units": 8}], "optimizer": {"learning_rate": 0.2}}
        )
        population = Population([spec])
        before = population.losses()["test"][0]
        population.advance_epochs(400)
        assert population.losses()["test"][0] < 0.05 * before

    def test_digits_are_learned_by_ten_units(self) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": "digits"}, "layers": [], "optimizer": {"learning_rate": 0.1}})
        population = Population([spec])
        population.advance_epochs(5)
        assert population.accuracy()["test"][0] > 0.9
        with pytest.raises(ProbeError, match="not given points"):
            population.probe("decision")

    def test_another_shape_starts_again(self) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": "sine"}})
        assert is_live_change(spec, spec.merge({"dataset": {"noise": 0.3}}))
        assert not is_live_change(spec, spec.merge({"dataset": {"kind": "bump"}}))


CURVES: dict[str, Any] = {
    "sine": np.sin,
    "step": lambda x: np.where(x < 0, -1.0, 1.0),
    "bump": lambda x: np.exp(-x * x / 2),
    "polynomial": lambda x: 4 * (x / 6) ** 3 - 3 * (x / 6),
}


class TestFunctions:
    @pytest.mark.parametrize("kind", CURVES)
    def test_the_points_lie_on_the_curve(self, kind: str) -> None:
        x, y = joined(make_dataset(DatasetSpec(kind, 500)))
        assert np.allclose(y, CURVES[kind](x[:, 0]))
        assert (x.min(), x.max()) >= (-6.0, 5.8)
        assert np.abs(y).max() <= 1.0

    @pytest.mark.parametrize("kind", CURVES)
    @given(noise=st.floats(0.01, limits.NOISE.maximum))
    @settings(max_examples=10)
    def test_noise_moves_the_values_up_and_down_alone(self, kind: str, noise: float) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec(kind, 200, s))) for s in (0.0, noise))
        assert np.array_equal(still[0], noisy[0])
        error = noisy[1] - still[1]
        assert np.abs(error).max() <= noise
        assert np.abs(error).max() > 0.9 * noise
        assert abs(error.mean()) < 0.25 * noise
