"""Pretraining: a deep network's layers trained one by one, each as an autoencoder of what the layer before it says.

Deep layers of sigmoids that start at random hardly learn: the gradient is gone before it reaches the first of them. So
each layer in turn is given a decoder of its own and trained to keep what it is told, x:

    h = φ(Wᵀ x + b),    x̂ = Vᵀ h + c,    L = ½ ‖x̂ − x‖²

Then the decoder is thrown away, and the codes h of all examples are what the next layer learns from. When all have been
trained so, the whole network is fine-tuned on its task from there (Bengio et al., Greedy layer-wise training of deep
networks, 2007). With noise on what a layer is told while it learns, it cannot just copy (Vincent et al., Extracting and
composing robust features with denoising autoencoders, 2008).

What a layer is told is centred and scaled to deviation 1 while it learns, so that codes do not shrink from layer to
layer, and the weights are scaled back afterwards: Wᵀ (x − μ) / σ + b has weights W / σ and biases b − Wᵀ μ / σ.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from engine.batches import make_table
from engine.layers import DenseSpec
from engine.looking import look
from engine.losses import RECONSTRUCTION
from engine.network import Network, biases_of, initial_parameters, weights_of
from engine.parts import ArraysSpec, InitialSpec
from engine.population import Population
from engine.spec import RunSpec
from engine.types import Float64Array

LEAST_DEVIATION = 1e-3
"""An input that varies less is taken to be constant: it is centred, but not blown up."""


@dataclass(frozen=True, slots=True)
class Pretraining:
    """How each layer is trained: by Adam for so many epochs, with noise of deviation ``corruption`` on its inputs."""

    epochs: int = 20
    learning_rate: float = 0.03
    corruption: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """After an epoch of hidden layer ``layer``: the mean loss of what it gives back, of inputs with deviation 1."""

    layer: int
    epoch: int
    loss: float


@dataclass(frozen=True, slots=True)
class Trained:
    """A layer as it stands alone: ``weights`` (U, I) and ``biases`` (U,), and its ``codes`` (N, U) of all examples."""

    weights: Float64Array
    biases: Float64Array
    codes: Float64Array


def pretrain(spec: RunSpec, plan: Pretraining | None = None) -> Generator[Progress, None, RunSpec]:
    """Train the hidden layers one after the other, telling of every epoch; at the end return the specification with
    ``initial`` parameters: the hidden layers' from here, the output layer's as they would have been.

    The same specification and plan give the same parameters. Raises ValueError unless all layers are dense, each
    reading the one before.
    """
    plan = Pretraining() if plan is None else plan
    _require_dense_chain(spec)
    network = Network(spec)
    told = make_table(spec).train[:, : network.input_size].astype(np.float64)
    weights, biases = [], []
    for place in range(len(spec.layers)):
        trained = yield from _train_layer(spec, plan, place, told)
        weights.append(trained.weights)
        biases.append(trained.biases)
        told = trained.codes
    last = [matrix[0] for matrix in network.blocks(initial_parameters(spec)[None])[-1]]
    weights.append(weights_of(network.wires[-1].blocks, last))
    biases.append(biases_of(network.wires[-1].blocks, last))
    return spec.replace(initial=_initial(weights, biases))


def pretrained(spec: RunSpec, plan: Pretraining | None = None) -> RunSpec:
    """The specification that starts where :func:`pretrain` ends."""
    steps = pretrain(spec, plan)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: RunSpec = end.value
            return found


def _require_dense_chain(spec: RunSpec) -> None:
    if not spec.layers:
        raise ValueError("There is no hidden layer to pretrain; add one.")
    for place, wire in enumerate(spec.wires):
        if not isinstance(wire.layer, DenseSpec) or wire.sources != (place,) or len(wire.inputs) == 2:
            raise ValueError(f"Only dense layers, each reading the one before, can be pretrained; {wire.name} is not.")


def _train_layer(
    spec: RunSpec, plan: Pretraining, place: int, told: Float64Array
) -> Generator[Progress, None, Trained]:
    """Train one hidden layer on what it is told of all examples (N, I)."""
    mean, deviation = told.mean(axis=0), np.maximum(told.std(axis=0), LEAST_DEVIATION)
    inputs = (told - mean) / deviation
    population = Population([_autoencoder(spec, plan, place, inputs)])
    for epoch in range(1, plan.epochs + 1):
        population.advance_epochs(1)
        yield Progress(place, epoch, float(population.losses()["train"][0]))
    weights = np.array(population.weights(0)[-2]) / deviation
    biases = np.array(population.biases(0)[-2]) - weights @ mean
    codes = look(population.network, population.theta, inputs)[-2].outputs[0].T
    return Trained(weights, biases, codes)


def _autoencoder(spec: RunSpec, plan: Pretraining, place: int, inputs: Float64Array) -> RunSpec:
    """A run that trains one layer to give back its inputs (N, I)."""
    data = ArraysSpec("regression", (inputs.shape[1],), inputs.tobytes(), (0.0,) * len(inputs))
    layer = spec.layers[place]
    noise = [{"kind": "noise", "deviation": plan.corruption}] if plan.corruption > 0.0 else []
    return spec.replace(
        dataset=data,
        features=[],
        layers=[*noise, {"kind": "dense", **layer.own}],
        output={"activation": "linear"},
        loss=RECONSTRUCTION,
        optimizer={"kind": "adam", "learning_rate": plan.learning_rate},
        seed=(spec.seed + place + 1) % 2**32,
        initial=None,
        pinned=None,
        stop=None,
    )


def _initial(weights: list[Float64Array], biases: list[Float64Array]) -> InitialSpec:
    return InitialSpec(
        tuple(tuple(map(tuple, matrix.tolist())) for matrix in weights),
        tuple(tuple(row.tolist()) for row in biases),
    )
