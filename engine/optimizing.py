"""Reading how a run is optimised: the optimizer, its clipping and schedule, and when the run stops by itself."""

from collections.abc import Mapping
from typing import Any

from engine import limits
from engine.hyperparameters import Kind, let_go, names_in, read_numbers, refuse_strangers
from engine.losses import RECONSTRUCTION
from engine.optimizers import OPTIMIZERS
from engine.optimizers.clipping import CLIPS
from engine.parts import ClipSpec, OptimizerSpec, ScheduleSpec, StopSpec, Task
from engine.reading import Reader
from engine.schedules import SCHEDULES
from engine.stopping import STOP_CONDITIONS
from engine.types import Json


def read_optimizer(reader: Reader, value: Json, pointer: str) -> OptimizerSpec:
    """The optimizer: the numbers its kind has, given or by default, and no others."""
    own = ("kind", "learning_rate", *names_in(OPTIMIZERS), "clip", "schedule")
    fields = reader.record(value, pointer, own, '{"kind": "adam", "learning_rate": 0.01}')
    kind = reader.choice(fields.get("kind", "sgd"), f"{pointer}/kind", OPTIMIZERS, "sgd")
    refuse_strangers(reader, fields, pointer, OPTIMIZERS[kind], OPTIMIZERS)
    rate = fields.get("learning_rate", limits.LEARNING_RATE.default)
    return OptimizerSpec(
        kind,
        reader.real(rate, f"{pointer}/learning_rate", limits.LEARNING_RATE),
        **read_numbers(reader, fields, pointer, OPTIMIZERS[kind]),
        clip=_read_clip(reader, fields.get("clip", {}), f"{pointer}/clip"),
        schedule=_read_schedule(reader, fields.get("schedule", {}), f"{pointer}/schedule"),
    )


def _read_clip(reader: Reader, value: Json, pointer: str) -> ClipSpec | None:
    kind, numbers = _read_kind(reader, value, pointer, CLIPS, '{"kind": "norm", "limit": 1}')
    return None if kind == "none" else ClipSpec(kind, **numbers)


def _read_schedule(reader: Reader, value: Json, pointer: str) -> ScheduleSpec | None:
    kind, numbers = _read_kind(reader, value, pointer, SCHEDULES, '{"kind": "cosine", "epochs": 200}')
    return None if kind == "constant" else ScheduleSpec(kind, **numbers)


def _read_kind(
    reader: Reader, value: Json, pointer: str, table: Mapping[str, Kind], example: str
) -> tuple[str, dict[str, float]]:
    """One of a table's kinds, the first unless told, and its numbers."""
    first = next(iter(table))
    fields = reader.record(value, pointer, ("kind", *names_in(table)), example)
    kind = reader.choice(fields.get("kind", first), f"{pointer}/kind", list(table), first)
    refuse_strangers(reader, fields, pointer, table[kind], table)
    return kind, read_numbers(reader, fields, pointer, table[kind])


def settle_optimizer(document: dict[str, Any], patch: dict[str, Any], old: OptimizerSpec) -> None:
    """Let go, in a merged document, of the numbers another optimizer, clipping or schedule has not."""
    change, optimizer = patch.get("optimizer"), document.get("optimizer")
    if not isinstance(change, dict) or not isinstance(optimizer, dict):
        return
    let_go(optimizer, change, OPTIMIZERS, old.kind)
    clip = "none" if old.clip is None else old.clip.kind
    schedule = "constant" if old.schedule is None else old.schedule.kind
    for name, table, kind in (("clip", CLIPS, clip), ("schedule", SCHEDULES, schedule)):
        if isinstance(optimizer.get(name), dict):
            let_go(optimizer[name], change.get(name), table, kind)


def read_stop(reader: Reader, value: Json, pointer: str, classifies: bool) -> StopSpec | None:
    """The stop conditions that are given, None if there is none."""
    if value is None:
        return None
    fields = reader.record(value, pointer, names_in(STOP_CONDITIONS), '{"epochs": 100}')
    if "accuracy_above" in fields and not classifies:
        reader.problem(f"{pointer}/accuracy_above", "Only classes have an accuracy; stop at loss_below instead.")
    if "min_improvement" in fields and "patience" not in fields:
        reader.problem(f"{pointer}/min_improvement", "Give the patience too: for how many epochs to wait for it.")
    numbers: dict[str, Any] = {}
    for condition in STOP_CONDITIONS.values():
        if condition.name in fields:
            numbers |= read_numbers(reader, fields, pointer, condition)
    return StopSpec(**numbers) if numbers else None


def settle_stop(document: dict[str, Any], patch: dict[str, Any], task: Task) -> None:
    """Let go, in a merged document, of stop conditions that a change has left without their meaning."""
    stop = document.get("stop")
    change = patch.get("stop")
    named = change if isinstance(change, dict) else {}
    if not isinstance(stop, dict):
        return
    if (task != "classification" or document.get("loss") == RECONSTRUCTION) and "accuracy_above" not in named:
        stop.pop("accuracy_above", None)
    if "patience" not in stop and "min_improvement" not in named:
        stop.pop("min_improvement", None)
