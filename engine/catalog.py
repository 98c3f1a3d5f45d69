"""What can be chosen, as one JSON document: the page builds its controls and its explanations from it alone.

Names, words and formulas stand where each thing is defined; this module only gathers them.
"""

from functools import cache
from typing import Any, Protocol

import numpy as np

from engine import limits
from engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Pointwise
from engine.controls import CONTROLS
from engine.datasets import DATASETS, DatasetKind, make_dataset
from engine.datasets.kinds import TILES
from engine.errors import MOST_ISSUES
from engine.features import FEATURES
from engine.hyperparameters import Kind
from engine.ideas import IDEAS
from engine.initializers import INITIALIZERS, Initializer
from engine.layers import KINDS as LAYERS
from engine.layers.layer import Kind as LayerKind
from engine.losses import LOSSES
from engine.metrics import METRICS
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.optimizers.clipping import CLIPS
from engine.parts import DatasetSpec
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES
from engine.stopping import STOP_CONDITIONS
from engine.types import FloatArray

PREVIEW_POINTS = 90


class Described(Protocol):
    """Anything that can be chosen: how it is written, what it is called, what it does."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def explanation(self) -> str: ...
    @property
    def formula(self) -> str: ...


class DescribedKind(Described, Kind, Protocol):
    """Anything that can be chosen and has numbers of its own."""


@cache
def catalog() -> dict[str, Any]:
    """The whole catalog. It is made once; treat it as read-only."""
    return {
        "version": 1,
        "activations": [_describe_activation(entry) for entry in ACTIVATIONS.values()],
        "output_activations": [_describe(entry) for entry in OUTPUT_ACTIVATIONS.values()],
        "layers": [_describe_layer(kind.KIND) for kind in LAYERS.values()],
        "losses": [_describe(entry) | {"tasks": list(entry.tasks)} for entry in LOSSES.values()],
        "metrics": [_describe(entry) | {"task": entry.task} for entry in METRICS.values()],
        "optimizers": [_describe_optimizer(entry) for entry in OPTIMIZERS.values()],
        "clips": [_describe_kind(entry) for entry in CLIPS.values()],
        "stop_conditions": [_describe_kind(entry) for entry in STOP_CONDITIONS.values()],
        "schedules": [_describe_kind(entry) for entry in SCHEDULES.values()],
        "regularizers": [_describe(entry) for entry in REGULARIZERS.values()],
        "initializers": [_describe_initializer(entry) for entry in INITIALIZERS.values()],
        "datasets": [_describe_dataset(entry) for entry in DATASETS.values()],
        "features": [_describe(entry) for entry in FEATURES.values()],
        "controls": [control.to_dict() for control in CONTROLS.values()],
        "limits": _limits(),
        "ideas": list(IDEAS),
    }


def _describe(entry: Described) -> dict[str, Any]:
    return {
        "name": entry.name,
        "label": entry.label,
        "explanation": entry.explanation,
        "formula": entry.formula,
    }


def _describe_kind(entry: DescribedKind) -> dict[str, Any]:
    return _describe(entry) | {"hyperparameters": [number.to_dict() for number in entry.hyperparameters]}


def _describe_layer(kind: LayerKind) -> dict[str, Any]:
    return _describe(kind) | {"fields": [field.to_dict() for field in kind.fields]}


def _describe_optimizer(entry: Optimizer) -> dict[str, Any]:
    memory = [{"name": row.name, "label": row.label, "explanation": row.explanation} for row in entry.state]
    return _describe_kind(entry) | {"memory": memory}


def _rounded(values: FloatArray, decimals: int) -> list[Any]:
    """As lists; the added zero turns −0 into 0."""
    rounded: list[Any] = (np.round(values, decimals) + 0.0).tolist()
    return rounded


def _describe_activation(entry: Pointwise) -> dict[str, Any]:
    z, a, slope = (_rounded(values, 3) for values in entry.curve())
    bounds = None if entry.range is None else list(entry.range)
    facts = {"range": bounds, "trainable": entry.trainable, "curve": {"z": z, "a": a, "da": slope}}
    return _describe(entry) | facts


def _describe_initializer(entry: Initializer) -> dict[str, Any]:
    if entry.scale is None:
        return _describe(entry)
    bounds = limits.INITIALIZER_SCALES[entry.name]
    scale = {"label": entry.scale.label, "default": entry.scale.default}
    return _describe(entry) | {"scale": scale | {"minimum": bounds.minimum, "maximum": bounds.maximum}}


def _describe_dataset(kind: DatasetKind) -> dict[str, Any]:
    return (
        _describe(kind)
        | {
            "task": kind.task,
            "inputs": kind.inputs,
            "tile": kind in TILES,
            "shape": list(kind.shape_of(DatasetSpec(kind.name))),
            "classes": len(kind.classes) or None,
            "samples": kind.samples,
            "noise_explanation": kind.noise_explanation,
            "preview": _preview(kind) if kind.inputs == "plane" else [],
        }
        | _choices(kind)
    )


def _choices(kind: DatasetKind) -> dict[str, Any]:
    """What only some kinds have: a choice of length or of classes, bounds of their own, the words of their tokens."""
    bounds = {
        "length": kind.lengths,
        "class_count": kind.class_counts,
        "sample_count": None if kind.sample_counts is limits.SAMPLES else kind.sample_counts,
        "train_fraction": None if kind.train_fractions is limits.TRAIN_FRACTION else kind.train_fractions,
    }
    given = {
        name: {"minimum": bound.minimum, "maximum": bound.maximum, "default": bound.default}
        for name, bound in bounds.items()
        if bound is not None
    }
    return given | ({"vocabulary": list(kind.vocabulary)} if kind.vocabulary else {})


def _preview(kind: DatasetKind) -> list[list[float]]:
    """A few of its points, each with its class index or its value."""
    preview = make_dataset(DatasetSpec(kind.name, samples=PREVIEW_POINTS))
    points = _rounded(np.vstack([preview.train_inputs, preview.test_inputs]), 2)
    labels = np.concatenate([preview.train_labels, preview.test_labels])
    values = labels.astype(int).tolist() if kind.classes else _rounded(labels, 2)
    return [[*point, value] for point, value in zip(points, values, strict=True)]


def _limits() -> dict[str, Any]:
    """What a specification may hold at most, beside the bounds that stand with the controls."""
    return {
        "domain": [-6.0, 6.0],
        "layers": limits.MOST_LAYERS,
        "parameters": limits.MOST_PARAMETERS,
        "points": limits.MOST_POINTS,
        "classes": [int(limits.CLASSES.minimum), int(limits.CLASSES.maximum)],
        "coordinate": limits.COORDINATE.maximum,
        "name_length": limits.LONGEST_NAME,
        "label_length": limits.LONGEST_LABEL,
        "errors": MOST_ISSUES,
    }
