"""Runs: worker processes that train, the pool that keeps them alive, the manager that knows every run."""
