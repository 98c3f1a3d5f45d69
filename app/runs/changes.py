"""What was changed in a run while it was training, in words short enough for a marker on the loss curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from app.errors import FieldError, Invalid
from app.protocol import Edit
from engine.initial import bias_count, weight_counts
from engine.wiring import Wire

Spec: TypeAlias = dict[str, Any]
Change: TypeAlias = dict[str, Any]

MOST_CHANGES: Final = 200
_NUMBERS: Final = {
    "/optimizer/learning_rate": ("rate", 1.0, ""),
    "/batch_size": ("batch", 1.0, ""),
    "/dataset/noise": ("noise", 100.0, " %"),
    "/dataset/samples": ("points", 1.0, ""),
    "/dataset/train_fraction": ("train share", 100.0, " %"),
}


def describe(old: Spec, new: Spec) -> list[Change]:
    """The changes from `old` to `new`, two full specifications that differ only in what can change while training."""
    return [
        *_numbers(old, new),
        *_optimizer(old["optimizer"], new["optimizer"]),
        *_regularizer(old, new),
        *_shuffle(old, new),
        *_data(old["dataset"], new["dataset"]),
    ]


def require_places(edits: Sequence[Edit], wires: Sequence[Wire]) -> None:
    """Raise `Invalid` unless every edited parameter exists in a network of these layers."""
    errors = [error for index, edit in enumerate(edits) if (error := _misplaced(index, edit, wires))]
    if errors:
        raise Invalid("Some parameters do not exist in this network.", errors)


def _misplaced(index: int, edit: Edit, wires: Sequence[Wire]) -> FieldError | None:
    if edit.layer >= len(wires):
        return FieldError(f"/edits/{index}/layer", f"There are {len(wires)} layers, numbered from 0.")
    columns, inputs = weight_counts(wires[edit.layer])
    biases = bias_count(wires[edit.layer])
    units = biases if edit.input is None and biases else columns
    if edit.unit >= units:
        return FieldError(f"/edits/{index}/unit", f"This layer has {units} units, numbered from 0.")
    if edit.input is None and not biases:
        return FieldError(f"/edits/{index}/input", "This layer has no biases; give the number of an input.")
    if edit.input is not None and edit.input >= inputs:
        return FieldError(f"/edits/{index}/input", f"This layer has {inputs} inputs, numbered from 0.")
    return None


def edited(edits: Sequence[Edit]) -> Change:
    """Parameters written by hand; each edit has an `input`, None for a bias."""
    biases = sum(edit.input is None for edit in edits)
    one, many = ("bias", "biases") if biases == len(edits) else ("weight", "values" if biases else "weights")
    return _change(f"{one if len(edits) == 1 else f'{len(edits)} {many}'} edited", "/parameters", None, None)


def _change(label: str, pointer: str, old: object, new: object) -> Change:
    return {"label": label, "pointer": pointer, "from": old, "to": new}


RESTORED: Final = _change("weights put back", "/parameters", None, None)
BEGUN_AGAIN: Final = _change("begun again: kept by an earlier version", "/version", None, None)


def remember(changes: list[Change], change: Change) -> None:
    """Add `change`. Two in a row of the same value at the same step are one, and it is gone when it changes nothing."""
    last = changes[-1] if changes else None
    if last and last["pointer"] == change["pointer"] and last["step"] == change["step"]:
        changes.pop()
        change = {**change, "from": last["from"]}
        if change["pointer"] in _NUMBERS:
            if change["from"] == change["to"]:
                return
            change["label"] = _number_label(change["pointer"], change["from"], change["to"])
    changes.append(change)
    del changes[:-MOST_CHANGES]


def _at(spec: Spec, pointer: str) -> Any:
    value: Any = spec
    for token in pointer.split("/")[1:]:
        value = value.get(token) if isinstance(value, dict) else None
    return value


def _written(value: float) -> str:
    return f"{value:.6g}"


def _number_label(pointer: str, old: float, new: float) -> str:
    word, factor, unit = _NUMBERS[pointer]
    return f"{word} {_written(old * factor)}{unit} → {_written(new * factor)}{unit}"


def _numbers(old: Spec, new: Spec) -> list[Change]:
    pairs = [(pointer, _at(old, pointer), _at(new, pointer)) for pointer in _NUMBERS]
    return [
        _change(_number_label(pointer, before, after), pointer, before, after)
        for pointer, before, after in pairs
        if before != after and before is not None and after is not None
    ]


def _optimizer(old: Spec, new: Spec) -> list[Change]:
    """Another optimizer by its name, else each of its numbers; clipping and schedule by their kinds."""
    found = []
    if old["kind"] != new["kind"]:
        found.append(_change(_words(new["kind"]), "/optimizer/kind", old["kind"], new["kind"]))
    else:
        for name in [name for name in new if name not in ("learning_rate", "clip", "schedule")]:
            if old[name] != new[name]:
                label = f"{_words(name)} {_written(old[name])} → {_written(new[name])}"
                found.append(_change(label, f"/optimizer/{name}", old[name], new[name]))
    for name, none in (("clip", "no clipping"), ("schedule", "constant rate")):
        before, after = old.get(name), new.get(name)
        if before != after:
            label = none if after is None else f"{_words(name)}: {_words(after['kind'])}"
            found.append(_change(label, f"/optimizer/{name}", before, after))
    return found


def _words(name: str) -> str:
    return name.replace("_", " ")


def _regularizer(old: Spec, new: Spec) -> list[Change]:
    before, after = old["regularizer"], new["regularizer"]
    if before == after:
        return []
    is_off = after["kind"] == "none" or after["rate"] == 0
    label = "no penalty" if is_off else f"{after['kind'].upper()} {_written(after['rate'])}"
    return [_change(label, "/regularizer", before, after)]


def _shuffle(old: Spec, new: Spec) -> list[Change]:
    if old["shuffle"] == new["shuffle"]:
        return []
    return [_change("shuffle on" if new["shuffle"] else "shuffle off", "/shuffle", old["shuffle"], new["shuffle"])]


def _data(old: Spec, new: Spec) -> list[Change]:
    if new["kind"] != "points":
        if old.get("seed") == new.get("seed"):
            return []
        return [_change("new data", "/dataset/seed", old.get("seed"), new.get("seed"))]
    if old == new:
        return []
    before, after = (len(dataset["train"]) + len(dataset["test"]) for dataset in (old, new))
    word = "added" if after > before else "removed" if after < before else "changed"
    return [_change(f"points {word}", "/dataset/train", before, after)]
