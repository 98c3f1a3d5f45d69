"""Random bits that are drawn ahead."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.layers.tape import AHEAD, Tape
from engine.types import Array

SEEDS = (5, 6, 7)


def generators() -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in SEEDS]


def draw(rng: np.random.Generator, count: int) -> Array:
    """The next ``count`` numbers, the rest of the last draw left unused."""
    return rng.bit_generator.random_raw(-(-count // 4)).view(np.uint16)[:count]


@given(counts=st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=40))
def test_every_replica_gets_the_numbers_of_its_generator_in_order(counts: list[tuple[int, bool]]) -> None:
    """Whatever is given back in between."""
    tape, plain = Tape(generators()), generators()
    tape.reserve(max(count for count, _ in counts))
    for count, give_back in counts:
        np.testing.assert_array_equal(tape.take(count), [draw(rng, count) for rng in plain])
        if give_back:
            tape.give_back()


def test_what_is_given_back_can_be_drawn_by_another() -> None:
    owners, plain = generators(), generators()
    tape = Tape(owners)
    tape.reserve(10)
    for _ in range(AHEAD // 10 * 3 // 2):
        np.testing.assert_array_equal(tape.take(10), [draw(rng, 10) for rng in plain])
    tape.give_back()
    tape.give_back()
    for owner, rng in zip(owners, plain, strict=True):
        assert owner.bit_generator.state["state"] == rng.bit_generator.state["state"]
    other = Tape(owners[:1])
    other.reserve(10)
    np.testing.assert_array_equal(other.take(10), [draw(plain[0], 10)])


def test_more_can_be_asked_for_at_once_than_is_drawn_ahead() -> None:
    tape, plain = Tape(generators()), generators()
    tape.reserve(3)
    np.testing.assert_array_equal(tape.take(3), [draw(rng, 3) for rng in plain])
    tape.reserve(5 * AHEAD)
    np.testing.assert_array_equal(tape.take(5 * AHEAD), [draw(rng, 5 * AHEAD) for rng in plain])


def test_the_numbers_are_uniform() -> None:
    tape = Tape(generators())
    tape.reserve(100_000)
    numbers = tape.take(100_000)
    counts = np.array([np.bincount(row // 2**12, minlength=16) for row in numbers])
    assert counts.shape == (3, 16)
    assert np.abs(counts / 100_000 - 1 / 16).max() < 0.004
