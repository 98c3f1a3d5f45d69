"""The example of docs/labs.md, added to a copy of the sources as it tells a reader to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import indent

from tests.support.server import ROOT

NAME = "one-cut"
GUIDE = ROOT / "docs" / "labs.md"
SOURCES = ("app", "engine", "static", "templates")
END_OF_LABS = "\n)\n\n\ndef find_lab"


def blocks(language: str) -> list[str]:
    """The guide's blocks of that language."""
    text = GUIDE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def copy_with_toy_lab(checkout: Path) -> Path:
    """A copy of the sources in `checkout` with one entry and one template more."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", checkout)
    [entry], [template] = blocks("python"), blocks("html")
    catalog = checkout / "app" / "labs.py"
    text = catalog.read_text(encoding="utf-8")
    assert text.count(END_OF_LABS) == 1
    catalog.write_text(text.replace(END_OF_LABS, f"\n{indent(entry.rstrip(), '    ')},{END_OF_LABS}"), encoding="utf-8")
    (checkout / "templates" / "labs" / f"{NAME}.html").write_text(template, encoding="utf-8")
    return checkout
