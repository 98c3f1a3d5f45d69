"""The command line as a person uses it: the installed command, its output and its exit code."""

import json
import os
import re
import signal
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

from app import __version__, cli
from tests.support.server import COMMAND

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"
DATA = Path(__file__).parents[1] / "engine" / "data"
SPEC = {"dataset": {"samples": 50}, "layers": [{"units": 2}], "seed": 3}
DIVERGING = {
    "layers": [{"units": 8, "activation": "relu"}] * 3,
    "output": {"activation": "linear"},
    "loss": "squared_error",
    "optimizer": {"learning_rate": 1000},
}


def neuronpark(*arguments, given=None, **environment):
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "200", **environment},
    )


@pytest.fixture
def spec_file(tmp_path):
    def write(document):
        path = tmp_path / "spec.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", ["circle_4-2", "spiral_8-8-8"])
def test_training_agrees_with_the_reference_engine(name, spec_file, tmp_path):
    reference = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    epochs = len(reference["train_loss"]) - 1
    out = tmp_path / "out.json"
    done = neuronpark("train", spec_file(reference["spec"]), "--epochs", epochs, "--json", out)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    result = json.loads(out.read_text(encoding="utf-8"))
    assert set(result) == {"epoch", "train_loss", "test_loss", "parameters"}
    assert result["epoch"] == list(range(epochs + 1))
    assert result["train_loss"] == pytest.approx(reference["train_loss"], rel=0, abs=1e-12)
    assert result["test_loss"] == pytest.approx(reference["test_loss"], rel=0, abs=1e-12)
    assert [len(matrix) for matrix in result["parameters"]["weights"]] == [
        len(matrix) for matrix in reference["spec"]["initial"]["weights"]
    ]


def test_every_epoch_is_a_line(spec_file):
    done = neuronpark("train", spec_file(SPEC), "--epochs", 3)
    assert done.returncode == 0, done.stderr
    head, *rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert head == ["epoch", "train_loss", "test_loss"]
    assert [row[0] for row in rows] == ["0", "1", "2", "3"]
    assert all(float(number) > 0 for row in rows for number in row[1:])


def test_lines_and_json_say_the_same_and_run_twice_the_same(spec_file):
    path = spec_file(SPEC)
    lines = neuronpark("train", path, "--epochs", 2).stdout.splitlines()[1:]
    result = json.loads(neuronpark("train", path, "--epochs", 2, "--json", "-").stdout)
    assert [float(line.split("\t")[1]) for line in lines] == result["train_loss"]
    assert [float(line.split("\t")[2]) for line in lines] == result["test_loss"]


def test_standard_input_is_read():
    done = neuronpark("train", "-", "--epochs", 1, "--json", "-", given=json.dumps(SPEC))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["epoch"] == [0, 1]


def test_a_result_starts_the_next_training(spec_file):
    path = spec_file(SPEC | {"dtype": "float64", "shuffle": False})
    whole = json.loads(neuronpark("train", path, "--epochs", 4, "--json", "-").stdout)
    half = json.loads(neuronpark("train", path, "--epochs", 2, "--json", "-").stdout)
    again = spec_file(SPEC | {"dtype": "float64", "shuffle": False, "initial": half["parameters"]})
    rest = json.loads(neuronpark("train", again, "--epochs", 2, "--json", "-").stdout)
    assert half["train_loss"] + rest["train_loss"][1:] == pytest.approx(whole["train_loss"], abs=1e-12)


def test_a_divergence_is_written_explained_and_3(spec_file):
    done = neuronpark("train", spec_file(DIVERGING), "--epochs", 50, "--json", "-")
    assert done.returncode == 3
    result = json.loads(done.stdout)
    assert result["epoch"][0] == 0
    assert result["diverged"]["cause"] in done.stderr
    assert "Try: " in done.stderr
    assert "NaN" not in done.stdout


@pytest.mark.parametrize(
    ("document", "messages"),
    [
        ("{", ["The file is not valid JSON", "line 1, column 2"]),
        ("[]", ["/: Give an object"]),
        ("[" * 100 + "]" * 100, ["nested deeper than 32 levels"]),
        ('{"seed": NaN}', ["/seed: This must be a finite number"]),
        (
            {"batch_size": 0, "layer": []},
            ["/batch_size: Give a whole number from 1 to 10000", "/layer: This field is not known"],
        ),
    ],
)
def test_a_bad_specification_is_2_with_every_place(spec_file, document, messages):
    done = neuronpark("train", spec_file(document), "--epochs", 1)
    assert (done.returncode, done.stdout) == (2, "")
    for message in messages:
        assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_2(tmp_path):
    done = neuronpark("train", tmp_path / "none.json", "--epochs", 1)
    assert (done.returncode, done.stderr) == (2, f"Cannot read {tmp_path}/none.json: No such file or directory.\n")


def test_a_place_that_cannot_be_written_is_named_before_training(spec_file, tmp_path):
    """Ten million epochs would take hours: the command ends at once only if it looks first."""
    for place, reason in (("no/out.json", "No such file or directory"), (".", "Is a directory")):
        done = neuronpark("train", spec_file(SPEC), "--epochs", 10_000_000, "--json", tmp_path / place)
        assert (done.returncode, done.stderr) == (2, f"Cannot write {tmp_path / place}: {reason}.\n")


@pytest.mark.parametrize("arguments", [["train"], ["train", "-"], ["train", "-", "--epochs", "-1"], ["fly"]])
def test_a_wrong_command_line_is_2(arguments):
    done = neuronpark(*arguments, given="{}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def heed_interrupts():
    """As in a terminal: a program started in the background of a shell inherits that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_writes_what_there_is_and_is_130(spec_file, tmp_path):
    out = tmp_path / "out.json"
    command = [COMMAND, "train", spec_file(SPEC), "--epochs", "10000000", "--json", out]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts) as training:
        while not out.exists():  # it is made just before the training begins
            assert training.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        training.send_signal(signal.SIGINT)
        _, said = training.communicate(timeout=30)
    assert training.returncode == 130, said
    result = json.loads(out.read_text(encoding="utf-8"))
    assert said.splitlines()[-1] == f"Interrupted after epoch {result['epoch'][-1]}."


def test_the_version_is_said_everywhere_the_same():
    assert neuronpark("--version").stdout == f"neuronpark {__version__}\n"
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == __version__


def test_help_names_the_commands_and_their_options():
    assert {"serve", "train"} <= set(neuronpark("--help").stdout.split())
    shown = neuronpark("serve", "--help").stdout
    for option in ("--host", "--port", "--workers", "--open", "--no-open"):
        assert option in shown


def test_a_wrong_setting_is_named(spec_file):
    done = neuronpark("serve", NEURONPARK_MAX_RUNS="none", NEURONPARK_OPEN="0")
    assert done.returncode == 2
    assert done.stderr == "NEURONPARK_MAX_RUNS: Give a whole number from 1 to 100000.\n"
    for port in ("70000", "many"):
        done = neuronpark("serve", "--port", port)
        assert done.returncode == 2
        assert done.stderr == "--port: Give a whole number from 0 to 65535.\n"


@pytest.mark.parametrize("epochs", ["-3", "many", "10000001", "1.5"])
def test_a_wrong_number_of_epochs_is_refused_with_what_to_give(spec_file, epochs):
    done = neuronpark("train", spec_file({}), "--epochs", epochs)
    assert done.returncode == 2
    assert "Give a whole number from 0 to 10000000." in done.stderr


@pytest.mark.parametrize("command", ["serve", "train"])
def test_the_docs_name_every_option(command):
    section = DOCS.read_text(encoding="utf-8").split(f"## `neuronpark {command}`")[1].split("\n## ")[0]
    shown = set(re.findall(r"--[a-z-]+", neuronpark(command, "--help").stdout)) - {"--help"}
    assert shown == set(re.findall(r"`(--[a-z-]+)`", section))


def test_the_docs_name_every_exit_code():
    text = DOCS.read_text(encoding="utf-8")
    assert set(re.findall(r"^\| (\d+) \|", text, re.MULTILINE)) == {
        "0",
        *map(str, (cli.BAD_INPUT, cli.DIVERGED, cli.INTERRUPTED)),
    }
