"""Landscapes: every point is the loss of the network that stands there, and the planes are what they say."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.batches import make_table
from engine.evaluation import widest_layer
from engine.landscape import (
    Plane,
    Surface,
    landscape,
    parameter_plane,
    principal_plane,
    random_plane,
    trajectory_landscape,
)
from engine.layers.noise import NoiseSpec
from engine.network import Network, initial_parameters, work_of_an_example
from engine.plan import ForwardPlan
from engine.probes import ProbeError
from engine.types import Array, Float64Array
from tests.engine.numeric import make_spec

AXIS = np.linspace(-1.0, 1.0, 5)
IMAGES: dict[str, Any] = {
    "dataset": {"kind": "digits", "samples": 50},
    "features": [],
    "layers": [{"kind": "convolution", "filters": 2, "activation": "relu"}, {"kind": "max_pooling"}],
    "dtype": "float64",
}

WIDE = RunSpec.from_dict(
    {
        "dataset": {"kind": "digits", "samples": 60},
        "layers": [
            {"kind": "convolution", "filters": 8, "kernel_size": 1},
            {"kind": "average_pooling", "size": 8, "stride": 8},
        ],
        "batch_size": 1,
    }
)


def loss_at(spec: RunSpec, theta: Float64Array) -> float:
    population = Population([spec])
    population.theta[0] = theta
    population._evaluation.forget()
    return float(population.losses()["train"][0])


@pytest.mark.parametrize(
    "spec",
    [
        make_spec((4, 3), dtype="float64"),
        make_spec((3,), loss="squared_error", dtype="float64"),
        make_spec(dataset={"kind": "three_blobs", "samples": 60}, dtype="float64"),
        RunSpec.from_dict(IMAGES),
        RunSpec.from_dict(
            {
                "dataset": {"kind": "running_parity", "samples": 30, "length": 5},
                "features": [],
                "layers": [],
                "dtype": "float64",
            }
        ),
    ],
    ids=["two", "distance", "three", "images", "steps"],
)
def test_each_point_is_the_loss_of_the_network_there(spec: RunSpec) -> None:
    plane = random_plane(Network(spec), initial_parameters(spec), seed=3)
    found = landscape(spec, plane, AXIS, AXIS[:3])
    assert found.losses.shape == (3, 5)
    for row, column in ((1, 2), (0, 4), (2, 0)):
        theta = plane.points(AXIS[column : column + 1], AXIS[row : row + 1])[0]
        assert found.losses[row, column] == pytest.approx(loss_at(spec, theta), rel=1e-9)


def test_pieces_of_any_size_give_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = make_spec((4, 3), dtype="float64")
    plane = random_plane(Network(spec), initial_parameters(spec), seed=3)
    whole = landscape(spec, plane, AXIS, AXIS).losses
    monkeypatch.setattr("engine.landscape.MOST_EXAMPLES_AT_ONCE", 7)
    monkeypatch.setattr("engine.landscape.FEWEST_EXAMPLES_AT_ONCE", 1)
    monkeypatch.setattr("engine.landscape.CHUNK_NUMBERS", 3 * 7 * 5)
    surface = Surface(spec, make_table(spec), 25)
    assert surface.size == 3
    np.testing.assert_allclose(surface.over(plane, AXIS, AXIS), whole, rtol=1e-12)


def test_its_buffers_do_not_grow_with_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine chunks of one length share a plan, the short one at the end has its own."""
    monkeypatch.setattr("engine.landscape.MOST_NUMBERS_AT_ONCE", 5 * widest_layer(Network(WIDE)))
    monkeypatch.setattr("engine.landscape.chunk_size", lambda network, examples: 1)
    plans: list[int] = []
    bind = ForwardPlan.__init__

    def counted(self: ForwardPlan, network: Network, theta: Array, batch: int, **options: Any) -> None:
        plans.append(batch)
        bind(self, network, theta, batch, **options)

    monkeypatch.setattr(ForwardPlan, "__init__", counted)
    Surface(WIDE, make_table(WIDE), 25)
    assert plans == [5, 3]


def test_what_is_written_counts_beside_what_is_multiplied() -> None:
    """Layers of noise multiply nothing, and take a second for a few hundred networks all the same."""
    noisy = WIDE.replace(layers=[*WIDE.layers[:1], *[NoiseSpec()] * 13, *WIDE.layers[1:]])
    assert work_of_an_example(Network(noisy)) > work_of_an_example(Network(WIDE)) + 13 * 4 * 8 * 64


def test_two_parameters_move_alone() -> None:
    center = np.arange(5.0)
    plane = parameter_plane(center, 3, 1)
    np.testing.assert_array_equal(plane.points(np.array([0.5]), np.array([-2.0])), [[0.0, -1.0, 2.0, 3.5, 4.0]])
    np.testing.assert_allclose(plane.coordinates(np.array([[9.0, 2.0, 9.0, 2.0, 9.0]])), [[-1.0, 1.0]])
    with pytest.raises(ValueError, match="two different"):
        parameter_plane(center, 2, 2)


@pytest.mark.parametrize("spec", [make_spec((4, 3)), RunSpec.from_dict(IMAGES)], ids=["dense", "images"])
def test_random_directions_are_as_long_as_the_centers_own_units_and_filters(spec: RunSpec) -> None:
    network, center = Network(spec), initial_parameters(spec)
    plane = random_plane(network, center, seed=1)
    own = network.matrices(center[None])
    for direction in plane.directions:
        for matrix, drawn in zip(own, network.matrices(direction[None]), strict=True):
            np.testing.assert_allclose(
                np.linalg.norm(drawn[0, :-1], axis=0), np.linalg.norm(matrix[0, :-1], axis=0), rtol=1e-12
            )
            assert not drawn[0, -1].any()
    np.testing.assert_array_equal(plane.directions, random_plane(network, center, seed=1).directions)
    assert (plane.directions != random_plane(network, center, seed=2).directions).any()


def test_a_unit_without_weights_does_not_move() -> None:
    network = Network(make_spec((2,)))
    assert not random_plane(network, np.zeros(network.parameters), seed=1).directions.any()


def snapshots(steps: int = 12) -> tuple[RunSpec, Array]:
    spec = make_spec((4, 3), dtype="float64")
    population = Population([spec])
    rows = [population.theta[0].copy()]
    for _ in range(steps):
        population.advance(5)
        rows.append(population.theta[0].copy())
    return spec, np.stack(rows)


def test_the_principal_plane_holds_most_of_the_way() -> None:
    spec, rows = snapshots()
    plane, shares = principal_plane(rows)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    assert shares[0] >= shares[1] > 0.0
    assert 0.9 < shares.sum() <= 1.0 + 1e-12
    places = plane.coordinates(rows)
    np.testing.assert_allclose(places[-1], 0.0, atol=1e-12)
    left = rows - plane.points(places[:, 0], places[:, 1])
    total = ((rows - rows[-1]) ** 2).sum()
    assert (left**2).sum() / total == pytest.approx(1.0 - shares.sum(), abs=1e-9)
    surface = Surface(spec, make_table(spec), len(rows))
    losses = surface.along(plane, places[:, 0], places[:, 1])
    assert losses[-1] == pytest.approx(loss_at(spec, rows[-1]), rel=1e-9)


def test_the_landscape_of_a_trajectory_holds_all_of_it() -> None:
    spec, rows = snapshots()
    found, path, shares = trajectory_landscape(spec, rows, resolution=9)
    assert found.losses.shape == (9, 9)
    assert path.shape == (13, 2)
    for axis, places in ((found.first, path[:, 0]), (found.second, path[:, 1])):
        assert axis[0] < places.min() <= places.max() < axis[-1]
    assert np.isfinite(found.losses).all()
    np.testing.assert_array_equal(shares, principal_plane(rows)[1])
    middle = landscape(spec, found.plane, path[-1:, 0], path[-1:, 1])
    assert middle.losses[0, 0] == pytest.approx(loss_at(spec, rows[-1]), rel=1e-9)


def test_a_straight_way_leaves_the_second_direction_free() -> None:
    rows = np.linspace(0.0, 1.0, 4)[:, None] * np.array([[3.0, 4.0, 0.0]])
    plane, shares = principal_plane(rows)
    np.testing.assert_allclose(np.abs(plane.directions[0]), [0.6, 0.8, 0.0], atol=1e-12)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(shares, [1.0, 0.0], atol=1e-12)


def test_what_never_moved_has_no_plane() -> None:
    with pytest.raises(ValueError, match="train first"):
        principal_plane(np.ones((3, 4)))


def test_numbers_that_break_are_told_apart() -> None:
    spec = make_spec((3,), "relu", loss="squared_error", output={"activation": "linear"})
    theta = initial_parameters(spec)
    directions = np.zeros((2, len(theta)))
    directions[0], directions[1, 0] = 1e38, 1.0
    found = landscape(spec, Plane(theta, directions), np.array([-1e3, 0.0]), np.array([0.0]))
    assert np.isnan(found.losses).tolist() == [[True, False]]


# The probe.


def test_the_run_stands_in_the_middle_of_its_landscape() -> None:
    population = Population([make_spec((4, 3), seed=seed) for seed in (1, 2)])
    population.advance(20)
    for options in ({}, {"directions": "parameters", "first": 3, "second": 7}, {"seed": 9, "reach": 0.5}):
        probe = population.probe("landscape", resolution=5, **options)
        assert probe["losses"].shape == probe["finite"].shape == (2, 5, 5)
        np.testing.assert_allclose(probe["losses"][:, 2, 2], population.losses()["train"], rtol=1e-5)
        reach = options.get("reach", 1.0)
        np.testing.assert_allclose(probe["first"], np.float32([np.linspace(-reach, reach, 5)] * 2))
        assert probe["finite"].all()


def test_of_many_examples_the_first_are_enough() -> None:
    spec = make_spec((4,))
    population = Population([spec])
    probe = population.probe("landscape", resolution=5, count=10)
    dataset = population.tables[0].dataset
    points = np.column_stack([dataset.train_inputs, dataset.train_labels])[:10].tolist()
    few = spec.replace(dataset={"kind": "points", "task": "classification", "train": points, "test": []}, batch_size=1)
    assert probe["losses"][0, 2, 2] == pytest.approx(loss_at(few, population.theta[0]), rel=1e-5)
    everything = population.probe("landscape", resolution=5, count=10_000)
    np.testing.assert_array_equal(everything["losses"], population.probe("landscape", resolution=5)["losses"])


def test_two_parameters_of_a_run() -> None:
    spec = make_spec((4, 3))
    population = Population([spec])
    options: dict[str, Any] = {"directions": "parameters", "first": 3, "second": 7, "reach": 2.0}
    probe = population.probe("landscape", resolution=5, **options)
    theta = population.theta[0].astype(np.float64)
    theta[3] += 1.0
    theta[7] -= 2.0
    assert probe["losses"][0, 0, 3] == pytest.approx(loss_at(spec, theta), rel=1e-5)


def test_what_breaks_is_drawn_as_high_as_the_rest() -> None:
    population = Population([make_spec((3,), "relu", loss="squared_error", output={"activation": "linear"})])
    population.theta[:] = 3e37
    probe = population.probe("landscape", resolution=5)
    assert np.isfinite(probe["losses"]).all()
    assert not probe["finite"].any()


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"resolution": 65}, "resolution"),
        ({"reach": 0.0}, "reach"),
        ({"reach": float("nan")}, "reach"),
        ({"reach": True}, "reach"),
        ({"directions": "north"}, "directions"),
        ({"seed": -1}, "seed"),
        ({"directions": "parameters", "first": 17}, "first"),
        ({"directions": "parameters", "first": 1}, "second"),
        ({"first": 2}, "first"),
    ],
)
def test_a_landscape_that_cannot_be_drawn_is_refused(options: dict[str, Any], option: str) -> None:
    with pytest.raises(ProbeError) as caught:
        Population([make_spec((4,))]).probe("landscape", **options)
    assert caught.value.option == option


def test_a_landscape_that_would_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    population = Population([make_spec((4,))])
    work = work_of_an_example(population.network) * len(population.tables[0].train) * 25
    monkeypatch.setattr("engine.probes.landscape.MOST_WORK", work)
    assert population.probe("landscape", resolution=5)["losses"].shape == (1, 5, 5)
    with pytest.raises(ProbeError, match="lower resolution"):
        population.probe("landscape", resolution=6)
