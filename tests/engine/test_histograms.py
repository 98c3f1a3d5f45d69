"""Histograms: their bins, the layers they are of, dead and saturated units, and gradients against differences."""

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.looking import look
from engine.probes.histograms import BINS, MOST_SAMPLED, edges, histogram, sample_gradient, units_apart
from engine.types import Array
from tests.engine.numeric import make_spec


@pytest.fixture(scope="module")
def plane() -> Population:
    population = Population([make_spec((4, 3), seed=seed) for seed in (1, 2)])
    population.advance(30)
    return population


@pytest.fixture(scope="module")
def digits() -> Population:
    layers = [
        {"kind": "convolution", "filters": 3, "kernel_size": 3, "activation": "relu"},
        {"kind": "max_pooling"},
        {"kind": "dense", "units": 5},
    ]
    spec = RunSpec.from_dict({"dataset": {"kind": "digits", "samples": 60}, "features": [], "layers": layers})
    population = Population([spec, spec.merge({"dataset": {"seed": 5}, "seed": 3})])
    population.advance(12)
    return population


def outputs_of(population: Population, replica: int) -> list[Array]:
    """Every layer's outputs (U, N) at a replica's own training examples, in float64."""
    inputs = population.tables[replica].dataset.train_inputs
    layers = look(population.network, population.theta[replica : replica + 1], inputs)
    return [layer.outputs[0] for layer in layers]


def test_bins_are_quarters_of_powers_of_ten() -> None:
    values = np.array([0.0, 1e-13, 1.5e-12, -1.0, 1.7, 1.8, 1e9, np.nan])
    shares, zeros = histogram(values)
    assert zeros == pytest.approx(2 / 8)
    assert {place: round(share * 8) for place, share in enumerate(shares) if share} == {0: 1, 48: 2, 49: 1, 63: 2}
    assert shares.sum() + zeros == pytest.approx(1.0)
    assert edges()[48] == pytest.approx(1.0)
    assert histogram(np.empty(0)) == (pytest.approx(np.zeros(BINS)), 1.0)


def test_histograms_are_those_of_the_layers_outputs(plane: Population) -> None:
    probe = plane.probe("histograms", part="train")
    assert probe["shares"].shape == (2, 3, BINS)
    for replica in range(2):
        for place, values in enumerate(outputs_of(plane, replica)):
            shares, zeros = histogram(values)
            np.testing.assert_allclose(probe["shares"][replica, place], shares, atol=0.02)
            assert probe["zeros"][replica, place] == pytest.approx(zeros)


def test_a_unit_that_is_never_on_is_dead() -> None:
    population = Population([make_spec((3,), "relu")])
    population.theta[0, :9] = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 5.0]
    probe = population.probe("histograms")
    unit = probe["unit_dead"][0]
    x1 = population.tables[0].dataset.test_inputs[:, 0]
    np.testing.assert_allclose(unit, [1.0, (x1 <= 0).mean(), 0.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(probe["dead"][0], [1 / 3, 0.0], atol=1e-6)


def test_a_unit_at_its_bounds_is_saturated() -> None:
    population = Population([make_spec((2,), "tanh")])
    population.theta[0, :6] = [0.0, 0.01, 0.0, 0.01, 9.0, 0.0]
    probe = population.probe("histograms")
    assert probe["unit_saturated"][0, :2].tolist() == [1.0, 0.0]
    assert probe["saturated"][0, 0] == 0.5
    assert not probe["unit_dead"].any()


def test_a_unit_of_an_image_is_a_channel_and_of_a_sequence_a_feature() -> None:
    values = np.arange(24).reshape(12, 2)
    np.testing.assert_array_equal(units_apart(values, (3, 2, 2)), np.arange(24).reshape(3, 8))
    np.testing.assert_array_equal(units_apart(values, (12,)), values)
    np.testing.assert_array_equal(units_apart(values, (3, 4))[1], values[[1, 5, 9]].reshape(-1))


def test_units_of_all_layers_are_counted(digits: Population) -> None:
    assert digits.probe("histograms")["unit_dead"].shape == (2, 3 + 3 + 5 + 10)


def test_gradients_are_those_of_the_mean_training_loss() -> None:
    population = Population([make_spec((4, 3), seed=seed, dtype="float64") for seed in (1, 2)])
    gradient = sample_gradient(population).copy()
    direction = np.random.default_rng(1).normal(size=gradient.shape)
    change = 1e-6 * direction
    kept = population.theta.copy()
    losses = []
    for sign in (1, -1):
        population.theta[:] = kept + sign * change
        population._evaluation.forget()
        losses.append(population.losses()["train"])
    population.theta[:] = kept
    slopes = (losses[0] - losses[1]) / 2e-6
    np.testing.assert_allclose((gradient * direction).sum(axis=1), slopes, rtol=1e-6)
    probe = population.probe("gradients")
    norms = [np.linalg.norm(blocks[0].reshape(2, -1), axis=1) for blocks in population.network.blocks(gradient)]
    np.testing.assert_allclose(probe["norms"], np.transpose(norms), rtol=1e-5)
    np.testing.assert_allclose(probe["shares"].sum(axis=2) + probe["zeros"], 1.0, rtol=1e-5)


def test_a_layer_without_parameters_has_no_gradient(digits: Population) -> None:
    probe = digits.probe("gradients")
    assert probe["norms"].shape == (2, 4)
    assert probe["norms"][:, 1].tolist() == [0.0, 0.0]
    assert probe["zeros"][:, 1].tolist() == [1.0, 1.0]
    assert (probe["norms"][:, [0, 2, 3]] > 0).all()


def test_deep_sigmoid_layers_have_ever_smaller_gradients() -> None:
    """Lectures, row 16: the gradient vanishes on its way back."""
    spec = make_spec((8,) * 6, "sigmoid", initializer={"kind": "uniform", "scale": 0.5})
    norms = Population([spec]).probe("gradients")["norms"][0]
    assert (np.diff(np.log10(norms)) > 0.2).all()


def test_many_examples_are_sampled_and_all_of_few() -> None:
    for samples, seen in ((60, 30), (700, MOST_SAMPLED)):
        population = Population([make_spec(dataset={"kind": "spiral", "samples": samples})])
        counted = population.probe("histograms", part="train")["shares"][0, 0] * seen * 4
        np.testing.assert_allclose(counted, counted.round(), atol=1e-3)


def test_dropout_is_left_out_of_the_gradient() -> None:
    plain = make_spec((4, 3))
    layers = [plain.layers[0], {"kind": "dropout"}, plain.layers[1]]
    disturbed = Population([plain.replace(layers=layers)])
    first = disturbed.probe("gradients")["norms"]
    np.testing.assert_array_equal(disturbed.probe("gradients")["norms"], first)
    np.testing.assert_allclose(first[0, [0, 2, 3]], Population([plain]).probe("gradients")["norms"][0], rtol=1e-5)


def test_a_sequences_words_have_gradients_to_their_end() -> None:
    """The weights of the steps are there: padding adds nothing."""
    spec = RunSpec.from_dict(
        {
            "dataset": {"kind": "sentiment", "samples": 200},
            "features": [],
            "layers": [{"kind": "embedding", "units": 3}, {"kind": "simple_rnn", "units": 4}],
            "dtype": "float64",
        }
    )
    population = Population([spec])
    gradient = sample_gradient(population).copy()
    place, step = 5, 1e-6
    losses = []
    for sign in (1, -1):
        population.theta[0, place] += sign * step
        population._evaluation.forget()
        losses.append(population.losses()["train"][0])
        population.theta[0, place] -= sign * step
    assert gradient[0, place] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5, abs=1e-9)
    assert np.isfinite(population.probe("histograms")["shares"]).all()


def test_of_a_very_large_network_fewer_examples_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    population = Population([make_spec((4, 3))])
    everything = population.probe("histograms", part="train")["shares"]
    monkeypatch.setattr("engine.probes.histograms.MOST_KEPT", 44 * 5)
    few = population.probe("histograms", part="train")["shares"][0, 0] * 5 * 4
    np.testing.assert_allclose(few, few.round(), atol=1e-3)
    assert (few / 20 != everything[0, 0]).any()
