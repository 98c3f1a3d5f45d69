"""Reading a run specification from JSON: every part, its defaults, and what must fit together.

Parts that were validated before (a :class:`PointsSpec`, an :class:`InitialSpec`) are taken as they are, so that a
changed learning rate does not read ten thousand points again.
"""

import math
from collections.abc import Sequence
from typing import Any

from engine import limits
from engine.activations import OUTPUT_ACTIVATIONS
from engine.compatibility import Problem, activation_misfit, default_loss, default_output, loss_misfit, output_misfit
from engine.datasets import DatasetShape, describe
from engine.datasets.arrays import read_arrays
from engine.datasets.generated import read_generated
from engine.datasets.inline import read_points
from engine.features import DEFAULT_FEATURES, FEATURES_OF
from engine.initial import read_initial
from engine.initializers import INITIALIZERS
from engine.layers import DenseSpec, LayerSpec, Shape
from engine.layers.reading import read_layers
from engine.losses import LOSSES, RECONSTRUCTION
from engine.optimizing import read_optimizer, read_stop
from engine.parts import (
    AnyDatasetSpec,
    ArraysSpec,
    DatasetSpec,
    InitializerSpec,
    InitialSpec,
    Inputs,
    OutputSpec,
    PointsSpec,
    RegularizerSpec,
)
from engine.pins import read_pins
from engine.reading import Reader
from engine.regularizers import REGULARIZERS
from engine.types import Json
from engine.wiring import Wire, WiringError, wire

DTYPES = ("float32", "float64")
INPUT_WORDS = {"vector": "rows of a table", "image": "images", "sequence": "sequences", "tokens": "texts"}
DEFAULT_LAYERS: tuple[LayerSpec, ...] = (DenseSpec(units=4), DenseSpec(units=2))


def read_dataset(reader: Reader, value: Json, pointer: str) -> AnyDatasetSpec:
    """A generated or an inline dataset."""
    if isinstance(value, PointsSpec | ArraysSpec):
        return value
    if isinstance(value, dict) and value.get("kind") == "points":
        return read_points(reader, value, pointer)
    if isinstance(value, dict) and value.get("kind") == "arrays":
        return read_arrays(reader, value, pointer)
    return read_generated(reader, value, pointer)


def problem_of(dataset: AnyDatasetSpec) -> Problem:
    """What a dataset asks of a network."""
    form = describe(dataset)
    return Problem(form.task, len(form.classes))


def read_features(reader: Reader, value: Json, pointer: str, inputs: Inputs) -> tuple[str, ...]:
    """The chosen features, in the order given, each once: those of the plane, or of the line.

    Other inputs go into the network as they are, and there is no feature to choose.
    """
    known = FEATURES_OF.get(inputs, ())
    if not known:
        if value not in ([], ()):
            reader.problem(
                pointer, f"Features are made of points, and this data has {INPUT_WORDS[inputs]}; leave them out."
            )
        return ()
    items = reader.items(value, pointer, 1, len(known), "features")
    names = []
    for place, item in enumerate(items):
        name = reader.choice(item, f"{pointer}/{place}", known, "")
        if name and name in names:
            reader.problem(f"{pointer}/{place}", "This feature is in the list already; leave it out here.")
        names.append(name)
    return tuple(names)


def read_regularizer(reader: Reader, value: Json, pointer: str) -> RegularizerSpec:
    """The penalty and its rate."""
    fields = reader.record(value, pointer, ("kind", "rate"))
    return RegularizerSpec(
        reader.choice(fields.get("kind", "none"), f"{pointer}/kind", REGULARIZERS, "none"),
        reader.real(fields.get("rate", limits.RATE.default), f"{pointer}/rate", limits.RATE),
    )


def read_initializer(reader: Reader, value: Json, pointer: str) -> InitializerSpec:
    """Where weights and biases start; each kind has its own bounds for the scale."""
    fields = reader.record(value, pointer, ("kind", "scale", "bias"))
    kind = reader.choice(fields.get("kind", "glorot_uniform"), f"{pointer}/kind", INITIALIZERS, "glorot_uniform")
    scale = limits.INITIALIZER_SCALES[kind]
    return InitializerSpec(
        kind,
        reader.real(fields.get("scale", scale.default), f"{pointer}/scale", scale),
        reader.real(fields.get("bias", limits.BIAS.default), f"{pointer}/bias", limits.BIAS),
    )


def read_loss_and_output(reader: Reader, fields: dict[str, Json], problem: Problem) -> tuple[str, OutputSpec]:
    """Loss and output activation, each filled in from the other and from the problem when it is missing."""
    activation = None
    if "output" in fields:
        output = reader.record(fields["output"], "/output", ("activation",), '{"activation": "tanh"}')
        if "activation" in output:
            activation = reader.choice(output["activation"], "/output/activation", OUTPUT_ACTIVATIONS, "linear")
    before = len(reader.errors)
    loss = default_loss(problem, activation)
    if "loss" in fields:
        loss = reader.choice(fields["loss"], "/loss", LOSSES, loss)
    if activation is None:
        activation = default_output(problem, loss)
    if len(reader.errors) == before:
        for pointer, misfit in (
            ("/loss", loss_misfit(problem, loss)),
            ("/output/activation", activation_misfit(activation) or output_misfit(problem, loss, activation)),
        ):
            if misfit is not None:
                reader.problem(pointer, misfit)
    return loss, OutputSpec(activation)


def output_units(problem: Problem, loss: str, inputs: Shape) -> int:
    """How many units the output layer has."""
    return math.prod(inputs) if loss == RECONSTRUCTION else problem.output_units


def read_wiring(
    reader: Reader, inputs: Shape, layers: Sequence[LayerSpec], output: DenseSpec, form: DatasetShape
) -> tuple[Wire, ...]:
    """The layers in their places; none, and a problem noted, where one cannot take what it reads."""
    try:
        return wire(inputs, layers, output, form)
    except WiringError as error:
        place = f"/layers/{error.place}" if error.place < len(layers) else "/layers"
        reader.problem(f"{place}/{error.field}" if error.field else place, str(error))
        return ()


def check_batch(reader: Reader, wires: Sequence[Wire], examples: int) -> None:
    """A step keeps the output of every unit for every example of its batch: that must not fill the memory."""
    values = examples * sum(wire.widest for wire in wires)
    if values > limits.MOST_VALUES_IN_A_BATCH:
        reader.problem(
            "/batch_size",
            f"A batch of {examples} examples gives {values} numbers to keep, "
            f"{limits.MOST_VALUES_IN_A_BATCH} are allowed; take a smaller batch or fewer units.",
        )


def check_data(reader: Reader, samples: int, inputs: Shape, wires: Sequence[Wire]) -> None:
    """All examples are kept with their targets and, when the losses are taken, with what comes out."""
    values = samples * (math.prod(inputs) + (wires[-1].units if wires else 0))
    if values > limits.MOST_VALUES_OF_DATA:
        reader.problem(
            "/dataset/samples",
            f"These examples and their targets are {values} numbers, {limits.MOST_VALUES_OF_DATA} are allowed; "
            "take fewer examples or shorter ones.",
        )


def check_work(reader: Reader, dataset: AnyDatasetSpec, wires: Sequence[Wire]) -> None:
    """The losses are taken over all examples: one look at them must not keep everybody waiting.

    What an example costs are a layer's multiply-adds, and at least one for each number that comes out of it.
    """
    an_example = sum(max(wire.units, wire.layer.multiply_adds(wire.inputs)) for wire in wires)
    work = an_example * dataset.size
    if work > limits.MOST_WORK:
        generated = isinstance(dataset, DatasetSpec)
        reader.problem(
            "/dataset/samples" if generated else "/layers",
            f"To take all examples through this network takes {work} multiplications, {limits.MOST_WORK} are allowed; "
            f"take {'fewer examples, or ' if generated else ''}fewer filters, units or layers.",
        )


def read_parameters(reader: Reader, value: Json, wires: Sequence[Wire]) -> InitialSpec | None:
    """The initial parameters, once the network they belong to is known to be sound and not too large."""
    if not wires:
        return None
    total = sum(layer.parameters for layer in wires)
    if total > limits.MOST_PARAMETERS:
        reader.problem(
            "/layers",
            f"This network has {total} parameters, {limits.MOST_PARAMETERS} are allowed; take fewer units or layers.",
        )
        return None
    return read_initial(reader, value, "/initial", wires)


def read_fields(value: Json, known: Sequence[str]) -> dict[str, Any]:
    """Every field of a run specification, exact and complete; raises SpecError with all problems at once."""
    reader = Reader()
    fields = reader.record(value, "", known, '{"dataset": {"kind": "circle"}}')
    if fields.get("version", 1) != 1 or isinstance(fields.get("version"), bool):
        reader.problem("/version", "Give version 1, the only one there is.")
    before_shape = len(reader.errors)
    dataset = read_dataset(reader, fields.get("dataset", {}), "/dataset")
    dataset_sound = len(reader.errors) == before_shape
    form = describe(dataset)
    features = read_features(
        reader, fields.get("features", DEFAULT_FEATURES.get(form.inputs, ())), "/features", form.inputs
    )
    layers = DEFAULT_LAYERS
    if "layers" in fields:
        layers = read_layers(reader, fields["layers"], "/layers")
    problem = problem_of(dataset)
    loss, output = "squared_error", OutputSpec("linear")
    if dataset_sound:
        loss, output = read_loss_and_output(reader, fields, problem)
        if loss == RECONSTRUCTION and form.inputs in ("sequence", "tokens"):
            reader.problem("/loss", "Sequences cannot be reconstructed; choose another loss, or data without steps.")
    shape_sound = len(reader.errors) == before_shape
    parsed: dict[str, Any] = {
        "dataset": dataset,
        "features": features,
        "layers": layers,
        "output": output,
        "loss": loss,
        "optimizer": read_optimizer(reader, fields.get("optimizer", {}), "/optimizer"),
        "regularizer": read_regularizer(reader, fields.get("regularizer", {}), "/regularizer"),
        "initializer": read_initializer(reader, fields.get("initializer", {}), "/initializer"),
        "batch_size": reader.whole(
            fields.get("batch_size", limits.BATCH_SIZE.default), "/batch_size", limits.BATCH_SIZE
        ),
        "shuffle": reader.switch(fields.get("shuffle", True), "/shuffle"),
        "seed": reader.whole(fields.get("seed", limits.RUN_SEED.default), "/seed", limits.RUN_SEED),
        "dtype": reader.choice(fields.get("dtype", "float32"), "/dtype", DTYPES, "float32"),
    }
    if dataset_sound:
        parsed["stop"] = read_stop(
            reader, fields.get("stop"), "/stop", problem.task == "classification" and loss != RECONSTRUCTION
        )
    if shape_sound:
        inputs = (len(features),) if features else form.shape
        last = DenseSpec(output_units(problem, loss, inputs), output.activation)
        wires = read_wiring(reader, inputs, layers, last, form)
        check_batch(reader, wires, min(parsed["batch_size"], dataset.train_size))
        if isinstance(dataset, DatasetSpec):
            check_data(reader, dataset.samples, form.shape, wires)
        check_work(reader, dataset, wires)
        parsed["initial"] = read_parameters(reader, fields.get("initial"), wires)
        parsed["pinned"] = read_pins(reader, fields.get("pinned"), "/pinned", wires)
    reader.finish()
    return parsed
