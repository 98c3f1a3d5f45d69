"""Texts: characters of a page, and sentences of praise and of complaint."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets import DATASETS, Dataset, describe, make_dataset
from engine.datasets.generated import read_generated
from engine.datasets.sentences import BY_HAND, FAMILIES, SENTENCES, TOPICS
from engine.datasets.sentiment import BLOT, COUNT, LONGEST, VOCABULARY, WORDS, encode
from engine.datasets.text import CHARACTERS, CODES, TEXT
from engine.parts import DatasetSpec
from engine.reading import Reader

SHARES = st.floats(0.5, 0.9)
SEEDS = st.integers(0, 2**32 - 1)


def joined(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    inputs = np.concatenate([dataset.train_inputs, dataset.test_inputs])
    return inputs, np.concatenate([dataset.train_labels, dataset.test_labels])


def words(vocabulary: tuple[str, ...], row: np.ndarray) -> list[str]:
    return [vocabulary[int(token)] for token in row if token]


class TestCharacters:
    def test_the_text_is_a_page_in_few_characters(self) -> None:
        assert 1000 <= len(TEXT) <= 2048
        assert TEXT.islower()
        assert len(CHARACTERS) == len(set(TEXT)) <= 32
        assert not re.search(r" {2}| \n|\t", TEXT)

    @given(seed=SEEDS, length=st.integers(2, 100), share=SHARES)
    @settings(max_examples=15, deadline=None)
    def test_every_label_is_the_next_character_and_no_window_crosses_the_border(
        self, seed: int, length: int, share: float
    ) -> None:
        dataset = make_dataset(DatasetSpec("characters", 40, 0.0, share, seed, length))
        border = round(len(TEXT) * share)
        for inputs, labels, part in (
            (dataset.train_inputs, dataset.train_labels, TEXT[:border]),
            (dataset.test_inputs, dataset.test_labels, TEXT[border:]),
        ):
            for row, answers in zip(inputs, labels, strict=True):
                given_text = "".join(words(dataset.vocabulary, row))
                next_text = "".join(str(dataset.classes[int(label)]) for label in answers)
                assert given_text[1:] == next_text[:-1]
                assert given_text + next_text[-1] in part

    def test_noise_misprints_what_is_given_and_not_what_is_asked(self) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec("characters", 300, s))) for s in (0.0, 0.3))
        assert np.array_equal(still[1], noisy[1])
        assert 0.25 < (still[0] != noisy[0]).mean() < 0.31

    def test_the_vocabulary_holds_padding_and_every_character(self) -> None:
        form = describe(DatasetSpec("characters"))
        assert (form.vocabulary_size, len(form.classes), form.steps) == (len(CHARACTERS) + 1, len(CHARACTERS), 30)
        assert CODES.min() == 1


class TestSentences:
    def test_there_are_four_hundred_and_none_twice(self) -> None:
        assert [len(side) for side in SENTENCES] == [200, 200]
        assert len({*SENTENCES[0], *SENTENCES[1]}) == COUNT == 400

    def test_they_are_short_plain_english(self) -> None:
        for sentence in (*SENTENCES[0], *SENTENCES[1]):
            assert re.fullmatch(r"[a-z]+( [a-z]+){3,9}", sentence), sentence
            assert not re.search(r"\b(\w+) \1\b", sentence), sentence
            assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", sentence), sentence
        assert 3 < LONGEST <= 10

    def test_praise_says_good_things_or_denies_bad_ones(self) -> None:
        good = {word for topic in TOPICS for word in topic.praise}
        bad = {word for topic in TOPICS for word in topic.blame}
        for side, own, contrary in ((1, good, bad), (0, bad, good)):
            for sentence in set(SENTENCES[side]) - set(BY_HAND[side]):
                parts = sentence.split()
                denied = any(word in parts for word in ("not", "never", "nobody"))
                if set(parts) & contrary:
                    assert denied, sentence
                elif denied and set(parts) & own:
                    raise AssertionError(sentence)

    def test_the_same_words_stand_on_both_sides(self) -> None:
        sides = [Counter(word for sentence in side for word in sentence.split()) for side in SENTENCES]
        descriptions = [word for topic in TOPICS for word in (*topic.praise, *topic.blame)]
        assert all(side[word] >= 1 for word in descriptions for side in sides)

    def test_negations_are_a_good_part(self) -> None:
        denied = [bool(re.search(r"\b(not|never|nobody)\b", text)) for side in SENTENCES for text in side]
        assert 0.25 < np.mean(denied) < 0.45

    def test_each_family_gives_as_many_as_it_says(self) -> None:
        assert sum(family.count for family in FAMILIES) + len(BY_HAND[0]) < 200
        assert len(BY_HAND[0]) == len(BY_HAND[1])


class TestSentiment:
    @given(seed=SEEDS, share=SHARES, samples=st.integers(200, COUNT))
    @settings(max_examples=20, deadline=None)
    def test_held_out_sentences_are_new_and_their_words_are_not(self, seed: int, share: float, samples: int) -> None:
        dataset = make_dataset(DatasetSpec("sentiment", samples, 0.0, share, seed))
        trained, held_out = dataset.train_inputs, dataset.test_inputs
        assert not {*map(bytes, trained)} & {*map(bytes, held_out)}
        assert set(np.unique(held_out)) <= set(np.unique(trained))
        for labels in (dataset.train_labels, dataset.test_labels):
            assert abs(labels.mean() - 0.5) <= 0.5 / len(labels) + 1e-12

    def test_labels_are_those_of_the_sentences(self) -> None:
        sides = [set(side) for side in SENTENCES]
        for row, label in zip(*joined(make_dataset(DatasetSpec("sentiment", COUNT))), strict=True):
            assert " ".join(words(VOCABULARY, row)) in sides[int(label)]

    def test_lengths_count_the_words(self) -> None:
        dataset = make_dataset(DatasetSpec("sentiment", COUNT, 0.5))
        lengths = np.concatenate([dataset.train_lengths, dataset.test_lengths])  # type: ignore[list-item]
        assert lengths.dtype == np.int64
        assert sorted(lengths.tolist()) == sorted(len(text.split()) for side in SENTENCES for text in side)
        assert len(set(lengths.tolist())) > 4

    def test_another_seed_holds_out_others(self) -> None:
        one, other = (make_dataset(DatasetSpec("sentiment", COUNT, seed=seed)).test_inputs for seed in (1, 2))
        assert {*map(bytes, one)} != {*map(bytes, other)}

    def test_noise_blots_words_out_at_its_rate(self) -> None:
        still, noisy = (joined(make_dataset(DatasetSpec("sentiment", COUNT, s))) for s in (0.0, 0.4))
        changed = still[0] != noisy[0]
        assert set(noisy[0][changed]) == {float(VOCABULARY.index(BLOT))}
        assert abs(changed[still[0] > 0].mean() - 0.4) < 0.03
        assert np.array_equal(still[1], noisy[1])

    def test_a_typed_sentence_is_coded_like_the_others(self) -> None:
        assert words(VOCABULARY, np.array(encode("The lecture WAS not boring"))) == [
            "the",
            "lecture",
            "was",
            "not",
            "boring",
        ]
        assert words(VOCABULARY, np.array(encode("the zeppelin was clear"))) == ["the", BLOT, "was", "clear"]
        assert len(encode("word " * 50)) == len(encode("")) == LONGEST
        assert len(VOCABULARY) == len(WORDS) + 2

    @pytest.mark.parametrize(("name", "value"), [("samples", 199), ("samples", 401), ("train_fraction", 0.49)])
    def test_so_few_that_words_would_be_new_are_refused(self, name: str, value: float) -> None:
        reader = Reader()
        read_generated(reader, {"kind": "sentiment", name: value}, "/dataset")
        assert [issue.pointer for issue in reader.errors] == [f"/dataset/{name}"]

    def test_the_default_shares_out_four_fifths(self) -> None:
        assert DATASETS["sentiment"].train_fractions.default == 0.8
