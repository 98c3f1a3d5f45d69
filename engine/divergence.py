"""Divergence: the last good parameters of every replica, which of them have diverged, and why, in plain words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.member import Vitals
from engine.spec import RunSpec
from engine.types import Array, BoolArray, Float64Array, IntArray

GOOD_FACTOR, GOOD_SLACK = 10.0, 1.0
"""A point is worth going back to while its loss is at most ten times the best so far, plus one."""


class Health:
    """The last good parameters of R replicas, and which of them have diverged.

    ``raised_from`` is each one's learning rate before it was last raised, or 0, and ``start_size`` its largest initial
    parameter: what went before a break explains it.
    """

    def __init__(self, vitals: Sequence[Vitals]) -> None:
        self.good = np.stack([one.good for one in vitals])
        self.good_step = np.array([one.good_step for one in vitals])
        self.best = np.array([one.best for one in vitals])
        self.diverged: BoolArray = np.array([one.diverged for one in vitals])
        self.raised_from = np.array([one.raised_from for one in vitals])
        self.start_size = np.array([one.start_size for one in vitals])

    def put(self, replica: int, vitals: Vitals) -> None:
        """Another run in a replica's place."""
        self.good[replica], self.good_step[replica] = vitals.good, vitals.good_step
        self.best[replica], self.diverged[replica] = vitals.best, vitals.diverged
        self.raised_from[replica], self.start_size[replica] = vitals.raised_from, vitals.start_size

    def vitals(self, replica: int) -> Vitals:
        """All that is known of one replica."""
        return Vitals(
            self.good[replica].copy(),
            float(self.start_size[replica]),
            int(self.good_step[replica]),
            float(self.best[replica]),
            bool(self.diverged[replica]),
            float(self.raised_from[replica]),
        )

    def broken(
        self, replicas: BoolArray, theta: Array, step: IntArray, train: Float64Array, test: Float64Array
    ) -> BoolArray:
        """Look at the chosen replicas: keep the parameters of those that do well, say which are no longer finite.

        A test loss of NaN is that of a replica without test examples.
        """
        finite = np.isfinite(train) & ~np.isinf(test) & np.isfinite(theta).all(axis=1)
        good = replicas & finite & (train <= GOOD_FACTOR * self.best + GOOD_SLACK)
        np.minimum(self.best, train, out=self.best, where=good)
        np.copyto(self.good, theta, where=good[:, None])
        np.copyto(self.good_step, step, where=good)
        return replicas & ~finite

    def judge_anew(self, replica: int) -> None:
        """The data have changed, so losses so far say nothing about those to come."""
        self.best[replica] = np.inf

    def go_on(self, replica: int) -> None:
        """It has its last good parameters back."""
        self.diverged[replica] = False
        self.raised_from[replica] = 0.0

    def learning_rate(self, replica: int, old: float, new: float) -> None:
        """Note that a replica's learning rate changes."""
        if new != old:
            self.raised_from[replica] = old if new > old else 0.0

    def diagnosis(self, replica: int, spec: RunSpec) -> "Diagnosis":
        """Why a replica's numbers broke, and what to try."""
        never_good = not np.isfinite(self.best[replica])
        good_step, start, raised = self.good_step[replica], self.start_size[replica], self.raised_from[replica]
        return diagnose(spec, int(good_step), never_good, float(start), float(raised))


LARGE_START = 1e3
"""Initial weights beyond this are named as the cause when a run breaks before its first good point."""

LARGEST_SUGGESTION = 0.1


def snap_down(value: float) -> float:
    """The largest number of the grid 1–3–10 that is not above ``value``."""
    decade = math.floor(math.log10(value) + 1e-9)
    lead = 3 if value * 10.0**-decade >= 3.0 - 1e-9 else 1
    return float(f"{lead}e{decade}")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a run stopped and what to try: each remedy is a button's label and a merge patch for the specification."""

    title: str
    cause: str
    last_good_step: int
    remedies: tuple[tuple[str, dict[str, Any]], ...]

    def to_dict(self) -> dict[str, Any]:
        """The diagnosis as JSON values."""
        remedies = [{"label": label, "patch": patch} for label, patch in self.remedies]
        return {
            "title": self.title,
            "cause": self.cause,
            "last_good_step": self.last_good_step,
            "remedies": remedies,
        }


def diagnose(spec: RunSpec, last_good_step: int, never_good: bool, start_size: float, raised_from: float) -> Diagnosis:
    """Say in plain words why a run diverged.

    ``start_size`` is the largest initial parameter; ``raised_from`` the learning rate before it was last raised, or 0.
    """
    if never_good and start_size >= LARGE_START:
        patch = {"initializer": {"kind": "glorot_uniform", "bias": 0.0}, "initial": None}
        return Diagnosis(
            "The start is too far out",
            f"Some weights start as large as {start_size:.3g}, so the very first outputs were too large to store.",
            last_good_step,
            (("Start from small weights", patch),),
        )
    rate = spec.optimizer.learning_rate
    lower = raised_from if 0.0 < raised_from < rate else snap_down(min(rate / 10.0, LARGEST_SUGGESTION))
    lower = max(lower, 1e-6)
    return Diagnosis(
        "The steps got too big",
        f"At a learning rate of {rate:g}, every step jumps across the valley and lands higher than before. "
        "After a few steps the loss was too large to store, so training stopped.",
        last_good_step,
        ((f"Go back and use {lower:g}", {"optimizer": {"learning_rate": lower}}),),
    )
