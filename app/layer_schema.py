"""The hidden layers, for OpenAPI: a model for every kind the engine has, made from the kind's own fields."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, create_model

from app.schema_parts import Part
from engine import limits
from engine.layers import KINDS, LayerSpec
from engine.layers.layer import Field as LayerField

LayerName: TypeAlias = Annotated[str, Field(min_length=1, max_length=limits.LONGEST_NAME)]
USUAL = "dense"


class Layer(Part):
    """What all kinds have."""

    name: LayerName | None = Field(None, description="A name for other layers to refer to; by default `layer1`, …")
    inputs: Annotated[list[LayerName], Field(min_length=1, max_length=limits.MOST_LAYERS)] | None = Field(
        None,
        description="Earlier layers to read, joined in this order; `features` are the network's inputs. "
        "By default the previous layer.",
    )
    frozen: bool = Field(False, description="Whether training leaves the layer's parameters where they are.")


def described(field: LayerField) -> tuple[Any, Any]:
    """A field's type and its words, default and bounds."""
    if field.bounds is None:
        return Literal[field.choices], Field(field.default, description=field.explanation)
    low, high = field.bounds.minimum, field.bounds.maximum
    kind = int if field.whole else float
    return kind, Field(field.default, ge=low, le=high, description=field.explanation)


def layer_model(layer: type[LayerSpec]) -> type[Layer]:
    """The model of one kind. Only the usual kind's name may be left out."""
    words = layer.KIND
    kind: Any = Field(words.name if words.name == USUAL else ..., description=f"`{words.name}`.")
    fields: dict[str, Any] = {"kind": (Literal[words.name], kind)}
    fields |= {field.name: described(field) for field in words.fields}
    title = "".join(part.capitalize() for part in words.name.split("_")) + "Layer"
    model: type[Layer] = create_model(title, __base__=Layer, __module__=__name__, __doc__=words.explanation, **fields)
    return model


LAYERS = {name: layer_model(layer) for name, layer in KINDS.items()}

if TYPE_CHECKING:
    AnyLayer: TypeAlias = Layer
else:
    AnyLayer = Annotated[reduce(or_, LAYERS.values()), Field(discriminator="kind")]


def usual_layer(units: int) -> Layer:
    """A layer of the usual kind."""
    return LAYERS[USUAL](units=units)  # type: ignore[call-arg]
