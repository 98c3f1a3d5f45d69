"""What the labs begin with: patches on the usual run specification."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

Preset: TypeAlias = dict[str, Any]


def convolution(filters: int, padding: str = "same") -> Preset:
    """A layer of 3 × 3 filters with ReLU."""
    return {
        "kind": "convolution",
        "filters": filters,
        "kernel_size": 3,
        "padding": padding,
        "activation": "relu",
    }


DIGITS: Final[Preset] = {
    "dataset": {"kind": "digits", "train_fraction": 0.8},
    "features": [],
    "layers": [convolution(8), convolution(12), {"kind": "max_pooling"}, {"kind": "dropout", "rate": 0.3}],
    "initializer": {"kind": "he_normal"},
    "optimizer": {"kind": "adam", "learning_rate": 0.003},
    "batch_size": 32,
}
"""Reads 98 % of unseen digits after some ten seconds."""

DIGITS_IN_INK: Final[Preset] = {
    "dataset": {"kind": "digits_ink"},
    "layers": [
        convolution(8),
        {"kind": "max_pooling"},
        convolution(12),
        {"kind": "max_pooling"},
        {"kind": "dropout", "rate": 0.3},
    ],
}
"""The same digits as black and white, four times as many pixels."""

ONE_LAYER_OF_FILTERS: Final[Preset] = {"layers": [convolution(8), {"kind": "max_pooling"}]}
"""Whatever is found is found by these nine weights each."""

WITH_POOLING: Final[Preset] = {
    "layers": [
        convolution(8),
        {"kind": "max_pooling"},
        convolution(16),
        {"kind": "max_pooling"},
        {"kind": "dropout", "rate": 0.2},
    ],
}
"""Two halvings: 8 × 8, 4 × 4, 2 × 2."""

VOTES_ALONE: Final[Preset] = {"layers": []}
"""Ten units that read the pixels themselves: their weights are ten images."""

FEW_DIGITS: Final[Preset] = {"dataset": {"train_fraction": 0.1}}
"""Learns from 180 digits and is asked 1 617: there is something to go wrong."""
