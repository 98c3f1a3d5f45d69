"""What the lectures say of depth and of autoencoders, held against the engine."""

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.activations import ACTIVATIONS
from engine.layers import DenseSpec
from engine.looking import look
from engine.network import Network
from engine.wiring import wire
from tests.engine.test_gradients import gradient_of, inputs_of

INPUTS, OUTPUTS = 429, 9304
"""A window of eleven frames of 39 numbers, and the states of the phones it may belong to."""

WORD_ERRORS = {(2048,) * 1: 24.2, (2048,) * 2: 20.4, (2048,) * 3: 18.4, (2048,) * 4: 17.8, (2048,) * 5: 17.2}
WORD_ERRORS |= {(2048,) * 7: 17.1, (3772,): 22.5, (4634,): 22.6, (16384,): 22.1}
"""Hidden layers and the words misunderstood, in per cent: Seide, Li & Yu, Conversational speech transcription using
context-dependent deep neural networks, 2011."""


def parameters(hidden: tuple[int, ...]) -> int:
    wires = wire((INPUTS,), [DenseSpec(units, "sigmoid") for units in hidden], DenseSpec(OUTPUTS, "softmax"))
    return sum(layer.parameters for layer in wires)


@pytest.mark.parametrize(("tall", "fat"), [((2048,) * 5, (3772,)), ((2048,) * 7, (4634,))])
def test_thin_and_tall_beats_fat_and_short_at_as_many_parameters(tall: tuple[int, ...], fat: tuple[int, ...]) -> None:
    assert parameters(fat) == pytest.approx(parameters(tall), rel=1e-3)
    assert WORD_ERRORS[tall] < WORD_ERRORS[fat]


def test_width_alone_does_not_reach_what_depth_does() -> None:
    widest = (16384,)
    assert parameters(widest) > 3 * parameters((2048,) * 7)
    assert WORD_ERRORS[widest] > WORD_ERRORS[(2048,) * 2]
    depths = [WORD_ERRORS[(2048,) * depth] for depth in (1, 2, 3, 4, 5, 7)]
    assert depths == sorted(depths, reverse=True)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "linear"])
def test_a_gradient_is_the_product_of_the_factors_along_its_path(activation: str) -> None:
    """One unit a layer: ∂L/∂b₁ = (a − t) φ′(z_last) · Π φ′(z_l) w_{l+1}, and it vanishes for the sigmoid."""
    depth, point = 6, np.array([[0.4, -0.7]])
    spec = RunSpec.from_dict(
        {
            "dataset": {"kind": "plane"},
            "layers": [{"units": 1, "activation": activation}] * depth,
            "output": {"activation": "linear"},
            "dtype": "float64",
        }
    )
    network = Network(spec)
    theta = np.random.default_rng(4).normal(0, 1, (1, network.parameters))
    targets = np.array([[[0.3]]])
    grad = gradient_of(spec, theta, inputs_of(spec, point, 1), targets, np.array(1.0))
    layers, matrices = look(network, theta, point), network.matrices(theta)
    slopes = [ACTIVATIONS[activation].slope(layer.sums).item() for layer in layers[:-1]]
    factors = [slope * matrix[0, 0, 0] for slope, matrix in zip(slopes, matrices[1:], strict=True)]
    error = layers[-1].outputs.item() - 0.3
    assert network.matrices(grad)[0][0, -1, 0] == pytest.approx(error * np.prod(factors), rel=1e-12)
    assert max(slopes) <= {"sigmoid": 0.25, "tanh": 1.0, "linear": 1.0}[activation]


def test_a_denoising_autoencoder_is_measured_by_the_distance_to_what_it_was_given() -> None:
    """‖x − dec(enc(x + noise))‖², of which the engine takes half: at test time there is no noise."""
    layers = [{"kind": "noise", "deviation": 0.4}, {"units": 6}]
    document = {"dataset": {"kind": "digits", "samples": 80}, "layers": layers, "loss": "reconstruction"}
    population = Population([RunSpec.from_dict({**document, "dtype": "float64"})])
    images = population.tables[0].dataset.test_inputs
    distance = ((images - population.predict(images)[0]) ** 2).sum(axis=1)
    assert population.losses()["test"][0] == pytest.approx(0.5 * distance.mean(), rel=1e-12)
