"""RunSpec: one JSON document that describes a training completely.

The page's address, REST, the websocket, files and the engine all speak it. ``from_dict`` is the door: it checks
everything and fills in what is missing; inside, every field is there and exact.
"""

import dataclasses
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal, cast

from engine.datasets import DatasetShape, describe
from engine.datasets.arrays import arrays_to_json
from engine.errors import Issue, SpecError
from engine.initial import fits
from engine.layers import DenseSpec, LayerSpec, Shape
from engine.layers.layer import field_values
from engine.losses import RECONSTRUCTION
from engine.merging import merge_patch, settle
from engine.optimizing import settle_optimizer
from engine.parts import (
    AnyDatasetSpec,
    ArraysSpec,
    AxisSpec,
    DatasetSpec,
    InitializerSpec,
    InitialSpec,
    OptimizerSpec,
    OutputSpec,
    Pin,
    PointsSpec,
    RegularizerSpec,
    StopSpec,
    Task,
)
from engine.pins import same_places
from engine.types import Json, Label
from engine.validation import DEFAULT_LAYERS, output_units, problem_of, read_fields
from engine.wiring import Wire, wire

__all__ = [
    "ArraysSpec",
    "AxisSpec",
    "DatasetSpec",
    "DenseSpec",
    "InitialSpec",
    "InitializerSpec",
    "Issue",
    "OptimizerSpec",
    "OutputSpec",
    "PointsSpec",
    "RegularizerSpec",
    "RunSpec",
    "SpecError",
    "is_live_change",
]


@dataclass(frozen=True)
class RunSpec:
    """Data, features, layers, loss, optimizer, regularizer, initializer, batches and seed of one run."""

    dataset: AnyDatasetSpec = field(default_factory=DatasetSpec)
    features: tuple[str, ...] = ("x1", "x2")
    layers: tuple[LayerSpec, ...] = DEFAULT_LAYERS
    output: OutputSpec = field(default_factory=OutputSpec)
    loss: str = "cross_entropy"
    optimizer: OptimizerSpec = field(default_factory=OptimizerSpec)
    regularizer: RegularizerSpec = field(default_factory=RegularizerSpec)
    initializer: InitializerSpec = field(default_factory=InitializerSpec)
    batch_size: int = 10
    shuffle: bool = True
    seed: int = 7
    dtype: str = "float32"
    initial: InitialSpec | None = None
    pinned: tuple[Pin, ...] | None = None
    stop: StopSpec | None = None
    version: Literal[1] = 1

    @staticmethod
    def from_dict(document: Json) -> "RunSpec":
        """Read a specification; raises :class:`SpecError` with a pointer and a remedy for every problem found."""
        return RunSpec(**read_fields(document, FIELDS))

    def to_dict(self) -> dict[str, Any]:
        """The full normal form as JSON values: ``RunSpec.from_dict(spec.to_dict()) == spec``."""
        return {name: _to_json(value) for name, value in self._items()}

    def replace(self, **changes: Any) -> "RunSpec":
        """The same specification with whole fields replaced, validated anew; values may be parts or JSON."""
        return self.from_dict(self._document() | {name: _to_json(value) for name, value in changes.items()})

    def merge(self, patch: Json) -> "RunSpec":
        """Apply a JSON merge patch (RFC 7396): objects merge, lists replace, null takes the default.

        What the patch does not mention and what no longer fits is filled in again: an output activation or a loss
        that does not go with the new data, the scale of another initializer, given initial parameters, pins in
        another network.
        """
        if not isinstance(patch, dict):
            return self.from_dict(patch)
        document = self._document()
        if "dataset" in patch:
            document["dataset"] = _to_json(self.dataset)
        document = merge_patch(document, patch)
        settle_optimizer(document, patch, self.optimizer)
        settle(document, patch, self.dataset)
        kept = {name: getattr(self, name) for name in ("initial", "pinned") if name not in patch}
        merged = self.from_dict(document | dict.fromkeys(kept))
        if "pinned" in kept and not same_places(self.wires, merged.wires):
            kept["pinned"] = None
        if kept.get("initial") is not None and not fits(kept["initial"], merged.wires):
            kept["initial"] = None
        return dataclasses.replace(merged, **kept)

    @cached_property
    def form(self) -> DatasetShape:
        """The form of the data: the shape of one example, of its labels, and the classes."""
        return describe(self.dataset)

    @property
    def task(self) -> Task:
        """Classification or regression, as the data has it, unless the loss asks for the inputs back."""
        return "reconstruction" if self.loss == RECONSTRUCTION else self.form.task

    @property
    def classes(self) -> tuple[Label, ...]:
        """The class labels in order of their index; none for a regression."""
        return self.form.classes

    @property
    def output_units(self) -> int:
        """One for a number or two classes, else one a class; to reconstruct, one for each number of an example."""
        return output_units(problem_of(self.dataset), self.loss, self.inputs)

    @property
    def inputs(self) -> Shape:
        """The shape of what the network is given of an example: its features, or the example as it is."""
        return (len(self.features),) if self.features else self.form.shape

    @cached_property
    def wires(self) -> tuple[Wire, ...]:
        """Every layer in its place, the output layer last: what it reads and how wide that is."""
        output = DenseSpec(self.output_units, self.output.activation)
        return wire(self.inputs, self.layers, output, self.form)

    def _items(self) -> list[tuple[str, Any]]:
        """The fields in the order of the document, without those that are not given."""
        return [(name, getattr(self, name)) for name in FIELDS if getattr(self, name) is not None]

    def _document(self) -> dict[str, Any]:
        """Like ``to_dict``, with points and initial parameters left as the validated parts they are."""
        heavy = (PointsSpec, ArraysSpec, InitialSpec)
        return {name: value if isinstance(value, heavy) else _to_json(value) for name, value in self._items()}


FIELDS = ("version", *(entry.name for entry in dataclasses.fields(RunSpec) if entry.name != "version"))


def is_live_change(old: RunSpec, new: RunSpec) -> bool:
    """Whether a running network can go on with its weights; otherwise it starts again at step 0."""
    fixed = ("features", "layers", "output", "loss", "initializer", "seed", "dtype", "initial")
    same_problem = (old.dataset.kind, problem_of(old.dataset)) == (new.dataset.kind, problem_of(new.dataset))
    same_shape = old.form.shape == new.form.shape
    return same_problem and same_shape and all(getattr(old, name) == getattr(new, name) for name in fixed)


def _to_json(value: Any) -> Any:
    """Parts become objects without the fields that are not given, tuples become lists."""
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, PointsSpec):
        return _points_to_json(value)
    if isinstance(value, ArraysSpec):
        return arrays_to_json(value)
    if isinstance(value, LayerSpec):
        return {name: _to_json(item) for name, item in field_values(value).items()}
    if dataclasses.is_dataclass(value):
        given = [(name, getattr(value, name)) for name in _names(cast(Hashable, type(value)))]
        return {name: _to_json(item) for name, item in given if item is not None}
    if isinstance(value, tuple | list):
        return [_to_json(item) for item in value]
    return value


@cache
def _names(part: Any) -> tuple[str, ...]:
    """The fields of a part in the order of the document: its kind first, if it has one."""
    names = [entry.name for entry in dataclasses.fields(part)]
    return tuple(sorted(names, key=lambda name: name != "kind"))


def _points_to_json(points: PointsSpec) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": "points",
        "task": points.task,
        "train": [list(point) for point in points.train],
        "test": [list(point) for point in points.test],
    }
    return document | ({} if points.axes is None else {"axes": _to_json(points.axes)})
