"""What students work on and what they do to it, drawn from a seed: the same class comes twice."""

from __future__ import annotations

import copy
import math
from random import Random
from typing import Any

Spec = dict[str, Any]
Patch = dict[str, Any]

PROBES: dict[str, dict[str, Any]] = {
    **{name: {} for name in ("losses", "accuracy", "weights", "data")},
    "decision": {"resolution": 100},
    "units": {"resolution": 32},
}
"""What the page subscribes to as it opens."""

DATASETS = ("circle", "xor", "gauss", "spiral")
RATES = (0.003, 0.01, 0.03, 0.1)
NOISES = (0.0, 0.05, 0.1, 0.2)
REGULARIZERS = (
    {"kind": "none", "rate": 0.0},
    {"kind": "l1", "rate": 0.001},
    {"kind": "l2", "rate": 0.001},
    {"kind": "l2", "rate": 0.003},
)


def dense(*units: int, activation: str = "tanh") -> list[dict[str, Any]]:
    return [{"kind": "dense", "units": count, "activation": activation} for count in units]


OTHERS: tuple[Spec, ...] = (
    {"layers": dense(8, 8, 8)},
    {"layers": dense(8, 8, 8, 8, 8, 8)},
    {"layers": dense(4, 2, activation="relu")},
    {"layers": dense(4, 2), "batch_size": 30},
)


def own_points(random: Random) -> Spec:
    """Two bent clouds, as a student draws them."""
    count, turn = random.randint(40, 120), random.uniform(0.0, 2 * math.pi)
    points = []
    for index in range(count):
        label = index % 2
        angle = turn + math.pi * label + random.uniform(-1.2, 1.2)
        radius = 3.0 + random.gauss(0.0, 0.5)
        points.append([round(radius * math.cos(angle), 3), round(radius * math.sin(angle), 3), label])
    most = count * 3 // 4
    return {"kind": "points", "task": "classification", "train": points[:most], "test": points[most:]}


def spec_of(number: int, random: Random) -> Spec:
    """The network of student `number`: of ten students seven have the default one, two another, one own data."""
    place = number % 10
    spec: Spec = {"seed": random.randrange(2**32), "layers": dense(4, 2)}
    if place in (3, 8):
        spec |= copy.deepcopy(OTHERS[(number // 5) % len(OTHERS)])
    if place == 5:
        spec["dataset"] = own_points(random)
    else:
        spec["dataset"] = {"kind": random.choice(DATASETS), "noise": 0.0, "seed": random.randrange(1000)}
    spec["optimizer"] = {"kind": "sgd", "learning_rate": 0.03}
    spec["regularizer"] = dict(REGULARIZERS[0])
    return spec


def other(random: Random, choices: tuple[Any, ...], present: Any) -> Any:
    """One of `choices` that is not the `present` one."""
    return random.choice([choice for choice in choices if choice != present])


def change_rate(spec: Spec, random: Random) -> Patch:
    return {"optimizer": {"learning_rate": other(random, RATES, spec["optimizer"]["learning_rate"])}}


def change_regularizer(spec: Spec, random: Random) -> Patch:
    return {"regularizer": other(random, REGULARIZERS, spec["regularizer"])}


def change_noise(spec: Spec, random: Random) -> Patch:
    """More or less noise; own data have none to turn, so there it is the rate."""
    if spec["dataset"]["kind"] == "points":
        return change_rate(spec, random)
    return {"dataset": {"noise": other(random, NOISES, spec["dataset"]["noise"])}}


def change_layers(spec: Spec, random: Random) -> Patch:
    """One layer of three more, or that one away again."""
    layers = spec["layers"]
    added = dense(3, activation=layers[0]["activation"])
    return {"layers": layers[:-1] if layers[-1:] == added else layers + added}


def merged(spec: Spec, patch: Patch) -> Spec:
    """The specification after `patch`; one level deep is all that the patches above need."""
    result = dict(spec)
    for key, value in patch.items():
        result[key] = {**spec[key], **value} if isinstance(value, dict) else value
    return result


CHANGES = {"rate": change_rate, "regularizer": change_regularizer, "noise": change_noise, "layers": change_layers}
DEEDS = {"rate": 30, "regularizer": 15, "noise": 10, "layers": 8, "pause": 15, "reset": 8, "reload": 8, "drop": 6}
"""What a student does next, and how often of a hundred times."""


def next_deed(random: Random) -> str:
    [deed] = random.choices(list(DEEDS), weights=list(DEEDS.values()))
    return deed
