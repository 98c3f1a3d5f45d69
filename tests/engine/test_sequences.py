"""Sequences: what must be remembered is there, and nothing else gives the answer away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import limits
from engine.datasets import DATASETS, Dataset, describe, make_dataset
from engine.datasets.generated import read_generated
from engine.datasets.sequences import FILLERS, SYMBOLS, VOCABULARY
from engine.parts import DatasetSpec
from engine.reading import Reader

KINDS = ["copy", "parity", "running_parity", "adding", "continuation"]
LENGTHS = st.integers(int(limits.LENGTH.minimum), 40)


def joined(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    inputs = np.concatenate([dataset.train_inputs, dataset.test_inputs])
    return inputs, np.concatenate([dataset.train_labels, dataset.test_labels])


def made(
    kind: str, length: int, noise: float = 0.0, samples: int = 400, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    return joined(make_dataset(DatasetSpec(kind, samples, noise, seed=seed, length=length)))


class TestLength:
    @pytest.mark.parametrize("kind", KINDS)
    @given(length=LENGTHS)
    @settings(max_examples=8, deadline=None)
    def test_it_can_be_chosen(self, kind: str, length: int) -> None:
        form = describe(DatasetSpec(kind, length=length))
        assert form.shape[0] == length
        assert made(kind, length, samples=20)[0].shape == (20, form.size)
        assert form.steps == (length if kind == "running_parity" else None)

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_reader_holds_its_bounds_and_its_default(self, kind: str) -> None:
        assert read_generated(Reader(), {"kind": kind}, "").length == DATASETS[kind].lengths.default  # type: ignore[union-attr]
        for length in (1, 101, 2.5, "9"):
            reader = Reader()
            read_generated(reader, {"kind": kind, "length": length}, "/dataset")
            assert [issue.pointer for issue in reader.errors] == ["/dataset/length"]
            assert "from 2 to 100" in reader.errors[0].message

    @pytest.mark.parametrize("kind", KINDS)
    def test_more_samples_keep_those_that_are_there(self, kind: str) -> None:
        few, many = (set(map(bytes, made(kind, 9, samples=count)[0])) for count in (16, 160))
        assert few <= many


class TestCopy:
    @given(length=LENGTHS, noise=st.floats(0.0, 0.5), seed=st.integers(0, 1000))
    @settings(max_examples=20, deadline=None)
    def test_the_first_symbol_is_the_answer(self, length: int, noise: float, seed: int) -> None:
        tokens, labels = made("copy", length, noise, 80, seed)
        words = np.array(VOCABULARY)[tokens.astype(int)]
        assert words[:, 0].tolist() == [SYMBOLS[int(label)] for label in labels]
        assert np.bincount(labels.astype(int)).tolist() == [10] * 8

    def test_without_noise_only_fillers_follow(self) -> None:
        tokens, _ = made("copy", 30)
        assert set(np.array(VOCABULARY)[tokens[:, 1:].astype(int)].ravel()) == set(FILLERS)

    def test_noise_puts_in_symbols_at_its_rate_and_moves_no_filler(self) -> None:
        still, noisy = made("copy", 30, 0.0)[0], made("copy", 30, 0.3)[0]
        changed = still != noisy
        assert abs(changed[:, 1:].mean() - 0.3) < 0.02
        assert np.array_equal(noisy[changed], still[changed] - len(SYMBOLS))

    def test_nothing_later_gives_the_answer_away(self) -> None:
        tokens, labels = made("copy", 10, 0.5, 5000)
        for place in range(1, 10):
            agree = (tokens[:, place] - 1.0) % len(SYMBOLS) == labels
            assert abs(agree.mean() - 1 / 8) < 0.02


class TestParity:
    @pytest.mark.parametrize("kind", ["parity", "running_parity"])
    @given(length=LENGTHS, noise=st.floats(0.0, 0.499))
    @settings(max_examples=15, deadline=None)
    def test_the_answer_is_that_of_the_bits_as_they_can_be_read(self, kind: str, length: int, noise: float) -> None:
        shown, labels = made(kind, length, noise, 60)
        running = np.cumsum(shown > 0.5, axis=1) % 2
        assert np.array_equal(labels, running if kind == "running_parity" else running[:, -1])

    def test_noise_blurs_every_bit_by_no_more_than_itself(self) -> None:
        blur = np.abs(made("parity", 12, 0.3)[0] - made("parity", 12)[0])
        assert 0.29 < blur.max() <= 0.3

    def test_no_bit_but_the_last_answer_decides_alone(self) -> None:
        bits, labels = made("parity", 6, samples=5000)
        assert abs(labels.mean() - 0.5) < 0.03
        for place in range(6):
            assert abs((bits[:, place] == labels).mean() - 0.5) < 0.03


class TestAdding:
    @given(length=LENGTHS, noise=st.floats(0.0, 0.5))
    @settings(max_examples=15, deadline=None)
    def test_the_marked_numbers_add_up(self, length: int, noise: float) -> None:
        inputs, sums = made("adding", length, noise, 60)
        steps = inputs.reshape(60, length, 2)
        numbers, marks = steps[..., 0], steps[..., 1]
        assert ((numbers >= 0) & (numbers < 1)).all()
        assert set(np.unique(marks)) <= {0.0, 1.0}
        half = length // 2
        assert (marks[:, :half].sum(axis=1) == 1).all()
        assert (marks[:, half:].sum(axis=1) == 1).all()
        assert np.abs((numbers * marks).sum(axis=1) - sums).max() <= noise + 1e-12

    def test_a_guess_without_looking_errs_by_a_sixth(self) -> None:
        _, sums = made("adding", 30, samples=5000)
        assert abs(sums.mean() - 1.0) < 0.02
        assert abs(sums.var() - 1 / 6) < 0.01


class TestContinuation:
    def test_a_wave_obeys_its_recurrence_up_to_the_answer(self) -> None:
        values, after = made("continuation", 20, samples=200)
        wave = np.column_stack([values, after])
        middle, both = wave[:, 1:-1], wave[:, 2:] + wave[:, :-2]
        factor = (both * middle).sum(axis=1) / (middle**2).sum(axis=1)
        assert np.allclose(both, factor[:, None] * middle, atol=1e-9)
        speeds = np.arccos(factor / 2)
        assert (speeds.min(), speeds.max()) >= (0.2 - 1e-6, 0.75)
        assert speeds.max() <= 0.8 + 1e-6

    def test_noise_hides_the_piece_and_not_the_answer(self) -> None:
        still, noisy = made("continuation", 20), made("continuation", 20, 0.5)
        assert np.array_equal(still[1], noisy[1])
        assert 0.49 < np.abs(still[0] - noisy[0]).max() <= 0.5
