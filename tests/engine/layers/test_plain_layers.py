"""Layers without a memory: gradients, the numbers of the lectures, and one replica among others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import KINDS, LayerSpec, Shape, ShapeError
from engine.layers.convolution import ConvolutionSpec
from engine.layers.dense import DenseSpec
from engine.layers.merge import AddSpec, ConcatenateSpec, FlattenSpec
from engine.layers.noise import DropoutSpec, NoiseSpec
from engine.layers.pooling import AveragePoolingSpec, L2PoolingSpec, MaxPoolingSpec
from engine.layers.tape import Tape
from tests.engine.layers.bench import Bench, apart, same_bits

SEEDS = st.integers(0, 2**32 - 1)
SOURCES: list[list[Shape]] = [
    [(5,)],
    [(3, 4)],
    [(2, 3, 3)],
    [(3,), (2,)],
    [(3, 2), (3, 4)],
    [(2, 2, 2), (3,)],
    [(1, 2, 2), (2, 2, 2)],
]
POOLS = [MaxPoolingSpec, AveragePoolingSpec, L2PoolingSpec]


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[LayerSpec, Shape]:
    kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    padding = draw(st.sampled_from(["valid", "same"]))
    least = kernel if padding == "valid" else 1
    shape = (draw(st.integers(1, 3)), draw(st.integers(least, 6)), draw(st.integers(least, 6)))
    return ConvolutionSpec(draw(st.integers(1, 3)), kernel, stride, padding), shape


@settings(max_examples=40)
@given(layer=convolutions(), replicas=st.integers(1, 3), batch=st.integers(1, 3), seed=SEEDS)
def test_convolution_gradients(layer: tuple[LayerSpec, Shape], replicas: int, batch: int, seed: int) -> None:
    spec, shape = layer
    Bench(spec, [shape], replicas=replicas, batch=batch, seed=seed).check()


@settings(max_examples=20)
@given(
    kind=st.sampled_from(POOLS),
    size=st.integers(1, 3),
    stride=st.integers(1, 3),
    rows=st.integers(3, 6),
    columns=st.integers(3, 6),
    replicas=st.integers(1, 3),
    seed=SEEDS,
)
def test_pooling_gradients(
    kind: type[LayerSpec], size: int, stride: int, rows: int, columns: int, replicas: int, seed: int
) -> None:
    shape = (2, rows, columns)
    x = apart(np.random.default_rng(seed), (replicas, 2 * rows * columns, 2))
    Bench(kind(size=size, stride=stride), [shape], replicas=replicas, batch=2, x=x).check()  # type: ignore[call-arg]


@settings(max_examples=20)
@given(
    sources=st.sampled_from(SOURCES),
    units=st.integers(1, 4),
    replicas=st.integers(1, 3),
    seed=SEEDS,
)
def test_dense_gradients(sources: list[Shape], units: int, replicas: int, seed: int) -> None:
    Bench(DenseSpec(units), sources, replicas=replicas, seed=seed).check()


@pytest.mark.parametrize("size", [1e-18, 1e-20, 1e-22, 1e-24])
def test_the_slope_of_a_length_never_grows_beyond_one_where_its_squares_are_lost(size: float) -> None:
    bench = Bench(L2PoolingSpec(), [(1, 2, 2)], replicas=1, batch=1, x=np.full((1, 4, 1), size), dtype="float32")
    bench.delta.fill(1.0)
    bench.forward()
    bench.backward()
    assert np.abs(bench.dx).max() <= 1.0


@pytest.mark.parametrize(
    ("spec", "sources"),
    [
        (AddSpec(), [(3,), (3,)]),
        (AddSpec(), [(2, 3), (2, 3), (2, 3)]),
        (AddSpec(), [(4,)]),
        (ConcatenateSpec(), [(2, 3), (2, 1)]),
        (FlattenSpec(), [(2, 3, 3)]),
        (DropoutSpec(), [(4,)]),
        (NoiseSpec(), [(4,)]),
    ],
)
def test_layers_without_parameters(spec: LayerSpec, sources: list[Shape]) -> None:
    bench = Bench(spec, sources)
    bench.check()
    assert bench.blocks == ()


CASES = [
    (DenseSpec(3), [(4,)]),
    (DenseSpec(3), [(5, 4)]),
    (ConvolutionSpec(3, 3, 1, "same"), [(2, 5, 5)]),
    (ConvolutionSpec(2, 2, 2), [(1, 6, 5)]),
    *((kind(), [(2, 4, 4)]) for kind in POOLS),
    (AddSpec(), [(3,), (3,)]),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("spec", "sources"), CASES)
def test_a_replica_among_others_has_the_bits_it_has_alone(spec: LayerSpec, sources: list[Shape], dtype: str) -> None:
    same_bits(lambda replicas: Bench(spec, sources, replicas=replicas, batch=4, dtype=dtype))


def image(rows: list[list[float]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(rows, np.float64).reshape(1, -1, 1)


def convolve(rows: list[list[float]], kernel: list[list[float]], **fields: object) -> list[list[float]]:
    """One image under one kernel, without a bias."""
    size = len(kernel)
    spec = ConvolutionSpec(1, size, **fields)  # type: ignore[arg-type]
    bench = Bench(spec, [(1, len(rows), len(rows[0]))], replicas=1, batch=1, x=image(rows))
    bench.weights[0][0, :, 0] = [*np.ravel(kernel), 0.0]
    found: list[list[float]] = bench.forward().reshape(bench.outputs[1:]).tolist()
    return found


def bits(text: str) -> list[list[float]]:
    return [[float(digit) for digit in row] for row in text.split("/")]


def test_the_lectures_convolution() -> None:
    assert convolve(bits("11100/01110/00111/00110/01100"), bits("101/010/101")) == bits("434/243/234")


def test_the_lectures_row_and_column_of_ones() -> None:
    rows: list[list[float]] = [[2, 2, 2], [10, 10, 10], [2, 2, 2]]
    assert convolve(rows, bits("000/111/000"))[0] == [30]
    assert convolve(rows, bits("010/010/010"))[0] == [14]


def test_sharpening_is_twice_the_image_less_its_blur() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(6, 6)).tolist()
    box, delta = np.full((3, 3), 1 / 9), np.zeros((3, 3))
    delta[1, 1] = 1.0
    sharp = convolve(rows, (2 * delta - box).tolist(), padding="same")
    blurred = convolve(rows, box.tolist(), padding="same")
    np.testing.assert_allclose(sharp, 2 * np.array(rows) - blurred, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "rows", "result"),
    [
        (MaxPoolingSpec, "1124/5678/3210/1234", [[6, 8], [3, 4]]),
        (AveragePoolingSpec, "0124/5668/3210/1234", [[3, 5], [2, 2]]),
    ],
)
def test_the_lectures_pooling(kind: type[LayerSpec], rows: str, result: list[list[float]]) -> None:
    bench = Bench(kind(), [(1, 4, 4)], replicas=1, batch=1, x=image(bits(rows)))
    assert bench.forward().reshape(2, 2).tolist() == result


def test_of_two_largest_pixels_the_first_gets_the_gradient() -> None:
    bench = Bench(MaxPoolingSpec(), [(1, 2, 2)], replicas=1, batch=1, x=image([[0, 3], [3, 3]]))
    bench.forward()
    bench.backward()
    assert (bench.dx.reshape(2, 2) / bench.delta.item()).tolist() == [[0, 1], [0, 0]]


def test_a_window_of_zeros_has_no_length_and_no_gradient() -> None:
    bench = Bench(L2PoolingSpec(), [(1, 2, 2)], replicas=1, batch=1, x=image([[0, 0], [0, 0]]))
    assert bench.forward().item() == 0.0
    bench.backward()
    assert bench.dx.tolist() == np.zeros((1, 4, 1)).tolist()


def test_dropout_keeps_the_expected_sum_and_passes_the_gradient_where_the_unit_lives() -> None:
    noise = Tape([np.random.default_rng(seed) for seed in (5, 6)])
    bench = Bench(DropoutSpec(0.25), [(400,)], batch=50, noise=noise, x=np.ones((2, 400, 50)))
    z = bench.forward().copy()
    bench.backward()
    assert set(np.unique(z)) == {0.0, 1 / 0.75}
    assert z.mean() == pytest.approx(1.0, abs=0.02)
    np.testing.assert_array_equal(bench.dx, bench.delta * z)
    assert not np.array_equal(z[0], z[1])
    assert not np.array_equal(bench.forward(), z)


def test_noise_has_the_deviation_asked_for() -> None:
    noise = Tape([np.random.default_rng(seed) for seed in (5, 6)])
    bench = Bench(NoiseSpec(0.4), [(400,)], batch=50, noise=noise)
    added = bench.forward() - bench.x[:, :-1]
    assert added.std() == pytest.approx(0.4, rel=0.02)
    bench.backward()
    np.testing.assert_array_equal(bench.dx, bench.delta)
    assert added.mean() == pytest.approx(0.0, abs=0.01)
    assert (np.abs(added) < 0.4).mean() == pytest.approx(0.6827, abs=0.01)
    assert (np.abs(added) > 1.2).mean() == pytest.approx(0.0027, abs=0.001)
    assert abs(np.corrcoef(added[0].ravel()[:10_000], added[0].ravel()[10_000:])[0, 1]) < 0.03


@pytest.mark.parametrize(
    ("spec", "sources", "field"),
    [
        (ConvolutionSpec(1, 5), [(1, 4, 4)], "kernel_size"),
        (ConvolutionSpec(), [(4,)], ""),
        (MaxPoolingSpec(), [(3, 4)], ""),
        (MaxPoolingSpec(size=3), [(1, 2, 4)], "size"),
        (AddSpec(), [(3,), (4,)], "inputs"),
        (ConcatenateSpec(), [(3,), (2, 4)], "inputs"),
        (ConcatenateSpec(), [(3, 2), (2, 4)], "inputs"),
    ],
)
def test_what_does_not_fit_is_named(spec: LayerSpec, sources: list[Shape], field: str) -> None:
    with pytest.raises(ShapeError) as caught:
        spec.output_shape(spec.join(sources))
    assert caught.value.field == field


def test_every_kind_has_words() -> None:
    for name, kind in KINDS.items():
        assert kind.KIND.name == name == kind().kind
        assert kind.KIND.label
        assert kind.KIND.explanation.endswith(".")
        assert all(field.explanation.endswith(".") for field in kind.KIND.fields)
        assert all(kind().own[field.name] == field.default for field in kind.KIND.fields)
