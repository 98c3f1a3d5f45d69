"""Measured comparisons, each a command: ``python -m benchmarks`` runs them all, ``python -m benchmarks.engine`` one."""
