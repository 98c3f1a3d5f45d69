"""The engine's public surface: what a notebook may rely on, and that it works as the README shows it."""

import doctest
import importlib
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import engine

PUBLIC = {"Issue", "Network", "Population", "RunSpec", "SpecError", "catalog", "cost"}


def test_the_public_names() -> None:
    assert set(engine.__all__) == PUBLIC
    assert engine.__all__ == sorted(engine.__all__)
    assert all(hasattr(engine, name) for name in PUBLIC)


SIDE_DOORS = {
    "engine.autodiff": {
        "OPERATIONS",
        "Check",
        "DomainError",
        "ExpressionError",
        "Graph",
        "Node",
        "Operation",
        "Step",
        "Walk",
        "check",
        "differentiate",
        "forward",
        "free_names",
        "gradient",
        "parse",
        "tangents",
    },
    "engine.classic": {
        "GATES",
        "RULES",
        "XOR_NETWORKS",
        "Gate",
        "Rule",
        "ThresholdNetwork",
        "ThresholdUnit",
        "UnitProblem",
        "UnitTraining",
    },
    "engine.worksheet": {
        "PHASES",
        "Entry",
        "Phase",
        "Worksheet",
        "WorksheetError",
        "example_worksheet",
        "worksheet",
    },
}
"""Packages of the engine that are imported by name, and what they offer."""


@pytest.mark.parametrize("package", SIDE_DOORS)
def test_the_names_of_a_package_beside_the_networks(package: str) -> None:
    module = importlib.import_module(package)
    assert set(module.__all__) == SIDE_DOORS[package]
    assert all(hasattr(module, name) for name in SIDE_DOORS[package])


def test_every_public_thing_says_what_it_is() -> None:
    assert all(getattr(engine, name).__doc__ for name in PUBLIC)


def test_the_example_in_the_docstring_holds() -> None:
    result = doctest.testmod(engine)
    assert result.attempted >= 4
    assert result.failed == 0


def test_the_reading_order_leaves_no_module_out_and_names_none_that_is_gone() -> None:
    names = set(re.findall(r"``([a-z_.]+)``", engine.__doc__ or ""))
    folder = Path(engine.__file__).parent
    modules = {path.stem for path in folder.glob("[a-z]*.py")} | {path.parent.name for path in folder.glob("*/*.py")}
    assert {name.partition(".")[0] for name in names} == modules
    assert all((folder / f"{name.replace('.', '/')}.py").exists() or (folder / name).is_dir() for name in names)


def test_types_are_shipped() -> None:
    assert files("engine").joinpath("py.typed").is_file()


def test_importing_the_engine_brings_numpy_and_nothing_of_the_web() -> None:
    code = "import engine, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert "numpy" in loaded
    assert not loaded & {"app", "fastapi", "starlette", "pydantic", "msgspec", "uvicorn", "websockets"}
