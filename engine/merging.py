"""JSON merge patches on a run specification, and letting go of what a change has put out of place.

What is let go is filled in again by the reader's defaults, so that one changed control does not have to bring others
along. Another kind of dataset lets go of its own number of examples, length and classes; data of other inputs of the
features; another task of the loss, the output and what the stop conditions cannot measure there; a loss or an output of
the partner it does not fit; another initializer of the scale. ``RunSpec.merge`` lets go of given parameters and pins
where the network is another. Layers are never let go: where they cannot take the new data, :mod:`engine.validation`
refuses the change and points at the layer.
"""

from typing import Any

from engine.compatibility import Problem, output_misfit
from engine.datasets import DATASETS, describe
from engine.errors import Issue, SpecError
from engine.optimizing import settle_stop
from engine.parts import AnyDatasetSpec, DatasetSpec
from engine.reading import Reader
from engine.types import Json
from engine.validation import problem_of, read_dataset

DEEPEST_PATCH = 16


def merge_patch(target: Json, patch: Json, depth: int = 0) -> Json:
    """RFC 7396: objects merge member by member, null removes, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    if depth > DEEPEST_PATCH:
        raise SpecError([Issue("", f"This change is nested more than {DEEPEST_PATCH} levels deep; send fields only.")])
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value, depth + 1)
    return merged


def settle(document: dict[str, Any], patch: dict[str, Any], old: AnyDatasetSpec) -> None:
    """Let go, in a merged document, of what the patch does not mention and what no longer fits."""
    _settle_dataset(document, patch, old)
    _settle_initializer(document, patch)
    new = document.get("dataset", {})
    if "dataset" in patch:
        reader = Reader()
        new = read_dataset(reader, new, "/dataset")
        if reader.errors:
            return
        if not isinstance(new, DatasetSpec):
            document["dataset"] = new  # read once, not again with the rest
        if describe(new).inputs != describe(old).inputs and "features" not in patch:
            document.pop("features", None)
        settle_stop(document, patch, problem_of(new).task)
        _settle_loss(document, patch, problem_of(old), problem_of(new))
    else:
        settle_stop(document, patch, problem_of(old).task)
        _settle_loss(document, patch, problem_of(old), problem_of(old))


def _settle_dataset(document: dict[str, Any], patch: dict[str, Any], old: AnyDatasetSpec) -> None:
    change, dataset = patch.get("dataset"), document.get("dataset")
    if not isinstance(change, dict) or not isinstance(dataset, dict) or dataset.get("kind") == old.kind:
        return
    if not {"points", "arrays"}.isdisjoint((old.kind, str(dataset.get("kind")))):
        document["dataset"] = {name: dataset[name] for name in change if name in dataset}
    elif isinstance(old, DatasetSpec):
        _settle_kind(dataset, change, old)


def _settle_kind(dataset: dict[str, Any], change: dict[str, Any], old: DatasetSpec) -> None:
    """Another kind takes its own number of examples in place of the last one's, and its own length and classes."""
    before, kind = DATASETS[old.kind], dataset.get("kind", "circle")
    after = DATASETS.get(kind) if isinstance(kind, str) else None
    for name in {"length", "classes"} - set(change):
        dataset.pop(name, None)
    if after is None:
        return
    for name, usual, bounds in (
        ("samples", before.samples, after.sample_counts),
        ("train_fraction", before.train_fractions.default, after.train_fractions),
    ):
        if name not in change and (
            getattr(old, name) == usual or not bounds.minimum <= getattr(old, name) <= bounds.maximum
        ):
            dataset.pop(name, None)


def _settle_initializer(document: dict[str, Any], patch: dict[str, Any]) -> None:
    change, initializer = patch.get("initializer"), document.get("initializer")
    if isinstance(change, dict) and isinstance(initializer, dict) and "kind" in change and "scale" not in change:
        initializer.pop("scale", None)


def _settle_loss(document: dict[str, Any], patch: dict[str, Any], old: Problem, new: Problem) -> None:
    """Another task takes its own loss and output; else the one that was not chosen gives way to the one that was."""
    if new.task != old.task:
        for name in {"loss", "output"} - set(patch):
            document.pop(name, None)
        return
    loss, output = document.get("loss"), document.get("output")
    if not isinstance(loss, str) or not isinstance(output, dict):
        return
    if output_misfit(new, loss, output.get("activation", "")) and not {"loss", "output"} <= set(patch):
        document.pop("loss" if "output" in patch else "output")
