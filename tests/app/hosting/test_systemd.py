"""The unit files, read by systemd's own tool."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hosting import FILES, find_program, read
from tests.support.server import COMMAND

ANALYZE = find_program("systemd-analyze") or ""
UNITS = ("neuronpark.service", "neuronpark-backup.service", "neuronpark-backup.timer")
INSTALLED = "/opt/neuronpark"
MOST_EXPOSED = 25
"""Of 100: systemd's own measure of what a service could do to the machine."""


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they are, but for programs that stand elsewhere here."""
    for name in UNITS:
        text = read(name).replace(f"{INSTALLED}/venv/bin/neuronpark", str(COMMAND))
        text = text.replace(f"{INSTALLED}/venv/bin/python", sys.executable).replace(
            f"{INSTALLED}/source", str(FILES.parents[1])
        )
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_unit_is_here() -> None:
    assert sorted(path.name for path in FILES.glob("*.service")) + sorted(
        path.name for path in FILES.glob("*.timer")
    ) == sorted(UNITS, key=lambda name: (name.endswith(".timer"), name))


def verified(units: Path) -> subprocess.CompletedProcess[str]:
    command = [ANALYZE, "verify", "--man=no", "--recursive-errors=no", *(str(units / name) for name in UNITS)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_finds_no_fault(units: Path) -> None:
    done = verified(units)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_mistake_would_be_found(units: Path) -> None:
    unit = units / "neuronpark.service"
    unit.write_text(unit.read_text().replace("KillMode=mixed", "KillMode=kindly"))
    assert "kill mode" in verified(units).stderr


def test_the_service_can_do_little_to_the_machine(units: Path) -> None:
    command = [ANALYZE, "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}"]
    done = subprocess.run([*command, str(units / UNITS[0])], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


def test_there_is_time_for_a_goodbye() -> None:
    """Longer than the server takes: its own timeout, for requests and again for workers, and two goodbyes."""
    [seconds] = re.findall(r"^TimeoutStopSec=(\d+)$", read("neuronpark.service"), flags=re.MULTILINE)
    assert int(seconds) >= 2 * 5 + 2
