"""Without PyTorch nothing here is collected, and the report says so. `make test-reference` installs its CPU build."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

INSTALLED = find_spec("torch") is not None
collect_ignore_glob = [] if INSTALLED else ["test_*.py"]


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Small tensors are slower on several threads, and sums must come in one order."""
    import torch

    torch.set_num_threads(1)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not INSTALLED:
        terminalreporter.write_line("not run: tests/reference, because PyTorch is not installed (make test-reference)")
