"""Probes: every view is a named function from a population to arrays with the replicas first. One module a family.

Grids cover [−6, 6]² at the centres of their cells; row 0 is the top (x2 = +6). A grid is uint8 and its value q stands
for lo + q/255 · (hi − lo), with the range beside it. A probe that nobody asks for costs nothing.
"""

from typing import Any

from engine.features import FEATURES_OF
from engine.probes.activations import probe_activations
from engine.probes.answers import probe_answers, probe_confusion, probe_probabilities, probe_worst
from engine.probes.codes import probe_codes, probe_reconstructions
from engine.probes.data import probe_data
from engine.probes.decision import probe_decision
from engine.probes.features import probe_features
from engine.probes.filters import probe_filters
from engine.probes.histograms import probe_gradients, probe_histograms
from engine.probes.landscape import probe_landscape
from engine.probes.losses import probe_accuracy, probe_losses
from engine.probes.maps import probe_feature_maps, probe_occlusion
from engine.probes.metrics import probe_metrics
from engine.probes.optimizer import probe_optimizer
from engine.probes.options import Options, Probe, ProbeError
from engine.probes.seen import Seen
from engine.probes.states import probe_states
from engine.probes.units import probe_units
from engine.probes.warp import probe_warp
from engine.probes.weights import probe_weights
from engine.types import Array

__all__ = ["PROBES", "ProbeError", "run_probe"]

PROBES: dict[str, Probe] = {
    "losses": probe_losses,
    "accuracy": probe_accuracy,
    "decision": probe_decision,
    "units": probe_units,
    "features": probe_features,
    "weights": probe_weights,
    "activations": probe_activations,
    "data": probe_data,
    "probabilities": probe_probabilities,
    "confusion": probe_confusion,
    "answers": probe_answers,
    "metrics": probe_metrics,
    "worst": probe_worst,
    "histograms": probe_histograms,
    "gradients": probe_gradients,
    "filters": probe_filters,
    "feature_maps": probe_feature_maps,
    "occlusion": probe_occlusion,
    "states": probe_states,
    "codes": probe_codes,
    "reconstructions": probe_reconstructions,
    "warp": probe_warp,
    "optimizer": probe_optimizer,
    "landscape": probe_landscape,
}
"""Every probe by its name. To add one, write its function and list it here."""

OF_THE_PLANE = ("decision", "units", "features", "activations", "warp")
"""Probes that look at the network over the plane, or at a point in it."""


def run_probe(population: Seen, name: str, options: dict[str, Any]) -> dict[str, Array]:
    """The arrays of one probe. Raises :class:`ProbeError` for an unknown name or an option that does not fit."""
    if name not in PROBES:
        raise ProbeError("name", f"There is no such probe; choose one of {', '.join(PROBES)}.")
    if name in OF_THE_PLANE and population.specs[0].form.inputs not in FEATURES_OF:
        raise ProbeError("name", "This view shows the plane, and this network is not given points; ask for another.")
    reader = Options(options)
    arrays = PROBES[name](population, reader)
    reader.finish()
    return arrays
