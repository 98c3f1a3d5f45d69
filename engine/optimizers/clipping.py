"""Clipping: a gradient that has grown too large is made shorter before it is used.

By value every component is cut; by norm the whole gradient of a replica keeps its direction (Pascanu, Mikolov &
Bengio, On the difficulty of training recurrent neural networks, 2013, algorithm 1).
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from engine import limits
from engine.hyperparameters import Hyperparameter
from engine.optimizers.transform import Bench, Moment, Transform, setting
from engine.types import Array, Call, Float64Array


@dataclass(frozen=True, slots=True)
class Clip:
    """A way of clipping the page can choose."""

    name: str
    label: str
    explanation: str
    formula: str
    chain: tuple[Transform, ...] = ()
    hyperparameters: tuple[Hyperparameter, ...] = ()


def _lower(moment: Moment) -> Float64Array:
    return -moment.settings["limit"]


def clip_values() -> Transform:
    """u ← min(max(u, −c), c), component by component."""

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        upper, lower, out = bench.numbers["limit"], bench.numbers["lower"], bench.gradient
        return [partial(np.minimum, update, upper, out=out), partial(np.maximum, out, lower, out=out)], out

    return Transform(bind, {"limit": setting("limit"), "lower": _lower})


def clip_norm() -> Transform:
    """u ← u · c / max(c, ‖u‖), ‖u‖ over all parameters of a replica.

    A norm too large for the precision counts as infinite, so that such a gradient does nothing.
    """

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        limit = bench.numbers["limit"][:, 0]
        factor = np.empty_like(limit)
        spread, out = bench.scratch, bench.gradient
        calls: list[Call] = [
            partial(np.vecdot, update, update, factor),
            partial(np.sqrt, factor, factor),
            partial(np.maximum, factor, limit, out=factor),
            partial(np.divide, limit, factor, factor),
            partial(np.copyto, spread, factor[:, None]),
            partial(np.multiply, update, spread, out),
        ]
        return calls, out

    return Transform(bind, {"limit": setting("limit")})


LIMIT = Hyperparameter(
    "limit", "Clip at", "Larger gradients than this are made as small as this.", "c", limits.CLIP_LIMIT, "log"
)

CLIPS: dict[str, Clip] = {
    entry.name: entry
    for entry in (
        Clip("none", "None", "Gradients are used as they are, however large.", "g ← g"),
        Clip(
            "value",
            "By value",
            "Each component of the gradient is cut where it is too large, so the direction changes a little.",
            "g_i ← min(max(g_i, −c), c)",
            (clip_values(),),
            (LIMIT,),
        ),
        Clip(
            "norm",
            "By norm",
            "A gradient that is too long as a whole is shortened and keeps its direction.",
            "g ← g · c / max(c, ‖g‖)",
            (clip_norm(),),
            (LIMIT,),
        ),
    )
}
"""The ways of clipping a run can use."""
