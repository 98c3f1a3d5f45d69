"""Training: the inner loop. A plan, the batches and the updates of R replicas, and nothing else.

Losses, curves and health are the population's business; they cost nothing here.
"""

from collections.abc import Iterator, Sequence

from engine.batches import Batches, Feed
from engine.losses import LOSSES
from engine.network import Network
from engine.plan import TrainingPlan
from engine.spec import RunSpec
from engine.types import Call
from engine.updates import Updates


class Trainer:
    """Steps on the parameters of ``updates`` (R, P), over batches that stay where they are between epochs.

    A batch is never larger than the data; all replicas must come to the same size.
    """

    def __init__(self, network: Network, specs: Sequence[RunSpec], feeds: Sequence[Feed], updates: Updates) -> None:
        spec = specs[0]
        self.batch_size = min(spec.batch_size, len(feeds[0].table.train))
        self.batches = Batches(feeds, network, self.batch_size)
        self._updates = updates
        noise = [feed.noise for feed in feeds]
        theta, gradient = updates.theta, updates.gradient
        self._plan = TrainingPlan(network, theta, gradient, self.batch_size, LOSSES[spec.loss], noise)
        self._staged = self._plan.compile(self.batches.staged)
        self._programs: list[list[Call]] = []

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
                self._programs = [self._plan.compile(batch) for batch in self.batches.views()]
            start = int(self.batches.cursor[0])
            for place in range(start, start + steps):
                yield self._programs[place]
        else:
            for ahead in range(steps):
                self.batches.stage(ahead)
                yield self._staged
