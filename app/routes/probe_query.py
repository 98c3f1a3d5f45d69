"""The options of a view as they are written in an address."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query

NUMBER = r"-?[0-9]{1,7}(\.[0-9]{1,20})?"

Resolution = Annotated[
    int | None,
    Query(
        ge=5,
        le=200,
        description="Cells along each side. `decision`: 8 to 200, default 100; `units` and `features`: 8 to 64, "
        "default 32; `warp`: 8 to 64, default 24; `landscape`: 5 to 64, default 21.",
    ),
]
Unit = Annotated[
    str | None,
    Query(
        pattern=r"^(features|[0-9]{1,5}),[0-9]{1,5}$",
        description="`decision` and `warp`: `layer,unit`, or for `decision` `features,index` of a feature of the run. "
        "Left out: the output.",
        examples=["0,1"],
    ),
]
Other = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{1,5},[0-9]{1,5}$", description="`warp` only: the second unit.", examples=["0,1"]),
]
Point = Annotated[
    str | None,
    Query(
        pattern=f"^{NUMBER},{NUMBER}$",
        description="`activations` only, and required there: `x1,x2` in plot units, within ±1000000.",
        examples=["1.5,-2"],
    ),
]
Part = Annotated[
    Literal["train", "test"] | None,
    Query(description="Which part of the data is looked at; default test."),
]
Example = Annotated[
    int | None, Query(ge=0, le=100_000, description="The number of an example in its part; default 0, the first.")
]
Inputs = Annotated[
    str | None,
    Query(
        pattern=f"^{NUMBER}(,{NUMBER})*$",
        max_length=40_000,
        description="`probabilities`, `feature_maps`, `occlusion`, `states`: the numbers of an example of yours, "
        "instead of `part` and `example`.",
        examples=["1.5,-2"],
    ),
]
Layer = Annotated[
    int | None, Query(ge=0, le=100_000, description="`filters`, `codes`, `states`: an index into `network.layers`.")
]
Count = Annotated[
    int | None,
    Query(
        ge=1,
        le=10_000,
        description="How many examples. `worst`: 1 to 200, default 10; `codes`: 1 to 1000, default 500; "
        "`reconstructions`: 1 to 64, default 10; `landscape`: 10 to 10000, default 500.",
    ),
]
Size = Annotated[
    int | None, Query(ge=1, le=16, description="`occlusion` only: the side of the square in pixels, default 3.")
]

Directions = Annotated[
    Literal["random", "parameters"] | None,
    Query(description="`landscape` only: two random directions, the default, or two parameters."),
]
Reach = Annotated[
    float | None, Query(ge=1e-3, le=1e3, description="`landscape` only: how far it goes to each side, default 1.")
]
Seed = Annotated[
    int | None, Query(ge=0, le=2**32 - 1, description="`landscape` only: where directions are drawn from.")
]
Place = Annotated[
    int | None,
    Query(ge=0, le=10_000_000, description="`landscape` of two parameters: the place of one of them in `weights`."),
]
PastStep = Annotated[
    int | None,
    Query(
        ge=0,
        le=2**53,
        description="The view as it was at this past step, or as near before it as is reached in a second; "
        "left out, as it is now. The answer says the step.",
    ),
]


def probe_options(
    resolution: Resolution = None,
    unit: Unit = None,
    other: Other = None,
    point: Point = None,
    part: Part = None,
    example: Example = None,
    inputs: Inputs = None,
    layer: Layer = None,
    count: Count = None,
    size: Size = None,
    directions: Directions = None,
    reach: Reach = None,
    seed: Seed = None,
    first: Place = None,
    second: Place = None,
) -> dict[str, Any]:
    """Those that are given, as the probes take them."""
    options = {
        "resolution": resolution,
        "unit": _address(unit),
        "other": _address(other),
        "point": _numbers(point),
        "part": part,
        "example": example,
        "inputs": _numbers(inputs),
        "layer": layer,
        "count": count,
        "size": size,
        "directions": directions,
        "reach": reach,
        "seed": seed,
        "first": first,
        "second": second,
    }
    return {name: value for name, value in options.items() if value is not None}


def _address(text: str | None) -> list[str | int] | None:
    if text is None:
        return None
    layer, _, index = text.partition(",")
    return ["features" if layer == "features" else int(layer), int(index)]


def _numbers(text: str | None) -> list[float] | None:
    return None if text is None else [float(number) for number in text.split(",")]
