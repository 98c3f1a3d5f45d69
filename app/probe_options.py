"""The views a client can ask for, each with its options and their bounds."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

Index: TypeAlias = Annotated[int, Meta(ge=0, le=100_000)]
Coordinate: TypeAlias = Annotated[float, Meta(ge=-1e6, le=1e6)]
Place: TypeAlias = Annotated[int, Meta(ge=0, le=10_000_000)]
Unit: TypeAlias = tuple[Index, Index]
Part: TypeAlias = Literal["train", "test"]
Inputs: TypeAlias = Annotated[tuple[Coordinate, ...], Meta(min_length=1, max_length=4096)]


class Plain(Struct, frozen=True, forbid_unknown_fields=True):
    """A probe without options."""


class DecisionOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    resolution: Annotated[int, Meta(ge=8, le=200)] = 100
    unit: tuple[Index | Literal["features"], Index] | None = None


class UnitsOptions(Struct, frozen=True, forbid_unknown_fields=True):
    resolution: Annotated[int, Meta(ge=8, le=64)] = 32


class FeaturesOptions(Struct, frozen=True, forbid_unknown_fields=True):
    resolution: Annotated[int, Meta(ge=8, le=64)] = 32


class ActivationsOptions(Struct, frozen=True, forbid_unknown_fields=True):
    point: tuple[Coordinate, Coordinate]


class PartOptions(Struct, frozen=True, forbid_unknown_fields=True):
    part: Part = "test"


class ExampleOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One example: that of a part and a number there, or the numbers of one."""

    part: Part | None = None
    example: Index | None = None
    inputs: Inputs | None = None


class OcclusionOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    part: Part | None = None
    example: Index | None = None
    inputs: Inputs | None = None
    size: Annotated[int, Meta(ge=1, le=16)] = 3


class WorstOptions(Struct, frozen=True, forbid_unknown_fields=True):
    part: Part = "test"
    count: Annotated[int, Meta(ge=1, le=200)] = 10


class StatesOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    layer: Index | None = None
    part: Part | None = None
    example: Index | None = None
    inputs: Inputs | None = None


class LayerOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    layer: Index | None = None


class CodesOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    part: Part = "test"
    layer: Index | None = None
    count: Annotated[int, Meta(ge=1, le=1000)] = 500


class ReconstructionsOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    part: Part = "test"
    example: Index = 0
    count: Annotated[int, Meta(ge=1, le=64)] = 10


class WarpOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    resolution: Annotated[int, Meta(ge=8, le=64)] = 24
    unit: Unit | None = None
    other: Unit | None = None


class LandscapeOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Two random directions from `seed`, or two parameters by their places in theta."""

    directions: Literal["random", "parameters"] = "random"
    resolution: Annotated[int, Meta(ge=5, le=64)] = 21
    reach: Annotated[float, Meta(ge=1e-3, le=1e3)] = 1.0
    count: Annotated[int, Meta(ge=10, le=10_000)] = 500
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] | None = None
    first: Place | None = None
    second: Place | None = None


ProbeOptions: TypeAlias = (
    Plain
    | DecisionOptions
    | UnitsOptions
    | FeaturesOptions
    | ActivationsOptions
    | PartOptions
    | ExampleOptions
    | OcclusionOptions
    | WorstOptions
    | LayerOptions
    | CodesOptions
    | ReconstructionsOptions
    | StatesOptions
    | WarpOptions
    | LandscapeOptions
)


class Probes(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The views a client shows, each with its options. What is absent is not computed."""

    losses: Plain | None = None
    accuracy: Plain | None = None
    decision: DecisionOptions | None = None
    units: UnitsOptions | None = None
    features: FeaturesOptions | None = None
    weights: Plain | None = None
    activations: ActivationsOptions | None = None
    data: Plain | None = None
    probabilities: ExampleOptions | None = None
    confusion: PartOptions | None = None
    answers: PartOptions | None = None
    metrics: PartOptions | None = None
    worst: WorstOptions | None = None
    histograms: PartOptions | None = None
    gradients: Plain | None = None
    filters: LayerOptions | None = None
    feature_maps: ExampleOptions | None = None
    occlusion: OcclusionOptions | None = None
    states: StatesOptions | None = None
    codes: CodesOptions | None = None
    reconstructions: ReconstructionsOptions | None = None
    warp: WarpOptions | None = None
    optimizer: Plain | None = None
    landscape: LandscapeOptions | None = None

    def items(self) -> list[tuple[str, ProbeOptions]]:
        """The subscribed probes by name."""
        return [(name, options) for name in self.__struct_fields__ if (options := getattr(self, name)) is not None]
