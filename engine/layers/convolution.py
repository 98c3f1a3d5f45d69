"""A two-dimensional convolution: the same small weights at every place of an image.

    z[o, i, j] = b[o] + Σ_c Σ_p Σ_q W[c, p, q, o] · x[c, s·i + p − t, s·j + q − t]

with stride s and t zeros in front of the image (0 for "valid"; for "same" as many as make the output ⌈H/s⌉ × ⌈W/s⌉,
the odd one behind). As everywhere in this field the kernel is not flipped: strictly this is a cross-correlation. See
Dumoulin & Visin, A guide to convolution arithmetic for deep learning, 2016.

The windows of all places are laid out as the columns of one matrix, once for the products forward and for ∂L/∂W, so
that each is one large matrix product. Shapes: windows (R, C·k·k + 1, H′·W′·B) ending in a row of ones, weights
(R, C·k·k + 1, O) ending in the biases.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.lib.stride_tricks import as_strided

from engine.layers.dense import ACTIVATION_FIELD
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
from engine.limits import FILTERS, KERNEL_SIZE, STRIDE
from engine.types import Array

KERNEL_FIELD = Field("kernel_size", "Kernel size", "Side of the window each filter looks through.", 3, KERNEL_SIZE)
STRIDE_FIELD = Field("stride", "Stride", "How far the window moves from one place to the next.", 1, STRIDE)


def window_counts(sizes: Shape, kernel: int, stride: int, padding: str, field: str) -> tuple[int, int]:
    """Places of a window along the height and the width. Raises :class:`ShapeError` where there is none."""
    height, width = (-(-size // stride) if padding == "same" else (size - kernel) // stride + 1 for size in sizes)
    if height < 1 or width < 1:
        raise ShapeError(
            field,
            f"A window of {kernel} × {kernel} does not fit into {sizes[0]} × {sizes[1]}; take a smaller one.",
        )
    return height, width


def image_shape(inputs: Shape) -> tuple[int, int, int]:
    """(C, H, W). Raises :class:`ShapeError` for what is no image."""
    if len(inputs) != 3:
        raise ShapeError("", "This layer slides over images, and its input is none; take dense here, or image data.")
    channels, height, width = inputs
    return channels, height, width


@dataclass(frozen=True, slots=True)
class ConvolutionSpec(LayerSpec):
    """Filters that slide over an image (C, H, W) and give one map each: (O, H′, W′)."""

    KIND = Kind(
        "convolution",
        "Convolution",
        "Slides small filters over the image: each looks for one pattern everywhere, with the same few weights.",
        "z_{oij} = b_o + Σ_{cpq} w_{cpqo} x_{c,i+p,j+q}",
        (
            Field("filters", "Filters", "How many patterns are looked for; each gives a map of its own.", 8, FILTERS),
            KERNEL_FIELD,
            STRIDE_FIELD,
            Field(
                "padding",
                "Padding",
                "valid: the window stays inside the image. same: zeros around it keep the size.",
                "valid",
                choices=("valid", "same"),
            ),
            ACTIVATION_FIELD,
        ),
    )
    filters: int = 8
    kernel_size: int = 3
    stride: int = 1
    padding: str = "valid"
    activation: str = "tanh"

    def output_shape(self, inputs: Shape) -> Shape:
        counts = window_counts(image_shape(inputs)[1:], self.kernel_size, self.stride, self.padding, "kernel_size")
        return (self.filters, *counts)

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        area = self.kernel_size**2
        return (Block("kernels", inputs[0] * area + 1, self.filters, inputs[0] * area, self.filters * area),)

    def multiply_adds(self, inputs: Shape) -> int:
        _, height, width = self.output_shape(inputs)
        return inputs[0] * self.kernel_size**2 * self.filters * height * width

    def workspace(self, inputs: Shape) -> int:
        _, height, width = self.output_shape(inputs)
        return 2 * (inputs[0] * self.kernel_size**2 + 1) * height * width

    def bind(self, binding: Binding) -> Bound:
        return Convolution(self, binding)


class Convolution(Bound):
    """The windows, and the products with them."""

    def __init__(self, spec: ConvolutionSpec, binding: Binding) -> None:
        super().__init__(binding)
        self.kernel, self.stride = spec.kernel_size, spec.stride
        channels, height, width = binding.inputs
        self.filters, self.height, self.width = binding.outputs
        self.rows = channels * self.kernel**2
        self.places = self.height * self.width * binding.batch
        reach = [(count - 1) * self.stride + self.kernel for count in binding.outputs[1:]]
        before = [max(0, size - inside) // 2 for size, inside in zip(reach, (height, width), strict=True)]
        padded = [max(size, inside + front) for size, inside, front in zip(reach, (height, width), before, strict=True)]
        self.is_padded = padded != [height, width]
        self.inside = tuple(slice(front, front + size) for front, size in zip(before, (height, width), strict=True))
        self.padded = binding.empty(channels, *padded, binding.batch) if self.is_padded else None
        self.windows = binding.empty(self.rows + 1, self.places)
        self.windows[:, -1] = 1.0

    def forward(self, read: Read, z: Array) -> Template:
        """Lay out the windows, then z = Wᵀ · windows."""
        transposed = self.binding.weights[0].transpose(0, 2, 1)
        sums = z.reshape(len(z), self.filters, self.places, copy=False)
        return [*self._lay_out(read), partial(np.matmul, transposed, self.windows, sums)]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂W = windows · δᵀ; ∂L/∂x adds up W δ wherever a pixel was looked at."""
        assert self.binding.gradients is not None
        flat = delta.reshape(len(delta), self.filters, self.places, copy=False)
        steps: Template = [partial(np.matmul, self.windows, flat.transpose(0, 2, 1), self.binding.gradients[0])]
        return steps if dx is None else [*steps, *self._input_gradient(flat, in_shape(dx, self.binding.inputs))]

    def _lay_out(self, read: Read) -> Template:
        """Copy every window of the image, with its zeros around, into its column."""
        target = self._by_pixel(self.windows[:, :-1])
        if self.padded is None:
            return [read(lambda x: partial(np.copyto, target, self._views(in_shape(x, self.binding.inputs))))]
        image = self.padded[:, :, *self.inside]
        return [
            read(lambda x: partial(np.copyto, image, in_shape(x, self.binding.inputs))),
            partial(np.copyto, target, self._views(self.padded)),
        ]

    def _by_pixel(self, windows: Array) -> Array:
        """Windows (R, C·k·k, H′·W′·B) as (R, C, k, k, H′, W′, B)."""
        shape = (len(windows), -1, self.kernel, self.kernel, self.height, self.width, self.binding.batch)
        return windows.reshape(shape, copy=False)

    def _views(self, image: Array) -> Array:
        """All windows of an image (R, C, H, W, B) in place: (R, C, k, k, H′, W′, B)."""
        replicas, channels, *_ = image.shape
        r, c, h, w, b = image.strides
        return as_strided(
            image,
            (replicas, channels, self.kernel, self.kernel, self.height, self.width, self.binding.batch),
            (r, c, h, w, h * self.stride, w * self.stride, b),
        )

    def _input_gradient(self, delta: Array, dx: Array) -> Template:
        weights = self.binding.weights[0][:, :-1]
        slopes = self.binding.empty(self.rows, self.places)
        by_pixel = self._by_pixel(slopes)
        image = dx if self.padded is None else self.binding.empty(*self.padded.shape[1:])
        steps: Template = [partial(np.matmul, weights, delta, slopes), partial(image.fill, 0.0)]
        span_rows, span_columns = self.height * self.stride, self.width * self.stride
        for row in range(self.kernel):
            for column in range(self.kernel):
                part = image[:, :, row : row + span_rows : self.stride, column : column + span_columns : self.stride]
                steps.append(partial(np.add, part, by_pixel[:, :, row, column], part))
        return steps if self.padded is None else [*steps, partial(np.copyto, dx, image[:, :, *self.inside])]
