"""Updates: what happens to the parameters after a gradient, and the memory it takes.

A chain of links, bound once: parameters that are held get no gradient, the gradient is clipped, the optimizer makes a
step of it and takes it, and each regularizer that some replica uses pulls on the weights. A penalty's proximal step is
always as long as learning rate × rate, the learning rate being the schedule's: an optimizer that scales gradients, as
Adam does, scales no penalty (so L2 with Adam is decoupled, as in AdamW).
"""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from engine.batches import Batches
from engine.holding import trainable_masks
from engine.network import Network
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.optimizers.clipping import CLIPS
from engine.optimizers.steps import hold
from engine.optimizers.transform import Bench, Pull, Transform, setting
from engine.rates import Place, Rates
from engine.regularizers import REGULARIZERS
from engine.spec import RunSpec
from engine.types import Array, Call, Float64Array, IntArray


def settings_of(specs: Sequence[RunSpec]) -> dict[str, Float64Array]:
    """Every number of the replicas' optimizers, clippings and penalties by name, (1, R) each."""
    optimizer, clip = OPTIMIZERS[specs[0].optimizer.kind], specs[0].optimizer.clip
    columns = {
        number.name: [getattr(spec.optimizer, number.name) for spec in specs] for number in optimizer.hyperparameters
    }
    if clip is not None:
        columns |= {
            number.name: [getattr(spec.optimizer.clip, number.name) for spec in specs]
            for number in CLIPS[clip.kind].hyperparameters
        }
    for kind in REGULARIZERS:
        columns[kind] = [spec.regularizer.rate * (spec.regularizer.kind == kind) for spec in specs]
    return {name: np.array([column], np.float64) for name, column in columns.items()}


class Updates:
    """The update of R replicas: :attr:`gradient` (R, P) is its input, ``theta`` (R, P) what it moves.

    All replicas have the same optimizer and way of clipping; every number is a replica's own. ``step`` and ``epoch``
    (R,) are the replicas' counters, which the caller moves. ``state`` (S, R, P) is the optimizer's memory and ``begun``
    (R,) the step at which it was zeros: both as given in ``memory``, or zeros now.
    """

    def __init__(
        self,
        network: Network,
        specs: Sequence[RunSpec],
        theta: Array,
        step: IntArray,
        epoch: IntArray,
        memory: tuple[Array, IntArray] | None = None,
    ) -> None:
        self.theta = theta
        self.gradient = np.zeros_like(theta)
        self._scratch = np.empty_like(theta)
        self._network = network
        self._step, self._epoch = step, epoch
        self._optimizer: Optimizer | None = None
        self.state: Array
        self.begun = step.copy()
        if memory is not None:
            self._optimizer = OPTIMIZERS[specs[0].optimizer.kind]
            self.state, self.begun = memory
        self.set(specs)

    def set(self, specs: Sequence[RunSpec]) -> None:
        """Take every number from the replicas' specifications. The memory stays, unless the optimizer is another."""
        optimizer = OPTIMIZERS[specs[0].optimizer.kind]
        if optimizer is not self._optimizer:
            self._optimizer = optimizer
            self.state = np.zeros((len(optimizer.state), *self.theta.shape), self.theta.dtype)
            self.begun[:] = self._step
        trainable = trainable_masks(self._network, specs)
        held = trainable != 1.0
        clip = specs[0].optimizer.clip
        chain = [*CLIPS["none" if clip is None else clip.kind].chain, *optimizer.chain]
        if held.any():
            self.state[:, held] = 0.0
            chain.insert(0, hold(trainable.astype(self.theta.dtype)))
        self._bind(specs, chain, ~held & (self._network.weight_mask() == 1.0))

    def _bind(self, specs: Sequence[RunSpec], chain: Sequence[Transform], pulled: Array) -> None:
        penalties = dict.fromkeys(spec.regularizer.kind for spec in specs if spec.regularizer.rate > 0.0)
        pulls = {kind: Pull(setting(kind), REGULARIZERS[kind].strength) for kind in penalties}
        numbers = {name: number for link in chain for name, number in link.numbers.items()}
        for link in chain:
            pulls |= link.pulls
        self._rates = Rates(specs, settings_of(specs), numbers, pulls, pulled, self.theta.dtype)
        bench = Bench(self.theta, self.gradient, self._scratch, self.memory(), self._rates.rows)
        self._calls: list[Call] = []
        update = self.gradient
        for link in chain:
            calls, update = link.bind(bench, update)
            self._calls += calls
        for kind in penalties:
            strength = self._rates.rows[kind]
            self._calls.append(partial(REGULARIZERS[kind].apply, self.theta, strength, self._scratch))

    def memory(self) -> dict[str, Array]:
        """The optimizer's memory by the names of its rows, (R, P) each, where it lies."""
        assert self._optimizer is not None
        return {row.name: values for row, values in zip(self._optimizer.state, self.state, strict=True)}

    def numbers(self) -> dict[str, Array]:
        """Every number of a step by name, as it is for the last step taken, (R, P) each."""
        return self._rates.rows

    @property
    def steady(self) -> bool:
        """Whether every step has the same numbers."""
        return self._rates.steady

    def put(self, replica: int, specs: Sequence[RunSpec], memory: Array, begun: int) -> None:
        """Another run in a replica's place: its memory (S, P), and its numbers from ``specs``, those of all."""
        self.state[:, replica], self.begun[replica] = memory, begun
        self.set(specs)

    def forget(self, replica: int) -> None:
        """Begin one replica's memory anew at the step where it stands."""
        self.state[:, replica] = 0.0
        self.begun[replica] = self._step[replica]

    def calls(self, steps: int, batches: Batches) -> Iterator[list[Call]]:
        """The calls of each of the steps ahead, one after the other; each must be run before the next is asked for."""
        place = Place(self._step - self.begun, self._epoch, batches.cursor, batches.counts)
        for _ in self._rates.ahead(steps, place):
            yield self._calls
