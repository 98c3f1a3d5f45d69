"""How a unit's training ends, in words: what happened, why, and what to try."""

from collections.abc import Sequence

import numpy as np

from engine.classic.records import Outcome, Pass
from engine.classic.rules import Number, Rule, Weights
from engine.writing import written

SETTLED = 1e-9
"""A linear unit has settled when a pass moves no weight by more than this, as a share of η and of the data's size."""

TOO_LARGE = 1e12
LEARNING = Outcome("learning", "Still learning.")


def largest_rate(rule: Rule, rows: Sequence[Sequence[Number]]) -> float:
    """The learning rate above which a linear unit may run away, with x̃ = (x, −1): 2 / λ_max(Σ x̃ x̃ᵀ) for all examples at
    once, 2 / max |x̃|² for one after another (Widrow & Stearns, Adaptive Signal Processing, 1985, chapter 6)."""
    table = np.array([[*map(float, row), -1.0] for row in rows])
    if rule.all_at_once:
        return float(2.0 / np.linalg.eigvalsh(table.T @ table)[-1])
    return float(2.0 / (table * table).sum(axis=1).max())


def judge_size(rule: Rule, weights: Weights, rows: Sequence[Sequence[Number]]) -> Outcome:
    """Whether the weights have run away."""
    if all(-TOO_LARGE <= number <= TOO_LARGE for number in weights.numbers):
        return LEARNING
    bound = written(largest_rate(rule, rows))
    message = f"The weights run away: the learning rate is too large for these examples. Choose α below {bound}."
    return Outcome("diverged", message)


def judge_mistakes(ended: Pass, missed: int, before: int | None) -> Outcome:
    """After a pass of a unit with a threshold: ``missed`` examples moved the weights, which stood where they stand now
    after the pass ``before``, if they ever did."""
    if missed == 0:
        passes = "the first pass" if ended.epoch == 1 else f"pass {ended.epoch}"
        return Outcome("converged", f"Converged: {passes} went through all examples without a mistake.")
    if before is None:
        return LEARNING
    length = ended.epoch - before
    when = f"after pass {before}" if before else "at the start"
    again = "this pass repeats" if length == 1 else f"these {length} passes repeat"
    message = (
        f"Cycles: after pass {ended.epoch} the weights are those {when}, so {again} for ever. No straight border"
        " separates these examples: a second layer can, or other features."
    )
    return Outcome("cycles", message)


def judge_movement(ended: Pass, moved: float, scale: float) -> Outcome:
    """After a pass of a linear unit, in which the weights moved by ``moved`` in units of the learning rate."""
    if moved > SETTLED * scale:
        return LEARNING
    mistakes = "" if ended.mistakes is None else f", {ended.mistakes} on the wrong side"
    message = f"Converged: a whole pass leaves the weights where they are. E = {written(ended.error)}{mistakes}."
    return Outcome("converged", message)


def judge_length(rule: Rule, presented: int) -> Outcome:
    """After as many examples as a training may present. A perceptron's rate is nothing to try: from weights of 0 it
    scales all weights alike, and no sum changes its sign."""
    stopped = f"Stopped after {presented} examples"
    if rule.is_linear:
        return Outcome("stopped", f"{stopped}: the weights still move. Try another learning rate.")
    message = (
        f"{stopped}: every pass made mistakes. Either no straight border separates the classes, and a second layer or"
        " more inputs can, or they lie so close together that it takes longer: move them apart."
    )
    return Outcome("stopped", message)
