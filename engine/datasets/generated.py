"""Reading what is asked of a generated dataset: each kind has its own bounds, and some leave more to choose."""

from engine.datasets.kinds import DATASETS
from engine.limits import NOISE, SEED, Bounds
from engine.parts import DatasetSpec
from engine.reading import Reader
from engine.types import Json

FIELDS = ("kind", "samples", "noise", "train_fraction", "seed", "length", "classes")
OTHER_KINDS = ("points", "arrays")
"""Kinds that are given, not generated."""


def read_generated(reader: Reader, value: Json, pointer: str) -> DatasetSpec:
    """A generated dataset: ``{"kind", "samples", "noise", "train_fraction", "seed"}``.

    Kinds of sequences may have a ``length``, kinds with any number of classes may say how many ``classes``.
    """
    fields = reader.record(value, pointer, FIELDS, '{"kind": "circle"}')
    name = reader.choice(fields.get("kind", "circle"), f"{pointer}/kind", (*DATASETS, *OTHER_KINDS), "circle")
    kind = DATASETS[name]
    fraction = fields.get("train_fraction", kind.train_fractions.default)
    return DatasetSpec(
        name,
        reader.whole(fields.get("samples", kind.samples), f"{pointer}/samples", kind.sample_counts),
        reader.real(fields.get("noise", NOISE.default), f"{pointer}/noise", NOISE),
        reader.real(fraction, f"{pointer}/train_fraction", kind.train_fractions),
        reader.whole(fields.get("seed", SEED.default), f"{pointer}/seed", SEED),
        _read_choice(reader, fields, "length", pointer, kind.lengths),
        _read_choice(reader, fields, "classes", pointer, kind.class_counts),
    )


def _read_choice(reader: Reader, fields: dict[str, Json], name: str, pointer: str, bounds: Bounds | None) -> int | None:
    """A number that only some kinds have."""
    value = fields.get(name)
    if bounds is not None:
        return reader.whole(bounds.default if value is None else value, f"{pointer}/{name}", bounds)
    if value is not None:
        having = [kind.name for kind in DATASETS.values() if (kind.lengths if name == "length" else kind.class_counts)]
        reader.problem(
            f"{pointer}/{name}", f"This kind has no {name} to choose; leave it out, or take one of {', '.join(having)}."
        )
    return None
