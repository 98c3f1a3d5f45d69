"""A recurrent layer at work on an example: its states and gates step by step, and how far back the gradient reaches."""

import numpy as np

from engine.layers.lstm import Lstm
from engine.layers.recurrent import Recurrent, RecurrentSpec
from engine.losses import LOSSES
from engine.plan import ForwardPlan, TrainingPlan
from engine.probes.examples import batch_of, chosen_columns, chosen_example, finite, rows_of
from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.types import Array, BoolArray, Call


def probe_states(population: Seen, options: Options) -> dict[str, Array]:
    """Of recurrent ``layer`` (the first, unless told) for one example: ``states`` float32 (R, T, H), a gate by each of
    its names (R, T, H), such as ``forget``, of an LSTM the ``cells`` (R, T, H) too, ``length`` int32 (R,), how many
    steps the example has, and ``gradient`` float32 (R, T), the norm ‖∂L/∂h_t‖ of the example's loss.

    The example is that of ``part`` and ``example``, or ``inputs``, of which there is no loss and so no ``gradient``.
    Behind an example's end gates and gradient are 0 and the state stays. Dropout and noise are left out.
    """
    wires = population.network.wires
    fitting = [place for place, wire in enumerate(wires) if isinstance(wire.layer, RecurrentSpec)]
    if not fitting:
        raise ProbeError("name", "No layer of this network goes from step to step; add an LSTM, or ask for another.")
    layer = options.whole("layer", fitting[0], 0, len(wires) - 1)
    if layer not in fitting:
        raise ProbeError("layer", f"This layer has no states; these have: {', '.join(map(str, fitting))}.")
    walk = _told(population, options) if options.has("inputs") else _chosen(population, options)
    return walk.read(layer)


class Walk:
    """A pass of one example, bound to its plan; ``real`` (R, T) are the steps that it has."""

    def __init__(self, plan: ForwardPlan | TrainingPlan, calls: list[Call], real: BoolArray, *kept: object) -> None:
        self.plan, self.real, self.kept = plan, real, kept
        self._calls = calls

    def read(self, place: int) -> dict[str, Array]:
        """What one layer does for the parameters as they are now."""
        with np.errstate(all="ignore"):
            for call in self._calls:
                call()
        layer = self.plan.layers[place]
        assert isinstance(layer, Recurrent)
        shown = {name: np.where(self.real[..., None], gate[..., 0], 0.0) for name, gate in layer.gates.items()}
        arrays: dict[str, Array] = {"states": layer.states[..., 0], **shown}
        if isinstance(layer, Lstm):
            arrays["cells"] = layer.cells[..., 0]
        if isinstance(self.plan, TrainingPlan):
            with np.errstate(all="ignore"):
                norms = np.sqrt((layer.slopes[..., 0].astype(np.float64) ** 2).sum(axis=2))
            arrays["gradient"] = np.where(self.real, norms, 0.0)
        found: dict[str, Array] = {name: finite(values) for name, values in arrays.items()}
        return found | {"length": self.real.sum(axis=1).astype(np.int32)}


def _told(population: Seen, options: Options) -> Walk:
    network, theta = population.network, population.theta
    columns = chosen_columns(population, options)
    plan = ForwardPlan(network, theta, 1)
    return Walk(plan, plan.compile(columns.x, columns.steps), _real(columns.steps, len(theta), network.inputs[0]))


def _chosen(population: Seen, options: Options) -> Walk:
    """The walk of an example of the data, forward and back: kept with the population until its data change."""
    part, example = chosen_example(population, options)
    tables = list(population.tables)

    def build() -> Walk:
        network, theta = population.network, population.theta
        batch = batch_of(network, np.stack([rows_of(table, part)[example : example + 1] for table in tables]))
        plan = TrainingPlan(network, theta, np.zeros_like(theta), 1, LOSSES[population.specs[0].loss])
        return Walk(plan, plan.compile(batch), _real(batch.steps, len(theta), network.inputs[0]), tables)

    return population.view(("states", part, example, tuple(map(id, tables))), build)


def _real(steps: Array | None, replicas: int, length: int) -> BoolArray:
    """Which steps an example has (R, T), from the weights of its steps (R or 1, T, 1)."""
    if steps is None:
        return np.ones((replicas, length), np.bool_)
    return np.broadcast_to(steps[..., 0] > 0.0, (replicas, length))
