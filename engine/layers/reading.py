"""Reading layers from JSON: each kind's own fields, its name and inputs, and whether the graph holds together."""

from collections.abc import Sequence
from typing import Any

from engine import limits
from engine.compatibility import activation_misfit
from engine.layers import KINDS
from engine.layers.layer import Field, LayerSpec
from engine.reading import Reader
from engine.types import Json
from engine.wiring import FEATURES_NAME, OUTPUT_NAME, layer_names

COMMON = ("name", "inputs", "frozen")
EXAMPLE = '{"kind": "dense", "units": 4, "activation": "tanh"}'


def read_layers(reader: Reader, value: Json, pointer: str) -> tuple[LayerSpec, ...]:
    """The hidden layers and their wiring."""
    items = reader.items(value, pointer, 0, limits.MOST_LAYERS, "hidden layers")
    layers = tuple(_read_layer(reader, item, f"{pointer}/{place}") for place, item in enumerate(items))
    names = layer_names(layers)
    for place, layer in enumerate(layers):
        if names[place] in (FEATURES_NAME, OUTPUT_NAME, *names[:place]):
            reader.problem(f"{pointer}/{place}/name", "This name is taken; give every layer a name of its own.")
        if not _stands_still(layers, names, place):
            misfit = activation_misfit(str(layer.own.get("activation", "linear")))
            if misfit is not None:
                reader.problem(f"{pointer}/{place}/activation", misfit)
        _check_sources(reader, layer.inputs or (), f"{pointer}/{place}/inputs", names[:place], names[place:])
    return layers


def _stands_still(layers: Sequence[LayerSpec], names: Sequence[str], place: int) -> bool:
    """Whether nothing up to this layer is trained: then no gradient has to come through it."""
    layer = layers[place]
    before = layer.inputs if layer.inputs is not None else names[place - 1 : place] if place else ()
    earlier = [names[:place].index(name) for name in before if name in names[:place]]
    return layer.frozen and all(_stands_still(layers, names, source) for source in earlier)


def _check_sources(
    reader: Reader, sources: Sequence[str], pointer: str, earlier: Sequence[str], later: Sequence[str]
) -> None:
    """Each source once, and each before its reader; an empty name was reported when it was read."""
    for place, source in enumerate(sources):
        if source and source in sources[:place]:
            reader.problem(f"{pointer}/{place}", "This input is in the list already; leave it out here.")
        elif source and source not in (FEATURES_NAME, *earlier):
            reader.problem(f"{pointer}/{place}", _unknown_source(source, later))


def _unknown_source(source: str, later: Sequence[str]) -> str:
    if source in later:
        return "A layer reads layers that come before it; move that layer up the list or take another input."
    return 'No layer before this one has that name; take "features" or the name of an earlier layer.'


def _read_layer(reader: Reader, value: Json, pointer: str) -> LayerSpec:
    name = value.get("kind", "dense") if isinstance(value, dict) else "dense"
    kind = KINDS[reader.choice(name, f"{pointer}/kind", KINDS, "dense")]
    own = kind.KIND.fields
    fields = reader.record(value, pointer, ("kind", *(field.name for field in own), *COMMON), EXAMPLE)
    given: dict[str, Any] = {field.name: _read_field(reader, field, fields, pointer) for field in own}
    if fields.get("name") is not None:
        given["name"] = reader.name(fields["name"], f"{pointer}/name", limits.LONGEST_NAME)
    if fields.get("inputs") is not None:
        sources = reader.items(fields["inputs"], f"{pointer}/inputs", 1, limits.MOST_LAYERS, "inputs")
        names = [
            reader.name(source, f"{pointer}/inputs/{place}", limits.LONGEST_NAME)
            for place, source in enumerate(sources)
        ]
        given["inputs"] = tuple(names) or None
    return kind(**given, frozen=reader.switch(fields.get("frozen", False), f"{pointer}/frozen"))


def _read_field(reader: Reader, field: Field, fields: dict[str, Json], pointer: str) -> Any:
    value, pointer = fields.get(field.name, field.default), f"{pointer}/{field.name}"
    if field.bounds is None:
        return reader.choice(value, pointer, field.choices, field.default)
    return reader.whole(value, pointer, field.bounds) if field.whole else reader.real(value, pointer, field.bounds)
