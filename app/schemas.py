"""The REST interface's documents, for OpenAPI: every field with its meaning, unit, default and bounds.

These models describe; they do not validate. A specification is read by `engine.spec`, a command by `app.protocol`,
and tests hold these models to both. `app.spec_schema` describes the specification itself.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, RootModel

from app.images.kinds import LEAST_SIDE, MOST_IMAGES, MOST_SIDE
from app.spec_schema import Parameters, RunSpec


class Document(BaseModel):
    """What the server answers: it may gain fields in later versions."""

    model_config = ConfigDict(extra="allow")


class Request(BaseModel):
    """What a client sends: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


Pointer = Annotated[
    str,
    Field(description="JSON pointer (RFC 6901) of the value; `` is the whole body, `/query/…` a query parameter."),
]
RunId = Annotated[str, Field(description="The run's name in every address.", min_length=1, max_length=64)]
StepNumber = Annotated[int, Field(description="Updates of the parameters since the start.", ge=0)]
EpochNumber = Annotated[float, Field(description="Passes over the training data since the start.", ge=0)]
State = Annotated[
    Literal["paused", "running", "diverged", "recovering"],
    Field(description="`diverged` stopped by itself, see `diagnosis`; `recovering`: its worker is being replaced."),
]
Generation = Annotated[int, Field(description="Goes up by one whenever the run begins again at step 0.", ge=0)]
Created = Annotated[str, Field(description="When the run was created: ISO 8601, UTC.")]
Point = Annotated[
    list[Annotated[float, Field(ge=-1e6, le=1e6)]],
    Field(description="x1 and x2 in plot units; the plot shows −6 to 6.", min_length=2, max_length=2),
]


# --- errors -------------------------------------------------------------------------------------------------------


class ErrorItem(Document):
    pointer: Pointer
    message: str = Field(description="What is wrong and what to do about it. Never repeats the value.")


class ProblemDocument(Document):
    """Problem details (RFC 9457), at most 4096 bytes."""

    type: str = Field(description="Always `about:blank`: the status says the kind.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status, once more.", ge=400, le=599)
    detail: str = Field(description="What went wrong here and the remedy.")
    errors: list[ErrorItem] = Field(description="The wrong values by their place, at most 50; may be empty.")


# --- runs ---------------------------------------------------------------------------------------------------------


class Scores(Document):
    train: float | None = Field(description="On the training examples.")
    test: float | None = Field(description="On the test examples; null if there are none.")


class BlockInfo(Document):
    name: str = Field(description="What the matrix holds, such as `weights` or `kernels`.")
    offset: int = Field(description="Where the matrix begins in `weights/theta`.", ge=0)
    shape: list[int] = Field(description="Rows and columns.", min_length=2, max_length=2)
    biases: bool = Field(description="Whether its last row is biases.")


class LayerInfo(Document):
    name: str = Field(description="The layer's name; the last one is `output`.")
    kind: str = Field(description="The kind of layer, such as `dense`; the catalog lists them.")
    units: int = Field(description="Units of the layer.", ge=1)
    activation: str = Field(description="The activation function's name.")
    inputs: list[str] = Field(description="What the layer reads, in order; `features` are the inputs of the network.")
    offset: int = Field(description="Where the layer's parameters begin in `weights/theta`.", ge=0)
    shape: list[int] = Field(
        description="Rows and columns of the first of `blocks`, such as (inputs + 1, units); [0, 0] for none.",
        min_length=2,
        max_length=2,
    )
    output: list[int] = Field(
        description="The shape of what comes out of it for one example: units, or channels, height and width of an "
        "image, or steps and units of a sequence."
    )
    blocks: list[BlockInfo] = Field(description="Its matrices of parameters, in order; none for layers without any.")


class NetworkInfo(Document):
    layers: list[LayerInfo] = Field(description="The layers in order of computation, the output last.")
    parameters: int = Field(description="Weights and biases in all.", ge=1)


class SpeedLimit(Document):
    epochs_per_second: float | None = Field(
        description="Epochs per second at most; null is as fast as the machine allows."
    )


class Change(Document):
    step: StepNumber
    epoch: EpochNumber
    label: str = Field(description="The setting's name for people.")
    pointer: Pointer
    from_: Any = Field(alias="from", description="The value before.")
    to: Any = Field(description="The value after.")


class Remedy(Document):
    label: str = Field(description="What the remedy does, for a button.")
    patch: dict[str, Any] = Field(description="The merge patch to send with the command `back` or `update`.")


class Diagnosis(Document):
    title: str = Field(description="What happened, in a few words.")
    cause: str = Field(description="What probably caused it.")
    last_good_step: int = Field(description="The update whose parameters were kept.", ge=0)
    remedies: list[Remedy] = Field(description="What to try.")


class Run(Document):
    """One network in training."""

    id: RunId
    state: State
    step: StepNumber
    epoch: EpochNumber
    generation: Generation
    revision: int = Field(description="Goes up by one with every change of state, specification or speed.", ge=0)
    spec: RunSpec = Field(description="The specification in full, with every default filled in.")
    network: NetworkInfo = Field(description="The network that follows from the specification.")
    losses: Scores | None = Field(description="The loss, without the penalty; null while it is not known.")
    accuracy: Scores | None = Field(
        description="The fraction of examples in their class, 0 to 1; null for a regression."
    )
    speed: SpeedLimit = Field(description="How fast the run may train.")
    changes: list[Change] = Field(description="Settings changed since step 0, oldest first.")
    diagnosis: Diagnosis | None = Field(description="Why the run diverged and what to do; null unless it did.")
    stopped: str | None = Field(
        description="Which of its stop conditions has paused the run, in a sentence; null if none has. "
        "Started again, it goes on past that condition."
    )
    created: Created


class RunSummary(Document):
    """One run in short; `GET /runs/{id}` says everything."""

    id: RunId
    state: State
    step: StepNumber
    epoch: EpochNumber
    generation: Generation
    dataset: str = Field(description="The kind of its points, such as `circle`; `points` for given ones.")
    layers: list[int] = Field(description="The units of each hidden layer.")
    created: Created


class RunList(Document):
    runs: list[RunSummary] = Field(description="Every run of this server, oldest first.")


class CreateRun(Request):
    """What to train. An empty object is a run with every default."""

    spec: RunSpec = Field(default_factory=RunSpec, description="The specification; what is left out has its default.")
    speed: float | None = Field(
        None, ge=0.01, le=1e6, description="Epochs per second at most; null is as fast as the machine allows."
    )


class SpecPatch(BaseModel):
    """A JSON merge patch (RFC 7396) of the specification: the members to change. Lists replace, null means default."""

    model_config = ConfigDict(
        extra="allow", json_schema_extra={"examples": [{"optimizer": {"learning_rate": 0.1}}, {"batch_size": 30}]}
    )


# --- commands -----------------------------------------------------------------------------------------------------


class Start(Request):
    """Train until something says stop."""

    command: Literal["start"] = Field(description="The command.")


class Pause(Request):
    """Stop training."""

    command: Literal["pause"] = Field(description="The command.")


class Step(Request):
    """Train a little, then pause."""

    command: Literal["step"] = Field(description="The command.")
    unit: Literal["epoch", "update"] = Field(
        "epoch", description="`epoch`: passes over the data; `update`: batches. A pass that has begun is finished."
    )
    count: int = Field(1, ge=1, le=10_000, description="How many of them.")


class Reset(Request):
    """Begin again from the same initial parameters."""

    command: Literal["reset"] = Field(description="The command.")


class NewStart(Request):
    """Begin again from other initial parameters."""

    command: Literal["new_start"] = Field(description="The command.")
    seed: int | None = Field(None, ge=0, le=2**32 - 1, description="The seed to draw them from; null is a random one.")


class Speed(Request):
    """Limit the speed."""

    command: Literal["speed"] = Field(description="The command.")
    epochs_per_second: float | None = Field(
        ge=0.01, le=1e6, description="Epochs per second at most; null is as fast as the machine allows."
    )


class Edit(Request):
    layer: int = Field(ge=0, le=100_000, description="Index in `network.layers`.")
    unit: int = Field(ge=0, le=100_000, description="The unit within the layer, from 0.")
    input: int | None = Field(
        None, ge=0, le=100_000, description="Which input of the layer, from 0; null is the unit's bias."
    )
    value: float = Field(ge=-1e6, le=1e6, description="The new weight or bias.")


class SetParameters(Request):
    """Write weights and biases by hand."""

    command: Literal["set_parameters"] = Field(description="The command.")
    edits: list[Edit] = Field(min_length=1, max_length=1000, description="The parameters and their new values.")
    restored: bool = Field(
        False, description="Whether they are those of a network that is put back: no change anybody made by hand."
    )


class Update(Request):
    """Change the specification, like `PATCH` on the run."""

    command: Literal["update"] = Field(description="The command.")
    patch: SpecPatch = Field(description="What to change.")


class Back(Request):
    """After a divergence: keep the last good parameters and pause."""

    command: Literal["back"] = Field(description="The command.")
    patch: SpecPatch | None = Field(None, description="What to change on the way, such as a smaller learning rate.")


AnyCommand: TypeAlias = Annotated[
    Start | Pause | Step | Reset | NewStart | Speed | SetParameters | Update | Back, Field(discriminator="command")
]


class Command(RootModel[AnyCommand]):
    """Something for a run to do, by its `command`."""


# --- probes, curves, exports, predictions -------------------------------------------------------------------------


class ProbeArray(Document):
    dtype: str = Field(description="`float32`, `float64`, `uint8` or `int64`.")
    shape: list[int] = Field(description="The array's shape.")
    data: list[Any] | float | None = Field(
        description="The values as nested lists, one number if `shape` is empty; null where there is none. "
        "A uint8 grid q with range [lo, hi] means lo + q / 255 · (hi − lo)."
    )
    range: list[float] | None = Field(None, description="[lo, hi] of a uint8 grid.")


class Probe(Document):
    """One view of a run as numbers, at one step."""

    step: StepNumber
    epoch: EpochNumber
    arrays: dict[str, ProbeArray] = Field(description="The view's arrays by name.")


class Curve(Document):
    """Loss against time, as columns of equal length: step 0, every epoch to 250, every 2nd to 500, and so on."""

    step: list[int] = Field(description="Updates since the start.")
    epoch: list[float] = Field(description="Passes over the training data since the start.")
    train: list[float | None] = Field(description="Training loss.")
    test: list[float | None] = Field(description="Test loss; null where there are no test examples.")


class Export(Document):
    """Everything needed to go on elsewhere."""

    spec: RunSpec = Field(description="The specification in full.")
    parameters: Parameters = Field(description="The parameters now. As `initial` of a specification they start a run.")
    curve: Curve = Field(description="The losses so far.")


class Fork(Request):
    step: int = Field(ge=0, le=2**53, description="The step of the run at which the new one begins.")


class PredictionRequest(Request):
    points: list[Point] = Field(min_length=1, max_length=10_000, description="Where to ask the network.")


class Predictions(Document):
    outputs: list[list[float | None]] = Field(description="The output units' activations, one row a point.")
    classes: list[float | str] | None = Field(None, description="The predicted class of each point, as labelled.")


# --- the rest -----------------------------------------------------------------------------------------------------


class ValidationRequest(Request):
    spec: Any = Field(description="The specification to check.")


class Cost(Document):
    parameters: int = Field(description="Weights and biases in all.", ge=1)
    bytes: int = Field(description="Memory the training takes, in bytes.", ge=1)
    multiply_adds: int = Field(description="Multiply-adds for one example, forward and backward.", ge=1)


class Validation(Document):
    valid: bool = Field(description="Whether a run can be created from it.")
    errors: list[ErrorItem] = Field(description="Everything that is wrong, at most 50; empty if valid.")
    spec: RunSpec | None = Field(None, description="The specification in full; absent unless valid.")
    network: NetworkInfo | None = Field(
        None, description="The network that would follow from it, with every layer's shape; absent unless valid."
    )
    cost: Cost | None = Field(None, description="What it would cost; absent unless valid.")


class Catalog(Document):
    """What can be chosen, with names, explanations and formulas."""

    version: int = Field(description="The catalog's version.", ge=1)


class ImageFiles(Request):
    """A form with files."""

    images: list[bytes] = Field(
        description="Image files, each a part of this name.", max_length=MOST_IMAGES, min_length=1
    )


class OwnImage(Document):
    values: list[float] = Field(description="Ink from 0 to 1 in each pixel, row by row.")
    format: str = Field(description="What the file was, whatever its name: `PNG`, `JPEG`, `GIF`, `WEBP` or `BMP`.")
    width: int = Field(description="Pixels of the file from left to right.", ge=1)
    height: int = Field(description="Pixels of the file from top to bottom.", ge=1)
    notes: list[str] = Field(description="What was passed over, such as the further pictures of one that moves.")


class OwnImages(Document):
    side: int = Field(description="Pixels along each side.", ge=LEAST_SIDE, le=MOST_SIDE)
    images: list[OwnImage] = Field(description="The images in the order in which they were sent.")


class TokenRequest(Request):
    lifetime: int = Field(43_200, ge=60, le=2_678_400, description="Seconds until the token ends; default 12 hours.")


class Token(Document):
    token: str = Field(description="To be sent as `Authorization: Bearer …`. Whoever has it is you: keep it secret.")
    lifetime: int = Field(description="Seconds until it ends.")


class Ready(Document):
    status: Literal["ready"] = Field(description="`ready` when new work is taken.")


class Health(Document):
    status: Literal["ok"] = Field(description="`ok` when the server answers.")
    version: str = Field(description="The server's version.")
    workers: int = Field(description="Worker processes that are alive.", ge=0)
    runs: int = Field(description="Runs that are kept.", ge=0)
