"""How each activation and its derivative are written with numbers in them."""

from dataclasses import dataclass

from engine.writing import Shown, factor, written


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates of φ(z) and φ′(z), filled with symbols and then with numbers; {z:p} is z without brackets."""

    value: str
    slope: str


def symbol(text: str) -> Shown:
    """A symbol, which never needs brackets."""
    return Shown(text, text)


def number(value: float) -> Shown:
    """A number, a negative one in brackets."""
    return Shown(written(value), factor(value))


WORDINGS: dict[str, Wording] = {
    "linear": Wording("{z:p}", "1"),
    "sigmoid": Wording("1 / (1 + e^{{−{z}}})", "{a}·(1 − {a})"),
    "tanh": Wording("tanh({z:p})", "1 − {a}^2"),
    "relu": Wording("max(0, {z:p})", "(1 if {z:p} > 0, else 0)"),
    "leaky_relu": Wording("max(0.01·{z}, {z:p})", "(1 if {z:p} > 0, else 0.01)"),
    "elu": Wording("({z:p} if {z:p} > 0, else e^{{{z:p}}} − 1)", "(1 if {z:p} > 0, else e^{{{z:p}}})"),
    "softplus": Wording("ln(1 + e^{{{z:p}}})", "1 / (1 + e^{{−{z}}})"),
    "sine": Wording("sin({z:p})", "cos({z:p})"),
    "silu": Wording("{z}·σ({z:p})", "σ({z:p})·(1 + {z}·(1 − σ({z:p})))"),
    "gelu": Wording("{z}·Φ({z:p})", "Φ({z:p}) + {z}·Φ′({z:p})"),
}
OTHER = Wording("φ({z:p})", "φ′({z:p})")
"""For an activation without a wording of its own."""


def wording(activation: str) -> Wording:
    """The templates of an activation."""
    return WORDINGS.get(activation, OTHER)
