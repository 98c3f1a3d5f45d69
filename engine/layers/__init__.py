"""Layers: configuration plus pure arithmetic on given buffers. One kind of layer a module."""

from engine.layers.convolution import ConvolutionSpec
from engine.layers.dense import DenseSpec
from engine.layers.embedding import EmbeddingSpec
from engine.layers.gru import GruSpec
from engine.layers.layer import Block, LayerSpec, Shape, ShapeError
from engine.layers.lstm import LstmSpec
from engine.layers.maxout import MaxoutSpec
from engine.layers.merge import AddSpec, ConcatenateSpec, FlattenSpec
from engine.layers.noise import DropoutSpec, NoiseSpec
from engine.layers.pooling import AveragePoolingSpec, L2PoolingSpec, MaxPoolingSpec
from engine.layers.simple_rnn import SimpleRnnSpec

KINDS: dict[str, type[LayerSpec]] = {
    kind.KIND.name: kind
    for kind in (
        DenseSpec,
        MaxoutSpec,
        ConvolutionSpec,
        MaxPoolingSpec,
        AveragePoolingSpec,
        L2PoolingSpec,
        FlattenSpec,
        EmbeddingSpec,
        SimpleRnnSpec,
        LstmSpec,
        GruSpec,
        DropoutSpec,
        NoiseSpec,
        AddSpec,
        ConcatenateSpec,
    )
}
"""The kinds of hidden layers. To add one, write its specification and its arithmetic and list it here."""

__all__ = ["KINDS", "Block", "DenseSpec", "LayerSpec", "Shape", "ShapeError"]
