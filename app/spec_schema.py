"""The run specification, for OpenAPI: what `engine.spec` reads, with its words, units, defaults and bounds."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from app.layer_schema import AnyLayer, usual_layer
from app.optimizer_schema import Optimizer, Stop
from app.schema_parts import Part
from engine import limits

Activation: TypeAlias = Literal[
    "linear",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "sine",
    "silu",
    "gelu",
    "threshold",
]
OutputActivation: TypeAlias = Activation | Literal["softmax"]
Feature: TypeAlias = Literal["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2", "cos_x1", "cos_x2"]
InitializerName: TypeAlias = Literal[
    "uniform",
    "normal",
    "glorot_uniform",
    "glorot_normal",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "orthogonal",
    "zeros",
    "constant",
]
DatasetName: TypeAlias = Literal[
    "circle",
    "xor",
    "gauss",
    "spiral",
    "moons",
    "rings",
    "checkerboard",
    "three_blobs",
    "three_spirals",
    "plane",
    "hills",
    "blobs",
    "spirals",
    "gate_and",
    "gate_or",
    "gate_nand",
    "gate_xor",
    "gate_not",
    "sine",
    "step",
    "bump",
    "polynomial",
    "digits",
    "digits_ink",
    "drawings",
    "copy",
    "parity",
    "running_parity",
    "adding",
    "continuation",
    "characters",
    "sentiment",
]
Parameter: TypeAlias = Annotated[float, Field(ge=limits.PARAMETER.minimum, le=limits.PARAMETER.maximum)]
Coordinate: TypeAlias = Annotated[float, Field(ge=limits.COORDINATE.minimum, le=limits.COORDINATE.maximum)]
Label: TypeAlias = Coordinate | Annotated[str, Field(min_length=1, max_length=limits.LONGEST_LABEL)]
Place: TypeAlias = Annotated[int, Field(ge=0, lt=limits.MOST_PARAMETERS)]
Pin: TypeAlias = tuple[Place, Place, Place | None]


class GeneratedDataset(Part):
    """Examples drawn from a seed: points in the plane, or what the catalog says under `inputs`."""

    kind: DatasetName = Field(
        "circle", description="Which set. The catalog says of each what its examples are, and its task."
    )
    samples: int = Field(
        int(limits.SAMPLES.default),
        ge=limits.SAMPLES.minimum,
        le=limits.SAMPLES.maximum,
        description="Examples in all. The catalog names the default of each kind: 1200 for `plane` and `hills`.",
    )
    noise: float = Field(
        limits.NOISE.default,
        ge=limits.NOISE.minimum,
        le=limits.NOISE.maximum,
        description="How blurred the pattern is, as a fraction. The catalog says what it does to each pattern.",
    )
    train_fraction: float = Field(
        limits.TRAIN_FRACTION.default,
        ge=limits.TRAIN_FRACTION.minimum,
        le=limits.TRAIN_FRACTION.maximum,
        description="The fraction of the points that trains; the rest tests.",
    )
    seed: int = Field(
        int(limits.SEED.default),
        ge=limits.SEED.minimum,
        le=limits.SEED.maximum,
        description="Seed of the points. The same seed gives the same points.",
    )
    length: int | None = Field(
        None,
        ge=limits.LENGTH.minimum,
        le=limits.LENGTH.maximum,
        description="Steps of each sequence, for the kinds whose length can be chosen; within the catalog's bounds.",
    )
    classes: int | None = Field(
        None,
        ge=limits.CLASSES.minimum,
        le=limits.CLASSES.maximum,
        description="How many classes, for the kinds that leave the choice.",
    )


class Axis(Part):
    """What a coordinate meant before it was scaled to the plot: raw = center + scale · x."""

    name: str = Field(min_length=1, max_length=limits.LONGEST_LABEL, description="The column's name.")
    center: float = Field(
        limits.AXIS_CENTER.default,
        ge=limits.AXIS_CENTER.minimum,
        le=limits.AXIS_CENTER.maximum,
        description="The raw value at x = 0, in the column's unit.",
    )
    scale: float = Field(
        limits.AXIS_SCALE.default,
        ge=limits.AXIS_SCALE.minimum,
        le=limits.AXIS_SCALE.maximum,
        description="Raw units for each unit of x.",
    )


class PointsDataset(Part):
    """Points given by you: at most 10000, training and test together."""

    kind: Literal["points"] = Field(description="`points`.")
    task: Literal["classification", "regression"] = Field(
        "classification", description="Whether the third value of a point is its class or a number to predict."
    )
    train: list[tuple[Coordinate, Coordinate, Label]] = Field(
        min_length=1,
        max_length=limits.MOST_POINTS,
        description="Training points [x1, x2, label], coordinates in plot units (the plot shows −6 to 6). "
        "2 to 10 classes, all labels numbers or all texts.",
    )
    test: list[tuple[Coordinate, Coordinate, Label]] = Field(
        [], max_length=limits.MOST_POINTS, description="Test points, in the same form; may be empty."
    )
    axes: list[Axis] = Field(
        [], min_length=2, max_length=2, description="What x1 and x2 meant in your own units. Left out: plot units."
    )


class ArraysPart(Part):
    """Examples and their labels."""

    inputs: list[Annotated[list[Coordinate], Field(max_length=limits.MOST_INPUTS)]] = Field(
        max_length=limits.MOST_POINTS,
        description="The examples, each a flat list of as many numbers as the shape holds.",
    )
    labels: list[Label] = Field(max_length=limits.MOST_POINTS, description="The class or the value of each example.")


class ArraysDataset(Part):
    """Examples of any shape given by you: at most 10000 examples and 1000000 numbers, training and test together."""

    kind: Literal["arrays"] = Field(description="`arrays`.")
    task: Literal["classification", "regression"] = Field(
        "classification", description="Whether a label is a class or a number to predict."
    )
    shape: list[Annotated[int, Field(ge=1, le=limits.MOST_INPUTS)]] = Field(
        min_length=1,
        max_length=3,
        description="One example's shape: [F] a row of a table, [T, D] a sequence of vectors, [C, H, W] an image.",
    )
    train: ArraysPart = Field(description="What is trained on; at least one example.")
    test: ArraysPart | None = Field(None, description="What is tested on.")


class Output(Part):
    """The last layer. Its width follows from the task: one unit, one for each of three or more
    classes, or one for each input to be reconstructed."""

    activation: OutputActivation = Field(
        "sigmoid",
        description="The output's activation. Left out, it follows from task and loss: sigmoid or softmax for "
        "cross_entropy, linear for hinge, a regression and a reconstruction, tanh or softmax for classes with "
        "another loss.",
    )


class Regularizer(Part):
    """A penalty on the weights; biases are never penalised."""

    kind: Literal["none", "l1", "l2"] = Field("none", description="Which penalty.")
    rate: float = Field(
        limits.RATE.default, ge=limits.RATE.minimum, le=limits.RATE.maximum, description="The penalty's weight (λ)."
    )


class Initializer(Part):
    """Where weights and biases start."""

    kind: InitializerName = Field("glorot_uniform", description="The distribution the weights are drawn from.")
    scale: float = Field(
        1.0,
        ge=min(bounds.minimum for bounds in limits.INITIALIZER_SCALES.values()),
        le=max(bounds.maximum for bounds in limits.INITIALIZER_SCALES.values()),
        description="uniform: the half-width (default 0.5); normal: the standard deviation (0.5); constant: the value "
        "(0.1); 1 for the others. Each kind has narrower bounds of its own, see the catalog.",
    )
    bias: float = Field(
        limits.BIAS.default, ge=limits.BIAS.minimum, le=limits.BIAS.maximum, description="Every bias at the start."
    )


class Parameters(Part):
    """Weights and biases of the whole network, in the order of its layers, the output last."""

    weights: list[list[list[Parameter]]] = Field(
        description="weights[l][j] are the weights into unit j of layer l, one for each input."
    )
    biases: list[list[Parameter]] = Field(description="biases[l][j] is the bias of unit j of layer l.")


class RunSpec(Part):
    """One network in training, completely. Everything may be left out."""

    version: Literal[1] = Field(1, description="The version of this document's form.")
    dataset: GeneratedDataset | PointsDataset | ArraysDataset = Field(
        default_factory=GeneratedDataset, description="The points to learn: a generated pattern or your own."
    )
    features: list[Feature] = Field(
        ["x1", "x2"],
        max_length=9,
        description="What the network sees of a point, in this order, each once. On a line those of x1 alone, by "
        "default x1; none for other data, which the network sees as they are.",
        json_schema_extra={"uniqueItems": True},
    )
    layers: list[AnyLayer] = Field(
        default_factory=lambda: [usual_layer(4), usual_layer(2)],
        max_length=limits.MOST_LAYERS,
        description="The hidden layers in order. At most 2000000 parameters in all.",
    )
    output: Output = Field(default_factory=Output, description="The output layer.")
    loss: Literal["squared_error", "cross_entropy", "absolute_error", "huber", "hinge", "reconstruction"] = Field(
        "cross_entropy",
        description="What is minimised. Left out: cross_entropy for classes, squared_error for numbers. "
        "The loss is the mean over examples, each summed over its outputs: squared_error ½ (output − target)², "
        "absolute_error |output − target|, huber the one within a distance of 1 and the other beyond, "
        "hinge max(0, 1 − target · output) with targets −1 and +1, reconstruction squared_error with the inputs as "
        "targets.",
    )
    optimizer: Optimizer = Field(default_factory=Optimizer, description="How the gradient becomes a step.")
    regularizer: Regularizer = Field(default_factory=Regularizer, description="A penalty on the weights.")
    initializer: Initializer = Field(default_factory=Initializer, description="Where weights and biases start.")
    batch_size: int = Field(
        int(limits.BATCH_SIZE.default),
        ge=limits.BATCH_SIZE.minimum,
        le=limits.BATCH_SIZE.maximum,
        description="Examples in each update.",
    )
    shuffle: bool = Field(True, description="Whether the examples come in a new random order every epoch.")
    seed: int = Field(
        int(limits.RUN_SEED.default),
        ge=limits.RUN_SEED.minimum,
        le=limits.RUN_SEED.maximum,
        description="Seed of the initial parameters and of the shuffling. The same seed gives the same curve.",
    )
    dtype: Literal["float32", "float64"] = Field("float32", description="The precision of all arithmetic.")
    initial: Parameters | None = Field(
        None, description="The parameters to start from, in the network's shapes. By default they are drawn."
    )
    pinned: Annotated[list[Pin], Field(max_length=limits.MOST_PINNED)] | None = Field(
        None,
        description="Parameters that training leaves where they are, each [layer, unit, input], null for the bias; "
        "layers count from 0, the output layer is the last.",
    )
    stop: Stop | None = Field(None, description="When the run pauses by itself. Left out: never.")
