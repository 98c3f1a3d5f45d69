"""Momentum: the update remembers where it was going.

Heavy ball: v ← β v + u (Polyak, Some methods of speeding up the convergence of iteration methods, 1964). Before the
learning rate, v is a sum of gradients and x ← x − α v. After it, v is the step itself, Δw(n+1) = η δ y + α Δw(n), as
Rumelhart, Hinton & Williams have it (Learning representations by back-propagating errors, 1986). While the learning
rate stays the same, the second v is the first times the learning rate, and both walk the same path.
"""

from functools import partial

import numpy as np

from engine.optimizers.transform import Bench, Row, Transform, setting
from engine.types import Array, Call

VELOCITY = Row("velocity", "Velocity", "The gradients so far, each the fainter the longer ago it was.")
LAST_STEP = Row("last_step", "Last step", "The step each weight took last, of which a part is taken again.")


def accumulate(row: Row = VELOCITY) -> Transform:
    """v ← β v + u, and v is handed on."""

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        v = bench.state[row.name]
        return [partial(np.multiply, v, bench.numbers["momentum"], v), partial(np.add, v, update, v)], v

    return Transform(bind, {"momentum": setting("momentum")}, state=(row,))


def look_ahead() -> Transform:
    """v ← β v + u, and u + β v is handed on: the gradient as if taken where the momentum leads.

    Nesterov's accelerated gradient (1983) in the form of Sutskever et al., On the importance of initialization and
    momentum in deep learning, 2013, with parameters kept at the place looked ahead to (Bengio et al., Advances in
    optimizing recurrent networks, 2012, equation 7).
    """

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        v, beta, ahead = bench.state[VELOCITY.name], bench.numbers["momentum"], bench.scratch
        calls: list[Call] = [
            partial(np.multiply, v, beta, v),
            partial(np.add, v, update, v),
            partial(np.multiply, v, beta, ahead),
            partial(np.add, ahead, update, ahead),
        ]
        return calls, ahead

    return Transform(bind, {"momentum": setting("momentum")}, state=(VELOCITY,))
