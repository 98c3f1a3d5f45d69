"""The examples of README.md run as they stand."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^\$ (.+)$", README, re.MULTILINE)


def test_there_are_examples_of_both_kinds():
    assert len(PROGRAMS) == 2
    assert len(COMMANDS) == 5


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_the_programs_run(server, number):
    source = PROGRAMS[number].replace("http://localhost:8000", server.base_url)
    exec(compile(source, f"README.md, program {number + 1}", "exec"), {})


def test_the_command_line_trains(tmp_path):
    [write, train] = [command for command in COMMANDS if "moons.json" in command]
    subprocess.run(write, shell=True, cwd=tmp_path, check=True)
    words = shlex.split(train.replace(".venv/bin/", f"{Path(sys.executable).parent}/"))
    lines = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[0].split("\t") == ["epoch", "train_loss", "test_loss"]
    losses = [float(line.split("\t")[2]) for line in lines[1:]]
    assert len(losses) == 21
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("command", [command.split(" #")[0] for command in COMMANDS if command.startswith("make")])
def test_make_knows_the_targets(command):
    target = shlex.split(command)[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_run_honours_what_it_is_given():
    """The command that `make run HOST=… PORT=… OPEN=0` starts, without starting it."""
    command = ["make", "--dry-run", "--no-print-directory", "run", "HOST=0.0.0.0", "PORT=9000", "OPEN=0"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    lines = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[-1] == 'exec .venv/bin/neuronpark serve --host "0.0.0.0" --port "9000" --no-open'
