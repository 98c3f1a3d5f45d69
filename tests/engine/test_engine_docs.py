"""docs/engine.md runs as it stands, and the order of reading names every module."""

import re
from pathlib import Path
from typing import Any

import engine

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(
    r"^```python\n(.*?)^```$", (ROOT / "docs" / "engine.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
)


def test_the_ten_examples_run_one_after_the_other() -> None:
    assert len(EXAMPLES) == 10
    names: dict[str, Any] = {}
    for number, source in enumerate(EXAMPLES, start=1):
        exec(compile(source, f"docs/engine.md, example {number}", "exec"), names)


def test_every_module_has_its_place_in_the_order_of_reading() -> None:
    """Once each: a package's own modules are named by the package, those of the layers one by one."""
    named = re.findall(r"``([\w.]+)``", str(engine.__doc__))
    folder = ROOT / "engine"
    packages = {path.parent.name for path in folder.glob("*/__init__.py")} - {"layers"}
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    layers = {f"layers.{path.stem}" for path in (folder / "layers").glob("*.py")} - {"layers.__init__"}
    assert sorted(named) == sorted(packages | modules | layers)
