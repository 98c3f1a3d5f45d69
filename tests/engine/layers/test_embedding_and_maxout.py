"""Rows looked up by number, and units that are the largest of several sums."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import Shape, ShapeError
from engine.layers.embedding import EmbeddingSpec
from engine.layers.layer import field_values
from engine.layers.maxout import MaxoutSpec
from engine.types import Float64Array
from tests.engine.layers.bench import Bench, same_bits

SEEDS = st.integers(0, 2**32 - 1)


def words(seed: int, shape: tuple[int, ...], vocabulary: int) -> Float64Array:
    return np.random.default_rng(seed).integers(0, vocabulary, shape).astype(np.float64)


@settings(max_examples=20)
@given(
    vocabulary=st.integers(1, 6),
    steps=st.integers(1, 4),
    units=st.integers(1, 3),
    replicas=st.integers(1, 3),
    batch=st.integers(1, 3),
    seed=SEEDS,
)
def test_embedding_gradients(vocabulary: int, steps: int, units: int, replicas: int, batch: int, seed: int) -> None:
    spec = EmbeddingSpec(units, vocabulary)
    x = words(seed, (replicas, steps, batch), vocabulary)
    bench = Bench(spec, [(steps,)], replicas=replicas, batch=batch, seed=seed, x=x)
    bench.check()
    assert not bench.dx.any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_word_gets_its_row(dtype: str) -> None:
    x = words(4, (2, 5, 3), 7)
    bench = Bench(EmbeddingSpec(4, 7), [(5,)], x=x, dtype=dtype)
    found = bench.forward().reshape(2, 5, 4, 3)
    for replica in range(2):
        expected = bench.weights[0][replica][x[replica].astype(int)]
        np.testing.assert_array_equal(found[replica], expected.swapaxes(1, 2))


def test_slopes_of_a_word_add_up() -> None:
    bench = Bench(EmbeddingSpec(2, 4), [(3,)], replicas=1, batch=1, x=np.array([[[3.0], [1.0], [3.0]]]))
    bench.forward()
    bench.backward()
    first, second, third = bench.delta.reshape(3, 2)
    np.testing.assert_array_equal(bench.gradients[0][0], [[0, 0], second, [0, 0], first + third])


def test_a_replica_among_others_looks_up_its_own_words() -> None:
    x = np.repeat(words(2, (1, 5, 4), 6), 3, axis=0)
    same_bits(lambda replicas: Bench(EmbeddingSpec(3, 6), [(5,)], replicas=replicas, batch=4, x=x[:replicas]))


def test_the_vocabulary_comes_from_the_data_and_is_not_written() -> None:
    spec = EmbeddingSpec(3, name="words")
    assert spec.reads_words
    assert spec.for_words(9) == replace(spec, vocabulary=9)
    assert field_values(spec.for_words(9)) == {"kind": "embedding", "units": 3, "name": "words"}
    (block,) = spec.for_words(9).blocks((5,))
    assert (block.rows, block.columns, block.biases) == (9, 3, False)


@pytest.mark.parametrize(("spec", "shape"), [(EmbeddingSpec(), (5,)), (EmbeddingSpec(3, 9), (5, 2))])
def test_an_embedding_needs_words(spec: EmbeddingSpec, shape: Shape) -> None:
    with pytest.raises(ShapeError, match="looks words up"):
        spec.output_shape(shape)


@settings(max_examples=30)
@given(
    sources=st.sampled_from([[(5,)], [(3, 4)], [(2, 3, 3)], [(3,), (2,)], [(3, 2), (3, 4)]]),
    units=st.integers(1, 3),
    pieces=st.integers(2, 4),
    replicas=st.integers(1, 3),
    seed=SEEDS,
)
def test_maxout_gradients(sources: list[Shape], units: int, pieces: int, replicas: int, seed: int) -> None:
    """Weights are small beside biases that lie apart, so that no sum comes near another."""
    bench = Bench(MaxoutSpec(units, pieces), sources, replicas=replicas, seed=seed)
    rng = np.random.default_rng(seed)
    bench.weights[0][:, :-1] *= 1e-3
    for replica in range(replicas):
        for unit in range(units):
            bench.weights[0][replica, -1, unit::units] = rng.permutation(pieces)
    bench.check()


@pytest.mark.parametrize("shape", [(4,), (3, 4)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_maxout_replica_among_others_has_the_bits_it_has_alone(shape: Shape, dtype: str) -> None:
    same_bits(lambda replicas: Bench(MaxoutSpec(3, 3), [shape], replicas=replicas, batch=4, dtype=dtype))


def test_two_pieces_can_be_an_absolute_value() -> None:
    bench = Bench(MaxoutSpec(1, 2), [(1,)], replicas=1, x=np.array([[[-2.0, 0.5, 3.0]]]))
    bench.weights[0][0] = [[1.0, -1.0], [0.0, 0.0]]
    assert bench.forward().tolist() == [[[2.0, 0.5, 3.0]]]
    bench.backward()
    np.testing.assert_array_equal(bench.dx, bench.delta * [-1.0, 1.0, 1.0])


def test_of_two_largest_pieces_the_first_gets_the_gradient() -> None:
    bench = Bench(MaxoutSpec(1, 3), [(1,)], replicas=1, batch=1, x=np.array([[[0.0]]]))
    bench.weights[0][0] = [[1.0, 2.0, 3.0], [0.0, 5.0, 5.0]]
    bench.forward()
    bench.backward()
    assert (bench.gradients[0][0, 1] / bench.delta.item()).tolist() == [0.0, 1.0, 0.0]


def test_maxout_counts_all_its_pieces() -> None:
    spec = MaxoutSpec(4, 3)
    assert spec.multiply_adds((5,)) == 60
    assert spec.multiply_adds((7, 5)) == 420
    assert spec.output_shape((7, 5)) == (7, 4)
    assert spec.output_shape((1, 4, 4)) == (4,)
    assert spec.workspace((7, 5)) == 7 * spec.workspace((5,))
