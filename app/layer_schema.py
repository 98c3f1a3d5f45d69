"""The hidden layers, for OpenAPI: a model for every kind in the engine's catalog, made from its fields there."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, create_model

from app.schema_parts import Part
from engine.catalog import catalog

LIMITS: dict[str, Any] = catalog()["limits"]
LayerName: TypeAlias = Annotated[str, Field(min_length=1, max_length=LIMITS["name_length"])]
USUAL = "dense"


class Layer(Part):
    """What all kinds have."""

    name: LayerName | None = Field(None, description="A name for other layers to refer to; by default `layer1`, …")
    inputs: Annotated[list[LayerName], Field(min_length=1, max_length=LIMITS["layers"])] | None = Field(
        None,
        description="Earlier layers to read, joined in this order; `features` are the network's inputs. "
        "By default the previous layer.",
    )
    frozen: bool = Field(False, description="Whether training leaves the layer's parameters where they are.")


def described(field: dict[str, Any]) -> tuple[Any, Any]:
    """A field's type and its words, default and bounds."""
    default, explanation = field["default"], field["explanation"]
    if "choices" in field:
        return Literal[tuple(field["choices"])], Field(default, description=explanation)
    return type(default), Field(default, ge=field["minimum"], le=field["maximum"], description=explanation)


def layer_model(words: dict[str, Any]) -> type[Layer]:
    """The model of one kind. Only the usual kind's name may be left out."""
    name = words["name"]
    kind: Any = Field(name if name == USUAL else ..., description=f"`{name}`.")
    fields: dict[str, Any] = {"kind": (Literal[name], kind)}
    fields |= {field["name"]: described(field) for field in words["fields"]}
    title = "".join(part.capitalize() for part in name.split("_")) + "Layer"
    model: type[Layer] = create_model(
        title, __base__=Layer, __module__=__name__, __doc__=words["explanation"], **fields
    )
    return model


LAYERS = {words["name"]: layer_model(words) for words in catalog()["layers"]}

if TYPE_CHECKING:
    AnyLayer: TypeAlias = Layer
else:
    AnyLayer = Annotated[reduce(or_, LAYERS.values()), Field(discriminator="kind")]


def usual_layer(units: int) -> Layer:
    """A layer of the usual kind."""
    return LAYERS[USUAL](units=units)  # type: ignore[call-arg]
