"""Stop conditions: a run ends by itself when it has come far enough, or no further.

They are looked at where an epoch ends, on the test loss and accuracy, or those of training where there are no test
examples. Early stopping waits for an improvement and takes the best parameters back (Prechelt, Early Stopping — But
When?, 1998; Goodfellow, Bengio & Courville, Deep Learning, 2016, algorithm 7.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine import limits
from engine.hyperparameters import Hyperparameter
from engine.parts import StopSpec
from engine.types import Array, BoolArray, Float64Array, IntArray


@dataclass(frozen=True, slots=True)
class StopCondition:
    """A condition the page can set: it holds from the moment its first number is given."""

    name: str
    label: str
    explanation: str
    formula: str
    hyperparameters: tuple[Hyperparameter, ...]


STOP_CONDITIONS: dict[str, StopCondition] = {
    entry.name: entry
    for entry in (
        StopCondition(
            "epochs",
            "After epochs",
            "The run stops when it has passed over the training points this often.",
            "e ≥ n",
            (
                Hyperparameter(
                    "epochs", "Epochs", "How many epochs at most.", "n", limits.STOP_EPOCHS, "log", whole=True
                ),
            ),
        ),
        StopCondition(
            "loss_below",
            "Loss low enough",
            "The run stops when the test loss has come below this number.",
            "L < l",
            (Hyperparameter("loss_below", "Loss below", "How low is low enough.", "l", limits.STOP_LOSS, "log"),),
        ),
        StopCondition(
            "accuracy_above",
            "Accuracy high enough",
            "The run stops when this share of the test points is told apart rightly.",
            "A ≥ a",
            (
                Hyperparameter(
                    "accuracy_above", "Accuracy from", "How much is enough.", "a", limits.STOP_ACCURACY, unit="%"
                ),
            ),
        ),
        StopCondition(
            "patience",
            "Early stopping",
            "The run stops when the test loss has not improved for so long, and takes its best weights back.",
            "L ≥ L_{best} − d for p epochs",
            (
                Hyperparameter(
                    "patience", "Patience", "How many epochs to wait.", "p", limits.PATIENCE, "log", whole=True
                ),
                Hyperparameter(
                    "min_improvement", "Improvement", "What counts as an improvement.", "d", limits.IMPROVEMENT, "log"
                ),
            ),
        ),
    )
}
"""The conditions a run can stop on."""


@dataclass(slots=True)
class Watch:
    """What one replica's conditions know: why it stopped, its best loss, and which of them it was told to pass over."""

    reason: str | None = None
    best_loss: float = np.inf
    best_epoch: int = 0
    waived: tuple[str, ...] = ()
    best: Array | None = None

    def judge(self, spec: StopSpec, epoch: int, loss: float, accuracy: float, theta: Array) -> str | None:
        """Why the replica stops at the end of this epoch, None if it goes on; its parameters theta (P,) are copied."""
        met = self._met(spec, epoch, loss, accuracy, theta)
        for name in met:
            if name not in self.waived:
                self.reason = met[name]
                self.waived = self.waived if name == "patience" else (*self.waived, name)
                return name
        return None

    def _met(self, spec: StopSpec, epoch: int, loss: float, accuracy: float, theta: Array) -> dict[str, str]:
        met = {}
        if spec.epochs is not None and epoch >= spec.epochs:
            met["epochs"] = f"It has trained for {epoch} epochs."
        if spec.loss_below is not None and loss < spec.loss_below:
            met["loss_below"] = f"Its loss is {loss:.3g}, below {spec.loss_below:g}."
        if spec.accuracy_above is not None and accuracy >= spec.accuracy_above:
            met["accuracy_above"] = f"Its accuracy is {100 * accuracy:.4g} %, at least {100 * spec.accuracy_above:g} %."
        if spec.patience is not None and self._waited(spec, epoch, loss, theta) >= spec.patience:
            best = f"the weights of epoch {self.best_epoch} are back"
            met["patience"] = f"Its loss has not improved for {spec.patience} epochs; {best}."
        return met

    def _waited(self, spec: StopSpec, epoch: int, loss: float, theta: Array) -> int:
        """Epochs since the last improvement."""
        if self.best is None or loss < self.best_loss - (spec.min_improvement or 0.0):
            self.best_loss, self.best_epoch, self.best = loss, epoch, theta.copy()
        return epoch - self.best_epoch


class Stopping:
    """The conditions of R replicas."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = list(watches)

    def put(self, replica: int, watch: Watch) -> None:
        """Another run in a replica's place."""
        self._watches[replica] = watch

    def watch(self, replica: int) -> Watch:
        """What one replica's conditions know."""
        return self._watches[replica]

    @property
    def stopped(self) -> BoolArray:
        """Which replicas have met a condition and wait (R,)."""
        return np.array([watch.reason is not None for watch in self._watches])

    def reason(self, replica: int) -> str | None:
        """Why a replica has stopped, in one sentence."""
        return self._watches[replica].reason

    def judge(
        self,
        conditions: Sequence[StopSpec | None],
        replicas: BoolArray,
        epoch: IntArray,
        loss: Float64Array,
        accuracy: Float64Array | None,
        theta: Array,
    ) -> list[int]:
        """Look at the chosen replicas at the end of an epoch; those that are given back have their best parameters in
        theta (R, P) again. Everything else is (R,), the accuracy NaN or None where there is none."""
        returned = []
        for replica in np.flatnonzero(replicas).tolist():
            watch, spec = self._watches[replica], conditions[replica]
            if spec is None:
                continue
            share = np.nan if accuracy is None else float(accuracy[replica])
            met = watch.judge(spec, int(epoch[replica]), float(loss[replica]), share, theta[replica])
            if met == "patience" and watch.best is not None:
                theta[replica] = watch.best
                returned.append(replica)
        return returned

    def go_on(self, replica: int) -> None:
        """Let a replica pass over the condition it has met; early stopping begins to wait anew."""
        watch = self._watches[replica]
        if watch.reason is not None:
            self._watches[replica] = Watch(waived=watch.waived)

    def forget(self, replica: int) -> None:
        """Begin anew: nothing has been met, nothing was best."""
        self._watches[replica] = Watch()
