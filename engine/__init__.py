"""The training engine: NumPy alone. It knows no web, no clock and no threads.

>>> from engine import Population, RunSpec
>>> spec = RunSpec.from_dict({"dataset": {"kind": "spiral"}, "layers": [{"units": 8}, {"units": 8}]})
>>> population = Population([spec.replace(seed=seed) for seed in range(100)])
>>> population.advance_epochs(10)
>>> population.losses()["test"].shape
(100,)
"""

from engine.catalog import catalog
from engine.network import Network, cost
from engine.population import Population
from engine.spec import Issue, RunSpec, SpecError

__all__ = ["Issue", "Network", "Population", "RunSpec", "SpecError", "catalog", "cost"]
