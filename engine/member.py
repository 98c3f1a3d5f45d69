"""A member: one replica by itself, with all that it needs to go on bit for bit in whatever population.

A population holds its replicas side by side, so that one call serves them all; a member is one of them taken out.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.batches import Feed, Table, make_table, new_feed
from engine.checkpoint import pack, unpack
from engine.curve import COLUMNS
from engine.network import initial_parameters
from engine.optimizers import OPTIMIZERS
from engine.spec import RunSpec
from engine.stopping import Watch
from engine.types import Array, Float64Array


@dataclass(slots=True)
class Vitals:
    """What is known of a replica's health: see :class:`engine.divergence.Health`."""

    good: Array
    start_size: float
    good_step: int = 0
    best: float = np.inf
    diverged: bool = False
    raised_from: float = 0.0


@dataclass(slots=True)
class Member:
    """One replica: parameters theta (P,), the optimizer's memory (S, P) that began at the step ``begun``, its counters,
    where it stands in its data, its curve (4, points), its health and what its stop conditions know."""

    spec: RunSpec
    feed: Feed
    theta: Array
    memory: Array
    vitals: Vitals
    watch: Watch = field(default_factory=Watch)
    curve: Float64Array = field(default_factory=lambda: np.empty((len(COLUMNS), 0)))
    step: int = 0
    epoch: int = 0
    begun: int = 0


def shape_of(spec: RunSpec, table: Table) -> tuple[Hashable, ...]:
    """What replicas must have in common to be trained by the same matrix products. A batch is at most all examples."""
    batch = min(spec.batch_size, len(table.train))
    clip = spec.optimizer.clip
    update = (spec.optimizer.kind, None if clip is None else clip.kind)
    return (spec.features, spec.wires, spec.task, spec.loss, update, batch, spec.dtype)


def new_member(spec: RunSpec, table: Table | None = None) -> Member:
    """A replica at step 0, without a point on its curve yet. A table that is known already is not made again."""
    theta = initial_parameters(spec).astype(spec.dtype)
    memory = np.zeros((len(OPTIMIZERS[spec.optimizer.kind].state), len(theta)), spec.dtype)
    feed = new_feed(make_table(spec) if table is None else table, spec.seed, spec.shuffle)
    return Member(spec, feed, theta, memory, Vitals(theta, float(np.abs(theta).max())))


def dump(member: Member) -> bytes:
    """All of a member but its specification, which is kept by the caller, and the data, which follow from it."""
    vitals, watch, feed = member.vitals, member.watch, member.feed
    values = {
        "step": member.step,
        "epoch": member.epoch,
        "begun": member.begun,
        "cursor": feed.cursor,
        "rng": feed.rng.bit_generator.state,
        "noise": feed.noise.bit_generator.state,
        "good_step": vitals.good_step,
        "best": _finite(vitals.best),
        "diverged": vitals.diverged,
        "raised_from": vitals.raised_from,
        "reason": watch.reason,
        "waived": list(watch.waived),
        "best_loss": _finite(watch.best_loss),
        "best_epoch": watch.best_epoch,
    }
    arrays = {
        "theta": member.theta,
        "memory": member.memory,
        "order": feed.order.astype(np.uint16 if len(feed.order) <= 2**16 else np.int64),
        "good": vitals.good,
        "curve": member.curve,
    }
    return pack(values, arrays if watch.best is None else arrays | {"best_theta": watch.best})


def load(spec: RunSpec, data: bytes) -> Member:
    """The member that :func:`dump` wrote. Raises ValueError for other bytes, or another specification's."""
    values, arrays = unpack(data)
    member = new_member(spec)
    try:
        _fill(member, values, arrays)
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is not a checkpoint of this version: {error}") from error
    return member


def _fill(member: Member, values: dict[str, Any], arrays: dict[str, Array]) -> None:
    arrays["order"] = arrays["order"].astype(np.int64)
    places = {"theta": member.theta, "memory": member.memory, "order": member.feed.order, "good": member.theta}
    if any((arrays[name].shape, arrays[name].dtype) != (place.shape, place.dtype) for name, place in places.items()):
        raise ValueError("This checkpoint belongs to another specification.")
    member.theta, member.memory, member.curve = arrays["theta"], arrays["memory"], arrays["curve"]
    member.step, member.epoch, member.begun = values["step"], values["epoch"], values["begun"]
    feed = member.feed
    feed.order, feed.cursor = arrays["order"], values["cursor"]
    feed.rng.bit_generator.state, feed.noise.bit_generator.state = values["rng"], values["noise"]
    member.vitals = Vitals(
        arrays["good"],
        member.vitals.start_size,
        values["good_step"],
        _or_infinite(values["best"]),
        values["diverged"],
        values["raised_from"],
    )
    member.watch = Watch(
        values["reason"],
        _or_infinite(values["best_loss"]),
        values["best_epoch"],
        tuple(values["waived"]),
        arrays.get("best_theta"),
    )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _or_infinite(value: float | None) -> float:
    return np.inf if value is None else value
