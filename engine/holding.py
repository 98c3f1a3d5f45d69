"""Holding: parameters that training leaves where they are, because a layer is frozen or they are pinned one by one.

A pin is ``[layer, unit, input]``, the input of a bias being null. Its parameter has no gradient, no memory and no
penalty, so that it does not move under any optimizer; by hand it can still be set.
"""

import numpy as np

from engine.network import Network
from engine.spec import RunSpec
from engine.types import Float64Array


def trainable_mask(network: Network, spec: RunSpec) -> Float64Array:
    """(P,): 1 for a parameter that may move, 0 for one that is held."""
    mask = np.ones((1, network.parameters))
    for wire, matrices in zip(network.wires, network.blocks(mask), strict=True):
        for matrix in matrices:
            matrix[:] = not wire.layer.frozen
    for layer, unit, source in spec.pinned or ():
        mask[0, network.place(layer, unit, source)] = 0.0
    return mask.reshape(-1)
