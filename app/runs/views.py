"""A run's numbers as clients get them: finite, typed, named `<probe>/<array>`, computed once a step at most."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import numpy as np

from app.errors import FieldError, Invalid
from app.probe_options import ProbeOptions
from app.runs.frames import Array, Named
from engine import Population
from engine.features import FEATURES_OF
from engine.member import Member
from engine.probes import ProbeError

SCALARS: Final = frozenset({"losses", "accuracy"})
"""Probes that a frame carries in its header."""
CURVE: Final = ("curve/step", "curve/epoch", "curve/train", "curve/test")
MOST_CURVE_POINTS: Final = 8192
MOST_KEPT: Final = 64
"""Views kept of a run that stands still, whatever is pointed at meanwhile."""
MOST_NUMBERS: Final = 2_000_000
"""Numbers in an answer over REST: every weight of the largest network fits."""
FINITE: Final = 1e30
SENT_AS: Final[dict[np.dtype[Any], np.dtype[Any]]] = {
    np.dtype(np.bool_): np.dtype(np.uint8),
    np.dtype(np.int64): np.dtype(np.int32),
}

T = TypeVar("T")


class Curve(NamedTuple):
    """Points of the loss curve: `arrays` for a frame, the step of the last one, and whether more are waiting."""

    arrays: list[Named]
    last_step: int
    complete: bool


class Picture(NamedTuple):
    """A probe's arrays of some replicas under their full names, and what the numbers of its grid stand for in each."""

    arrays: list[tuple[str, Array]]
    spans: list[list[float]] | None

    @classmethod
    def of(cls, name: str, arrays: dict[str, Array]) -> Picture:
        """Of what the engine gives, which it may overwrite. The range of a single grid goes along with it."""
        kept = copies(arrays)
        spans = kept.pop("range").tolist() if "range" in kept and kept["range"].ndim == 2 else None
        return cls([(f"{name}/{key}", array) for key, array in kept.items()], spans)

    def replica(self, place: int) -> list[Named]:
        """One of them."""
        if self.spans is None:
            return [Named(name, array[place, ...]) for name, array in self.arrays]
        span = self.spans[place]
        return [Named(name, array[place, ...], span if name.endswith("/grid") else None) for name, array in self.arrays]


class Looks:
    """What has been looked at in a population since it last moved: in all its runs at once, or in one of them."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self._kept: dict[Hashable, Any] = {}

    def forget(self) -> None:
        """Something in the population is other than it was."""
        self._kept.clear()

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gives, computed at the first call since the population moved."""
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT * len(self.population.specs):
                self._kept.clear()
            self._kept[key] = compute()
        found: T = self._kept[key]
        return found

    def probe(self, name: str, options: ProbeOptions, replica: int | None) -> dict[str, Array]:
        """A probe of one run, or of all of them. Raises `ProbeError`."""
        given = {key: value for key, value in msgspec.structs.asdict(options).items() if value is not None}
        return self.population.probe(name, replica=replica, **given)

    def look_together(self, name: str, options: ProbeOptions) -> None:
        """Compute a probe for all runs in one pass: so many of them show it."""
        if len(self.population.specs) > 1 and name not in SCALARS:
            with contextlib.suppress(ProbeError):
                self.once((name, options), lambda: Picture.of(name, self.probe(name, options, None)))

    def picture(self, name: str, options: ProbeOptions, replica: int) -> list[Named]:
        """A probe's arrays of one run, which nobody overwrites. Raises `ProbeError`."""
        together: Picture | None = self._kept.get((name, options))
        if together is not None:
            return together.replica(replica)
        alone = replica if len(self.population.specs) > 1 else None
        key = (name, options, replica)
        return self.once(key, lambda: Picture.of(name, self.probe(name, options, alone)).replica(0))

    def pairs(self, name: str, compute: Callable[[], dict[str, Array]]) -> list[tuple[float | None, float | None]]:
        """Train and test loss, or accuracy, of every run; None where there is none or it is too large to store."""
        return self.once(name, lambda: self._pairs(compute()))

    def _pairs(self, values: dict[str, Array]) -> list[tuple[float | None, float | None]]:
        tests = np.where(self.population.has_test, values["test"], np.nan).tolist()
        return [(number(train), number(test)) for train, test in zip(values["train"].tolist(), tests, strict=True)]


class Views:
    """What can be seen of one run, the `replica`-th of the population that `looks` are at."""

    def __init__(self, looks: Looks, replica: int) -> None:
        self.looks = looks
        self.replica = replica
        self._population = looks.population

    def member(self) -> Member:
        """The run's numbers, to be brought elsewhere."""
        return self._population.member(self.replica)

    def losses(self) -> dict[str, float | None]:
        """Train and test loss, None where there is none."""
        return self._pair("losses", self._population.losses)

    def accuracy(self) -> dict[str, float | None] | None:
        """Train and test accuracy, None for a regression."""
        if self._population.specs[self.replica].task != "classification":
            return None
        return self._pair("accuracy", self._population.accuracy)

    def scalars(self, names: frozenset[str]) -> dict[str, float | None]:
        """The header's numbers; those of `names` alone are computed."""
        losses = self.losses() if "losses" in names else None
        accuracy = self.accuracy() if "accuracy" in names else None
        return {
            f"{kind}_{word}": None if pair is None else pair[kind]
            for word, pair in (("loss", losses), ("accuracy", accuracy))
            for kind in ("train", "test")
        }

    def arrays(self, name: str, options: ProbeOptions) -> list[Named]:
        """The arrays of one probe; none if the network does not have the unit it names."""
        try:
            return self.looks.picture(name, options, self.replica)
        except ProbeError:
            return []

    def lists(self, name: str, options: ProbeOptions) -> dict[str, Any]:
        """The arrays of one probe as JSON-able nested lists, for REST."""
        try:
            arrays = self.looks.picture(name, options, self.replica)
        except ProbeError as error:
            fault = FieldError(f"/{name}/{error.option}", str(error))
            raise Invalid("This network has no such view.", [fault]) from None
        count = sum(named.values.size for named in arrays)
        if count > MOST_NUMBERS:
            fault = FieldError(f"/{name}/resolution", "Ask for a lower resolution.")
            if not hasattr(options, "resolution"):
                fault = FieldError(f"/{name}", "This network is too large for it; look at a smaller one.")
            raise Invalid(f"This view has {count} numbers; an answer holds at most {MOST_NUMBERS}.", [fault])
        return {
            named.name.removeprefix(f"{name}/"): {
                "dtype": named.values.dtype.name,
                "shape": list(named.values.shape),
                **({} if named.range is None else {"range": named.range}),
                "data": listed(named.values),
            }
            for named in arrays
        }

    def curve(self, after_step: int) -> Curve:
        """The points from `after_step` on: its own may have been taken anew since.

        `curve/test` is as long as the others or, without test examples, empty.
        """
        points = self._population.curve_points(self.replica, after_step)
        count = points.shape[1]
        end = min(count, MOST_CURVE_POINTS)
        last = int(points[0, end - 1]) if end else after_step
        step, epoch, train, test = np.minimum(points, FINITE, out=points)[:, :end]
        columns = (step, epoch, train, test if self._has_test else test[:0])
        return Curve(list(map(Named, CURVE, columns)), last, end == count)

    def predict(self, points: list[tuple[float, float]]) -> dict[str, Any]:
        """The outputs for `points`, and for a classification the class of each."""
        spec = self._population.specs[self.replica]
        if spec.form.inputs not in FEATURES_OF:
            remedy = "This network is not given points; read the view probabilities or feature_maps with its inputs."
            raise Invalid("This run has no plane.", [FieldError("/points", remedy)])
        outputs = self._population.predict(np.asarray(points, np.float64), self.replica)[0]
        answer: dict[str, Any] = {"outputs": outputs.tolist()}
        if spec.task == "classification":
            answer["classes"] = [spec.classes[index] for index in self._population.classify(outputs)]
        return answer

    @property
    def _has_test(self) -> bool:
        return bool(self._population.has_test[self.replica])

    def columns(self) -> dict[str, Any]:
        """The whole curve as columns; without test examples the test column is all null."""
        curve = self._population.curve(self.replica)
        tests = listed(curve["test"]) if self._has_test else [None] * len(curve["test"])
        step = curve["step"].astype(np.int64).tolist()
        return {"step": step, "epoch": listed(curve["epoch"]), "train": listed(curve["train"]), "test": tests}

    def _pair(self, name: str, compute: Callable[[], dict[str, Array]]) -> dict[str, float | None]:
        train, test = self.looks.pairs(name, compute)[self.replica]
        return {"train": train, "test": test}


def number(value: float) -> float | None:
    """A finite number, or None."""
    return value if math.isfinite(value) else None


def copies(arrays: dict[str, Array]) -> dict[str, Array]:
    """A probe's arrays, copied, since the engine may overwrite them, in types that browsers have views for."""
    return {name: array.astype(SENT_AS.get(array.dtype, array.dtype)) for name, array in arrays.items()}


def listed(array: Array) -> Any:
    """`array` as nested lists of JSON numbers, null for what is not finite."""
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return array.tolist()
    items = array.astype(object)
    items[~np.isfinite(array)] = None
    return items.tolist()
