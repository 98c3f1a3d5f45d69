"""Training: the inner loop. A plan, the batches and the rates of R replicas, and nothing else.

Losses, curves and health are the population's business; they cost nothing here.
"""

from collections.abc import Sequence

import numpy as np

from engine.batches import Batches, Feed
from engine.losses import LOSSES
from engine.network import Network
from engine.plan import TrainingPlan
from engine.rates import Rates
from engine.spec import RunSpec
from engine.types import Array, Call


class Trainer:
    """Steps on the parameters theta (R, P), over batches that stay where they are between epochs.

    A batch is never larger than the data; all replicas must come to the same size.
    """

    def __init__(self, network: Network, specs: Sequence[RunSpec], theta: Array, feeds: Sequence[Feed]) -> None:
        spec = specs[0]
        gradient = np.zeros_like(theta)
        self.batch_size = min(spec.batch_size, len(feeds[0].table.train))
        self.batches = Batches(feeds, spec.input_size, self.batch_size)
        self.rates = Rates(specs, theta, gradient, network.weight_mask())
        self._plan = TrainingPlan(network, theta, gradient, self.batch_size, LOSSES[spec.loss])
        self._staged = self._plan.compile(self.batches.staged)
        self._programs: list[list[Call]] = []

    def run(self, steps: int) -> None:
        """Take ``steps`` updates from the cursors on, which the caller moves; no replica may pass the end of its epoch.

        A step is a list of calls that allocate nothing: 10 µs for 2-4-2-1 (see docs/performance.md). Replicas at the
        same place of equally long epochs read their batches as views; others have them copied first.
        """
        update = self.rates.calls
        if self.batches.aligned():
            if not self._programs:
                self._programs = [self._plan.compile(batch) for batch in self.batches.views()]
            start = int(self.batches.cursor[0])
            for place in range(start, start + steps):
                for call in self._programs[place]:
                    call()
                for call in update:
                    call()
        else:
            for ahead in range(steps):
                self.batches.stage(ahead)
                for call in self._staged:
                    call()
                for call in update:
                    call()
