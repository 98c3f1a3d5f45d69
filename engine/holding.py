"""Holding: parameters that training leaves where they are, because they are pinned one by one.

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
    matrices = network.matrices(mask)
    for layer, unit, source in spec.pinned or ():
        matrices[layer][0, -1 if source is None else source, unit] = 0.0
    return mask.reshape(-1)
