"""Holding: parameters that training leaves where they are, because a layer is frozen or they are pinned one by one.

A pin is ``[layer, unit, input]``, the input of a bias being null. Its parameter has no gradient, no memory and no
penalty, so that it does not move under any optimizer; by hand it can still be set.
"""

from collections.abc import Sequence

import numpy as np

from engine.network import Network
from engine.spec import RunSpec
from engine.types import Float64Array


def trainable_masks(network: Network, specs: Sequence[RunSpec]) -> Float64Array:
    """(R, P): 1 for a parameter that may move, 0 for one that is held. Layers are frozen in all replicas or in none,
    pins are a replica's own."""
    mask = np.ones((len(specs), network.parameters))
    for wire, matrices in zip(network.wires, network.blocks(mask), strict=True):
        for matrix in matrices:
            if wire.layer.frozen:
                matrix[:] = 0.0
    for row, spec in zip(mask, specs, strict=True):
        for layer, unit, source in spec.pinned or ():
            row[network.place(layer, unit, source)] = 0.0
    return mask


def trainable_mask(network: Network, spec: RunSpec) -> Float64Array:
    """(P,): the same for one run."""
    mask: Float64Array = trainable_masks(network, [spec])[0]
    return mask
