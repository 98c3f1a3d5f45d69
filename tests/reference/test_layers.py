"""Every kind of layer against torch.nn: what comes out, and the gradient of every parameter and input.

A random linear function of what comes out is differentiated, so that δ is random. The engine keeps units before
examples, biases in a last row and weights as (inputs, units); each reference says how PyTorch's own follow from them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.layers import KINDS, LayerSpec, Shape
from engine.layers.convolution import ConvolutionSpec
from engine.layers.dense import DenseSpec
from engine.layers.embedding import EmbeddingSpec
from engine.layers.gru import GruSpec
from engine.layers.lstm import LstmSpec
from engine.layers.maxout import MaxoutSpec
from engine.layers.merge import AddSpec, ConcatenateSpec, FlattenSpec
from engine.layers.noise import DropoutSpec, NoiseSpec
from engine.layers.pooling import AveragePoolingSpec, L2PoolingSpec, MaxPoolingSpec
from engine.layers.recurrent import RecurrentSpec
from engine.layers.simple_rnn import SimpleRnnSpec
from engine.layers.tape import Tape
from engine.types import Array
from tests.engine.layers.bench import Bench
from tests.reference.agreement import assert_agree, tensor

Reference = Callable[..., Any]
"""reference(x, *matrices): x (B, *shape) and one replica's matrices give the outputs (B, …)."""


def assert_layer_agrees(bench: Bench, reference: Reference, real: Array | float = 1.0) -> None:
    """One replica after the other: outputs, the gradient of each matrix, and that of the input if it has one.

    What is not ``real``, behind an example's end, is taken as 0.
    """
    z = bench.forward() * real
    bench.backward()
    for replica in range(len(z)):
        inputs = np.moveaxis(bench.x[replica, :-1], -1, 0).reshape(-1, *bench.inputs)
        x, matrices = tensor(inputs), [tensor(weights[replica]) for weights in bench.weights]
        outputs = reference(x, *matrices).reshape(len(inputs), -1)
        assert_agree(z[replica].T, outputs.detach().numpy())
        outputs.backward(torch.tensor(np.ascontiguousarray(bench.delta[replica].T)))
        for gradient, matrix in zip(bench.gradients, matrices, strict=True):
            assert_agree(gradient[replica], matrix.grad.numpy())
        if x.grad is not None:
            assert_agree(bench.dx[replica].T, x.grad.reshape(len(inputs), -1).numpy())


def dense(x: Any, weights: Any) -> Any:
    x = x if x.ndim == 3 else x.flatten(1)
    return functional.linear(x, weights[:-1].T, weights[-1])


def maxout(x: Any, weights: Any) -> Any:
    """Three pieces."""
    sums = dense(x, weights)
    return sums.reshape(*sums.shape[:-1], 3, -1).amax(-2)


def convolution(size: int, **options: Any) -> Reference:
    def reference(x: Any, kernels: Any) -> Any:
        weights = kernels[:-1].T.reshape(-1, x.shape[1], size, size)
        return functional.conv2d(x, weights, kernels[-1], **options)

    return reference


def embedding(x: Any, table: Any) -> Any:
    return functional.embedding(x.detach().long(), table)


CASES: list[tuple[LayerSpec, Sequence[Shape], Reference]] = [
    (DenseSpec(4), [(5,)], dense),
    (DenseSpec(4), [(2, 3, 3)], dense),
    (DenseSpec(4), [(6, 3)], dense),
    (MaxoutSpec(4, 3), [(5,)], maxout),
    (MaxoutSpec(4, 3), [(6, 2)], maxout),
    (ConvolutionSpec(4, 3), [(2, 7, 6)], convolution(3)),
    (ConvolutionSpec(4, 3, 2), [(2, 7, 6)], convolution(3, stride=2)),
    (ConvolutionSpec(3, 5, 1, "same"), [(2, 6, 7)], convolution(5, padding="same")),
    (
        ConvolutionSpec(3, 4, 1, "same"),
        [(2, 6, 7)],
        lambda x, kernels: convolution(4)(functional.pad(x, (1, 2, 1, 2)), kernels),
    ),
    (ConvolutionSpec(3, 1), [(3, 4, 4)], convolution(1)),
    (MaxPoolingSpec(2, 2), [(3, 6, 5)], lambda x: functional.max_pool2d(x, 2, 2)),
    (MaxPoolingSpec(3, 1), [(3, 6, 5)], lambda x: functional.max_pool2d(x, 3, 1)),
    (AveragePoolingSpec(2, 2), [(3, 6, 5)], lambda x: functional.avg_pool2d(x, 2, 2)),
    (AveragePoolingSpec(3, 2), [(3, 6, 5)], lambda x: functional.avg_pool2d(x, 3, 2)),
    (L2PoolingSpec(2, 2), [(3, 6, 5)], lambda x: functional.lp_pool2d(x, 2.0, 2, 2)),
    (L2PoolingSpec(3, 1), [(3, 6, 5)], lambda x: functional.lp_pool2d(x, 2.0, 3, 1)),
    (FlattenSpec(), [(3, 2, 2)], torch.flatten),
    (AddSpec(), [(3,), (3,)], lambda x: x.reshape(len(x), 2, 3).sum(1)),
    (ConcatenateSpec(), [(3,), (2,)], lambda x: torch.cat((x[:, :3], x[:, 3:]), 1)),
    (DropoutSpec(), [(4,)], torch.nn.Dropout(0.5).eval()),
    (NoiseSpec(), [(4,)], torch.nn.Identity()),
]


@pytest.mark.parametrize(("spec", "sources", "reference"), CASES)
def test_layers_without_a_memory(spec: LayerSpec, sources: Sequence[Shape], reference: Reference) -> None:
    assert_layer_agrees(Bench(spec, sources, batch=4, seed=11), reference)


def test_an_embedding() -> None:
    words = np.random.default_rng(12).integers(0, 6, (2, 5, 4)).astype(np.float64)
    assert_layer_agrees(Bench(EmbeddingSpec(3, 6), [(5,)], batch=4, x=words), embedding)


def test_dropout_by_the_same_mask() -> None:
    noise = Tape([np.random.default_rng(seed) for seed in (1, 2)])
    bench = Bench(DropoutSpec(0.25), [(6,)], noise=noise)
    drawn = [np.random.default_rng(seed).bit_generator.random_raw(5).view(np.uint16)[:18] for seed in (1, 2)]
    kept = [torch.tensor(numbers.reshape(6, 3) >= 2**14).T for numbers in drawn]
    assert_layer_agrees(bench, lambda x: x * kept.pop(0) / 0.75)


REORDERED = {"simple_rnn": [0], "lstm": [1, 2, 0, 3], "gru": [0, 1, 2]}
"""The places of PyTorch's gates, i f g o for the LSTM and r z n for the GRU, among the engine's."""

RECURRENT: list[tuple[type[RecurrentSpec], Any]] = [
    (SimpleRnnSpec, torch.nn.RNN),
    (LstmSpec, torch.nn.LSTM),
    (GruSpec, torch.nn.GRU),
]


def recurrence(spec: RecurrentSpec, module: Any, lengths: list[int] | None) -> Reference:
    """One of PyTorch's recurrent modules with its weights made from the engine's matrices."""

    def reordered(matrix: Any) -> Any:
        """(rows, G · H) as PyTorch's (G · H, rows)."""
        gates = matrix.reshape(len(matrix), -1, spec.units)[:, REORDERED[spec.kind]]
        return gates.reshape(len(matrix), -1).T

    def reference(x: Any, weights: Any, recurrent: Any, *biases: Any) -> Any:
        gates, of_state = reordered(weights), torch.zeros(weights.shape[1], dtype=torch.float64)
        if biases:
            of_state = torch.cat((of_state[: -spec.units], biases[0][0]))
        parameters = {
            "weight_ih_l0": gates[:, :-1],
            "weight_hh_l0": reordered(recurrent),
            "bias_ih_l0": gates[:, -1],
            "bias_hh_l0": of_state,
        }
        cell = module(x.shape[2], spec.units, batch_first=True, dtype=torch.float64)
        given = x if lengths is None else pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        outputs, last = torch.func.functional_call(cell, parameters, (given,))
        if spec.returns == "last":
            return last[0][0] if spec.kind == "lstm" else last[0]
        return outputs if lengths is None else pad_packed_sequence(outputs, batch_first=True)[0]

    return reference


@pytest.mark.parametrize("returns", ["last", "all"])
@pytest.mark.parametrize(("kind", "module"), RECURRENT)
def test_layers_with_a_memory(kind: type[RecurrentSpec], module: Any, returns: str) -> None:
    spec = kind(4, returns)
    assert_layer_agrees(Bench(spec, [(7, 3)], batch=5, seed=13), recurrence(spec, module, None))


LENGTHS = [3, 7, 1, 5, 4]


def weights_of_steps() -> Array:
    """Two replicas of the same lengths: (R, T, B)."""
    steps = np.where(np.arange(7)[:, None] < LENGTHS, 1.0 / np.array(LENGTHS), 0.0)
    return np.stack([steps, steps])


@pytest.mark.parametrize("returns", ["last", "all"])
@pytest.mark.parametrize(("kind", "module"), RECURRENT)
def test_sequences_of_various_lengths(kind: type[RecurrentSpec], module: Any, returns: str) -> None:
    """PyTorch gives zeros behind an example's end, the engine the last state; there δ is 0, and both are left out."""
    spec, steps = kind(4, returns), weights_of_steps()
    bench = Bench(spec, [(7, 3)], batch=5, seed=14, steps=steps)
    if returns == "last":
        assert_layer_agrees(bench, recurrence(spec, module, LENGTHS))
        return
    real = np.repeat(steps > 0.0, 4, axis=1)
    bench.delta *= real
    assert_layer_agrees(bench, recurrence(spec, module, LENGTHS), real)


def test_every_kind_has_its_reference() -> None:
    compared = {spec.kind for spec, *_ in CASES} | {kind.KIND.name for kind, _ in RECURRENT} | {"embedding"}
    assert compared == set(KINDS)
