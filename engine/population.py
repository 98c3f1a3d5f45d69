"""Population: R networks of one shape trained together, the engine's front door. One network is a population of one.

Every array has the replicas first. A replica's numbers depend on its own specification alone: the same run among 99
others gives the same bits as by itself.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np

from engine.batches import Feed, Table, low_target, other_table, sizes_of
from engine.curve import COLUMNS, Curve, recorded
from engine.divergence import Health
from engine.evaluation import Evaluation
from engine.layers.layer import Memories
from engine.looking import classes_of, predict
from engine.losses import LOSSES
from engine.member import Member, dump, load, new_member, shape_of
from engine.network import Network, biases_of, weights_of
from engine.probes import run_probe
from engine.probes.seen import Replica
from engine.spec import RunSpec, is_live_change
from engine.stopping import Stopping
from engine.training import Trainer
from engine.types import Array, BoolArray, Float64Array, IntArray
from engine.updates import Updates

T = TypeVar("T")

Kept: TypeAlias = tuple[Array, Array, Any]
"""What a step moves of a replica: its parameters, its optimizer's memory and the state of its noise."""

MOST_VIEWS = 16
"""Views kept bound to a population: one for each picture shown at a time, not for each unit ever pointed at."""


class Population:
    """Train R runs of one shape. Raises ValueError if there is no run or their shapes differ."""

    def __init__(self, specs: Sequence[RunSpec], tables: Sequence[Table] | None = None) -> None:
        """Runs at step 0. ``tables`` are their data, where those are known already."""
        self._take(list(map(new_member, specs, [None] * len(specs) if tables is None else tables)))
        self._record(np.ones(len(specs), np.bool_))

    @classmethod
    def of(cls, members: Sequence[Member]) -> "Population":
        """Replicas as they stand, side by side; each goes on as it would have done alone. A population that they were
        taken from must not train them any more. Raises ValueError as the constructor does."""
        population = cls.__new__(cls)
        population._take(members)
        return population

    def _take(self, members: Sequence[Member]) -> None:
        """Begin with these replicas."""
        if not members:
            raise ValueError("A population needs at least one specification.")
        specs = [member.spec for member in members]
        if len({shape_of(member.spec, member.feed.table) for member in members}) > 1:
            raise ValueError("All runs of a population need the same features, layers, loss, batch size and dtype.")
        self.specs = specs
        self.network = Network(specs[0])
        self.theta: Array = np.stack([member.theta for member in members])
        self.step: IntArray = np.array([member.step for member in members])
        self.epoch: IntArray = np.array([member.epoch for member in members])
        memory = np.stack([member.memory for member in members], axis=1)
        begun = np.array([member.begun for member in members])
        self._updates = Updates(self.network, specs, self.theta, self.step, self.epoch, (memory, begun))
        self._health = Health([member.vitals for member in members])
        self._curve = Curve([member.curve for member in members])
        self._stopping = Stopping([member.watch for member in members])
        self.drop_views()
        self._use([member.feed for member in members])

    # Training.

    def advance(self, steps: int) -> None:
        """Take ``steps`` updates with every replica that has not diverged."""
        self._advance(np.full(len(self.specs), steps, np.int64))

    def advance_epochs(self, epochs: int | IntArray, replicas: BoolArray | None = None) -> None:
        """Train every replica, or those chosen, to the end of its ``epochs``-th epoch from here, one for all or (R,),
        the one it is in counted."""
        left = self._batches.remaining + (epochs - 1) * self._batches.counts
        self._advance(left if replicas is None else left * replicas)

    def _advance(self, left: IntArray) -> None:
        """Take ``left`` (R,) steps. A replica that is through computes on with the others and is put back at last; an
        epoch that it ends with is looked at then, together with those of the others."""
        left = np.where(self._health.diverged | self.stopped, 0, left)
        through = np.zeros(len(left), np.bool_)
        kept: dict[int, Kept] = {}
        with np.errstate(all="ignore"):
            try:
                while (moving := left > 0).any():
                    for replica in set(np.flatnonzero(~moving).tolist()) - kept.keys():
                        kept[replica] = self._keep(replica)
                    run = int(np.minimum(left, self._batches.remaining)[moving].min())
                    self._evaluation.forget()
                    self._trainer.run(run)
                    left -= run * moving
                    self.step += run * moving
                    self._batches.cursor += run * moving
                    ended = moving & (self._batches.remaining == 0)
                    through |= ended & (left == 0)
                    if (ended := ended & (left > 0)).any():
                        self._end_epoch(ended)
                        left[self._health.diverged | self.stopped] = 0
            finally:
                for replica, (row, memory, noise) in kept.items():
                    self.theta[replica], self._updates.state[:, replica] = row, memory
                    if noise is not None:
                        self._batches.noise(replica).bit_generator.state = noise
                    self._evaluation.forget()
                if through.any():
                    self._end_epoch(through)
        finite = np.isfinite(self.theta).all(axis=1) & np.isfinite(self._updates.state).all(axis=(0, 2))
        self._stop(np.logical_not(finite))

    def _keep(self, replica: int) -> Kept:
        noise = self._batches.noise(replica).bit_generator.state if self.network.disturbed else None
        return self.theta[replica].copy(), self._updates.state[:, replica].copy(), noise

    def _end_epoch(self, ended: BoolArray) -> None:
        self.epoch += ended
        due = ended & recorded(self.epoch)
        if due.any():
            self._record(due)
        self._batches.begin_epoch(ended)
        if any(spec.stop is not None for spec in self.specs):
            self._judge(ended & ~self._health.diverged)

    def _judge(self, replicas: BoolArray) -> None:
        """Let the chosen replicas stop that have met a condition, some of them with earlier parameters."""
        train, test = self._evaluate()
        loss, accuracy = np.where(self.has_test, test, train), None
        if any(spec.stop is not None and spec.stop.accuracy_above is not None for spec in self.specs):
            accuracy = np.where(self.has_test, *(self.accuracy()[part] for part in ("test", "train")))
        conditions = [spec.stop for spec in self.specs]
        for replica in self._stopping.judge(conditions, replicas, self.epoch, loss, accuracy, self.theta):
            self._evaluation.forget()
            self._updates.forget(replica)
            self.retake(replica)

    def _record(self, replicas: BoolArray) -> None:
        """Add the losses of the chosen replicas to their curves, or stop those that are no longer finite."""
        train, test = self._evaluate(replicas)
        broken = self._health.broken(replicas, self.theta, self.step, train, test)
        self._curve.append(replicas & ~broken, self.step, self.epoch, train, test)
        self._stop(broken)

    def _stop(self, broken: BoolArray) -> None:
        """Mark replicas as diverged, put their last good parameters back and let their optimizers forget."""
        if broken.any():
            self._health.diverged |= broken
            for replica in np.flatnonzero(broken).tolist():
                self._updates.forget(replica)
            np.copyto(self.theta, self._health.good, where=broken[:, None])
            self._evaluation.forget()

    def _evaluate(self, replicas: BoolArray | None = None) -> tuple[Float64Array, Float64Array]:
        """The losses of the parameters as they are now, of all replicas or, at least, of those chosen."""
        with np.errstate(all="ignore"):
            return self._evaluation.losses(replicas)

    # Reading.

    def losses(self) -> dict[str, Float64Array]:
        """Mean loss over all training and all test examples (R,); NaN where :attr:`has_test` is false."""
        train, test = self._evaluate()
        return {"train": train.copy(), "test": test.copy()}

    def accuracy(self) -> dict[str, Float64Array]:
        """The share of examples classified rightly (R,); nothing for a regression."""
        spec = self.specs[0]
        if spec.task != "classification":
            return {}
        middle = 0.0 if LOSSES[spec.loss].from_logits else (low_target(spec) + 1.0) / 2.0
        with np.errstate(all="ignore"):
            self._evaluate()
            train, test = self._evaluation.accuracies(middle)
        return {"train": train, "test": test}

    @property
    def has_test(self) -> BoolArray:
        """Which replicas have test examples (R,)."""
        return self._evaluation.has_test

    @property
    def steps_per_epoch(self) -> IntArray:
        """Batches in an epoch (R,)."""
        return self._batches.counts

    @property
    def epoch_position(self) -> Float64Array:
        """Epochs done with the part of the current one, such as 12.4 (R,)."""
        return self.epoch + self._batches.cursor / self._batches.counts

    def position(self, replica: int) -> float:
        """The same of one replica."""
        return float(self.epoch[replica] + self._batches.cursor[replica] / self._batches.counts[replica])

    @property
    def diverged(self) -> BoolArray:
        """Which replicas have stopped because their numbers broke (R,)."""
        return self._health.diverged

    @property
    def stopped(self) -> BoolArray:
        """Which replicas have met one of their stop conditions and wait for :meth:`go_on` (R,)."""
        return self._stopping.stopped

    def stop_reason(self, replica: int) -> str | None:
        """Why a replica has stopped by itself, in a sentence; None if it has not."""
        return self._stopping.reason(replica)

    @property
    def overflowing(self) -> BoolArray:
        """Which replicas have losses that are too large to store just now (R,). Training stops them for it where the
        curve's next point is due, whoever looked before, unless they have come back by then."""
        train, test = self._evaluate()
        return np.logical_not(np.isfinite(train) & (np.isfinite(test) | ~self.has_test))

    def diagnosis(self, replica: int) -> dict[str, Any] | None:
        """Why a replica's numbers broke and what to try: title, cause, last_good_step, remedies; or None."""
        if not (self._health.diverged[replica] or self.overflowing[replica]):
            return None
        return self._health.diagnosis(replica, self.specs[replica]).to_dict()

    def curve(self, replica: int) -> dict[str, Float64Array]:
        """The recorded losses: step, epoch, train, test. Epoch 0, each to 250, then every second to 500 and so on."""
        return dict(zip(COLUMNS, self._curve.points(replica), strict=True))

    def curve_points(self, replica: int, after_step: float = -1.0) -> Float64Array:
        """The same as rows (4, n), of the points from ``after_step`` on."""
        return self._curve.points(replica, after_step)

    def optimizer_memory(self) -> dict[str, Array]:
        """What the optimizer remembers of every parameter, by the names of its rows, (R, P) each."""
        return {name: rows.copy() for name, rows in self._updates.memory().items()}

    def weights(self, replica: int) -> list[list[list[float]]]:
        """``weights[l][j]`` are the weights into unit j of layer l; the output layer is the last."""
        layers = self.network.layers_of(self.theta[replica])
        return [cast(list[list[float]], weights_of(*layer).tolist()) for layer in layers]

    def biases(self, replica: int) -> list[list[float]]:
        """``biases[l][j]`` is the bias of unit j of layer l."""
        return [cast(list[float], biases_of(*layer).tolist()) for layer in self.network.layers_of(self.theta[replica])]

    def view(self, key: Hashable, build: Callable[[], T]) -> T:
        """Something bound to this population's parameters, such as a probe's plan: built at the first call and kept
        while it is among the last :data:`MOST_VIEWS` asked for, and one more for every replica."""
        found = self._views.pop(key) if key in self._views else build()
        self._views[key] = found  # the last asked for stands last
        if len(self._views) > MOST_VIEWS + len(self.specs):
            del self._views[next(iter(self._views))]
        return cast(T, found)

    def drop_views(self) -> None:
        """Forget all views and what they have shared; those asked for again are built anew."""
        self._views: dict[Hashable, Any] = {}
        self.memories = Memories(MOST_VIEWS)

    def predict(self, points: Float64Array, replica: int | None = None) -> Float64Array:
        """The output units (R, N, K) at points (N, 2), in float64: of all replicas, or (1, N, K) of one alone."""
        return predict(self.network, self.theta if replica is None else self.theta[replica : replica + 1], points)

    def classify(self, outputs: Float64Array) -> IntArray:
        """The class index (…) of outputs (…, K), or (…, T) of (…, T·K) with an answer at each of T steps.
        Raises ValueError where there are no classes."""
        return classes_of(self.specs[0], outputs)

    def probe(self, name: str, *, replica: int | None = None, **options: Any) -> dict[str, Array]:
        """The values of a view as named arrays, replicas first: those of all replicas, or of one alone.

        Raises ProbeError for what cannot be shown.
        """
        return run_probe(self if replica is None else Replica(self, replica), name, options)

    # Changing.

    def set_parameter(self, replica: int, layer: int, unit: int, input: int | None, value: float) -> None:
        """Set one weight, or the bias of a unit where ``input`` is None. Raises IndexError and ValueError.
        Call :meth:`retake` after the last of several."""
        place = self.network.place(layer, unit, input)
        if not np.isfinite(value):
            raise ValueError("A parameter must be a finite number.")
        self.theta[replica, place] = value
        self._evaluation.forget()

    def retake(self, replica: int) -> None:
        """Take the curve's point of this very step, if there is one, anew: it was that of other parameters."""
        if self._curve.last_step(replica) != self.step[replica]:
            return
        chosen = np.arange(len(self.specs)) == replica
        train, test = self._evaluate(chosen)
        if not self._health.broken(chosen, self.theta, self.step, train, test)[replica]:
            self._curve.retake(replica, train[replica], test[replica])

    def update(self, replica: int, spec: RunSpec, table: Table | None = None) -> None:
        """Go on under a changed specification with the same weights; ``table`` are its data, if they are known. Raises
        ValueError for a change that cannot."""
        old = self.specs[replica]
        if not is_live_change(old, spec):
            raise ValueError("This change needs a new start.")
        table = table or other_table(old, self.tables[replica], spec)
        if len(self.specs) > 1 and shape_of(old, self.tables[replica]) != shape_of(spec, table):
            raise ValueError("Runs that train together keep their batch size and optimizer.")
        fits = self.fits(replica, spec, table)
        self._health.learning_rate(replica, old.optimizer.learning_rate, spec.optimizer.learning_rate)
        self.specs[replica] = spec
        self._updates.set(self.specs)
        self._batches.set_shuffle(replica, spec.shuffle)
        if (spec.stop, spec.dataset) != (old.stop, old.dataset):
            self._stopping.forget(replica)
        if (spec.dataset, spec.batch_size) != (old.dataset, old.batch_size):
            self._health.judge_anew(replica)
            feed = self._batches.feed(replica)
            feed.table = table
            feed.start_over()
            if fits:
                self._feed(replica, feed)
            else:
                feeds = [self._batches.feed(place) for place in range(len(self.specs))]
                feeds[replica] = feed
                self._use(feeds)

    def reset(self, replica: int, spec: RunSpec | None = None, table: Table | None = None) -> None:
        """Back to step 0: the same initial parameters and the same order of examples as at the creation, or those of
        another ``spec`` and its data, which must :meth:`fits`."""
        self.put(replica, new_member(spec or self.specs[replica], table or self.tables[replica]))
        self._record(np.arange(len(self.specs)) == replica)

    def fits(self, replica: int, spec: RunSpec, table: Table) -> bool:
        """Whether a run can take a replica's place, and go on there as it would have done alone."""
        old, there = self.specs[replica], self.tables[replica]
        return sizes_of(table) == sizes_of(there) and shape_of(spec, table) == shape_of(old, there)

    def put(self, replica: int, member: Member) -> None:
        """Let another run take a replica's place. Raises ValueError unless it :meth:`fits`."""
        if not self.fits(replica, member.spec, member.feed.table):
            raise ValueError("In a replica's place goes a run of its shape with as many examples.")
        self.specs[replica] = member.spec
        self.theta[replica], self.step[replica], self.epoch[replica] = member.theta, member.step, member.epoch
        self._updates.put(replica, self.specs, member.memory, member.begun)
        self._health.put(replica, member.vitals)
        self._curve.put(replica, member.curve)
        self._stopping.put(replica, member.watch)
        self._feed(replica, member.feed)

    def go_on(self, replica: int) -> None:
        """Let a replica that has stopped by itself train on; the condition it has met does not stop it again."""
        self._stopping.go_on(replica)

    def recover(self, replica: int) -> None:
        """Let a diverged replica go on from its last good parameters; step and epoch count on from where it broke."""
        self._health.go_on(replica)

    # Keeping.

    def member(self, replica: int) -> Member:
        """One replica as it stands, to go on in another population; its random generators are the very same."""
        memory, begun = self._updates.state[:, replica].copy(), int(self._updates.begun[replica])
        return Member(
            self.specs[replica],
            self._batches.feed(replica),
            self.theta[replica].copy(),
            memory,
            self._health.vitals(replica),
            self._stopping.watch(replica),
            self._curve.points(replica),
            int(self.step[replica]),
            int(self.epoch[replica]),
            begun,
        )

    def state(self, replica: int) -> bytes:
        """Everything a replica needs to go on bit for bit where it stands; its specification is kept by the caller."""
        return dump(self.member(replica))

    @classmethod
    def restore(cls, spec: RunSpec, state: bytes) -> "Population":
        """A population of one that goes on where :meth:`state` was taken. Raises ValueError if they do not match."""
        return cls.of([load(spec, state)])

    # Binding.

    def _feed(self, replica: int, feed: Feed) -> None:
        """Other examples for a replica, as many as it had."""
        self.tables[replica] = feed.table
        self._batches.put(replica, feed)
        self._evaluation.put(replica, feed.table)

    def _use(self, feeds: Sequence[Feed]) -> None:
        """Bind everything that depends on the data or the batch size."""
        self.tables = [feed.table for feed in feeds]
        self._trainer = Trainer(self.network, self.specs, feeds, self._updates)
        self._batches = self._trainer.batches
        self._evaluation = Evaluation(self.network, self.theta, self.tables, LOSSES[self.specs[0].loss])
