"""The engine's public surface: what a notebook may rely on, and that it works as the README shows it."""

import doctest
import subprocess
import sys
from importlib.resources import files

import engine

PUBLIC = {"Issue", "Network", "Population", "RunSpec", "SpecError", "catalog", "cost"}


def test_the_public_names() -> None:
    assert set(engine.__all__) == PUBLIC
    assert engine.__all__ == sorted(engine.__all__)
    assert all(hasattr(engine, name) for name in PUBLIC)


def test_every_public_thing_says_what_it_is() -> None:
    assert all(getattr(engine, name).__doc__ for name in PUBLIC)


def test_the_example_in_the_docstring_holds() -> None:
    result = doctest.testmod(engine)
    assert result.attempted >= 4
    assert result.failed == 0


def test_types_are_shipped() -> None:
    assert files("engine").joinpath("py.typed").is_file()


def test_importing_the_engine_brings_numpy_and_nothing_of_the_web() -> None:
    code = "import engine, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert "numpy" in loaded
    assert not loaded & {"app", "fastapi", "starlette", "pydantic", "msgspec", "uvicorn", "websockets"}
