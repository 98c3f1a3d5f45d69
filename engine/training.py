"""Training: the inner loop. A plan, the batches and the updates of R replicas, and nothing else.

Losses, curves and health are the population's business; they cost nothing here.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from engine.batches import Batches, Feed, columns
from engine.layers.layer import Batch, Memories
from engine.losses import LOSSES
from engine.network import Network, numbers_at_once
from engine.plan import TrainingPlan
from engine.spec import RunSpec
from engine.types import Call
from engine.updates import Updates

BLOCK_NUMBERS = 300_000
"""Numbers in the buffers of replicas that go through a pass together: 1.2 MB in float32, what a core's cache holds."""


def replica_blocks(network: Network, replicas: int, batch: int) -> list[slice]:
    """Neighbouring replicas whose buffers, of ``batch`` columns, fit the cache together: blocks of one size, as far as
    that goes, and only one of small networks."""
    most = max(1, BLOCK_NUMBERS // (numbers_at_once(network.wires) * batch))
    blocks = -(-replicas // most)
    edges = [replicas * place // blocks for place in range(blocks + 1)]
    return [slice(*edge) for edge in pairwise(edges)]


class Trainer:
    """Steps on the parameters of ``updates`` (R, P), over batches that stay where they are between epochs.

    A batch is never larger than the data; all replicas must come to the same size. Plans are made at the first step:
    much is looked at that never trains.
    """

    def __init__(self, network: Network, specs: Sequence[RunSpec], feeds: Sequence[Feed], updates: Updates) -> None:
        spec = specs[0]
        self.batch_size = min(spec.batch_size, len(feeds[0].table.train))
        self.batches = Batches(feeds, network, self.batch_size)
        self._updates = updates
        self._network, self._loss = network, LOSSES[spec.loss]
        self._programs: list[list[Call]] = []

    @cached_property
    def _plans(self) -> list[tuple[slice, TrainingPlan]]:
        return list(self._bind())

    @cached_property
    def _staged(self) -> list[Call]:
        return self._compile(self.batches.staged)

    def _bind(self) -> Iterator[tuple[slice, TrainingPlan]]:
        """A plan for each block of replicas; blocks of one size share their buffers, which so stay in the cache."""
        network, theta, gradient = self._network, self._updates.theta, self._updates.gradient
        memories = Memories()
        batch = columns(self.batch_size)
        for part in replica_blocks(network, len(theta), batch):
            memory = memories.of(part.stop - part.start)
            noise = self.batches.tape(part)
            plan = TrainingPlan(network, theta[part], gradient[part], batch, self._loss, noise, memory)
            yield part, plan

    def _compile(self, batch: Batch) -> list[Call]:
        """One pass of all replicas over a batch, block after block."""
        return [call for part, plan in self._plans for call in plan.compile(batch.of(part))]

    def run(self, steps: int) -> None:
        """Take ``steps`` updates from the cursors on, which the caller moves; no replica may pass the end of its epoch.

        A step is a list of calls that allocate nothing: 10 µs for 2-4-2-1 (see docs/performance.md). Replicas at the
        same place of equally long epochs read their batches as views; others have them copied first.
        """
        for calls, update in zip(self._passes(steps), self._updates.calls(steps, self.batches), strict=True):
            for call in calls:
                call()
            for call in update:
                call()

    def _passes(self, steps: int) -> Iterator[list[Call]]:
        """The pass over each of the batches ahead; each must be run before the next is asked for."""
        if self.batches.aligned():
            if not self._programs:
                self._programs = list(map(self._compile, self.batches.views()))
            start = int(self.batches.cursor[0])
            for place in range(start, start + steps):
                yield self._programs[place]
        else:
            for ahead in range(steps):
                self.batches.stage(ahead)
                yield self._staged
