"""An embedding: a row of numbers for every word, looked up by the word's number and learned like any weight.

    y_t = E[word_t],    ∂L/∂E[w] = Σ over the steps with word_t = w of ∂L/∂y_t

It is the product of E with a one-hot vector (Bengio et al., A neural probabilistic language model, 2003) without the
product. Word 0 is padding and has a row like the others; nothing flows back to it from a recurrent layer, which gives
no gradient behind a sequence's end. Shapes: inputs (T,) numbers of words, E (R, V, E) without biases, outputs (T, E).
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engine.layers.layer import (
    Binding,
    Block,
    Bound,
    Field,
    Kind,
    LayerSpec,
    Read,
    Shape,
    ShapeError,
    Template,
    in_shape,
)
from engine.limits import UNITS
from engine.types import Array


@dataclass(frozen=True, slots=True)
class EmbeddingSpec(LayerSpec):
    """A row of ``units`` numbers for each of the data's words; ``vocabulary`` is how many there are."""

    KIND = Kind(
        "embedding",
        "Embedding",
        "Gives every word a row of numbers of its own, and learns them.",
        "y_t = E_{word_t}",
        (Field("units", "Numbers a word", "How many numbers stand for one word.", 8, UNITS),),
    )
    units: int = 8
    vocabulary: int = 0

    @property
    def reads_words(self) -> bool:
        return True

    def for_words(self, vocabulary: int) -> LayerSpec:
        return replace(self, vocabulary=vocabulary)

    def output_shape(self, inputs: Shape) -> Shape:
        if not self.vocabulary or len(inputs) != 1:
            raise ShapeError(
                "", "An embedding looks words up, and its input is none; take dense here, or data of words."
            )
        return (inputs[0], self.units)

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        return (Block("words", self.vocabulary, self.units, self.vocabulary, self.units, biases=False),)

    def multiply_adds(self, inputs: Shape) -> int:
        """A number copied counts as one."""
        return inputs[0] * self.units

    def workspace(self, inputs: Shape) -> int:
        return 2 * inputs[0] * (self.units + 1)

    def bind(self, binding: Binding) -> Bound:
        return Embedding(binding)


class Embedding(Bound):
    """Where in a replica's E each number of the output stands: ``places`` (R, T, E, B)."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        steps, self.units = binding.outputs
        self.places = binding.empty(steps, self.units, binding.batch, dtype=np.intp)
        self.words = binding.empty(steps, 1, binding.batch, dtype=np.intp)

    def forward(self, read: Read, z: Array) -> Template:
        """y_t = E[word_t]."""
        words, numbers = self.words[:, :, 0], np.arange(self.units)[:, None]
        steps: Template = [
            read(lambda x: partial(np.copyto, words, in_shape(x, self.binding.inputs), casting="unsafe")),
            partial(np.multiply, self.words, self.units, self.words),
            partial(np.add, self.words, numbers, self.places),
        ]
        return steps + [
            partial(np.take, table.reshape(-1, copy=False), places, None, out.reshape(places.shape, copy=False), "clip")
            for table, places, out in zip(self.binding.weights[0], self.places, z, strict=True)
        ]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """Each step's δ added to the row of its word. Words themselves have no gradient."""
        assert self.binding.gradients is not None
        (gradient,) = self.binding.gradients
        steps: Template = [partial(gradient.fill, 0.0)]
        for table, places, part in zip(gradient, self.places, delta, strict=True):
            steps.append(partial(np.add.at, *(array.reshape(-1, copy=False) for array in (table, places, part))))
        return steps if dx is None else [*steps, partial(dx.fill, 0.0)]
