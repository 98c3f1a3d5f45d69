"""What the network answers: the probabilities of one example, the confusion of all, and where it is most wrong."""

from collections.abc import Iterator

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS
from engine.batches import low_target
from engine.losses import LOSSES
from engine.metrics import classes, confusion_matrix
from engine.network import Network
from engine.probes.examples import PartPass, Pass, chosen_columns, chosen_part, fewest, finite, part_pass
from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.spec import RunSpec
from engine.types import Array

MOST_WORST = 200


def threshold_of(spec: RunSpec) -> float:
    """The middle between the targets of two classes told apart by one output unit."""
    return (low_target(spec) + 1.0) / 2.0


def require_classes(population: Seen) -> None:
    """Raise :class:`ProbeError` where the data have no classes."""
    if population.specs[0].task != "classification":
        raise ProbeError("name", "This run learns numbers, and this view shows classes; ask for worst or another.")


def by_answer(network: Network, values: Array) -> Array:
    """Outputs or targets (R, K, N); with an answer at each of T steps, (R, T·K, N) as (R, K, N·T)."""
    if network.steps is None:
        return values
    replicas, _, examples = values.shape
    steps = values.reshape(replicas, network.steps, -1, examples)
    return steps.transpose(0, 2, 3, 1).reshape(replicas, -1, examples * network.steps)


def probabilities(outputs: Array) -> Array:
    """The probability of every class (R, C, N): one sigmoid unit's p is that of the second class."""
    return np.concatenate([1.0 - outputs, outputs], axis=1) if outputs.shape[1] == 1 else outputs


def probe_probabilities(population: Seen, options: Options) -> dict[str, Array]:
    """Of one example: ``outputs`` float32 (R, K) and the class they stand for, ``predicted`` int32 (R,).

    Where the outputs are probabilities (sigmoid or softmax) there is ``probabilities`` float32 (R, C) too. The example
    is that of ``part`` and ``example``, or ``inputs``, the numbers of one. With an answer at every step K and C stand
    behind the steps: (R, T, K), and ``predicted`` is (R, T).
    """
    require_classes(population)
    network, last = population.network, len(population.network.wires) - 1
    through = Pass(network, population.theta, chosen_columns(population, options), [last]).run()
    values = by_answer(network, np.nan_to_num(through.values[last]))
    arrays: dict[str, Array] = {
        "outputs": finite(values),
        "predicted": classes(values, threshold_of(population.specs[0])),
    }
    if OUTPUT_ACTIVATIONS[network.wires[last].activation].range == (0.0, 1.0):
        arrays["probabilities"] = finite(probabilities(values))
    if network.steps is None:
        return {name: array[..., 0].astype(_plain(array)) for name, array in arrays.items()}
    return {name: np.moveaxis(array, -1, 1).astype(_plain(array)) for name, array in arrays.items()}


def _plain(array: Array) -> type[np.generic]:
    return np.float32 if array.dtype.kind == "f" else np.int32


def probe_confusion(population: Seen, options: Options) -> dict[str, Array]:
    """``counts`` int32 (R, C, C) over all examples of ``part``: row i, column j is class i taken for class j."""
    require_classes(population)
    threshold = threshold_of(population.specs[0])
    counts = [
        confusion_matrix(np.nan_to_num(outputs), targets, threshold)[0]
        for outputs, targets in answers_of_part(population, chosen_part(population, options))
    ]
    return {"counts": np.stack(counts).astype(np.int32)}


def answers_of_part(population: Seen, part: str) -> Iterator[tuple[Array, Array]]:
    """The outputs and the targets (1, K, N) of each replica at all its examples of a part, or at all their steps."""
    network = population.network
    last = len(network.wires) - 1
    found = part_pass(population, part, [last])
    for replica, size in enumerate(found.counts):
        each = slice(replica, replica + 1)
        outputs, targets = (
            by_answer(network, values[each, :, :size]) for values in (found.values[last], found.targets)
        )
        if network.steps is not None and found.steps is not None:
            real = found.steps[replica, :, :size].T.reshape(-1) > 0.0
            outputs, targets = outputs[..., real], targets[..., real]
        yield outputs, targets


def probe_answers(population: Seen, options: Options) -> dict[str, Array]:
    """The answer to every example of ``part``, in its order: ``predicted`` and ``true`` int32 (R, N), the classes, and
    ``outputs`` float32 (R, N), the output that won, which is the probability of its class where outputs are.

    Of one output unit it is that of the class predicted too: 1 − p where p belongs to the other. Of replicas with
    different numbers of examples, each shows as many as the smallest has.
    """
    require_classes(population)
    if population.network.steps is not None:
        raise ProbeError("name", "This network answers at every step; ask for confusion, or for states of one example.")
    part = chosen_part(population, options)
    size, threshold = fewest(population, part), threshold_of(population.specs[0])
    last = len(population.network.wires) - 1
    found = part_pass(population, part, [last])
    outputs, targets = np.nan_to_num(found.values[last][..., :size]), found.targets[..., :size]
    predicted = classes(outputs, threshold)
    shares = np.concatenate([2.0 * threshold - outputs, outputs], axis=1) if outputs.shape[1] == 1 else outputs
    return {
        "predicted": predicted.astype(np.int32),
        "true": classes(targets, threshold).astype(np.int32),
        "outputs": finite(np.take_along_axis(shares, predicted[:, None], axis=1)[:, 0]),
    }


def probe_worst(population: Seen, options: Options) -> dict[str, Array]:
    """The ``count`` (1 to 200, default 10) examples of ``part`` with the largest loss, the worst first.

    ``index`` int32 and ``loss`` float32 (R, count); for classes ``predicted`` and ``true`` int32 (R, count), for
    numbers ``outputs`` and ``targets`` float32 (R, count, K). Classes that are told at every step have neither.
    """
    network, spec = population.network, population.specs[0]
    part = chosen_part(population, options)
    count = min(options.whole("count", 10, 1, MOST_WORST), fewest(population, part))
    last = len(network.wires) - 1
    logits = LOSSES[spec.loss].from_logits
    found = part_pass(population, part, [last], logits=logits)
    outputs, targets = found.values[last], found.targets
    losses = example_losses(population, found, last)
    for replica, size in enumerate(found.counts):
        losses[replica, size:] = -np.inf
    order = np.argsort(-losses, axis=1, kind="stable")[:, :count]
    arrays: dict[str, Array] = {
        "index": order.astype(np.int32),
        "loss": finite(np.take_along_axis(losses, order, axis=1)),
    }
    if spec.task == "classification":
        if network.steps is None:
            middle = threshold_of(spec)
            pairs = {"predicted": (outputs, 0.0 if logits else middle), "true": (targets, middle)}
            for name, (values, threshold) in pairs.items():
                labels = classes(np.nan_to_num(values), threshold)
                arrays[name] = np.take_along_axis(labels, order, axis=1).astype(np.int32)
        return arrays
    for name, values in (("outputs", outputs), ("targets", targets)):
        arrays[name] = finite(np.take_along_axis(values.transpose(0, 2, 1), order[..., None], axis=1))
    return arrays


def example_losses(population: Seen, found: PartPass, last: int) -> Array:
    """The loss of every example (R, N) in float64, what broke counting as the worst; of answers at all steps the mean.

    ``found`` holds what the loss takes: the last layer's activations, or its sums z.
    """
    values = found.values[last]
    goals = by_answer(population.network, found.targets.astype(np.float64))
    terms = by_answer(population.network, values.astype(np.float64))
    with np.errstate(all="ignore"):
        scratch = np.empty((len(terms), terms.shape[1] + 1, terms.shape[2]))
        LOSSES[population.specs[0].loss].terms(terms, goals, scratch)
        losses = np.nan_to_num(terms.sum(axis=1), nan=np.inf).reshape(len(terms), values.shape[-1], -1)
    if population.network.steps is None or found.steps is None:
        return np.asarray(losses.mean(axis=-1))
    return np.asarray((losses * found.steps.swapaxes(1, 2)).sum(axis=-1))
