"""The datasets of the playground: each one's formula, the split, and the same points for the same description."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import limits
from engine.datasets import DATASETS, Dataset, make_dataset
from engine.datasets.kind import Draws, alternate, cloud
from engine.datasets.kinds import TILES
from engine.datasets.surfaces import HILLS
from engine.limits import NOISE, SAMPLES, SEED, TRAIN_FRACTION
from engine.parts import DatasetSpec
from engine.types import Float64Array

KINDS = sorted(kind.name for kind in TILES)
CLASSIFIED = [kind for kind in KINDS if DATASETS[kind].classes]
BOUNDED = [kind for kind in KINDS if kind not in ("gauss", "three_blobs")]
SPECS = st.builds(
    DatasetSpec,
    st.sampled_from(KINDS),
    st.integers(int(SAMPLES.minimum), 400),
    st.floats(NOISE.minimum, NOISE.maximum),
    st.floats(TRAIN_FRACTION.minimum, TRAIN_FRACTION.maximum),
    st.integers(0, int(SEED.maximum)),
)


def joined(dataset: Dataset) -> tuple[Float64Array, Float64Array]:
    """All points and labels, the training part first."""
    return (
        np.vstack([dataset.train_inputs, dataset.test_inputs]),
        np.concatenate([dataset.train_labels, dataset.test_labels]),
    )


def clean(kind: str, samples: int = 1000) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Points, labels and radii without noise."""
    points, labels = joined(make_dataset(DatasetSpec(kind, samples)))
    return points, labels, np.hypot(*points.T)


def rows(points: Float64Array) -> set[tuple[float, ...]]:
    return set(map(tuple, points.tolist()))


class TestEveryKind:
    @given(SPECS)
    def test_shapes_types_and_parts(self, spec: DatasetSpec) -> None:
        dataset = make_dataset(spec)
        trained = round(spec.samples * spec.train_fraction)
        assert dataset.train_inputs.shape == (trained, 2)
        assert dataset.test_inputs.shape == (spec.samples - trained, 2)
        assert dataset.train_labels.shape == (trained,)
        assert dataset.test_labels.shape == (spec.samples - trained,)
        assert min(trained, spec.samples - trained) >= 1
        points, labels = joined(dataset)
        assert points.dtype == labels.dtype == np.float64
        assert np.isfinite(points).all()
        assert np.isfinite(labels).all()

    @given(SPECS)
    def test_the_same_description_gives_the_same_points(self, spec: DatasetSpec) -> None:
        first, second = joined(make_dataset(spec)), joined(make_dataset(spec))
        assert np.array_equal(first[0], second[0])
        assert np.array_equal(first[1], second[1])

    @pytest.mark.parametrize("kind", KINDS)
    def test_another_seed_gives_another_order_of_points(self, kind: str) -> None:
        one, other = (make_dataset(DatasetSpec(kind, seed=seed)).train_inputs for seed in (1, 2))
        assert not np.array_equal(one, other)

    @given(SPECS.filter(lambda spec: bool(DATASETS[spec.kind].classes)))
    def test_labels_are_indices_of_the_classes(self, spec: DatasetSpec) -> None:
        dataset = make_dataset(spec)
        assert set(joined(dataset)[1].tolist()) <= set(range(len(dataset.classes)))

    @pytest.mark.parametrize("kind", CLASSIFIED)
    @pytest.mark.parametrize("samples", [10, 11, 500, 501])
    def test_the_classes_are_balanced(self, kind: str, samples: int) -> None:
        classes = len(DATASETS[kind].classes)
        counts = np.bincount(clean(kind, samples)[1].astype(int), minlength=classes)
        if kind == "xor":  # the peer draws the square evenly and takes the colours as they fall
            assert abs(counts[0] - counts[1]) <= 4 * np.sqrt(samples)
        else:
            assert counts.max() - counts.min() <= 1

    @pytest.mark.parametrize("kind", BOUNDED)
    @pytest.mark.parametrize("noise", [0.0, 0.25, 0.5])
    def test_the_points_stay_in_the_plot(self, kind: str, noise: float) -> None:
        points, _ = joined(make_dataset(DatasetSpec(kind, 3000, noise)))
        assert np.abs(points).max() <= 6.0

    @pytest.mark.parametrize("kind", ["gauss", "three_blobs"])
    def test_clouds_without_noise_stay_in_the_plot(self, kind: str) -> None:
        assert np.abs(clean(kind)[0]).max() <= 6.0

    @pytest.mark.parametrize("kind", KINDS)
    def test_noise_changes_something_and_more_noise_more(self, kind: str) -> None:
        before = joined(make_dataset(DatasetSpec(kind, 1000)))
        changes = []
        for noise in (0.1, 0.5):
            after = joined(make_dataset(DatasetSpec(kind, 1000, noise)))
            changes.append(np.abs(after[0] - before[0]).sum() + np.abs(after[1] - before[1]).sum())
        assert 0 < changes[0] < changes[1]


class TestSplit:
    @given(SPECS, st.floats(TRAIN_FRACTION.minimum, TRAIN_FRACTION.maximum))
    def test_a_larger_share_moves_points_and_changes_none(self, spec: DatasetSpec, other: float) -> None:
        low, high = sorted((spec.train_fraction, other))
        small = make_dataset(DatasetSpec(spec.kind, spec.samples, spec.noise, low, spec.seed))
        large = make_dataset(DatasetSpec(spec.kind, spec.samples, spec.noise, high, spec.seed))
        assert np.array_equal(large.train_inputs[: len(small.train_inputs)], small.train_inputs)
        assert np.array_equal(joined(small)[0], joined(large)[0])
        assert np.array_equal(joined(small)[1], joined(large)[1])

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_training_part_is_a_fair_sample(self, kind: str) -> None:
        dataset = make_dataset(DatasetSpec(kind, 4000))
        difference = dataset.train_inputs.mean(axis=0) - dataset.test_inputs.mean(axis=0)
        assert np.abs(difference).max() < 0.5
        if dataset.classes:
            assert abs(dataset.train_labels.mean() - dataset.test_labels.mean()) < 0.1

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if "spiral" not in kind])
    def test_more_points_keep_the_ones_that_are_there(self, kind: str) -> None:
        few, many = rows(clean(kind, 100)[0]), rows(clean(kind, 300)[0])
        assert few < many

    def test_noise_moves_the_same_points(self) -> None:
        still = joined(make_dataset(DatasetSpec("moons", 500)))[0]
        half = joined(make_dataset(DatasetSpec("moons", 500, 0.25)))[0]
        full = joined(make_dataset(DatasetSpec("moons", 500, 0.5)))[0]
        assert np.allclose(2 * (half - still), full - still)


class TestPeerSets:
    """TensorFlow Playground's six, by its own definitions."""

    def test_circle(self) -> None:
        _, labels, radius = clean("circle")
        assert radius[labels == 1].max() < 2.5
        assert radius[labels == 0].min() >= 3.5
        assert radius.max() < 5.0
        assert np.histogram(radius[labels == 1], 5, (0, 2.5))[0].min() > 60

    def test_circle_noise_relabels_by_a_shifted_point(self) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec("circle", 1000, noise))) for noise in (0.0, 0.1))
        assert np.array_equal(still[0], noisy[0])
        changed = np.hypot(*still[0].T)[still[1] != noisy[1]]
        assert len(changed) > 0
        assert np.abs(changed - 2.5).max() <= 0.5 * np.sqrt(2)

    def test_xor(self) -> None:
        points, labels, _ = clean("xor")
        assert np.array_equal(labels == 1, points[:, 0] * points[:, 1] > 0)
        assert np.abs(points).min() >= 0.3
        assert np.abs(points).max() <= 5.3

    def test_xor_noise_relabels_near_the_axes(self) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec("xor", 1000, noise))) for noise in (0.0, 0.2))
        assert np.array_equal(still[0], noisy[0])
        changed = np.abs(still[0][still[1] != noisy[1]]).min(axis=1)
        assert len(changed) > 0
        assert changed.max() <= 1.0

    @pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.5, 4.0), (0.25, 2.25)])
    def test_gauss(self, noise: float, variance: float) -> None:
        points, labels = joined(make_dataset(DatasetSpec("gauss", 5000, noise)))
        for label, center in ((1, 2.0), (0, -2.0)):
            part = points[labels == label]
            assert np.allclose(part.mean(axis=0), center, atol=5 * np.sqrt(variance / len(part)))
            assert np.allclose(part.var(axis=0), variance, rtol=0.12)

    def test_spiral(self) -> None:
        points, labels, radius = clean("spiral", 200)
        for label, start in ((1, 0.0), (0, np.pi)):
            arm = radius[labels == label].argsort()
            steps = np.arange(100) / 100
            angle = 1.75 * steps * 2 * np.pi + start
            expected = np.column_stack([5 * steps * np.sin(angle), 5 * steps * np.cos(angle)])
            assert np.allclose(points[labels == label][arm], expected)

    @pytest.mark.parametrize("kind", ["spiral", "three_spirals"])
    def test_spiral_noise_moves_each_point_by_at_most_itself(self, kind: str) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec(kind, 1000, noise)))[0] for noise in (0.0, 0.3))
        moved = np.abs(noisy - still)
        assert 0.28 < moved.max() <= 0.3

    def test_plane(self) -> None:
        points, values, _ = clean("plane")
        assert np.allclose(values, points.sum(axis=1) / 10)
        assert np.abs(points).max() <= 6

    def test_hills(self) -> None:
        points, values, _ = clean("hills", 4000)
        for x1, x2, height in HILLS:
            distance = np.hypot(points[:, 0] - x1, points[:, 1] - x2)
            near = distance < 1.9
            assert np.allclose(values[near], height * (1 - distance[near] / 2))
        assert (values == 0).mean() > 0.3

    def test_hills_have_alternating_signs(self) -> None:
        assert HILLS[:, 2].tolist() == [1, -1, 1, -1, 1, -1]
        assert np.abs(HILLS[:, :2]).tolist() == [[4, 2.5], [0, 2.5], [4, 2.5]] * 2

    @pytest.mark.parametrize("kind", ["plane", "hills"])
    def test_noise_reads_the_value_elsewhere(self, kind: str) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec(kind, 1000, noise))) for noise in (0.0, 0.5))
        assert np.array_equal(still[0], noisy[0])
        assert not np.array_equal(still[1], noisy[1])
        if kind == "plane":
            assert np.abs(noisy[1] - still[1]).max() <= 0.6


class TestOwnSets:
    def test_moons_lie_on_two_half_circles(self) -> None:
        points, labels, _ = clean("moons")
        for label, center, side in ((0, (-1.5, -0.75), 1), (1, (1.5, 0.75), -1)):
            arc = points[labels == label] - center
            assert np.allclose(np.hypot(*arc.T), 3.0)
            assert (side * arc[:, 1] >= -1e-9).all()

    def test_rings_alternate(self) -> None:
        _, labels, radius = clean("rings")
        assert ((radius[labels == 0] >= 2.3) & (radius[labels == 0] < 3.1)).all()
        blue = radius[labels == 1]
        assert (((blue >= 0.4) & (blue < 1.2)) | ((blue >= 4.2) & (blue < 5.0))).all()
        assert ((blue < 2).mean(), (blue > 2).mean()) == (0.25, 0.75)

    def test_checkerboard_has_sixteen_squares(self) -> None:
        points, labels, _ = clean("checkerboard", 1600)
        cells = np.floor(points / 2.8).astype(int)
        assert cells.min() == -2
        assert cells.max() == 1
        assert np.array_equal(cells.sum(axis=1) % 2, labels.astype(int))
        assert np.unique(cells, axis=0, return_counts=True)[1].tolist() == [100] * 16
        assert np.abs(points / 2.8 - np.round(points / 2.8)).min() * 2.8 >= 0.2 - 1e-9

    def test_three_blobs_stand_a_third_of_a_turn_apart(self) -> None:
        points, labels, _ = clean("three_blobs", 4500)
        centers = np.array([points[labels == label].mean(axis=0) for label in range(3)])
        assert np.allclose(np.hypot(*centers.T), 3.0, atol=0.1)
        distances = np.hypot(*(centers - np.roll(centers, 1, axis=0)).T)
        assert np.allclose(distances, 3 * np.sqrt(3), atol=0.2)

    @pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.5, 2.0)])
    def test_three_blobs_widen(self, noise: float, variance: float) -> None:
        points, labels = joined(make_dataset(DatasetSpec("three_blobs", 4500, noise)))
        residual = points - np.array([points[labels == label].mean(axis=0) for label in range(3)])[labels.astype(int)]
        assert np.isclose(residual.var(), variance, rtol=0.1)

    def test_three_spirals_are_one_arm_turned(self) -> None:
        points, labels, radius = clean("three_spirals", 300)
        arms = []
        for label in range(3):
            arm = points[labels == label][radius[labels == label].argsort()]
            turn = 2 * np.pi * label / 3
            arms.append(arm @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]))
        assert np.allclose(arms[0], arms[1])
        assert np.allclose(arms[0], arms[2])


class TestRegistry:
    def test_the_order_of_the_page(self) -> None:
        order = "circle xor gauss spiral moons rings checkerboard three_blobs three_spirals plane hills"
        assert [kind.name for kind in TILES] == order.split()

    @pytest.mark.parametrize("kind", KINDS)
    def test_each_entry_is_sound(self, kind: str) -> None:
        entry = DATASETS[kind]
        assert entry.name == kind
        assert limits.SAMPLES.minimum <= entry.samples <= limits.SAMPLES.maximum
        assert (entry.task == "classification") == bool(entry.classes)
        assert list(entry.classes) == sorted(entry.classes, key=float)
        assert entry.generate.__doc__

    def test_the_first_class_is_minus_one(self) -> None:
        assert DATASETS["circle"].classes == (-1.0, 1.0)
        assert DATASETS["three_blobs"].classes == (0.0, 1.0, 2.0)


class TestPieces:
    def test_classes_alternate(self) -> None:
        assert alternate(np.zeros((7, 4)), 3).tolist() == [0, 1, 2, 0, 1, 2, 0]

    def test_a_cloud_is_finite_at_the_ends_of_its_draws(self) -> None:
        draws: Draws = np.array([[0.0, 0.0, 0, 0], [1 - 2**-53, 0.5, 0, 0], [2**-53, 1 - 2**-53, 0, 0]])
        assert np.abs(cloud(draws, np.zeros((3, 2)), 1.0)).max() < 9
