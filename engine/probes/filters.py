"""Filters: the weights of a layer that looks at an image, as the images they look for."""

import math

from engine.layers.convolution import ConvolutionSpec
from engine.probes.examples import finite
from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.types import Array
from engine.wiring import Wire


def shows_filters(wire: Wire) -> bool:
    """Whether each unit's weights are an image: of a convolution, or of a dense layer that is given images."""
    return isinstance(wire.layer, ConvolutionSpec) or (wire.layer.kind == "dense" and len(wire.inputs) == 3)


def probe_filters(population: Seen, options: Options) -> dict[str, Array]:
    """``kernels`` float32 (R, O, C, k, k) of convolution ``layer``, or (R, U, C, H, W) of a dense layer on images.

    Without ``layer`` it is the first layer that has filters.
    """
    wires = population.network.wires
    fitting = [place for place, wire in enumerate(wires) if shows_filters(wire)]
    if not fitting:
        raise ProbeError("name", "No layer of this network looks at an image; take image data, or ask for weights.")
    layer = options.whole("layer", fitting[0], 0, len(wires) - 1)
    if layer not in fitting:
        raise ProbeError("layer", f"This layer has no filters; these have: {', '.join(map(str, fitting))}.")
    wire = wires[layer]
    matrix = population.network.blocks(population.theta)[layer][0]
    channels = wire.inputs[0]
    side = math.isqrt(wire.blocks[0].weight_rows // channels)
    size = (side, side) if isinstance(wire.layer, ConvolutionSpec) else wire.inputs[1:]
    weights = matrix[:, : wire.blocks[0].weight_rows].transpose(0, 2, 1)
    return {"kernels": finite(weights.reshape(len(weights), -1, channels, *size))}
