"""Populations: a run does not know its neighbours, starts and goes on the same way every time, and can be steered."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population, RunSpec, looking
from engine.activations import TRAINABLE
from engine.types import Array
from tests.engine.numeric import make_spec

REGULARIZERS = ("none", "l1", "l2")


def diverse(seed: int, **fields: Any) -> RunSpec:
    """One of many runs of a shape: its own start, data, size, rates and order."""
    return make_spec(
        (4, 2),
        seed=seed,
        dataset={"kind": "circle", "samples": 40 + 10 * (seed % 4), "seed": seed, "noise": 0.005 * (seed % 3)},
        optimizer={"learning_rate": 0.01 * (1 + seed % 5)},
        regularizer={"kind": REGULARIZERS[seed % 3], "rate": 0.001 * (seed % 7)},
        shuffle=seed % 6 > 0,
        **fields,
    )


def same_bits(one: Array, other: Array) -> bool:
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()


@pytest.mark.parametrize("aligned", [True, False], ids=["same data sizes", "different data sizes"])
def test_a_run_among_99_others_is_bit_for_bit_the_run_alone(aligned: bool) -> None:
    specs = [make_spec((4, 2), seed=seed, batch_size=7) if aligned else diverse(seed) for seed in range(100)]
    together = Population(specs)
    together.advance(300)
    for replica in (0, 1, 37, 62, 99):
        alone = Population([specs[replica]])
        alone.advance(300)
        assert same_bits(alone.theta[0], together.theta[replica])
        ours, theirs = alone.curve(0), together.curve(replica)
        assert len(ours["step"]) > 20
        for name in ours:
            np.testing.assert_array_equal(ours[name], theirs[name])


@settings(max_examples=40)
@given(
    activation=st.sampled_from(list(TRAINABLE)),
    hidden=st.lists(st.integers(1, 9), max_size=3),
    batch=st.integers(1, 10),
    replicas=st.integers(2, 5),
    kind=st.sampled_from(["circle", "three_blobs", "plane"]),
    rate=st.sampled_from([0.03, 1.0, 30.0]),
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_neighbours_never_matter(
    activation: str, hidden: list[int], batch: int, replicas: int, kind: str, rate: float, dtype: str
) -> None:
    specs = [
        make_spec(
            tuple(hidden),
            activation,
            seed=seed,
            dataset={"kind": kind, "samples": 20 + seed % 2 * 7},
            batch_size=batch,
            optimizer={"learning_rate": rate},
            dtype=dtype,
        )
        for seed in range(replicas)
    ]
    together, alone = Population(specs), Population(specs[-1:])
    together.advance(23)
    alone.advance(23)
    assert same_bits(alone.theta[0], together.theta[-1])
    for name, values in alone.losses().items():
        np.testing.assert_array_equal(values[0], together.losses()[name][-1])


def test_two_runs_of_one_specification_are_identical() -> None:
    first, second = Population([diverse(4)]), Population([diverse(4)])
    first.advance(200)
    for _ in range(8):
        second.advance(25)
    assert same_bits(first.theta, second.theta)
    assert same_bits(first.curve(0)["train"], second.curve(0)["train"])


def test_another_seed_gives_another_start_and_another_order() -> None:
    one, other = Population([make_spec(seed=1)]), Population([make_spec(seed=2)])
    assert (one.theta != other.theta).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parameters_keep_their_precision(dtype: str) -> None:
    population = Population([diverse(1, dtype=dtype)])
    population.advance(30)
    assert population.theta.dtype == dtype


def test_advance_epochs_ends_where_an_epoch_ends() -> None:
    population = Population([diverse(0), diverse(1)])
    assert population.steps_per_epoch.tolist() == [2, 3]
    population.advance(1)
    np.testing.assert_allclose(population.epoch_position, [0.5, 1 / 3])
    population.advance_epochs(4)
    assert population.epoch.tolist() == [4, 4]
    assert population.step.tolist() == [8, 12]


def test_epochs_of_different_length_do_not_disturb_each_other() -> None:
    together = Population([diverse(0), diverse(1)])
    together.advance_epochs(5)
    for replica in (0, 1):
        alone = Population([diverse(replica)])
        alone.advance_epochs(5)
        assert same_bits(alone.theta[0], together.theta[replica])


def test_training_learns_the_circle() -> None:
    population = Population([RunSpec.from_dict({"dataset": {"kind": "circle"}, "seed": seed}) for seed in range(5)])
    before = population.losses()["test"]
    population.advance_epochs(300)
    assert (population.losses()["test"] < 0.25 * before).all()
    assert (population.accuracy()["test"] > 0.95).all()


@pytest.mark.parametrize(
    "specs",
    [
        [],
        [make_spec((4,)), make_spec((5,))],
        [make_spec(), make_spec(batch_size=3)],
        [make_spec(), make_spec(dtype="float64")],
    ],
    ids=["none", "layers", "batch", "precision"],
)
def test_runs_of_different_shapes_do_not_make_a_population(specs: list[RunSpec]) -> None:
    with pytest.raises(ValueError, match="population"):
        Population(specs)


def test_losses_are_of_the_parameters_as_they_are() -> None:
    population = Population([make_spec()])
    before = population.losses()["train"].copy()
    population.set_parameter(0, 2, 0, None, 3.0)
    assert population.losses()["train"][0] != before[0]


def test_given_initial_parameters_are_taken() -> None:
    weights, biases = [[[1.0, -2.0], [0.5, 0.25]], [[3.0, -1.0]]], [[0.125, 0.0], [4.0]]
    population = Population([make_spec((2,), initial={"weights": weights, "biases": biases})])
    assert population.weights(0) == weights
    assert population.biases(0) == biases


def test_biases_are_the_last_row_of_each_matrix() -> None:
    population = Population([make_spec((3,), initializer={"kind": "constant", "scale": 0.5, "bias": -0.25})])
    matrix = population.theta[0, :9].reshape(3, 3)
    np.testing.assert_array_equal(matrix[:-1], 0.5)
    np.testing.assert_array_equal(matrix[-1], -0.25)


# Steering.


def test_set_parameter_reaches_one_weight_of_one_replica() -> None:
    population = Population([make_spec(), make_spec(seed=8)])
    before = population.theta.copy()
    population.set_parameter(1, 1, 0, 2, 1.5)
    population.set_parameter(1, 0, 3, None, -0.5)
    assert population.weights(1)[1][0][2] == 1.5
    assert population.biases(1)[0][3] == -0.5
    assert (population.theta != before).sum() == 2
    np.testing.assert_array_equal(population.theta[0], before[0])


@pytest.mark.parametrize("place", [(3, 0, 0), (-1, 0, 0), (0, 4, 0), (0, -1, 0), (0, 0, 2), (0, 0, -1)])
def test_set_parameter_refuses_what_is_not_there(place: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError, match="0 to"):
        Population([make_spec()]).set_parameter(0, *place, 1.0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_set_parameter_refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Population([make_spec()]).set_parameter(0, 0, 0, 0, value)


def test_a_changed_learning_rate_keeps_the_weights_and_acts_at_once() -> None:
    spec = make_spec()
    population, unchanged = Population([spec]), Population([spec])
    for each in (population, unchanged):
        each.advance(5)
    population.update(0, spec.merge({"optimizer": {"learning_rate": 0.3}}))
    assert same_bits(population.theta, unchanged.theta)
    before = population.theta.copy()
    population.advance(1)
    unchanged.advance(1)
    np.testing.assert_allclose(population.theta - before, 10 * (unchanged.theta - before), rtol=1e-2, atol=1e-6)


def test_an_update_of_one_replica_leaves_the_others_alone() -> None:
    specs = [diverse(seed) for seed in range(3)]
    changed, unchanged = Population(specs), Population(specs)
    changed.update(1, specs[1].merge({"optimizer": {"learning_rate": 1.0}, "regularizer": {"kind": "l1", "rate": 0.1}}))
    changed.update(1, changed.specs[1].merge({"dataset": {"samples": 90}}))
    for population in (changed, unchanged):
        population.advance(40)
    for replica in (0, 2):
        assert same_bits(changed.theta[replica], unchanged.theta[replica])
    assert (changed.theta[1] != unchanged.theta[1]).any()


@pytest.mark.parametrize(
    "patch",
    [
        {"batch_size": 4},
        {"dataset": {"samples": 100}},
        {"dataset": {"noise": 0.2}},
        {"dataset": {"train_fraction": 0.9}},
        {"shuffle": False},
    ],
    ids=str,
)
def test_data_and_batches_change_under_the_same_weights(patch: dict[str, Any]) -> None:
    spec = make_spec()
    population = Population([spec])
    population.advance(4)
    theta, new = population.theta.copy(), spec.merge(patch)
    population.update(0, new)
    assert same_bits(population.theta, theta)
    fresh = Population([new])
    assert population.steps_per_epoch[0] == fresh.steps_per_epoch[0]
    fresh.theta[:] = theta
    fresh._evaluation.forget()
    np.testing.assert_array_equal(population.losses()["train"], fresh.losses()["train"])
    population.advance_epochs(3)
    assert np.isfinite(population.losses()["train"]).all()


def test_a_batch_is_at_most_all_examples() -> None:
    large, whole = Population([make_spec(batch_size=10_000)]), Population([make_spec(batch_size=30)])
    assert large.steps_per_epoch.tolist() == [1]
    large.advance(20)
    whole.advance(20)
    assert same_bits(large.theta, whole.theta)
    small = make_spec(batch_size=25, dataset={"kind": "spiral", "samples": 20})
    with pytest.raises(ValueError, match="population"):
        Population([make_spec(batch_size=25), small])


def test_a_change_of_the_network_is_refused() -> None:
    spec = make_spec()
    with pytest.raises(ValueError, match="new start"):
        Population([spec]).update(0, make_spec((4, 3)))
    with pytest.raises(ValueError, match="together"):
        Population([spec, spec]).update(0, spec.merge({"batch_size": 3}))
    with pytest.raises(ValueError, match="together"):
        Population([spec, spec]).update(0, spec.merge({"dataset": {"samples": 12}}))


@pytest.mark.parametrize("replicas", [1, 3])
def test_reset_gives_the_same_start_and_the_same_curve(replicas: int) -> None:
    population = Population([diverse(seed) for seed in range(replicas)])
    start = population.theta.copy()
    population.advance(60)
    theta, curve = population.theta.copy(), population.curve(0)
    population.reset(0)
    assert (population.step[0], population.epoch[0]) == (0, 0)
    assert same_bits(population.theta[0], start[0])
    assert same_bits(population.theta[1:], theta[1:])
    population.advance(60)
    assert same_bits(population.theta[0], theta[0])
    for name, values in population.curve(0).items():
        np.testing.assert_array_equal(values, curve[name])


def test_reset_after_a_live_change_starts_from_the_same_weights() -> None:
    spec = make_spec()
    population = Population([spec])
    start = population.theta.copy()
    population.advance(10)
    population.update(0, spec.merge({"optimizer": {"learning_rate": 1.0}}))
    population.reset(0)
    assert same_bits(population.theta, start)


# Keeping.


@pytest.mark.parametrize("steps", [0, 1, 7, 40])
def test_a_restored_run_goes_on_bit_for_bit(steps: int) -> None:
    spec = diverse(5)
    population = Population([diverse(2), spec])
    population.advance(steps)
    restored = Population.restore(spec, population.state(1))
    assert restored.step[0] == population.step[1]
    assert restored.epoch_position[0] == population.epoch_position[1]
    population.advance(50)
    restored.advance(50)
    assert same_bits(restored.theta[0], population.theta[1])
    for name, values in restored.curve(0).items():
        np.testing.assert_array_equal(values, population.curve(1)[name])
    assert restored.state(0) == population.state(1)


def test_a_restored_run_resets_to_its_first_start() -> None:
    population = Population([diverse(5)])
    start = population.theta.copy()
    population.advance(33)
    restored = Population.restore(diverse(5), population.state(0))
    restored.reset(0)
    assert same_bits(restored.theta, start)


def test_a_checkpoint_of_another_shape_is_refused() -> None:
    state = Population([make_spec()]).state(0)
    for other in (make_spec((5,)), make_spec(dataset={"kind": "spiral", "samples": 100})):
        with pytest.raises(ValueError, match="another specification"):
            Population.restore(other, state)


# Reading.


def test_predictions_are_the_outputs_at_points() -> None:
    population = Population([make_spec(), make_spec(seed=3)])
    outputs = population.predict(np.array([[0.0, 0.0], [1.0, -1.0], [5.0, 5.0]]))
    assert outputs.shape == (2, 3, 1)
    assert ((outputs > 0) & (outputs < 1)).all()
    np.testing.assert_array_equal(population.classify(outputs[0]), (outputs[0, :, 0] > 0.5).astype(int))


def test_predictions_in_parts_are_the_predictions_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    population = Population([make_spec(), make_spec(seed=3)])
    points = np.linspace(-6.0, 6.0, 26).reshape(13, 2)
    whole = population.predict(points)
    monkeypatch.setattr(looking, "MOST_AT_ONCE", 2 * 4 * sum(wire.units for wire in population.network.wires))
    np.testing.assert_allclose(population.predict(points), whole, rtol=1e-15)
    assert population.predict(points[:0]).shape == (2, 0, 1)


def test_predicting_takes_no_more_memory_for_many_points() -> None:
    population = Population([make_spec((200,) * 8)])
    points = np.zeros((10_000, 2))
    tracemalloc.start()
    population.predict(points)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


def test_several_classes_are_decided_by_the_largest_output() -> None:
    population = Population([make_spec(dataset={"kind": "three_blobs"})])
    population.advance_epochs(20)
    data = population.tables[0].dataset
    classes = population.classify(population.predict(data.test_inputs)[0])
    assert (classes == data.test_labels).mean() == pytest.approx(population.accuracy()["test"][0])


def test_a_regression_has_no_classes_and_no_accuracy() -> None:
    population = Population([make_spec(dataset={"kind": "plane"})])
    assert population.accuracy() == {}
    with pytest.raises(ValueError, match="no classes"):
        population.classify(np.zeros((1, 1)))


def test_without_test_examples_there_is_no_test_loss() -> None:
    points = [[0.0, 1.0, "a"], [1.0, 0.0, "b"], [2.0, 2.0, "a"]]
    population = Population([make_spec(dataset={"kind": "points", "task": "classification", "train": points})])
    population.advance_epochs(3)
    assert not population.has_test[0]
    assert not population.diverged[0]
    assert np.isnan(population.losses()["test"][0])
    assert np.isnan(population.curve(0)["test"]).all()
    assert np.isfinite(population.curve(0)["train"]).all()


def test_one_replica_predicts_as_it_does_among_all() -> None:
    population = Population([make_spec(seed=seed) for seed in range(3)])
    points = np.array([[0.5, -1.0], [2.0, 3.0]])
    np.testing.assert_array_equal(population.predict(points, 1), population.predict(points)[1:2])
