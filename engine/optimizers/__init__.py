"""Optimizers: how a gradient becomes a step. Each is a chain of small transforms on (R, P), whatever the layers.

Stochastic gradient descent takes the gradient g of the mean loss of one batch for that of all data: w ← w − η g
(Robbins & Monro, A Stochastic Approximation Method, 1951). The others put links before or after the learning rate:
read ``transform`` for what a link is, then ``steps``, ``momentum``, ``adaptive`` and ``clipping``.
"""

from dataclasses import dataclass

from engine import limits
from engine.hyperparameters import Hyperparameter
from engine.optimizers.adaptive import corrected_rate, divide_by_mean, divide_by_sum, divide_means
from engine.optimizers.momentum import LAST_STEP, accumulate, look_ahead
from engine.optimizers.steps import decay_weights, descend, scale
from engine.optimizers.transform import Row, Transform

MOMENTUM = Hyperparameter(
    "momentum", "Momentum", "How much of the last step's direction is kept for the next.", "β", limits.MOMENTUM
)
BETA1 = Hyperparameter(
    "beta1", "Memory of the mean", "How much of the mean gradient is kept at each step.", "β_1", limits.BETA1
)
BETA2 = Hyperparameter(
    "beta2", "Memory of the size", "How much of the mean squared gradient is kept at each step.", "β_2", limits.BETA2
)
RHO = Hyperparameter(
    "rho", "Memory of the size", "How much of the mean squared gradient is kept at each step.", "ρ", limits.RHO
)
EPSILON = Hyperparameter(
    "epsilon",
    "Floor of the divisor",
    "Added to the divisor, so that a gradient of almost nothing does not become a huge step.",
    "ε",
    limits.EPSILON,
    "log",
)
WEIGHT_DECAY = Hyperparameter(
    "weight_decay",
    "Weight decay",
    "The share of every weight, times the learning rate, that is lost at each step.",
    "λ",
    limits.WEIGHT_DECAY,
    "log",
)


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer the page can choose: its words, its numbers beside the learning rate, and its chain."""

    name: str
    label: str
    explanation: str
    formula: str
    chain: tuple[Transform, ...]
    hyperparameters: tuple[Hyperparameter, ...] = ()

    @property
    def state(self) -> tuple[Row, ...]:
        """What it remembers of every parameter."""
        return tuple(row for link in self.chain for row in link.state)

    @property
    def rows(self) -> int:
        """How many rows like the parameters it takes: its memory and its numbers."""
        return len(self.state) + sum(len(link.numbers) + len(link.pulls) for link in self.chain)


OPTIMIZERS: dict[str, Optimizer] = {
    entry.name: entry
    for entry in (
        Optimizer(
            "sgd",
            "Gradient descent",
            "After every batch, each weight moves a little way downhill, against the slope of the loss.",
            "w ← w − η ∂L/∂w",
            (scale(), descend()),
        ),
        Optimizer(
            "momentum",
            "Momentum",
            "Like a ball rolling downhill: slopes that agree add up, slopes that change their sign cancel.",
            "v ← β v + ∂L/∂w, w ← w − η v",
            (accumulate(), scale(), descend()),
            (MOMENTUM,),
        ),
        Optimizer(
            "classic_momentum",
            "Momentum, classic form",
            "Each step is the slope's own and a part of the last step. At a constant rate it walks like momentum.",
            "Δw ← −η ∂L/∂w + β Δw, w ← w + Δw",
            (scale(), accumulate(LAST_STEP), descend()),
            (MOMENTUM,),
        ),
        Optimizer(
            "nesterov",
            "Nesterov momentum",
            "Momentum that looks where it is about to land, and so brakes before the valley's other side.",
            "v ← β v + ∂L/∂w, w ← w − η (∂L/∂w + β v)",
            (look_ahead(), scale(), descend()),
            (MOMENTUM,),
        ),
        Optimizer(
            "adagrad",
            "AdaGrad",
            "Weights with large gradients so far take small steps; all steps become smaller with time.",
            "s ← s + g^2, w ← w − η g / (√s + ε)",
            (divide_by_sum(), scale(), descend()),
            (EPSILON,),
        ),
        Optimizer(
            "rmsprop",
            "RMSProp",
            "Each weight's gradient is divided by its usual size of late, so all weights move at one pace.",
            "s ← ρ s + (1 − ρ) g^2, w ← w − η g / (√s + ε)",
            (divide_by_mean(), scale(), descend()),
            (RHO, EPSILON),
        ),
        Optimizer(
            "adam",
            "Adam",
            "Momentum with steps of a like size for all weights, and a correction for the first steps.",
            "m ← β_1 m + (1 − β_1) g, s ← β_2 s + (1 − β_2) g^2, w ← w − η m̂ / (√ŝ + ε)",
            (divide_means(), scale(corrected_rate), descend()),
            (BETA1, BETA2, EPSILON),
        ),
        Optimizer(
            "adamw",
            "AdamW",
            "Adam, and every weight loses a small share of itself at each step, whatever its gradient.",
            "w ← (1 − η λ) w − η m̂ / (√ŝ + ε)",
            (decay_weights(), divide_means(), scale(corrected_rate), descend()),
            (BETA1, BETA2, EPSILON, WEIGHT_DECAY),
        ),
    )
}
"""The optimizers a run can use."""
