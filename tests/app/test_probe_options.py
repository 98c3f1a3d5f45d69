"""The options of views: what the server lets through is what the engine takes, in messages and in addresses."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from msgspec import inspect

from app import protocol
from app.answers import install
from app.errors import Invalid
from app.probe_options import Probes
from app.routes.probe_query import probe_options
from engine import Population, RunSpec
from engine.probes import PROBES, ProbeError

PLANE = {"layers": [{"units": 4}, {"units": 3}], "dataset": {"kind": "spiral", "samples": 500}}
IMAGES = {
    "dataset": {"kind": "digits", "samples": 400, "train_fraction": 0.5},
    "features": [],
    "layers": [{"kind": "convolution", "filters": 2}, {"units": 3}],
}
CODES = {**IMAGES, "loss": "reconstruction"}
SEQUENCES = {
    "dataset": {"kind": "parity", "samples": 400},
    "features": [],
    "layers": [{"kind": "lstm", "units": 2}, {"units": 3}],
}
NEEDED = {"activations": {"point": [0.0, 0.0]}}
OTHERS: dict[tuple[str, str], dict[str, Any]] = {
    ("landscape", "first"): {"directions": "parameters", "second": 5},
    ("landscape", "second"): {"directions": "parameters", "first": 5},
}
RUNS = {"filters": IMAGES, "occlusion": IMAGES, "reconstructions": CODES, "states": SEQUENCES}


@pytest.fixture(scope="module")
def populations() -> dict[str, Population]:
    made = {id(document): Population([RunSpec.from_dict(document)]) for document in (PLANE, IMAGES, CODES, SEQUENCES)}
    return {name: made[id(RUNS.get(name, PLANE))] for name in PROBES}


def whole_numbers() -> list[tuple[str, str, int, int]]:
    """Every option that is a whole number, with its bounds: (probe, option, least, most)."""
    found = []
    for field in inspect.type_info(Probes).fields:  # type: ignore[attr-defined]
        options = next(one for one in field.type.types if isinstance(one, inspect.StructType))
        for option in options.fields:
            types = option.type.types if isinstance(option.type, inspect.UnionType) else (option.type,)
            for type_ in types:
                if isinstance(type_, inspect.IntType):
                    assert type_.ge is not None
                    assert type_.le is not None
                    found.append((field.name, option.name, type_.ge, type_.le))
    return found


def test_every_probe_of_the_engine_can_be_asked_for() -> None:
    assert list(Probes.__struct_fields__) == list(PROBES)


OWN_BOUNDS = ("resolution", "count", "size", "seed")
"""Options whose bounds are not those of the run."""


@pytest.mark.parametrize(("name", "option", "least", "most"), whole_numbers())
def test_the_bounds_are_the_engines(
    populations: dict[str, Population], name: str, option: str, least: int, most: int
) -> None:
    population, others = populations[name], NEEDED.get(name, {}) | OTHERS.get((name, option), {})
    assert population.probe(name, **others, **{option: least})
    with pytest.raises(ProbeError):
        population.probe(name, **others, **{option: least - 1})
    with pytest.raises(ProbeError):
        population.probe(name, **others, **{option: most + 1})
    if option in OWN_BOUNDS and (name, option) != ("decision", "resolution"):
        assert population.probe(name, **others, **{option: most})


@pytest.mark.parametrize("name", list(PROBES))
def test_what_is_left_out_is_as_the_engine_has_it(populations: dict[str, Population], name: str) -> None:
    needed = NEEDED.get(name, {})
    options = protocol.parse_probe(name, needed)
    given = {key: value for key in options.__struct_fields__ if (value := getattr(options, key)) is not None}
    told, untold = populations[name].probe(name, **given), populations[name].probe(name, **needed)
    assert {key: array.tobytes() for key, array in told.items()} == {
        key: array.tobytes() for key, array in untold.items()
    }


@pytest.mark.parametrize(
    ("name", "options", "pointer", "message"),
    [
        ("worst", {"count": 0}, "/worst/count", "Give a whole number from 1 to 200."),
        ("confusion", {"part": "all"}, "/confusion/part", "Choose one of test, train."),
        ("metrics", {"part": "all"}, "/metrics/part", "Choose one of test, train."),
        ("occlusion", {"size": 17}, "/occlusion/size", "Give a whole number from 1 to 16."),
        ("probabilities", {"inputs": []}, "/probabilities/inputs", "Give a list of 1 to 4096 items."),
        ("probabilities", {"inputs": [0, 1e9]}, "/probabilities/inputs/1", "Give a number from -1000000 to 1000000."),
        ("warp", {"unit": [0]}, "/warp/unit", "Give a list of 2 items."),
        ("landscape", {"reach": 0}, "/landscape/reach", "Give a number from 0.001 to 1000."),
        ("gradients", {"layer": 1}, "/gradients/layer", "There is no such field. Remove it."),
    ],
)
def test_a_wrong_option_is_named_with_what_to_give(
    name: str, options: dict[str, Any], pointer: str, message: str
) -> None:
    with pytest.raises(Invalid) as caught:
        protocol.parse_probe(name, options)
    assert caught.value.errors == [(pointer, message)]


def test_options_can_be_kept_as_keys() -> None:
    options = protocol.parse_probe("probabilities", {"inputs": [1.0, 2.0]})
    assert hash(options) == hash(protocol.parse_probe("probabilities", {"inputs": [1.0, 2.0]}))


# In addresses.


@pytest.fixture
async def echo() -> AsyncIterator[httpx.AsyncClient]:
    """A server that answers with the options it was asked for."""
    app = FastAPI()
    install(app)

    @app.get("/")
    def options(found: Annotated[dict[str, Any], Depends(probe_options)]) -> dict[str, Any]:
        return found

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://park") as client:
        yield client


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {}),
        ("unit=features,1", {"unit": ["features", 1]}),
        ("unit=0,3&other=1,2", {"unit": [0, 3], "other": [1, 2]}),
        ("point=1.5,-2", {"point": [1.5, -2.0]}),
        ("inputs=1", {"inputs": [1.0]}),
        ("inputs=" + ",".join(["0.25"] * 64), {"inputs": [0.25] * 64}),
        ("part=train&example=7&count=3", {"part": "train", "example": 7, "count": 3}),
        ("directions=random&reach=0.5", {"directions": "random", "reach": 0.5}),
        ("first=2&second=5", {"first": 2, "second": 5}),
        ("layer=1&size=2&seed=4&resolution=9", {"layer": 1, "size": 2, "seed": 4, "resolution": 9}),
    ],
)  # fmt: skip
async def test_an_address_says_the_same(echo: httpx.AsyncClient, query: str, options: dict[str, Any]) -> None:
    assert (await echo.get(f"/?{query}")).json() == options


@pytest.mark.parametrize(
    "query",
    [
        *(
            "unit=features",
            "unit=0,x",
            "other=features,1",
            "point=1",
            "inputs=",
            "inputs=1,,2",
            "inputs=1e5",
            "inputs=nan",
        ),
        *("part=all", "example=-1", "count=10001", "size=0", "resolution=4", "reach=0", "seed=4294967296", "layer=x"),
    ],
)
async def test_an_address_that_cannot_be_read_is_refused_by_its_place(echo: httpx.AsyncClient, query: str) -> None:
    answer = await echo.get(f"/?{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == f"/query/{query.partition('=')[0]}"
