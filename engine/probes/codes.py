"""Codes: what a layer makes of many examples, and how much of them can be made again from it."""

import numpy as np

from engine.probes.examples import (
    Pass,
    chosen_part,
    example_columns,
    fewest,
    finite,
    labels_of,
    part_pass,
)
from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.types import Array

MOST_CODES = 1000
MOST_NUMBERS_OF_CODES = 1_000_000
MOST_RECONSTRUCTIONS = 64


def narrowest(population: Seen) -> int:
    """The place of the hidden layer with the fewest units, the first of several; the output if there is none."""
    wires = population.network.wires
    return min(range(max(1, len(wires) - 1)), key=lambda place: wires[place].units)


def probe_codes(population: Seen, options: Options) -> dict[str, Array]:
    """The activations of a hidden ``layer`` (by default the narrowest) for examples of ``part``: ``codes`` float32
    (R, N, U) of the first ``count`` (1 to 1000, default 500), and their ``labels`` float32 (R, N) or (R, N, T)."""
    part = chosen_part(population, options)
    layer = options.whole("layer", narrowest(population), 0, len(population.network.wires) - 1)
    count = min(options.whole("count", 500, 1, MOST_CODES), fewest(population, part))
    if count * population.network.wires[layer].units > MOST_NUMBERS_OF_CODES:
        raise ProbeError("count", "These codes are too many numbers; ask for fewer, or for a narrower layer.")
    found = part_pass(population, part, [layer], count)
    labels = [labels_of(table, part)[:count] for table in population.tables]
    return {"codes": finite(found.values[layer].transpose(0, 2, 1)), "labels": finite(np.stack(labels))}


def probe_reconstructions(population: Seen, options: Options) -> dict[str, Array]:
    """What an autoencoder makes of its inputs: ``inputs`` and ``outputs`` float32 (R, N, F) of ``count`` (1 to 64,
    default 10) examples of ``part`` from number ``example`` on."""
    network = population.network
    last = len(network.wires) - 1
    if network.wires[last].units != network.input_size or population.specs[0].loss != "reconstruction":
        raise ProbeError("name", "This network does not make its inputs again; take the loss reconstruction.")
    part = chosen_part(population, options)
    first = options.whole("example", 0, 0, fewest(population, part) - 1)
    count = options.whole("count", 10, 1, MOST_RECONSTRUCTIONS)
    columns = example_columns(population, part, slice(first, min(first + count, fewest(population, part))))
    through = Pass(network, population.theta, columns, [last]).run()
    return {
        "inputs": finite(columns.x[:, :-1].transpose(0, 2, 1)),
        "outputs": finite(through.values[last].transpose(0, 2, 1)),
    }
