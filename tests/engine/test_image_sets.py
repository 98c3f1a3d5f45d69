"""Images: the digits as they were handed down, the same in ink, and drawings made by code."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import limits
from engine.datasets import Dataset, describe, make_dataset
from engine.datasets.digits import COUNT, FILE, ink_images, read_digits
from engine.datasets.drawings import LABELS, SIDE
from engine.parts import DatasetSpec
from engine.spec import RunSpec, SpecError

IMAGES = ["digits", "digits_ink", "drawings"]
DIGITS = ["digits", "digits_ink"]


def joined(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    inputs = np.concatenate([dataset.train_inputs, dataset.test_inputs])
    return inputs, np.concatenate([dataset.train_labels, dataset.test_labels])


class TestEveryImageSet:
    @pytest.mark.parametrize("kind", IMAGES)
    @given(noise=st.floats(0.0, limits.NOISE.maximum), seed=st.integers(0, 2**32 - 1))
    @settings(max_examples=8, deadline=None)
    def test_pixels_go_from_no_ink_to_ink(self, kind: str, noise: float, seed: int) -> None:
        pixels, _ = joined(make_dataset(DatasetSpec(kind, 60, noise, seed=seed)))
        assert (pixels.min(), pixels.max()) == (0.0, 1.0)

    @pytest.mark.parametrize("kind", IMAGES)
    def test_noise_changes_pixels_and_neither_images_nor_labels(self, kind: str) -> None:
        still, little, much = (joined(make_dataset(DatasetSpec(kind, 200, s))) for s in (0.0, 0.1, 0.4))
        assert np.array_equal(still[1], much[1])
        changes = [np.abs(noisy[0] - still[0]) for noisy in (little, much)]
        assert 0 < changes[0].mean() < changes[1].mean()
        assert (changes[0] <= changes[1] + 1e-12).all()
        if kind != "digits_ink":
            assert changes[1].max() <= 0.4 + 1e-12

    @pytest.mark.parametrize("kind", IMAGES)
    def test_the_seed_deals_other_images(self, kind: str) -> None:
        one, other = (make_dataset(DatasetSpec(kind, 100, seed=seed)).train_inputs for seed in (1, 2))
        assert not np.array_equal(one, other)


class TestDigits:
    def test_the_file_is_small_and_its_origin_stands_beside_it(self) -> None:
        assert FILE.stat().st_size <= 60_000
        origin = (FILE.parent / "README.md").read_text(encoding="utf-8")
        notice = (Path(__file__).parents[2] / "NOTICE").read_text(encoding="utf-8")
        for words in ("Alpaydin", "Kaynak", "1998", "UCI"):
            assert words in origin
            assert words in notice
        assert "creativecommons.org/licenses/by/4.0" in origin
        assert "CC BY 4.0" in notice

    def test_the_images_are_those_of_the_repository(self) -> None:
        images, labels = read_digits()
        assert images.shape == (COUNT, 8, 8)
        assert images.max() == 16
        assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
        assert images[0, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
        assert labels[:10].tolist() == list(range(10))

    def test_they_are_read_once_and_cannot_be_written_to(self) -> None:
        assert read_digits() is read_digits()
        with pytest.raises(ValueError, match="read-only"):
            read_digits()[0][0] = 1

    @pytest.mark.parametrize("kind", DIGITS)
    def test_all_images_are_there_once(self, kind: str) -> None:
        pixels, labels = joined(make_dataset(DatasetSpec(kind, COUNT, seed=5)))
        source = read_digits()[0].reshape(COUNT, -1) / 16 if kind == "digits" else ink_images()
        assert Counter(map(bytes, pixels)) == Counter(map(bytes, source))
        assert np.array_equal(np.bincount(labels.astype(int)), np.bincount(read_digits()[1]))

    def test_the_default_split_trains_on_four_fifths(self) -> None:
        dataset = make_dataset(RunSpec.from_dict({"dataset": {"kind": "digits"}}).dataset)
        assert (len(dataset.train_inputs), len(dataset.test_inputs)) == (1438, 359)
        seen = set(map(bytes, dataset.train_inputs))
        assert not any(bytes(row) in seen for row in dataset.test_inputs)

    @pytest.mark.parametrize("kind", DIGITS)
    def test_more_samples_keep_those_that_are_there(self, kind: str) -> None:
        few, many = (set(map(bytes, joined(make_dataset(DatasetSpec(kind, count)))[0])) for count in (50, 500))
        assert few < many

    def test_both_kinds_deal_the_same_digits(self) -> None:
        grey, ink = (joined(make_dataset(DatasetSpec(kind, 300, seed=9))) for kind in DIGITS)
        assert sorted(grey[1].tolist()) == sorted(ink[1].tolist())
        places = {bytes(row): place for place, row in enumerate(read_digits()[0].reshape(COUNT, -1) / 16)}
        taken = {bytes(row) for row in ink[0]}
        assert all(bytes(ink_images()[places[bytes(row)]]) in taken for row in grey[0])

    def test_no_more_than_there_are(self) -> None:
        with pytest.raises(SpecError) as caught:
            RunSpec.from_dict({"dataset": {"kind": "digits", "samples": COUNT + 1}})
        assert caught.value.errors[0].message == "Give a whole number from 10 to 1797; this is too large."

    def test_ink_is_where_the_pixels_are_dark(self) -> None:
        ink = ink_images().reshape(COUNT, 16, 16)
        shade = read_digits()[0] / 16
        assert set(np.unique(ink)) == {0.0, 1.0}
        blocks = ink.reshape(COUNT, 8, 2, 8, 2).mean(axis=(2, 4))
        assert blocks[shade == 1.0].mean() > 0.9
        assert blocks[shade == 0.0].mean() < 0.1
        assert abs(ink.mean() - shade.mean()) < 0.03

    def test_ink_noise_turns_over_as_many_pixels_as_it_says(self) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec("digits_ink", 500, s)))[0] for s in (0.0, 0.3))
        assert abs((still != noisy).mean() - 0.3) < 0.01

    @pytest.mark.parametrize("kind", DIGITS)
    def test_a_nearest_neighbour_tells_the_digits_apart(self, kind: str) -> None:
        dataset = make_dataset(DatasetSpec(kind, COUNT, train_fraction=0.8))
        train, test = dataset.train_inputs, dataset.test_inputs
        distances = (train**2).sum(axis=1) - 2.0 * test @ train.T
        assert (dataset.train_labels[distances.argmin(axis=1)] == dataset.test_labels).mean() > 0.96


class TestDrawings:
    def means(self) -> np.ndarray:
        pixels, labels = joined(make_dataset(DatasetSpec("drawings", 2000)))
        return np.array([pixels[labels == label].mean(axis=0) for label in range(5)]).reshape(5, SIDE, SIDE)

    def test_the_classes_are_balanced_and_named(self) -> None:
        assert describe(DatasetSpec("drawings")).classes == LABELS
        _, labels = joined(make_dataset(DatasetSpec("drawings", 1003)))
        assert sorted(np.bincount(labels.astype(int)).tolist()) == [200, 200, 201, 201, 201]

    def test_each_kind_has_its_form_in_the_middle(self) -> None:
        horizontal, vertical, diagonal, cross, ring = self.means()
        assert np.allclose(horizontal, vertical.T, atol=0.08)
        assert horizontal.sum(axis=1)[4:8].mean() > 3 * horizontal.sum(axis=1)[:2].mean()
        assert np.allclose(diagonal, diagonal.T, atol=0.08)
        assert diagonal.trace() > 1.5 * diagonal[::-1].trace()
        assert np.allclose(cross, cross.T, atol=0.08)
        assert cross.sum() > 1.5 * horizontal.sum()
        assert ring[5:7, 5:7].mean() < ring.max() / 2

    def test_a_drawing_is_never_cut_off_on_both_sides(self) -> None:
        pixels, _ = joined(make_dataset(DatasetSpec("drawings", 1000)))
        frames = pixels.reshape(-1, SIDE, SIDE)
        left, right = frames[:, :, 0].max(axis=1) > 0.5, frames[:, :, -1].max(axis=1) > 0.5
        assert not (left & right).any()
        assert (frames.sum(axis=(1, 2)) > 3.0).all()

    def test_more_samples_keep_those_that_are_there(self) -> None:
        few, many = (set(map(bytes, joined(make_dataset(DatasetSpec("drawings", n)))[0])) for n in (50, 500))
        assert few < many
