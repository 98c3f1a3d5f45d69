"""Reading pins: single parameters that training leaves where they are, ``[layer, unit, input]``, null for the bias."""

from collections.abc import Sequence

from engine.initial import bias_count, weight_counts
from engine.limits import MOST_PINNED, Bounds
from engine.parts import Pin
from engine.reading import Reader
from engine.types import Json
from engine.wiring import Wire


def read_pins(reader: Reader, value: Json, pointer: str, wires: Sequence[Wire]) -> tuple[Pin, ...] | None:
    """Every pin where there is such a parameter, each once; None if there is none, or no sound network."""
    if value is None or not wires:
        return None
    pins: list[Pin] = []
    for place, item in enumerate(reader.items(value, pointer, 0, MOST_PINNED, "pinned parameters")):
        if reader.full:
            break
        before = len(reader.errors)
        pin = _read_pin(reader, item, f"{pointer}/{place}", wires)
        if len(reader.errors) == before and pin in pins:
            reader.problem(f"{pointer}/{place}", "This parameter is pinned already; leave it out here.")
        pins.append(pin)
    return tuple(pins) or None


def _read_pin(reader: Reader, value: Json, pointer: str, wires: Sequence[Wire]) -> Pin:
    """``[layer, unit, input]`` within the network; layers count from 0, the output layer is the last.

    Units and inputs are those of the layer's parameters: a convolution has its filters, an LSTM four sums a unit.
    """
    parts = reader.items(value, pointer, 3, 3, "places: layer, unit and input, null for the bias")
    if not parts:
        return (0, 0, None)
    layer = reader.whole(parts[0], f"{pointer}/0", Bounds(0, len(wires) - 1, 0))
    columns, inputs = weight_counts(wires[layer])
    biases = bias_count(wires[layer])
    if not columns:
        reader.problem(f"{pointer}/0", "This layer has no parameters; pin those of another.")
    elif parts[2] is None and not biases:
        reader.problem(f"{pointer}/2", "This layer has no biases; give the number of an input.")
    elif parts[2] is None:
        return (layer, reader.whole(parts[1], f"{pointer}/1", Bounds(0, biases - 1, 0)), None)
    else:
        unit = reader.whole(parts[1], f"{pointer}/1", Bounds(0, columns - 1, 0))
        return (layer, unit, reader.whole(parts[2], f"{pointer}/2", Bounds(0, inputs - 1, 0)))
    return (layer, 0, None)


def same_places(one: Sequence[Wire], other: Sequence[Wire]) -> bool:
    """Whether every parameter of one network stands at the same place in another."""
    shapes = [[(wire.blocks, wire.sources) for wire in wires] for wires in (one, other)]
    return shapes[0] == shapes[1]
