"""Evaluation: whole sets, in chunks, against the sums written down plainly."""

import numpy as np
import pytest

import engine.evaluation
from engine import Population
from engine.evaluation import chunk_starts
from engine.looking import look
from tests.engine.numeric import make_spec


@pytest.mark.parametrize(
    ("examples", "chunk", "starts"), [(10, 10, [0]), (10, 4, [0, 4, 6]), (8, 4, [0, 4]), (1, 1, [0])]
)
def test_chunks_cover_everything_at_one_size(examples: int, chunk: int, starts: list[int]) -> None:
    assert chunk_starts(examples, chunk) == starts


@pytest.mark.parametrize("kind", ["circle", "three_blobs", "plane"])
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("chunk", [40, 1_000_000])
def test_losses_and_accuracies(kind: str, loss: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.evaluation, "CHUNK_NUMBERS", chunk)
    if kind == "plane":
        loss = "squared_error"
    specs = [
        make_spec((3,), seed=seed, dataset={"kind": kind, "samples": 50 + 7 * (seed > 1)}, loss=loss, dtype="float64")
        for seed in range(3)
    ]
    population = Population(specs)
    population.advance(9)
    losses, accuracy = population.losses(), population.accuracy()
    for replica, table in enumerate(population.tables):
        for name, points, labels in (
            ("train", table.dataset.train_inputs, table.dataset.train_labels),
            ("test", table.dataset.test_inputs, table.dataset.test_labels),
        ):
            outputs = look(population.network, population.theta[replica : replica + 1], points)[-1].outputs[0]
            targets = getattr(table, name)[:, 3:].T
            if loss == "squared_error":
                each = 0.5 * ((outputs - targets) ** 2).sum(axis=0)
            elif len(outputs) == 1:
                each = -np.log(np.where(targets == 1, outputs, 1 - outputs))[0]
            else:
                each = -np.log((outputs * targets).sum(axis=0))
            assert losses[name][replica] == pytest.approx(each.mean(), rel=1e-12)
            if kind != "plane":
                classes = population.classify(outputs.T)
                assert accuracy[name][replica] == pytest.approx((classes == labels).mean())


def test_evaluating_changes_nothing() -> None:
    watched, unwatched = Population([make_spec()]), Population([make_spec()])
    for _ in range(20):
        watched.advance(1)
        watched.accuracy()
        watched.set_parameter(0, 0, 0, 0, watched.weights(0)[0][0][0])
        watched.losses()
    unwatched.advance(20)
    np.testing.assert_array_equal(watched.theta, unwatched.theta)
