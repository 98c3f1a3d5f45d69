"""What can be done with a specification without a worker: check it, and train it right here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from engine import Network, Population, RunSpec, SpecError, cost

OnEpoch: TypeAlias = Callable[[int, float, float | None], None]


@dataclass
class Training:
    """The record of a training: the losses of every epoch from 0 on, and where it ended.

    `diagnosis` says what happened if the run diverged; the parameters are then the last finite ones.
    """

    epoch: list[int] = field(default_factory=list)
    train_loss: list[float] = field(default_factory=list)
    test_loss: list[float | None] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    diagnosis: dict[str, Any] | None = None
    interrupted: bool = False

    def document(self) -> dict[str, Any]:
        """The record as a JSON-able object; `diverged` is there only if it did."""
        ended = {} if self.diagnosis is None else {"diverged": self.diagnosis}
        return {
            "epoch": self.epoch,
            "train_loss": self.train_loss,
            "test_loss": self.test_loss,
            "parameters": self.parameters,
            **ended,
        }


def check(document: object) -> dict[str, Any]:
    """Whether `document` is a specification that can be run: its full form, network and cost, or every error."""
    try:
        spec = RunSpec.from_dict(document)
    except SpecError as error:
        errors = [{"pointer": issue.pointer, "message": issue.message} for issue in error.errors]
        return {"valid": False, "errors": errors}
    network = Network(spec).describe()
    return {"valid": True, "errors": [], "spec": spec.to_dict(), "network": network, "cost": asdict(cost(spec))}


def train(spec: RunSpec, epochs: int, on_epoch: OnEpoch) -> Training:
    """Train for `epochs` passes over the data, calling `on_epoch(epoch, train_loss, test_loss)` after each, 0 included.

    A run that diverges or meets one of its stop conditions ends there. An interruption by the keyboard stops it as
    well and keeps what there is.
    """
    population = Population([spec])
    training = Training()
    try:
        for epoch in range(epochs + 1):
            if epoch:
                population.advance_epochs(1)
            if population.diverged[0]:
                training.diagnosis = population.diagnosis(0)
                break
            _note(training, population, epoch, on_epoch)
            if population.stopped[0]:
                break
    except KeyboardInterrupt:
        training.interrupted = True
    training.parameters = {"weights": population.weights(0), "biases": population.biases(0)}
    return training


def _note(training: Training, population: Population, epoch: int, on_epoch: OnEpoch) -> None:
    losses = population.losses()
    train_loss = float(losses["train"][0])
    test_loss = float(losses["test"][0]) if population.has_test[0] else None
    training.epoch.append(epoch)
    training.train_loss.append(train_loss)
    training.test_loss.append(test_loss)
    on_epoch(epoch, train_loss, test_loss)
