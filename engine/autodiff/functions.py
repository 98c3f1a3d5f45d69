"""Operations of one number at a time: signs and functions, each with its value, derivative and words."""

import math
from collections.abc import Callable

import numpy as np

from engine.autodiff.operations import CALL, POWER, PRODUCT, SUM, Elementwise, Partial, Trouble
from engine.types import Float64Array


def _fine(*inputs: Float64Array) -> None:
    return None


def _no_zero_divisor(a: Float64Array, b: Float64Array) -> str | None:
    return "Division by zero: choose a point where the divisor is not 0." if (b == 0).any() else None


def _power_exists(a: Float64Array, b: Float64Array) -> str | None:
    if ((a == 0) & (b < 0)).any():
        return "0 to a negative power is a division by zero: choose a base that is not 0."
    if ((a < 0) & (b != np.round(b))).any():
        return "A negative base takes whole exponents only: choose a positive base or a whole exponent."
    return None


def _positive(a: Float64Array) -> str | None:
    return "ln of a number that is not above 0: choose a point where it is." if (a <= 0).any() else None


def _not_negative(a: Float64Array) -> str | None:
    return "The square root of a negative number: choose a point where it is not negative." if (a < 0).any() else None


def _corner_at_zero(a: Float64Array) -> str | None:
    return "There is a corner at 0, where the slope jumps; 0 is taken." if (a == 0).any() else None


def _corner_at_tie(a: Float64Array, b: Float64Array) -> str | None:
    return "Both are equal, where the slope jumps; each takes half." if (a == b).any() else None


def _power_by_base(v: Float64Array, a: Float64Array, b: Float64Array) -> Float64Array:
    """b a^{b − 1}, which is 0 for b = 0 even where a is 0."""
    return np.where(b == 0, 0.0, b * np.power(a, np.where(b == 0, 1.0, b - 1.0)))


def _power_by_exponent(v: Float64Array, a: Float64Array, b: Float64Array) -> Float64Array:
    """a^b ln a, which is 0 for a = 0 and b > 0."""
    return np.where((a == 0) & (b > 0), 0.0, v * np.log(a))


def _share(a: Float64Array, b: Float64Array) -> Float64Array:
    """1 where a is the larger, ½ where both are equal."""
    return (np.sign(a - b) + 1.0) / 2.0


def _sigmoid(a: Float64Array) -> Float64Array:
    return np.asarray(1.0 / (1.0 + np.exp(-a)))


def _of_one(
    name: str,
    label: str,
    explanation: str,
    rule: str,
    function: Callable[..., Float64Array],
    partial: Partial,
    slope: str,
    *,
    shown: str = "",
    check: Trouble = _fine,
    corner: Trouble = _fine,
) -> Elementwise:
    """A function written by its name and a bracket."""
    template = f"{shown or name}({{0:p}})"
    formula = f"v = {shown or name}(a)"
    return Elementwise(
        name, label, explanation, template, formula, rule, CALL, 1, (slope,), function, (partial,), check, corner
    )


def _of_two(
    name: str,
    label: str,
    explanation: str,
    template: str,
    formula: str,
    rule: str,
    binding: int,
    function: Callable[..., Float64Array],
    partials: tuple[Partial, Partial],
    slopes: tuple[str, str],
    *,
    check: Trouble = _fine,
    corner: Trouble = _fine,
) -> Elementwise:
    return Elementwise(
        name, label, explanation, template, formula, rule, binding, 2, slopes, function, partials, check, corner
    )


def _one(v: Float64Array, *inputs: Float64Array) -> Float64Array:
    return np.ones_like(v)


def _minus_one(v: Float64Array, *inputs: Float64Array) -> Float64Array:
    return -np.ones_like(v)


ELEMENTWISE: tuple[Elementwise, ...] = (
    _of_two(
        "add",
        "Sum",
        "Hands the derivative on to both as it is.",
        "{0:p} + {1}",
        "v = a + b",
        "∂v/∂a = 1, ∂v/∂b = 1",
        SUM,
        np.add,
        (_one, _one),
        ("1", "1"),
    ),
    _of_two(
        "subtract",
        "Difference",
        "Hands the derivative on, to the second with its sign turned.",
        "{0:p} − {1}",
        "v = a − b",
        "∂v/∂a = 1, ∂v/∂b = −1",
        SUM,
        np.subtract,
        (_one, _minus_one),
        ("1", "−1"),
    ),
    _of_two(
        "multiply",
        "Product",
        "Each factor's derivative is the other factor.",
        "{0}·{1}",
        "v = a b",
        "∂v/∂a = b, ∂v/∂b = a",
        PRODUCT,
        np.multiply,
        (lambda v, a, b: b, lambda v, a, b: a),
        ("{1:p}", "{0:p}"),
    ),
    _of_two(
        "divide",
        "Quotient",
        "The larger the divisor, the less either counts.",
        "{0} / {1}",
        "v = a / b",
        "∂v/∂a = 1 / b, ∂v/∂b = −v / b",
        PRODUCT,
        np.divide,
        (lambda v, a, b: 1.0 / b, lambda v, a, b: -v / b),
        ("1 / {1}", "−{v} / {1}"),
        check=_no_zero_divisor,
    ),
    _of_two(
        "power",
        "Power",
        "Brings the exponent down in front.",
        "{0}^{{{1:p}}}",
        "v = a^b",
        "∂v/∂a = b a^{b − 1}, ∂v/∂b = v ln a",
        POWER,
        np.power,
        (_power_by_base, _power_by_exponent),
        ("{1}·{0}^{{{1:p} − 1}}", "{v}·ln({0:p})"),
        check=_power_exists,
    ),
    Elementwise(
        "negative",
        "Minus",
        "Turns the sign of value and derivative.",
        "−{0}",
        "v = −a",
        "∂v/∂a = −1",
        PRODUCT,
        1,
        ("−1",),
        np.negative,
        (_minus_one,),
        _fine,
        _fine,
    ),
    _of_one("sin", "Sine", "Its slope is the cosine.", "∂v/∂a = cos(a)", np.sin, lambda v, a: np.cos(a), "cos({0:p})"),
    _of_one(
        "cos",
        "Cosine",
        "Its slope is −sine.",
        "∂v/∂a = −sin(a)",
        np.cos,
        lambda v, a: -np.sin(a),
        "−sin({0:p})",
    ),
    _of_one(
        "tan", "Tangent", "Steep wherever it is large.", "∂v/∂a = 1 + v^2", np.tan, lambda v, a: 1 + v * v, "1 + {v}^2"
    ),
    _of_one("exp", "Exponential", "Its slope is its own value.", "∂v/∂a = v", np.exp, lambda v, a: v, "{v:p}"),
    _of_one(
        "ln",
        "Natural logarithm",
        "Steep near 0, flat far out. Also written log.",
        "∂v/∂a = 1 / a",
        np.log,
        lambda v, a: 1.0 / a,
        "1 / {0}",
        check=_positive,
    ),
    _of_one(
        "sqrt",
        "Square root",
        "Infinitely steep at 0, so there it has a value but no slope.",
        "∂v/∂a = 1 / (2 v)",
        np.sqrt,
        lambda v, a: 0.5 / v,
        "1 / (2·{v})",
        shown="√",
        check=_not_negative,
    ),
    _of_one(
        "tanh",
        "Hyperbolic tangent",
        "Steepest at 0; far out it is flat and lets hardly any derivative through.",
        "∂v/∂a = 1 − v^2",
        np.tanh,
        lambda v, a: 1.0 - v * v,
        "1 − {v}^2",
    ),
    _of_one(
        "sigmoid",
        "Sigmoid",
        "At most a quarter of the derivative goes through.",
        "∂v/∂a = v (1 − v)",
        _sigmoid,
        lambda v, a: v * (1.0 - v),
        "{v}·(1 − {v})",
        shown="σ",
    ),
    _of_one(
        "relu",
        "ReLU",
        "Lets the derivative through where its input is positive, and nothing elsewhere.",
        "∂v/∂a = 1 if a > 0, else 0",
        lambda a: np.maximum(a, 0.0),
        lambda v, a: np.sign(v),
        "[{0:p} > 0]",
        corner=_corner_at_zero,
    ),
    _of_one(
        "abs",
        "Absolute value",
        "Turns the derivative's sign where its input is negative.",
        "∂v/∂a = sign(a)",
        np.abs,
        lambda v, a: np.sign(a),
        "sign({0:p})",
        corner=_corner_at_zero,
    ),
    _of_two(
        "max",
        "Maximum",
        "The derivative goes to the larger one.",
        "max({0:p}, {1:p})",
        "v = max(a, b)",
        "∂v/∂a = 1 if a > b, else 0",
        CALL,
        np.maximum,
        (lambda v, a, b: _share(a, b), lambda v, a, b: _share(b, a)),
        ("[{0:p} > {1:p}]", "[{1:p} > {0:p}]"),
        corner=_corner_at_tie,
    ),
    _of_two(
        "min",
        "Minimum",
        "The derivative goes to the smaller one.",
        "min({0:p}, {1:p})",
        "v = min(a, b)",
        "∂v/∂a = 1 if a < b, else 0",
        CALL,
        np.minimum,
        (lambda v, a, b: _share(b, a), lambda v, a, b: _share(a, b)),
        ("[{0:p} < {1:p}]", "[{1:p} < {0:p}]"),
        corner=_corner_at_tie,
    ),
)

CONSTANTS = {"pi": ("π", math.pi), "e": ("e", math.e)}
"""Names that stand for numbers: how they are shown, and their value."""
