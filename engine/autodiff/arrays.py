"""Operations of whole arrays: matrix product, sum, mean and transpose; and the table of all operations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.autodiff.functions import ELEMENTWISE
from engine.autodiff.operations import CALL, PRODUCT, Inputs, MisfitError, Operation, Shape, shape_text
from engine.types import Float64Array


@dataclass(frozen=True, slots=True)
class Linear(Operation):
    """An operation that is linear in each of its inputs, so pushing a derivative forward is doing it once more.

    ``back`` (place, gradient, inputs) is its transpose: what it adds to the gradient of the input in a place.
    """

    function: Callable[..., Float64Array]
    fit: Callable[[Sequence[Shape]], Shape]
    back: Callable[[int, Float64Array, Inputs], Float64Array]

    def shape(self, shapes: Sequence[Shape]) -> Shape:
        return self.fit(shapes)

    def value(self, inputs: Inputs) -> Float64Array:
        return np.asarray(self.function(*inputs))

    def trouble(self, inputs: Inputs) -> str | None:
        return None

    def note(self, inputs: Inputs) -> str | None:
        return None

    def local(self, place: int, value: Float64Array, inputs: Inputs) -> None:
        return None

    def pull(self, place: int, gradient: Float64Array, value: Float64Array, inputs: Inputs) -> Float64Array:
        return np.asarray(self.back(place, gradient, inputs))

    def push(self, place: int, tangent: Float64Array, value: Float64Array, inputs: Inputs) -> Float64Array:
        return self.value([tangent if other == place else given for other, given in enumerate(inputs)])


def _product_shape(shapes: Sequence[Shape]) -> Shape:
    """(m, k) @ (k, n) is (m, n); a vector counts as a row on the left and as a column on the right."""
    left, right = shapes
    if not left or not right:
        raise MisfitError("@ multiplies vectors and matrices: write * for a product with a number.")
    if left[-1] != right[0]:
        raise MisfitError(
            f"{shape_text(left)} @ {shape_text(right)} does not fit: the first needs as many columns as the second has"
            f" rows, {left[-1]} are not {right[0]}. Perhaps one of them must be transposed with .T."
        )
    return left[:-1] + right[1:]


def _product_back(place: int, gradient: Float64Array, inputs: Inputs) -> Float64Array:
    left = inputs[0].reshape(-1, inputs[0].shape[-1])
    right = inputs[1].reshape(inputs[1].shape[0], -1)
    middle = gradient.reshape(len(left), right.shape[1])
    parts = middle @ right.T if place == 0 else left.T @ middle
    return parts.reshape(inputs[place].shape)


def _to_number(shapes: Sequence[Shape]) -> Shape:
    return ()


def _turned(shapes: Sequence[Shape]) -> Shape:
    return shapes[0][::-1]


def _spread(place: int, gradient: Float64Array, inputs: Inputs) -> Float64Array:
    return np.full(inputs[0].shape, gradient)


def _spread_evenly(place: int, gradient: Float64Array, inputs: Inputs) -> Float64Array:
    return np.full(inputs[0].shape, gradient / inputs[0].size)


def _turn_back(place: int, gradient: Float64Array, inputs: Inputs) -> Float64Array:
    return gradient.T


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        *ELEMENTWISE,
        Linear(
            "matmul",
            "Matrix product",
            "Every row of the first times every column of the second.",
            "{0} @ {1}",
            "v = a @ b",
            "∂J/∂a = ∂J/∂v @ b.T, ∂J/∂b = a.T @ ∂J/∂v",
            PRODUCT,
            2,
            ("{g} @ {1}.T", "{0}.T @ {g}"),
            np.matmul,
            _product_shape,
            _product_back,
        ),
        Linear(
            "sum",
            "Sum of all entries",
            "Hands the derivative on to every entry as it is.",
            "sum({0:p})",
            "v = Σ a_i",
            "∂v/∂a_i = 1",
            CALL,
            1,
            ("{g} for every entry",),
            np.sum,
            _to_number,
            _spread,
        ),
        Linear(
            "mean",
            "Mean of all entries",
            "Shares the derivative out evenly among the entries.",
            "mean({0:p})",
            "v = Σ a_i / n",
            "∂v/∂a_i = 1 / n",
            CALL,
            1,
            ("{g} / n for every entry",),
            np.mean,
            _to_number,
            _spread_evenly,
        ),
        Linear(
            "transpose",
            "Transpose",
            "Rows become columns, and on the way back columns rows.",
            "{0}.T",
            "v_{ij} = a_{ji}",
            "∂J/∂a = (∂J/∂v).T",
            CALL,
            1,
            ("{g}.T",),
            np.transpose,
            _turned,
            _turn_back,
        ),
    )
}
"""Every operation by its name. To add one, write its value and its derivative and list it here or with the others."""

FUNCTIONS = {name: name for name, operation in OPERATIONS.items() if operation.template.endswith(")")} | {"log": "ln"}
"""The functions by the names they are written with."""
