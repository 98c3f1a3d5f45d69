"""The training engine: NumPy alone. It knows no web, no clock and no threads."""

from engine.catalog import catalog
from engine.spec import Issue, RunSpec, SpecError

__all__ = ["Issue", "RunSpec", "SpecError", "catalog"]
