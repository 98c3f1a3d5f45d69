"""Layers: configuration plus pure arithmetic on given buffers. One kind of layer a module."""

from engine.layers.convolution import ConvolutionSpec
from engine.layers.dense import DenseSpec
from engine.layers.layer import Block, LayerSpec, Shape, ShapeError
from engine.layers.merge import AddSpec, ConcatenateSpec, FlattenSpec
from engine.layers.noise import DropoutSpec, NoiseSpec
from engine.layers.pooling import AveragePoolingSpec, L2PoolingSpec, MaxPoolingSpec

KINDS: dict[str, type[LayerSpec]] = {
    kind.KIND.name: kind
    for kind in (
        DenseSpec,
        ConvolutionSpec,
        MaxPoolingSpec,
        AveragePoolingSpec,
        L2PoolingSpec,
        FlattenSpec,
        DropoutSpec,
        NoiseSpec,
        AddSpec,
        ConcatenateSpec,
    )
}
"""The kinds of hidden layers. To add one, write its specification and its arithmetic and list it here."""

__all__ = ["KINDS", "Block", "DenseSpec", "LayerSpec", "Shape", "ShapeError"]
