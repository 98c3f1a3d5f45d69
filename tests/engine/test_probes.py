"""Probes: names, shapes, ranges, the right way up, and agreement with the network looked at point by point."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population, RunSpec
from engine.features import FEATURES
from engine.looking import look
from engine.population import MOST_VIEWS
from engine.probes import PROBES, ProbeError
from engine.probes.grids import finite_rows, grid_points, shade
from engine.types import Array
from tests.engine.numeric import make_spec

NEEDED: dict[str, dict[str, Any]] = {"activations": {"point": [1.0, -2.0]}}
OF_OTHERS = ("filters", "occlusion", "reconstructions", "states")
OF_CLASSES = ("probabilities", "confusion", "answers")
OF_THE_PLANE = [name for name in PROBES if name not in OF_OTHERS]
IDENTITY = {"weights": [[[0.0, 1.0]]], "biases": [[0.0]]}


def values_of(grid: Array, ends: Array) -> Array:
    """What bytes (…, res, res) stand for on a scale (…, 2)."""
    low, high = ends[..., 0, None, None], ends[..., 1, None, None]
    return np.asarray(low + grid / 255.0 * (high - low))


@pytest.fixture(scope="module")
def pair() -> Population:
    population = Population([make_spec((4, 3), seed=seed) for seed in (1, 2)])
    population.advance(30)
    return population


@pytest.mark.parametrize("name", list(PROBES))
@pytest.mark.parametrize(
    "spec",
    [make_spec(), make_spec(dataset={"kind": "three_blobs"}), make_spec((), dataset={"kind": "plane"})],
    ids=["two", "three", "number"],
)
def test_every_probe_has_the_replicas_first_and_is_finite(name: str, spec: RunSpec) -> None:
    population = Population([spec, spec.replace(seed=9)])
    if name in OF_OTHERS or (name in OF_CLASSES and spec.task == "regression"):
        with pytest.raises(ProbeError):
            population.probe(name)
        return
    arrays = population.probe(name, **NEEDED.get(name, {}))
    assert arrays or name == "optimizer" or (name == "accuracy" and spec.task == "regression")
    for array in arrays.values():
        assert len(array) == 2
        assert array.dtype.name in {"uint8", "int32", "float32", "float64"}
        assert np.isfinite(array).all()


@pytest.mark.parametrize("name", OF_THE_PLANE)
def test_probing_changes_nothing(name: str) -> None:
    watched, unwatched = Population([make_spec()]), Population([make_spec()])
    for _ in range(3):
        watched.advance(5)
        watched.probe(name, **NEEDED.get(name, {}))
    unwatched.advance(15)
    np.testing.assert_array_equal(watched.theta, unwatched.theta)


@pytest.mark.parametrize("name", OF_THE_PLANE)
def test_a_probe_keeps_its_values_when_training_goes_on(name: str) -> None:
    population = Population([make_spec()])
    first = population.probe(name, **NEEDED.get(name, {}))
    kept = {key: array.copy() for key, array in first.items()}
    population.advance(50)
    population.probe(name, **NEEDED.get(name, {}))
    for key, array in kept.items():
        np.testing.assert_array_equal(first[key], array)


# Grids.


def test_a_grid_has_cell_centres_and_its_first_row_is_the_top() -> None:
    points = grid_points(4)
    np.testing.assert_array_equal(points[:5], [[-4.5, 4.5], [-1.5, 4.5], [1.5, 4.5], [4.5, 4.5], [-4.5, 1.5]])
    np.testing.assert_array_equal(points[-1], [4.5, -4.5])


def test_the_picture_stands_the_right_way_up() -> None:
    spec = make_spec((), output={"activation": "linear"}, loss="squared_error", initial=IDENTITY)
    decision = Population([spec]).probe("decision", resolution=8)
    assert decision["grid"].shape == (1, 8, 8)
    assert (decision["grid"][0, 0] == 255).all()
    assert (decision["grid"][0, -1] == 0).all()
    np.testing.assert_array_equal(decision["range"], [[-5.25, 5.25]])


@settings(max_examples=25)
@given(
    activation=st.sampled_from(["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "sine"]),
    resolution=st.integers(8, 40),
    seed=st.integers(0, 99),
)
def test_bytes_stand_for_the_networks_own_numbers(activation: str, resolution: int, seed: int) -> None:
    spec = make_spec((3, 2), activation, seed=seed)
    population = Population([spec, spec.replace(seed=seed + 1)])
    units = population.probe("units", resolution=min(resolution, 64))
    layers = look(population.network, population.theta, grid_points(resolution))
    exact = np.concatenate([layer.outputs for layer in layers], axis=1).reshape(2, 6, resolution, resolution)
    shown = values_of(units["grid"], units["range"])
    half_level = (units["range"][..., 1] - units["range"][..., 0])[..., None, None] / 255 / 2
    assert (np.abs(shown - exact) <= half_level * 1.01 + 1e-5).all()
    assert units["finite"].all()


@pytest.mark.parametrize(
    ("activation", "ends"), [("tanh", (-1, 1)), ("sine", (-1, 1)), ("sigmoid", (0, 1)), ("softmax", (0, 1))]
)
def test_bounded_activations_keep_their_own_scale(activation: str, ends: tuple[float, float]) -> None:
    values = np.array([[[ends[0], (ends[0] + ends[1]) / 2, ends[1]]]])
    found = shade(values, activation)
    np.testing.assert_array_equal(found, [[ends]])
    assert values.astype(np.uint8).tolist() == [[[0, 128, 255]]]


@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu", "elu", "softplus"])
def test_unbounded_activations_are_scaled_by_their_largest_value(activation: str) -> None:
    values = np.array([[[0.0, 1.0, -4.0], [0.0, 0.0, 0.0]]])
    found = shade(values, activation)
    np.testing.assert_array_equal(found, [[[-4, 4], [-1, 1]]])
    assert values.astype(np.uint8).tolist() == [[[128, 159, 0], [128, 128, 128]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_too_small_to_divide_by_are_drawn_as_zero(dtype: type[np.floating[Any]]) -> None:
    values = np.array([[[0.0, 1e-40, -2e-40], [0.0, 1e-29, -1e-29]]], dtype)
    ends = shade(values, "linear")
    assert values.astype(np.uint8).tolist() == [[[128, 128, 128], [128, 255, 0]]]
    assert ends[0, 0].tolist() == [-1.0, 1.0]


def test_numbers_too_large_for_the_scale_are_drawn_and_leave_it_finite() -> None:
    values = np.array([[[0.0, 1e39, -2e39], [0.0, 1e300, -1e300]]])
    ends = shade(values, "linear")
    largest = np.finfo(np.float32).max
    assert ends.tolist() == [[[-largest, largest]] * 2]
    assert values.astype(np.uint8).tolist() == [[[128, 191, 0], [128, 255, 0]]]


def test_the_decision_is_the_output_unit_and_can_be_any_other(pair: Population) -> None:
    units = pair.probe("units", resolution=32)
    for address, place in ((None, 7), ([2, 0], 7), ([0, 1], 1), ([1, 2], 6)):
        options = {} if address is None else {"unit": address}
        decision = pair.probe("decision", resolution=32, **options)
        np.testing.assert_array_equal(decision["grid"], units["grid"][:, place])
        np.testing.assert_array_equal(decision["range"], units["range"][:, place])


def test_several_classes_give_a_picture_each_on_one_scale() -> None:
    spec = make_spec(dataset={"kind": "three_blobs"})
    decision = Population([spec]).probe("decision", resolution=16)
    assert decision["grid"].shape == (1, 3, 16, 16)
    assert decision["range"].tolist() == [[0.0, 1.0]]
    np.testing.assert_allclose(decision["grid"].astype(int).sum(axis=1), 255, atol=2)
    linear = Population([spec.merge({"loss": "squared_error", "output": {"activation": "linear"}})])
    decision = linear.probe("decision", resolution=16)
    assert decision["range"].shape == (1, 2)
    assert min(decision["grid"].min(), 255 - decision["grid"].max()) == 0


def test_a_feature_can_fill_the_large_picture() -> None:
    population = Population([make_spec(features=["x2", "cos_x1"])])
    features = population.probe("features", resolution=32)
    decision = population.probe("decision", resolution=32, unit=["features", 1])
    np.testing.assert_array_equal(decision["grid"], features["grid"][:, list(FEATURES).index("cos_x1")])
    assert decision["range"].tolist() == [[-2.0, 2.0]]


def test_features_show_half_of_their_value() -> None:
    probe = Population([make_spec()]).probe("features", resolution=8)
    assert probe["grid"].shape == (1, 9, 8, 8)
    assert probe["range"].shape == (1, 9, 2)
    shown = values_of(probe["grid"], probe["range"])[0]
    x1, x2 = grid_points(8).T.reshape(2, 8, 8)
    for place, feature in enumerate(FEATURES.values()):
        np.testing.assert_allclose(shown[place], feature.compute(x1, x2).clip(-2, 2), atol=2 / 255 + 1e-6)


def test_many_replicas_are_the_same_as_one_by_one() -> None:
    specs = [make_spec((8, 8), seed=seed) for seed in range(7)]
    together = Population(specs).probe("decision")
    for replica, spec in enumerate(specs):
        np.testing.assert_array_equal(Population([spec]).probe("decision")["grid"][0], together["grid"][replica])


@pytest.mark.parametrize("name", OF_THE_PLANE)
def test_one_of_many_replicas_is_seen_as_it_is_among_them(name: str) -> None:
    specs = [make_spec(seed=seed, optimizer={"kind": "momentum"}) for seed in range(3)]
    population = Population(specs)
    population.advance(10)
    together = population.probe(name, **NEEDED.get(name, {}))
    for replica in (2, 0, 2):
        for key, array in population.probe(name, replica=replica, **NEEDED.get(name, {})).items():
            np.testing.assert_array_equal(array, together[key][replica : replica + 1])


def test_numbers_that_broke_are_flagged_and_never_sent() -> None:
    values = np.array([[[0.0, 1.0], [np.nan, 1.0], [np.inf, 0.5]]], np.float32)
    assert finite_rows(values).tolist() == [[True, False, False]]
    assert np.isfinite(values).all()
    with np.errstate(all="raise"):
        ends = shade(values, "linear")
    assert np.isfinite(ends).all()
    assert np.isfinite(values).all()


def test_units_say_which_of_them_broke() -> None:
    spec = make_spec((3, 2), "linear", output={"activation": "linear"}, loss="squared_error")
    population = Population([spec])
    population.theta[0, 0] = 3e38
    units = population.probe("units", resolution=8)
    assert units["finite"][0].tolist() == [0, 1, 1, 0, 0, 0]
    assert np.isfinite(units["range"]).all()


# Numbers.


def test_activations_at_a_point(pair: Population) -> None:
    probe = pair.probe("activations", point=[1.5, -2.0])
    layers = look(pair.network, pair.theta, np.array([[1.5, -2.0]]))
    np.testing.assert_array_equal(probe["features"], np.float32([[1.5, -2.0]] * 2))
    np.testing.assert_array_equal(probe["z"], np.float32(np.concatenate([each.sums[..., 0] for each in layers], 1)))
    np.testing.assert_array_equal(probe["a"], np.float32(np.concatenate([each.outputs[..., 0] for each in layers], 1)))


def test_activations_too_large_for_float32_stay_finite() -> None:
    population = Population([make_spec((2,), "linear", features=["x1_squared"], dtype="float64")])
    population.theta[:] = 1e300
    probe = population.probe("activations", point=[1e5, 0.0])
    assert probe["z"][0, 0] == np.finfo(np.float32).max


def test_weights_too_large_for_float32_stay_finite() -> None:
    population = Population([make_spec((2,), "linear", dtype="float64")])
    population.theta[0, :3] = 1e300, -1e300, 0.5
    largest = np.finfo(np.float32).max
    assert population.probe("weights")["theta"][0, :3].tolist() == [largest, -largest, 0.5]


def test_weights_are_all_parameters(pair: Population) -> None:
    np.testing.assert_array_equal(pair.probe("weights")["theta"], pair.theta)


def test_losses_and_accuracy(pair: Population) -> None:
    for name, found in (("losses", pair.losses()), ("accuracy", pair.accuracy())):
        for key, values in pair.probe(name).items():
            np.testing.assert_array_equal(values, found[key])


def test_data_are_points_and_class_indices(pair: Population) -> None:
    probe = pair.probe("data")
    assert probe["train"].shape == probe["test"].shape == (2, 30, 3)
    assert set(probe["train"][..., 2].ravel()) == {0.0, 1.0}
    np.testing.assert_array_equal(probe["train"][0, :, :2], pair.tables[0].dataset.train_inputs.astype(np.float32))


def test_data_of_different_sizes_do_not_fit_one_array() -> None:
    specs = [make_spec(dataset={"kind": "spiral", "samples": samples}) for samples in (40, 60)]
    with pytest.raises(ProbeError, match="by itself"):
        Population(specs).probe("data")


# Options.


@pytest.mark.parametrize(
    ("name", "options", "option"),
    [
        ("nothing", {}, "name"),
        ("decision", {"resolution": 7}, "resolution"),
        ("decision", {"resolution": 201}, "resolution"),
        ("decision", {"resolution": 20.0}, "resolution"),
        ("decision", {"resolution": True}, "resolution"),
        ("units", {"resolution": 65}, "resolution"),
        ("features", {"resolution": 65}, "resolution"),
        ("decision", {"unit": [3, 0]}, "unit"),
        ("decision", {"unit": [0, 4]}, "unit"),
        ("decision", {"unit": [0, -1]}, "unit"),
        ("decision", {"unit": [True, 0]}, "unit"),
        ("decision", {"unit": ["features", 2]}, "unit"),
        ("decision", {"unit": "0,1"}, "unit"),
        ("decision", {"unit": [[0], 1]}, "unit"),
        ("decision", {"unit": [0.0, 1]}, "unit"),
        ("activations", {}, "point"),
        ("activations", {"point": [1.0]}, "point"),
        ("activations", {"point": [1.0, float("nan")]}, "point"),
        ("activations", {"point": ["a", 2]}, "point"),
        ("activations", {"point": ["1", "2"]}, "point"),
        ("activations", {"point": [True, 2]}, "point"),
        ("activations", {"point": [10**400, 2]}, "point"),
        ("activations", {"point": 3}, "point"),
        ("weights", {"resolution": 9}, "resolution"),
        ("losses", {"every": 1}, "every"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused(pair: Population, name: str, options: dict[str, Any], option: str) -> None:
    with pytest.raises(ProbeError) as caught:
        pair.probe(name, **options)
    assert caught.value.option == option
    assert str(caught.value).endswith(".")


# What is kept between two looks.


def test_of_many_pictures_only_the_last_ones_are_kept(pair: Population) -> None:
    first = pair.probe("decision", resolution=8)["grid"]
    for resolution in range(9, 9 + 2 * MOST_VIEWS):
        pair.probe("decision", resolution=resolution)
    assert len(pair._views) == MOST_VIEWS + 2
    np.testing.assert_array_equal(pair.probe("decision", resolution=8)["grid"], first)


def test_pictures_that_are_computed_in_one_memory_do_not_disturb_each_other(pair: Population) -> None:
    looks: list[dict[str, Any]] = [
        {"name": "decision", "replica": 0, "resolution": 10},
        {"name": "decision", "replica": 1, "resolution": 10},
        {"name": "decision", "replica": 0, "resolution": 10, "unit": [0, 1]},
        {"name": "units", "replica": 1, "resolution": 10},
        {"name": "decision", "replica": 0, "resolution": 12},
        {"name": "decision", "resolution": 10},
    ]
    before = [pair.probe(**options)["grid"] for options in looks]
    alone = Population([make_spec((4, 3), seed=2)])
    alone.advance(30)
    np.testing.assert_array_equal(before[1], alone.probe("decision", resolution=10)["grid"])
    for options, grid in zip(reversed(looks), reversed(before), strict=True):
        np.testing.assert_array_equal(pair.probe(**options)["grid"], grid)


def test_a_picture_that_is_asked_for_again_and_again_is_kept(pair: Population) -> None:
    built: list[int] = []
    for other in range(3 * MOST_VIEWS):
        pair.view("shown", lambda: built.append(1))
        pair.view(("pointed at", other), lambda: None)
    assert built == [1]
