"""One example inside the network: what every layer makes of it, and which part of an image the answer hangs on."""

import numpy as np

from engine.metrics import classes
from engine.network import work_of_an_example
from engine.probes.answers import by_answer, probabilities, require_classes, threshold_of
from engine.probes.examples import Columns, Pass, chosen_columns, finite
from engine.probes.landscape import MOST_WORK
from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.types import Array

LARGEST_PATCH = 16
MOST_HIDDEN = 4_000_000
"""Numbers of all the images with a square on them."""


def probe_feature_maps(population: Seen, options: Options) -> dict[str, Array]:
    """What comes out of every layer for one example: ``values`` float32 (R, U), all layers one after the other.

    Each is flat and has the shape that ``network.layers`` gives as ``output``: (O, H, W) for a convolution. ``inputs``
    float32 (R, F) is what the network was given. The example is that of ``part`` and ``example``, or ``inputs``.
    """
    network = population.network
    layers = range(len(network.wires))
    columns = chosen_columns(population, options)
    through = Pass(network, population.theta, columns, layers).run()
    given = np.broadcast_to(columns.x[:, :-1, 0], (len(population.theta), network.input_size))
    return {
        "inputs": finite(given),
        "values": finite(np.concatenate([through.values[layer][..., 0] for layer in layers], axis=1)),
    }


def probe_occlusion(population: Seen, options: Options) -> dict[str, Array]:
    """Which part of an image the answer hangs on: ``grid`` float32 (R, H, W), the probability of the class predicted
    for the whole image when a grey square of ``size`` pixels (1 to 16, default 3) lies with its middle at a pixel.

    ``whole`` float32 (R,) is that probability with nothing hidden, ``predicted`` int32 (R,) the class. Grey is the mean
    of the image. Zeiler & Fergus, Visualizing and understanding convolutional networks, 2014, section 4.2.
    """
    require_classes(population)
    network = population.network
    if len(network.inputs) != 3 or network.steps is not None:
        raise ProbeError("name", "A square can be laid over an image alone, and this network is given none.")
    size = options.whole("size", 3, 1, LARGEST_PATCH)
    height, width = network.inputs[1:]
    if network.input_size * height * width > MOST_HIDDEN:
        raise ProbeError("name", "These images are too large to be covered pixel by pixel; take smaller ones.")
    columns = chosen_columns(population, options)
    if work_of_an_example(network) * (height * width + 1) * len(population.theta) > MOST_WORK:
        raise ProbeError("name", "Covering this image pixel by pixel would take too long; take fewer filters or units.")
    hidden = occluded(columns.x, network.inputs, size)
    last = len(network.wires) - 1
    shown = Columns(np.concatenate([columns.x, hidden], axis=2), None)
    through = Pass(network, population.theta, shown, [last]).run()
    values = np.nan_to_num(by_answer(network, through.values[last]))
    predicted = classes(values, threshold_of(population.specs[0]))[:, :1]
    chances = np.take_along_axis(probabilities(values), predicted[:, None], axis=1)[:, 0]
    return {
        "grid": finite(chances[:, 1:].reshape(len(chances), height, width)),
        "whole": finite(chances[:, 0]),
        "predicted": predicted[:, 0].astype(np.int32),
    }


def occluded(columns: Array, shape: tuple[int, ...], size: int) -> Array:
    """An image as a column (R, F + 1, 1) with a square over each of its pixels in turn: (R, F + 1, H·W)."""
    channels, height, width = shape
    near_rows, near_columns = (_near(side, size) for side in (height, width))
    square = near_rows[:, None, :, None] & near_columns[None, :, None, :]
    places = height * width
    mask = np.broadcast_to(square.reshape(places, 1, places), (places, channels, places)).reshape(places, -1).T
    pixels = columns[:, :-1]
    hidden = np.where(mask, pixels.mean(axis=1, keepdims=True), pixels)
    return np.concatenate([hidden, np.ones((len(columns), 1, places), columns.dtype)], axis=1)


def _near(side: int, size: int) -> Array:
    """Which places (side, side) a square reaches along one side, with its middle at each of them."""
    distance = np.arange(side)[None] - np.arange(side)[:, None]
    return np.asarray((distance >= -((size - 1) // 2)) & (distance <= size // 2))
