"""Batches: every example once an epoch, weights that make a mean, and orders of one's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.batches import Batches, Feed, columns, low_target, make_table, make_targets, new_feed, step_weights
from engine.network import Network
from engine.spec import RunSpec
from engine.types import Array
from tests.engine.numeric import make_spec


def table_spec(examples: int, seed: int = 1) -> RunSpec:
    return make_spec(dataset={"kind": "spiral", "samples": 2 * examples, "seed": seed}, dtype="float64")


NETWORK = Network(table_spec(5))


def feeds_of(sizes: list[int], shuffle: bool = True) -> list[Feed]:
    return [new_feed(make_table(table_spec(size, seed)), seed, shuffle) for seed, size in enumerate(sizes)]


def epoch_rows(batches: Batches, replica: int) -> Array:
    """The examples a replica meets until its epoch ends, padding left out, as rows like its table's."""
    rows = []
    for ahead in range(int(batches.remaining[replica])):
        batches.stage(ahead)
        real = batches.staged.weights[replica, 0] > 0
        rows.append(np.vstack([batches.staged.x[replica], batches.staged.y[replica]])[:, real].T)
    return np.vstack(rows)


@settings(max_examples=40)
@given(sizes=st.lists(st.integers(5, 40), min_size=1, max_size=4), batch=st.integers(1, 50), shuffle=st.booleans())
def test_an_epoch_meets_every_example_once(sizes: list[int], batch: int, shuffle: bool) -> None:
    feeds = feeds_of(sizes, shuffle)
    batches = Batches(feeds, NETWORK, batch)
    np.testing.assert_array_equal(batches.counts, [-(-size // batch) for size in sizes])
    for _ in range(2):
        for replica, feed in enumerate(feeds):
            rows = epoch_rows(batches, replica)
            np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(feed.table.train, axis=0))
            if not shuffle:
                np.testing.assert_array_equal(rows, feed.table.train)
        batches.begin_epoch(np.ones(len(sizes), np.bool_))


@given(st.integers(5, 60), st.integers(1, 70))
def test_the_weights_of_a_batch_sum_to_one(size: int, batch: int) -> None:
    batches = Batches(feeds_of([size]), NETWORK, batch)
    for ahead in range(int(batches.counts[0])):
        batches.stage(ahead)
        assert batches.staged.weights.sum() == pytest.approx(1.0)


@given(st.integers(5, 60), st.integers(1, 70))
def test_the_columns_that_fill_up_a_batch_repeat_its_first_example(size: int, batch: int) -> None:
    batches = Batches(feeds_of([size]), NETWORK, batch)
    assert batches.staged.x.shape[-1] == columns(batch)
    assert 0 <= columns(batch) - batch <= 3
    for ahead in range(int(batches.counts[0])):
        batches.stage(ahead)
        for rows in (batches.staged.x[0], batches.staged.y[0]):
            np.testing.assert_array_equal(rows[:, batch:], np.repeat(rows[:, :1], columns(batch) - batch, axis=1))
        assert not batches.staged.weights[..., batch:].any()


@pytest.mark.parametrize(("sizes", "batch", "shapes"), [([20, 20], 5, {()}), ([20, 20], 10, {(1, 1, 12)})])
def test_weights_that_all_replicas_share_are_kept_once(
    sizes: list[int], batch: int, shapes: set[tuple[int, ...]]
) -> None:
    assert {view.weights.shape for view in Batches(feeds_of(sizes), NETWORK, batch).views()} == shapes


def test_short_batches_of_different_sizes_weigh_for_themselves() -> None:
    last = Batches(feeds_of([23, 24]), NETWORK, 10).views()[-1]
    np.testing.assert_allclose(last.weights.sum(axis=(1, 2)), 1.0)
    np.testing.assert_array_equal((last.weights > 0).sum(axis=(1, 2)), [3, 4])


def test_views_and_staged_copies_are_the_same_batches() -> None:
    batches = Batches(feeds_of([23, 24]), NETWORK, 5)
    assert batches.aligned()
    for ahead, view in enumerate(batches.views()):
        batches.stage(ahead)
        np.testing.assert_array_equal(view.x, batches.staged.x)
        np.testing.assert_array_equal(view.y, batches.staged.y)
        np.testing.assert_array_equal(np.broadcast_to(view.weights, (2, 1, 5)), batches.staged.weights)


def test_views_follow_the_next_epoch() -> None:
    batches = Batches(feeds_of([20]), NETWORK, 5)
    view = batches.views()[0]
    before = view.x.copy()
    batches.begin_epoch(np.ones(1, np.bool_))
    assert (view.x != before).any()


@pytest.mark.parametrize("stays", [[0], [1, 2, 3]], ids=["most begin", "few begin"])
def test_a_replica_that_does_not_begin_an_epoch_keeps_its_batches(stays: list[int]) -> None:
    sizes, begins = [20, 33, 20, 20], np.ones(4, np.bool_)
    begins[stays] = False
    batches, alone = Batches(feeds_of(sizes), NETWORK, 5), [Batches([feed], NETWORK, 5) for feed in feeds_of(sizes)]
    batches.cursor[stays] = 1
    before = [epoch_rows(batches, replica) for replica in range(4)]
    batches.begin_epoch(begins)
    assert (batches.cursor == ~begins).all()
    for replica, (rows, own) in enumerate(zip(before, alone, strict=True)):
        if begins[replica]:
            own.begin_epoch(np.ones(1, np.bool_))
            rows = epoch_rows(own, 0)
        np.testing.assert_array_equal(epoch_rows(batches, replica), rows)


def test_replicas_shuffle_by_their_own_seed() -> None:
    table = make_table(table_spec(30))
    alone, other = new_feed(table, 7, True), new_feed(table, 8, True)
    together = Batches([new_feed(table, 3, True), new_feed(table, 7, True)], NETWORK, 10)
    np.testing.assert_array_equal(together.feed(1).order, alone.order)
    assert (alone.order != other.order).any()


def test_a_feed_goes_on_where_it_was() -> None:
    batches = Batches(feeds_of([20, 33]), NETWORK, 5)
    batches.cursor += [1, 2]
    again = Batches([batches.feed(replica) for replica in range(2)], NETWORK, 5)
    for replica in range(2):
        np.testing.assert_array_equal(epoch_rows(again, replica), epoch_rows(batches, replica))


@pytest.mark.parametrize(
    ("kind", "output", "loss", "targets"),
    [
        ("circle", "sigmoid", "cross_entropy", [[0], [1]]),
        ("circle", "tanh", "squared_error", [[-1], [1]]),
        ("circle", "relu", "squared_error", [[-1], [1]]),
        ("three_blobs", "softmax", "cross_entropy", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        ("three_blobs", "tanh", "squared_error", [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]),
        ("three_blobs", "linear", "squared_error", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        ("circle", "linear", "hinge", [[-1], [1]]),
        ("three_blobs", "linear", "hinge", [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]),
        ("three_blobs", "softmax", "huber", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        ("plane", "linear", "squared_error", [[0], [1]]),
        ("plane", "linear", "absolute_error", [[0], [1]]),
    ],
)
def test_targets(kind: str, output: str, loss: str, targets: list[list[float]]) -> None:
    spec = make_spec(dataset={"kind": kind}, output={"activation": output}, loss=loss)
    np.testing.assert_array_equal(make_targets(spec, np.arange(float(len(targets)))), targets)
    assert low_target(spec) in (-1.0, 0.0)


def test_a_table_ends_its_features_in_a_one() -> None:
    table = make_table(make_spec(features=["x2", "x1x2", "cos_x1"]))
    x1, x2 = table.dataset.train_inputs.T
    np.testing.assert_allclose(table.train[:, :4].T, [x2, x1 * x2, np.cos(x1), np.ones_like(x1)], rtol=1e-5, atol=1e-6)
    assert table.train.dtype == np.float32


def test_steps_behind_the_end_weigh_nothing() -> None:
    weights = step_weights(np.array([1, 4, 2]), 4)
    np.testing.assert_allclose(weights, [[1, 0, 0, 0], [0.25] * 4, [0.5, 0.5, 0, 0]])
