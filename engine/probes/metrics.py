"""What is reported about the answers to all examples of a part, beside the loss."""

import numpy as np

from engine.metrics import METRICS
from engine.probes.answers import answers_of_part, threshold_of
from engine.probes.examples import chosen_part, finite
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_metrics(population: Seen, options: Options) -> dict[str, Array]:
    """The metrics of the task over all examples of ``part``, or over all their steps where each has an answer.

    Of classes ``accuracy`` float32 (R,), ``precision`` and ``recall`` float32 (R, C); of numbers, those of a
    reconstruction too, ``mean_absolute_error`` and ``r_squared`` float32 (R,): :data:`engine.metrics.METRICS` has the
    equations. Beside each stands ``<name>_valid`` uint8 of its shape: 0 where there is no value, and 0 stands for it.
    """
    spec = population.specs[0]
    of_classes = spec.task == "classification"
    measured = [
        metric
        for metric in METRICS.values()
        if (metric.task == "classification") == of_classes and metric.name != "confusion"
    ]
    answers = list(answers_of_part(population, chosen_part(population, options)))
    if of_classes:
        answers = [(np.nan_to_num(outputs), targets) for outputs, targets in answers]
    arrays: dict[str, Array] = {}
    with np.errstate(all="ignore"):
        for metric in measured:
            found = [metric.measure(*pair, threshold_of(spec)) for pair in answers]
            valid = [~np.ma.getmaskarray(values) for values in found]
            arrays[metric.name] = finite(np.concatenate([values.filled(0.0) for values in found]))
            arrays[f"{metric.name}_valid"] = np.concatenate(valid).astype(np.uint8)
    return arrays
