"""Layers with a memory: gradients through time, sequences of various lengths, and what can be read after a run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import ShapeError
from engine.layers.gru import GruSpec
from engine.layers.layer import Batch, OnBatch
from engine.layers.lstm import Lstm, LstmSpec
from engine.layers.recurrent import Recurrent, RecurrentSpec
from engine.layers.simple_rnn import SimpleRnnSpec
from engine.types import Float64Array
from tests.engine.layers.bench import Bench, same_bits

KINDS: list[type[RecurrentSpec]] = [SimpleRnnSpec, LstmSpec, GruSpec]
RETURNS = ["last", "all"]
SEEDS = st.integers(0, 2**32 - 1)


def weights_of_steps(lengths: list[list[int]], steps: int) -> Float64Array:
    """(R, T, B): 1 / length up to each example's end, 0 behind it."""
    ends = np.array(lengths)[:, None, :]
    return np.where(np.arange(steps)[:, None] < ends, 1.0 / ends, 0.0)


def random_steps(seed: int, replicas: int, steps: int, batch: int) -> Float64Array:
    lengths = np.random.default_rng(seed).integers(1, steps, (replicas, batch), endpoint=True)
    return weights_of_steps(lengths.tolist(), steps)


def bound(bench: Bench) -> Recurrent:
    assert isinstance(bench.layer, Recurrent)
    return bench.layer


@settings(max_examples=40)
@given(
    kind=st.sampled_from(KINDS),
    returns=st.sampled_from(RETURNS),
    steps=st.integers(1, 5),
    width=st.integers(1, 3),
    units=st.integers(1, 3),
    replicas=st.integers(1, 3),
    batch=st.integers(1, 3),
    masked=st.booleans(),
    seed=SEEDS,
)
def test_gradients_through_time(
    kind: type[RecurrentSpec],
    returns: str,
    steps: int,
    width: int,
    units: int,
    replicas: int,
    batch: int,
    masked: bool,
    seed: int,
) -> None:
    ends = random_steps(seed, replicas, steps, batch) if masked else None
    spec = kind(units, returns)
    Bench(spec, [(steps, width)], replicas=replicas, batch=batch, seed=seed, steps=ends).check()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_replica_among_others_has_the_bits_it_has_alone(kind: type[RecurrentSpec], returns: str, dtype: str) -> None:
    same_bits(lambda replicas: Bench(kind(5, returns), [(6, 3)], replicas=replicas, batch=4, dtype=dtype))


@pytest.mark.parametrize("kind", KINDS)
def test_a_replica_among_others_keeps_its_bits_where_lengths_differ(kind: type[RecurrentSpec]) -> None:
    ends = random_steps(1, 1, 6, 4)

    def make(replicas: int) -> Bench:
        return Bench(kind(5), [(6, 3)], replicas=replicas, batch=4, steps=np.repeat(ends, replicas, axis=0))

    same_bits(make)


LENGTHS = [[1, 4, 2, 3], [4, 1, 3, 2]]


def of_lengths(kind: type[RecurrentSpec], returns: str, filling: float) -> Bench:
    """Two replicas of four examples of 1 to 4 steps, what follows each sequence's end filled with a number."""
    steps = weights_of_steps(LENGTHS, 4)
    x = np.random.default_rng(9).normal(size=(2, 4, 3, 4))
    x[np.broadcast_to(steps[:, :, None] == 0.0, x.shape)] = filling
    bench = Bench(kind(3, returns), [(4, 3)], batch=4, x=x.reshape(2, 12, 4), steps=steps)
    bench.forward()
    bench.backward()
    return bench


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_behind_the_end_does_not_matter(kind: type[RecurrentSpec], returns: str) -> None:
    empty, full = of_lengths(kind, returns, 0.0), of_lengths(kind, returns, 1e3)
    np.testing.assert_array_equal(empty.z, full.z)
    np.testing.assert_array_equal(empty.dx, full.dx)
    for mine, theirs in zip(empty.gradients, full.gradients, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    behind = weights_of_steps(LENGTHS, 4)[:, :, None] == 0.0
    assert not full.dx.reshape(2, 4, 3, 4)[np.broadcast_to(behind, (2, 4, 3, 4))].any()


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_state_is_that_after_the_last_real_step(kind: type[RecurrentSpec]) -> None:
    bench = of_lengths(kind, "last", 7.0)
    for replica, lengths in enumerate(LENGTHS):
        for example, length in enumerate(lengths):
            alone = Bench(kind(3), [(length, 3)], replicas=1, batch=1)
            alone.x[0, :-1, 0] = bench.x[replica, : 3 * length, example]
            for mine, theirs in zip(alone.weights, bench.weights, strict=True):
                mine[:] = theirs[replica]
            np.testing.assert_allclose(alone.forward()[0, :, 0], bench.z[replica, :, example], rtol=1e-12, atol=1e-15)
            states = bound(bench).states[replica, length - 1 :, :, example]
            np.testing.assert_array_equal(states, np.broadcast_to(states[0], states.shape))


@pytest.mark.parametrize("kind", KINDS)
def test_full_lengths_are_the_same_as_no_lengths(kind: type[RecurrentSpec]) -> None:
    plain = Bench(kind(3), [(4, 2)])
    masked = Bench(kind(3), [(4, 2)], steps=weights_of_steps([[4] * 3] * 2, 4))
    for bench in (plain, masked):
        bench.forward()
        bench.backward()
    np.testing.assert_array_equal(plain.z, masked.z)
    np.testing.assert_allclose(plain.dx, masked.dx, rtol=1e-12)


def test_a_pass_that_is_told_no_lengths_takes_every_step() -> None:
    plain = Bench(LstmSpec(3), [(4, 2)])
    untold = Bench(LstmSpec(3), [(4, 2)], steps=weights_of_steps([[1, 2, 3]] * 2, 4))
    untold.forward()
    untold.batch = Batch(untold.x, untold.x, untold.x)
    np.testing.assert_array_equal(plain.forward(), untold.forward())


@pytest.mark.parametrize("kind", KINDS)
def test_all_states_end_with_the_last(kind: type[RecurrentSpec]) -> None:
    one, every = Bench(kind(3), [(4, 2)]), Bench(kind(3, "all"), [(4, 2)])
    assert (one.outputs, every.outputs) == ((3,), (4, 3))
    np.testing.assert_array_equal(one.forward(), every.forward()[:, -3:])
    np.testing.assert_array_equal(bound(every).states.reshape(2, 12, 3), every.z)


def test_the_simple_recurrence_by_hand() -> None:
    bench = Bench(SimpleRnnSpec(1, "all"), [(2, 1)], replicas=1, batch=1, x=np.array([[[1.0], [2.0]]]))
    bench.weights[0][0, :, 0] = [0.5, 0.25]
    bench.weights[1][0] = -1.5
    first = np.tanh(0.5 + 0.25)
    np.testing.assert_allclose(bench.forward().ravel(), [first, np.tanh(1.0 + 0.25 - 1.5 * first)], rtol=1e-15)


def sigmoid(z: float) -> float:
    return float(1.0 / (1.0 + np.exp(-z)))


def test_the_gates_of_an_lstm_by_hand() -> None:
    bench = Bench(LstmSpec(1), [(1, 1)], replicas=1, batch=1, x=np.array([[[2.0]]]))
    bench.weights[0][0] = [[0.1, 0.2, 0.3, 0.4], [0.0, 0.5, 1.0, -0.5]]
    state = bench.forward().item()
    gates = {name: values.item() for name, values in bound(bench).gates.items()}
    sums = {"candidate": 0.2, "input": 0.9, "forget": 1.6, "output": 0.3}
    for name, value in gates.items():
        assert value == pytest.approx(np.tanh(sums[name]) if name == "candidate" else sigmoid(sums[name]), rel=1e-14)
    assert isinstance(bench.layer, Lstm)
    cell = bench.layer.cells.item()
    assert cell == pytest.approx(gates["input"] * gates["candidate"], rel=1e-14)
    assert state == pytest.approx(gates["output"] * np.tanh(cell), rel=1e-14)


def test_the_gates_of_a_gru_by_hand() -> None:
    bench = Bench(GruSpec(1), [(1, 1)], replicas=1, batch=1, x=np.array([[[2.0]]]))
    bench.weights[0][0] = [[0.1, 0.2, 0.3], [0.0, 0.5, 1.0]]
    bench.weights[2][0] = 0.6
    state = bench.forward().item()
    reset, update = sigmoid(0.2), sigmoid(0.9)
    candidate = np.tanh(1.6 + reset * 0.6)
    found = {name: values.item() for name, values in bound(bench).gates.items()}
    assert found == pytest.approx({"reset": reset, "update": update, "candidate": candidate}, rel=1e-14)
    assert state == pytest.approx((1 - update) * candidate, rel=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_slopes_show_how_far_back_the_gradient_reaches(kind: type[RecurrentSpec]) -> None:
    """With "last", ∂L/∂h_t is δ at the end, and the difference a nudge of h_t makes elsewhere."""
    bench = Bench(kind(3), [(4, 2)])
    bench.forward()
    bench.backward()
    slopes = bound(bench).slopes
    assert slopes.shape == bound(bench).states.shape == (2, 4, 3, 3)
    np.testing.assert_array_equal(slopes[:, -1], bench.delta)
    assert np.all(np.linalg.norm(slopes, axis=(2, 3)) > 0.0)


def test_an_open_forget_gate_carries_the_gradient_where_the_simple_rnn_loses_it() -> None:
    norms = {}
    for spec in (SimpleRnnSpec(8), LstmSpec(8)):
        bench = Bench(spec, [(30, 2)], replicas=1)
        for weights in bench.weights:
            weights *= 0.2
        if isinstance(spec, LstmSpec):
            bench.weights[0][:, -1, slice(*bench.blocks[0].lifted)] = 4.0
        bench.forward()
        bench.backward()
        norms[spec.kind] = np.linalg.norm(bench.dx.reshape(30, 2, 3), axis=(1, 2))
    assert norms["simple_rnn"][0] < 1e-6 * norms["simple_rnn"][-1]
    assert norms["lstm"][0] > 0.1 * norms["lstm"][-1]


def test_gates_can_be_read_where_nothing_is_trained() -> None:
    trained = Bench(GruSpec(3), [(4, 2)])
    looked_at = Bench(GruSpec(3), [(4, 2)], trained=False)
    np.testing.assert_array_equal(trained.forward(), looked_at.forward())
    for name, values in bound(trained).gates.items():
        np.testing.assert_array_equal(values, bound(looked_at).gates[name])
        assert values.shape == (2, 4, 3, 3)


def test_the_forget_gate_starts_open() -> None:
    weights, recurrent = LstmSpec(5).blocks((7, 3))
    assert (weights.rows, weights.columns, weights.lifted, weights.lift) == (4, 20, (10, 15), 1.0)
    assert LstmSpec(5, forget_bias=4.5).blocks((7, 3))[0].lift == 4.5
    assert (recurrent.rows, recurrent.columns, recurrent.biases) == (5, 20, False)


def test_the_gru_has_biases_behind_its_reset_gate() -> None:
    *_, last = GruSpec(5).blocks((7, 3))
    assert (last.rows, last.columns, last.weight_rows) == (1, 5, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_costs_count_every_step(kind: type[RecurrentSpec]) -> None:
    spec = kind(5)
    assert spec.multiply_adds((7, 3)) == 7 * sum(block.weight_rows * block.columns for block in spec.blocks((7, 3)))
    assert spec.workspace((14, 3)) > 1.8 * spec.workspace((7, 3))


@pytest.mark.parametrize("kind", KINDS)
def test_the_workspace_told_is_what_is_taken(kind: type[RecurrentSpec]) -> None:
    bench = Bench(kind(5, "all"), [(9, 3)], replicas=1, batch=8, steps=random_steps(1, 1, 9, 8))
    buffers = [value for value in vars(bound(bench)).values() if isinstance(value, np.ndarray) and value.ndim > 3]
    own = sum(buffer.size for buffer in buffers) / 8
    assert own < bench.spec.workspace((9, 3)) < 4 * own


@pytest.mark.parametrize("shape", [(4,), (1, 5, 5)])
@pytest.mark.parametrize("kind", KINDS)
def test_only_sequences_have_steps(kind: type[RecurrentSpec], shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="goes from step to step"):
        kind().output_shape(shape)


def test_lengths_are_read_from_the_batch_at_hand() -> None:
    bench = Bench(SimpleRnnSpec(2), [(3, 1)], replicas=1, batch=1, steps=weights_of_steps([[3]], 3))
    long = bench.forward().copy()
    assert sum(isinstance(step, OnBatch) for step in bench.template) == 2
    bench.batch = Batch(bench.x, bench.x, bench.x, weights_of_steps([[1]], 3))
    short = bench.forward()
    assert not np.array_equal(long, short)
    np.testing.assert_array_equal(short[0, :, 0], bound(bench).states[0, 0, :, 0])
