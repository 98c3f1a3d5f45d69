"""Probes of examples: answers, maps, codes; each against the network looked at by itself."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.batches import make_table
from engine.looking import look
from engine.network import work_of_an_example
from engine.probes import ProbeError
from engine.probes.examples import Pass, columns_of, example_columns, part_pass
from engine.probes.maps import occluded
from engine.types import Array
from tests.engine.numeric import make_spec

IMAGES: dict[str, Any] = {
    "dataset": {"kind": "digits", "samples": 60},
    "features": [],
    "layers": [
        {"kind": "convolution", "filters": 3, "kernel_size": 3, "activation": "relu"},
        {"kind": "max_pooling"},
        {"kind": "dense", "units": 5},
    ],
}


@pytest.fixture(scope="module")
def plane() -> Population:
    population = Population([make_spec((4, 3), seed=seed) for seed in (1, 2)])
    population.advance(30)
    return population


@pytest.fixture(scope="module")
def digits() -> Population:
    spec = RunSpec.from_dict(IMAGES)
    population = Population([spec, spec.merge({"dataset": {"seed": 5}, "seed": 3})])
    population.advance(12)
    return population


def outputs_of(population: Population, replica: int, part: str = "test") -> list[Array]:
    """Every layer's outputs (U, N) at a replica's own examples, in float64."""
    dataset = population.tables[replica].dataset
    inputs = dataset.test_inputs if part == "test" else dataset.train_inputs
    layers = look(population.network, population.theta[replica : replica + 1], inputs)
    return [layer.outputs[0] for layer in layers]


# Examples.


def test_examples_pass_through_in_pieces_as_they_do_together(
    digits: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = example_columns(digits, "test", slice(20))
    whole = Pass(digits.network, digits.theta, x, range(4)).run().values
    monkeypatch.setattr("engine.evaluation.CHUNK_NUMBERS", 7 * 109)
    pieces = Pass(digits.network, digits.theta, x, range(4)).run().values
    for layer, values in whole.items():
        np.testing.assert_allclose(pieces[layer], values, atol=1e-6)


def test_the_example_is_each_replicas_own(digits: Population) -> None:
    columns = example_columns(digits, "train", slice(2, 3))
    for replica, table in enumerate(digits.tables):
        np.testing.assert_array_equal(columns.x[replica, :-1, 0], table.dataset.train_inputs[2].astype(np.float32))
    assert (columns.x[:, -1] == 1.0).all()


def test_inputs_given_from_outside_get_their_features() -> None:
    network = Population([make_spec(features=["x2", "x1x2"])]).network
    columns = columns_of(network, np.array([[2.0, 3.0]]), np.dtype(np.float32))
    np.testing.assert_array_equal(columns.x, np.float32([[[3.0], [6.0], [1.0]]]))


def test_new_data_are_looked_at_when_they_come() -> None:
    spec = make_spec()
    population = Population([spec])
    before = population.probe("confusion")["counts"].sum()
    population.update(0, spec.merge({"dataset": {"samples": 100}}))
    assert (before, population.probe("confusion")["counts"].sum()) == (30, 50)


def test_replicas_may_have_different_numbers_of_examples() -> None:
    specs = [make_spec(dataset={"kind": "spiral", "samples": samples}) for samples in (60, 100)]
    population = Population(specs)
    counts = population.probe("confusion")["counts"]
    assert counts.sum(axis=(1, 2)).tolist() == [30, 50]
    found = part_pass(population, "test", [2])
    np.testing.assert_array_equal(found.values[2][0, :, 29:], np.repeat(found.values[2][0, :, 29:30], 21, axis=1))
    assert population.probe("worst", count=200)["index"].shape == (2, 30)
    for replica, spec in enumerate(specs):
        alone = Population([spec])
        for name in ("confusion", "worst", "histograms"):
            for key, values in alone.probe(name).items():
                together = population.probe(name)[key][replica]
                np.testing.assert_allclose(together, values[0], rtol=1e-6, err_msg=f"{name}/{key}")


# Answers.


def test_one_sigmoid_unit_is_the_probability_of_the_second_class(plane: Population) -> None:
    probe = plane.probe("probabilities", part="train", example=3)
    for replica in range(2):
        p = outputs_of(plane, replica, "train")[-1][0, 3]
        np.testing.assert_allclose(probe["probabilities"][replica], [1 - p, p], atol=1e-6)
        np.testing.assert_allclose(probe["outputs"][replica], [p], atol=1e-6)
        assert probe["predicted"][replica] == int(p > 0.5)


def test_probabilities_of_given_inputs(digits: Population) -> None:
    inputs = digits.tables[0].dataset.test_inputs[4]
    given = digits.probe("probabilities", inputs=inputs.tolist())
    chosen = digits.probe("probabilities", example=4)
    assert given["probabilities"].shape == (2, 10)
    np.testing.assert_allclose(given["probabilities"][0], chosen["probabilities"][0], atol=1e-6)
    np.testing.assert_allclose(given["probabilities"].sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_array_equal(given["predicted"], given["probabilities"].argmax(axis=1))


def test_outputs_that_are_no_probabilities_are_not_called_so() -> None:
    population = Population([make_spec(loss="squared_error", output={"activation": "tanh"})])
    assert set(population.probe("probabilities")) == {"outputs", "predicted"}


def test_confusion_agrees_with_the_accuracy(plane: Population, digits: Population) -> None:
    for population in (plane, digits):
        for part in ("train", "test"):
            counts = population.probe("confusion", part=part)["counts"]
            right = np.trace(counts, axis1=1, axis2=2) / counts.sum(axis=(1, 2))
            np.testing.assert_allclose(right, population.accuracy()[part])
            true = [np.bincount(_labels(population, replica, part), minlength=len(counts[0])) for replica in range(2)]
            np.testing.assert_array_equal(counts.sum(axis=2), true)


def test_the_answers_are_the_confusion_one_by_one(plane: Population, digits: Population) -> None:
    for population in (plane, digits):
        probe = population.probe("answers", part="train")
        counts = population.probe("confusion", part="train")["counts"]
        for replica in range(2):
            true, predicted = probe["true"][replica], probe["predicted"][replica]
            np.testing.assert_array_equal(true, _labels(population, replica, "train"))
            cells = np.zeros_like(counts[replica])
            np.add.at(cells, (true, predicted), 1)
            np.testing.assert_array_equal(cells, counts[replica])
            outputs = outputs_of(population, replica, "train")[-1]
            chances = np.vstack([1 - outputs, outputs]) if len(outputs) == 1 else outputs
            np.testing.assert_allclose(probe["outputs"][replica], chances.max(axis=0), rtol=1e-5)


def test_answers_of_two_sides_are_as_far_from_the_middle() -> None:
    population = Population([make_spec(loss="squared_error", output={"activation": "tanh"})])
    outputs = outputs_of(population, 0)[-1][0]
    np.testing.assert_allclose(population.probe("answers")["outputs"][0], np.abs(outputs), rtol=1e-5)


def _labels(population: Population, replica: int, part: str) -> Array:
    dataset = population.tables[replica].dataset
    return (dataset.train_labels if part == "train" else dataset.test_labels).astype(int)


def test_the_worst_examples_come_first(plane: Population, digits: Population) -> None:
    for population in (plane, digits):
        probe = population.probe("worst", count=30)
        assert (np.diff(probe["loss"], axis=1) <= 0).all()
        np.testing.assert_allclose(probe["loss"].mean(axis=1), population.losses()["test"], rtol=1e-5)
        for replica in range(2):
            outputs, labels = outputs_of(population, replica)[-1], _labels(population, replica, "test")
            chances = np.vstack([1 - outputs, outputs]) if len(outputs) == 1 else outputs
            order = probe["index"][replica]
            np.testing.assert_allclose(
                probe["loss"][replica], -np.log(chances[labels, range(len(labels))])[order], rtol=1e-4
            )
            np.testing.assert_array_equal(probe["true"][replica], labels[order])
            np.testing.assert_array_equal(probe["predicted"][replica], chances.argmax(axis=0)[order])


def test_the_worst_of_a_regression_are_the_furthest_off() -> None:
    population = Population([make_spec((), dataset={"kind": "plane"})])
    probe = population.probe("worst", count=4)
    np.testing.assert_allclose(probe["loss"], 0.5 * ((probe["outputs"] - probe["targets"]) ** 2).sum(axis=2), rtol=1e-5)
    assert probe["outputs"].shape == (1, 4, 1)


# Images.


def test_filters_are_the_convolutions_weights(digits: Population) -> None:
    kernels = digits.probe("filters")["kernels"]
    assert kernels.shape == (2, 3, 1, 3, 3)
    weights = digits.network.blocks(digits.theta)[0][0]
    np.testing.assert_array_equal(kernels[1, 2, 0, 1, 2], weights[1, 5, 2])


def test_a_dense_layer_on_images_has_filters_of_their_size() -> None:
    population = Population([RunSpec.from_dict(IMAGES | {"layers": [{"units": 4}]})])
    kernels = population.probe("filters", layer=0)["kernels"]
    assert kernels.shape == (1, 4, 1, 8, 8)
    assert kernels[0, 1, 0, 2, 3] == population.weights(0)[0][1][19]


def test_feature_maps_are_all_layers_of_one_example(digits: Population) -> None:
    probe = digits.probe("feature_maps", part="train", example=7)
    for replica in range(2):
        layers = outputs_of(digits, replica, "train")
        np.testing.assert_allclose(probe["values"][replica], np.concatenate(layers)[:, 7], atol=1e-5)
        np.testing.assert_allclose(probe["inputs"][replica], digits.tables[replica].dataset.train_inputs[7], rtol=1e-6)
    assert probe["values"].shape == (2, sum(np.prod(layer["output"]) for layer in digits.network.layers))


def test_feature_maps_of_given_inputs_show_them_to_every_replica(digits: Population) -> None:
    probe = digits.probe("feature_maps", inputs=[0.5] * 64)
    np.testing.assert_array_equal(probe["inputs"], np.full((2, 64), 0.5, np.float32))


def test_a_square_hides_what_lies_around_its_middle() -> None:
    image = np.arange(12.0).reshape(1, 12, 1)
    columns = np.concatenate([image, np.ones((1, 1, 1))], axis=1)
    hidden = occluded(columns, (1, 3, 4), 3)
    assert hidden.shape == (1, 13, 12)
    grey = hidden[0, :12, 0].reshape(3, 4) == 5.5
    assert grey.tolist() == [[True, True, False, False], [True, True, False, False], [False] * 4]
    assert (hidden[0, :12, 5].reshape(3, 4) == 5.5)[:, :3].all()
    assert (hidden[0, 12] == 1.0).all()
    np.testing.assert_array_equal((occluded(columns, (1, 3, 4), 1) != columns).sum(axis=1), [[1] * 12])
    assert (occluded(columns, (1, 3, 4), 2) != columns)[0, :12, 0].reshape(3, 4).sum() == 4


def test_occlusion_is_the_probability_with_a_square_there(digits: Population) -> None:
    probe = digits.probe("occlusion", example=3, size=3)
    whole = digits.probe("probabilities", example=3)
    np.testing.assert_array_equal(probe["predicted"], whole["predicted"])
    np.testing.assert_allclose(probe["whole"], whole["probabilities"].max(axis=1), atol=1e-6)
    image = digits.tables[1].dataset.test_inputs[3].reshape(8, 8).copy()
    image[3:6, 1:4] = image.mean()
    hidden = digits.probe("probabilities", inputs=image.reshape(-1).tolist())
    expected = hidden["probabilities"][1, probe["predicted"][1]]
    assert probe["grid"][1, 4, 2] == pytest.approx(expected, abs=1e-5)


def test_images_too_large_to_be_covered_are_refused(digits: Population, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.probes.maps.MOST_HIDDEN", 64 * 64 - 1)
    with pytest.raises(ProbeError, match="too large"):
        digits.probe("occlusion")


# Codes.


def test_codes_are_those_of_the_narrowest_hidden_layer(plane: Population) -> None:
    probe = plane.probe("codes", count=20)
    assert probe["codes"].shape == (2, 20, 3)
    np.testing.assert_allclose(probe["codes"][1], outputs_of(plane, 1)[1][:, :20].T, atol=1e-5)
    np.testing.assert_array_equal(probe["labels"][1], plane.tables[1].dataset.test_labels[:20])
    assert plane.probe("codes", layer=0)["codes"].shape == (2, 30, 4)
    assert Population([make_spec(())]).probe("codes")["codes"].shape == (1, 30, 1)


def test_an_autoencoder_gives_back_its_inputs() -> None:
    spec = RunSpec.from_dict(IMAGES | {"layers": [{"units": 6}], "loss": "reconstruction"})
    population = Population([spec, spec.replace(seed=3)])
    probe = population.probe("reconstructions", part="train", example=44, count=9)
    assert probe["inputs"].shape == probe["outputs"].shape == (2, 4, 64)
    inputs = population.tables[0].dataset.train_inputs[44:]
    np.testing.assert_allclose(probe["inputs"][0], inputs, rtol=1e-6)
    np.testing.assert_allclose(probe["outputs"][1], population.predict(inputs)[1], atol=1e-5)
    worst = population.probe("worst", count=3)
    assert worst["outputs"].shape == (2, 3, 64)
    assert population.probe("codes", count=5)["codes"].shape == (2, 5, 6)


# An answer at every step.


def test_answers_at_every_step_are_shown_step_by_step() -> None:
    document = {"dataset": {"kind": "running_parity", "samples": 40, "length": 6}, "features": [], "layers": []}
    population = Population([RunSpec.from_dict(document | {"seed": seed}) for seed in (1, 2)])
    population.advance(20)
    probe = population.probe("probabilities", example=2)
    assert probe["probabilities"].shape == (2, 6, 2)
    assert probe["predicted"].shape == (2, 6)
    table = population.tables[0]
    p = outputs_of(population, 1)[-1][:, 2]
    np.testing.assert_allclose(probe["probabilities"][1, :, 1], p, atol=1e-6)
    counts = population.probe("confusion")["counts"]
    assert counts.sum(axis=(1, 2)).tolist() == [len(table.test) * 6] * 2
    right = np.trace(counts, axis1=1, axis2=2) / counts.sum(axis=(1, 2))
    np.testing.assert_allclose(right, population.accuracy()["test"])
    worst = population.probe("worst", count=200)
    assert set(worst) == {"index", "loss"}
    np.testing.assert_allclose(worst["loss"].mean(axis=1), population.losses()["test"], rtol=1e-5)
    assert population.probe("codes")["labels"].shape == (2, len(table.test), 6)
    assert (population.probe("gradients")["norms"] > 0).all()


# The plane warped.


def test_two_units_bend_the_plane(plane: Population) -> None:
    probe = plane.probe("warp", resolution=8, unit=[1, 2], other=[0, 1])
    units = plane.probe("units", resolution=8)
    assert probe["places"].shape == (2, 8, 8, 2)
    np.testing.assert_allclose(probe["places"][..., 0], units["grid"][:, 6] / 255 * 2 - 1, atol=0.01)
    np.testing.assert_allclose(probe["places"][..., 1], units["grid"][:, 1] / 255 * 2 - 1, atol=0.01)


def test_the_plane_is_warped_by_the_last_hidden_layer_unless_told(plane: Population) -> None:
    told = plane.probe("warp", resolution=8, unit=[1, 0], other=[1, 1])
    np.testing.assert_array_equal(plane.probe("warp", resolution=8)["places"], told["places"])
    assert Population([make_spec(())]).probe("warp")["places"].shape == (1, 24, 24, 2)


# The optimizer.


def test_the_optimizers_memory_has_names() -> None:
    population = Population([make_spec(optimizer={"kind": "adam"})])
    population.advance(3)
    probe = population.probe("optimizer")
    assert set(probe) == {"mean", "mean_square"}
    np.testing.assert_array_equal(probe["mean"], population.optimizer_memory()["mean"])
    assert Population([make_spec()]).probe("optimizer") == {}


# What cannot be shown.


def test_an_occlusion_that_would_take_too_long_is_refused(digits: Population, monkeypatch: pytest.MonkeyPatch) -> None:
    work = work_of_an_example(digits.network) * (8 * 8 + 1) * 2
    monkeypatch.setattr("engine.probes.maps.MOST_WORK", work)
    assert digits.probe("occlusion")["grid"].shape == (2, 8, 8)
    monkeypatch.setattr("engine.probes.maps.MOST_WORK", work - 1)
    with pytest.raises(ProbeError, match="take fewer filters or units"):
        digits.probe("occlusion")


NUMBERS = make_spec((), dataset={"kind": "plane"})
NO_TEST = make_spec(dataset={"kind": "points", "task": "classification", "train": [[0, 0, 0], [1, 1, 1]], "test": []})


@pytest.mark.parametrize(
    ("spec", "name", "options", "option"),
    [
        (NUMBERS, "probabilities", {}, "name"),
        (NUMBERS, "confusion", {}, "name"),
        (NUMBERS, "occlusion", {}, "name"),
        (make_spec(), "occlusion", {}, "name"),
        (make_spec(), "filters", {}, "name"),
        (make_spec(), "reconstructions", {}, "name"),
        (RunSpec.from_dict(IMAGES), "decision", {}, "name"),
        (RunSpec.from_dict(IMAGES), "units", {}, "name"),
        (RunSpec.from_dict(IMAGES), "features", {}, "name"),
        (RunSpec.from_dict(IMAGES), "warp", {}, "name"),
        (RunSpec.from_dict(IMAGES), "filters", {"layer": 1}, "layer"),
        (RunSpec.from_dict(IMAGES), "filters", {"layer": 4}, "layer"),
        (RunSpec.from_dict(IMAGES), "occlusion", {"size": 17}, "size"),
        (NO_TEST, "confusion", {}, "part"),
        (NO_TEST, "feature_maps", {"part": "train", "example": 2}, "example"),
        (make_spec(), "worst", {"count": 201}, "count"),
        (make_spec(), "worst", {"part": "all"}, "part"),
        (make_spec(), "worst", {"part": ["test"]}, "part"),
        (make_spec(), "probabilities", {"inputs": [1.0]}, "inputs"),
        (make_spec(), "probabilities", {"inputs": [1.0, float("inf")]}, "inputs"),
        (make_spec(), "probabilities", {"inputs": [1.0, 2e6]}, "inputs"),
        (make_spec(), "probabilities", {"inputs": [1.0, 2.0], "part": "train"}, "part"),
        (make_spec(), "codes", {"layer": 3}, "layer"),
        (make_spec(), "warp", {"other": [3, 0]}, "other"),
        (make_spec(), "warp", {"unit": ["features", 0]}, "unit"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused(spec: RunSpec, name: str, options: dict[str, Any], option: str) -> None:
    with pytest.raises(ProbeError) as caught:
        Population([spec]).probe(name, **options)
    assert caught.value.option == option
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "name", ["probabilities", "answers", "worst", "histograms", "gradients", "feature_maps", "codes"]
)
def test_numbers_that_broke_never_leave(name: str) -> None:
    population = Population([make_spec((3,), "linear")])
    population.theta[:] = np.nan
    for values in population.probe(name).values():
        assert np.isfinite(values).all()


def test_targets_are_those_the_run_was_given(digits: Population) -> None:
    found = part_pass(digits, "train", [3])
    np.testing.assert_array_equal(found.targets[0].T, make_table(digits.specs[0]).train[:, 65:])
