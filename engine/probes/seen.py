"""What a probe looks at: R replicas of one shape, a whole population or one of its replicas where it lies."""

from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

from engine.batches import Table
from engine.layers.layer import Memories
from engine.network import Network
from engine.spec import RunSpec
from engine.types import Array, Float64Array

T = TypeVar("T")


class Seen(Protocol):
    """The part of a population that probes read."""

    network: Network
    specs: list[RunSpec]
    tables: list[Table]
    theta: Array
    memories: Memories
    """What plans compute in that leave their values elsewhere: one after the other looks at the same network."""

    def view(self, key: Hashable, build: Callable[[], T]) -> T:
        """Something bound to these parameters, built at the first call and kept."""

    def losses(self) -> dict[str, Float64Array]:
        """Mean loss over all training and all test examples (R,)."""

    def accuracy(self) -> dict[str, Float64Array]:
        """The share of examples classified rightly (R,)."""

    def optimizer_memory(self) -> dict[str, Array]:
        """What the optimizer remembers, (R, P) each."""


class Replica:
    """One replica of a population, looked at where it lies: for views that its neighbours do not show."""

    def __init__(self, population: Seen, replica: int) -> None:
        self._population, self._part = population, slice(replica, replica + 1)
        self.network = population.network
        self.specs, self.tables = population.specs[self._part], population.tables[self._part]
        self.theta = population.theta[self._part]
        self.memories = population.memories

    def view(self, key: Hashable, build: Callable[[], T]) -> T:
        """Kept with the population."""
        return self._population.view((self._part.start, key), build)

    def losses(self) -> dict[str, Float64Array]:
        """The replica's own (1,)."""
        return {name: values[self._part] for name, values in self._population.losses().items()}

    def accuracy(self) -> dict[str, Float64Array]:
        """The replica's own (1,)."""
        return {name: values[self._part] for name, values in self._population.accuracy().items()}

    def optimizer_memory(self) -> dict[str, Array]:
        """The replica's own (1, P)."""
        return {name: rows[self._part] for name, rows in self._population.optimizer_memory().items()}
