"""Numbers put into formulas: short, with a real minus sign, in brackets where a sign would be misread.

The formulas use the notation of the catalog: ``x_1`` for an index, ``x^2`` or ``e^{−z}`` for a power.
"""

from collections.abc import Sequence

import numpy as np

from engine.types import Array

DIGITS = 6
MOST_TERMS = 8
"""A longer sum is cut in the text; its value is that of all terms."""


class Shown:
    """A text that stands in brackets, unless a template asks for it plain: ``{:p}``."""

    def __init__(self, plain: str, bracketed: str) -> None:
        self.plain, self.bracketed = plain, bracketed

    def __format__(self, spec: str) -> str:
        return self.plain if spec == "p" else self.bracketed


def written(value: float) -> str:
    """A number to six digits: 0.75, −2, 1.5·10^{−7}."""
    text = f"{value + 0.0:.{DIGITS}g}"
    mantissa, _, exponent = text.partition("e")
    return (f"{mantissa}·10^{{{int(exponent)}}}" if exponent else mantissa).replace("-", "−")


def factor(value: float) -> str:
    """A number as it stands after an operator: a negative one in brackets."""
    text = written(value)
    return f"({text})" if text.startswith("−") else text


def signed(value: float) -> str:
    """A number added to what stands before it: `` + 1.5`` or `` − 1.5``."""
    text = written(value)
    return f" − {text[1:]}" if text.startswith("−") else f" + {text}"


def vector(values: Sequence[float]) -> str:
    """A row of numbers: (1, −2)."""
    shown = [written(value) for value in values[:MOST_TERMS]]
    return f"({', '.join(shown + ['…'] * (len(values) > MOST_TERMS))})"


def weighted_sum(weights: Sequence[float], values: Sequence[float]) -> str:
    """The terms of Σ w x: 2·0.98 − 1·0.12. There must be one term at least."""
    text = ""
    for place, (weight, value) in enumerate(zip(weights, values, strict=True)):
        if place == MOST_TERMS:
            return f"{text} + … ({len(weights) - MOST_TERMS} more)"
        text += f"{signed(weight) if place else written(weight)}·{factor(value)}"
    return text


def written_array(values: Array) -> str:
    """A scalar as a number, a small array as nested lists, a large one by its shape."""
    if values.size > MOST_TERMS:
        return f"[{'×'.join(map(str, values.shape))}]"
    if values.ndim == 0:
        return written(float(values))
    return f"[{', '.join(written_array(np.asarray(part)) for part in values)}]"
