"""What holds for the project as a whole: sizes, arrows the import contracts cannot say, lock files, links, licences."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parents[1]
CODE = ("engine", "app", "static/js")
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 80
MOST_BYTES_OF_FONTS = 130_000
WRITTEN_BY_HAND = {".py", ".js", ".mjs", ".css", ".html", ".md", ".toml", ".json", ".sh", ".in", ".lock", ""}


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file of the checkout that belongs to the project: what git keeps or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(sorted(ROOT / name for name in names if (ROOT / name).is_file()))


def files(*folders: str, suffixes: tuple[str, ...] = (".py", ".js", ".mjs")) -> list[Path]:
    """The kept files below the folders, but for the libraries of others."""
    below = tuple(ROOT / folder for folder in folders)
    return [
        path
        for path in kept_files()
        if path.suffix in suffixes
        and "vendor" not in path.parts
        and any(path.is_relative_to(folder) for folder in below)
    ]


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module


# --- Sizes ----------------------------------------------------------------------------------------------------------


def test_no_module_holds_more_than_one_idea_can_fill() -> None:
    modules = files(
        "engine", "app", "static", "tests", "benchmarks", "tools", suffixes=(".py", ".js", ".mjs", ".css", ".html")
    )
    assert len(modules) > 50
    assert {name(path): count_lines(path) for path in modules if count_lines(path) > MOST_LINES_OF_A_MODULE} == {}


def test_no_python_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name(path)}:{function.lineno} {function.name}": function.end_lineno - function.lineno + 1
        for path in files("engine", "app", "tests", "benchmarks", "tools", suffixes=(".py",))
        for function in functions(path)
        if function.end_lineno is not None and function.end_lineno - function.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_biome_holds_the_length_of_javascript_functions() -> None:
    settings = json.loads((ROOT / "biome.json").read_text(encoding="utf-8"))
    [override] = [entry for entry in settings["overrides"] if "static/js/**" in entry["includes"]]
    rule = override["linter"]["rules"]["complexity"]["noExcessiveLinesPerFunction"]
    assert rule == {"level": "error", "options": {"maxLines": MOST_LINES_OF_A_FUNCTION}}


def test_tests_are_at_least_as_long_as_the_code() -> None:
    tests = sum(map(count_lines, files("tests")))
    code = sum(map(count_lines, files(*CODE)))
    assert tests >= code


def test_fonts_stay_small() -> None:
    fonts = files("static/fonts", suffixes=(".woff2",))
    assert len(fonts) == 5
    assert sum(path.stat().st_size for path in fonts) <= MOST_BYTES_OF_FONTS


# --- Arrows ---------------------------------------------------------------------------------------------------------


def test_the_engine_needs_numpy_and_nothing_else() -> None:
    allowed = {"engine", "numpy", *sys.stdlib_module_names}
    strangers = {
        f"{name(path)} imports {module}"
        for path in files("engine", suffixes=(".py",))
        for module in imported_modules(path)
        if module.split(".")[0] not in allowed
    }
    assert strangers == set()


def test_every_library_the_code_imports_is_declared() -> None:
    declared = {
        re.split(r"[\[<>=~! ]", requirement)[0].replace("-", "_")
        for requirement in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    }
    imported = {
        module.split(".")[0] for path in files("engine", "app", suffixes=(".py",)) for module in imported_modules(path)
    }
    others = {"minify": "tdewolff_minify", "PIL": "pillow"}  # modules called otherwise than what holds them
    needed = {others.get(module, module) for module in imported - set(sys.stdlib_module_names) - {"app", "engine"}}
    assert needed <= declared


def test_the_page_loads_nothing_from_elsewhere() -> None:
    addresses = re.compile(r"""(?:src|href|from|import|url)\s*[=(]?\s*["'(]*(?:https?:)?//(?!www\.w3\.org)""")
    for path in files("static", "templates", suffixes=(".js", ".css", ".html")):
        assert addresses.findall(path.read_text(encoding="utf-8")) == [], name(path)


def test_the_public_surface_is_listed_and_typed() -> None:
    assert (ROOT / "engine" / "py.typed").is_file()
    assert sorted(engine.__all__) == sorted(
        ["Issue", "Network", "Population", "RunSpec", "SpecError", "catalog", "cost"],
    )
    assert all(hasattr(engine, public) for public in engine.__all__)


# --- What is pinned -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["run", "build", "test", "reference"])
def test_python_packages_are_pinned_with_hashes_and_without_hosts(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    requirements = [part for part in re.split(r"\n(?=[a-z])", text) if not part.startswith("#")]
    assert len(requirements) >= 4
    for requirement in requirements:
        assert re.match(r"[a-z0-9_.-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_the_locks_agree_on_every_package_they_share() -> None:
    pinned: dict[str, set[str]] = {}
    for lock in ("run", "build", "test", "reference"):
        text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
        for package, version, marker in re.findall(r"^([a-z0-9_.-]+)==(\S+)(.*)\\$", text, flags=re.MULTILINE):
            pinned.setdefault(f"{package}{marker}", set()).add(version)
    assert {package: versions for package, versions in pinned.items() if len(versions) > 1} == {}


def test_javascript_packages_are_pinned_with_hashes_and_without_hosts() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    own = packages.pop("")
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in own["devDependencies"].values())
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert all(package["dev"] for package in packages.values())


def test_vendored_libraries_are_those_of_the_pinned_packages(tmp_path: Path) -> None:
    subprocess.run(["node", "tools/vendor.mjs", str(tmp_path)], cwd=ROOT, check=True)
    vendor = ROOT / "static" / "vendor"
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(vendor): path.read_bytes() for path in vendor.rglob("*") if path.is_file()}
    assert made == kept


def test_every_import_of_a_library_is_in_the_import_map_and_every_entry_is_a_vendored_file() -> None:
    page = (ROOT / "templates" / "libraries.html").read_text(encoding="utf-8")
    [text] = re.findall(r'<script type="importmap"[^>]*>(.*?)</script>', page, flags=re.DOTALL)
    entries = json.loads(text)["imports"]
    assert all((ROOT / address.lstrip("/")).is_file() for address in entries.values())
    statement = re.compile(r"""^(?:import|export|\}) ?(?:[^;"']*? )?from ?["']([^."'][^"']*)["']""", flags=re.MULTILINE)
    ours = {library for path in files("static/js") for library in statement.findall(path.read_text(encoding="utf-8"))}
    assert "preact" in ours
    theirs = {"preact", "preact/hooks", "@preact/signals-core"}
    assert ours | theirs == set(entries)


# --- Words and papers -----------------------------------------------------------------------------------------------


def test_every_link_in_the_documents_leads_somewhere() -> None:
    documents = [path for path in kept_files() if path.suffix == ".md"]
    assert len(documents) >= 5
    broken = [
        f"{name(document)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (document.parent / target.split("#")[0]).exists()
    ]
    assert broken == []


def test_licences_of_the_project_and_of_what_it_carries_are_present() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    named = re.findall(r"\((static/[^)]+\.txt)\)", notice)
    carried = [path for path in kept_files() if path.suffix == ".txt" and path.is_relative_to(ROOT / "static")]
    assert sorted(named) == sorted(map(name, carried))


def test_nothing_names_the_machine_it_was_written_on() -> None:
    machine = re.compile("|".join(("/" + "work/", "/" + "root/", "/" + "home/[a-z]", "/" + "tmp/[a-z]")))
    for path in kept_files():
        if path.suffix in WRITTEN_BY_HAND and "vendor" not in path.parts:
            assert machine.findall(path.read_text(encoding="utf-8", errors="replace")) == [], name(path)


def test_the_command_is_installed_as_the_package_declares_it() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert declared["scripts"] == {"neuronpark": "app.cli:main"}
    command = Path(sys.executable).parent / "neuronpark"
    answer = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, cwd="/")
    assert answer.stdout == f"neuronpark {declared['version']}\n"
