"""Modules joined to one script do what they do one by one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.assembly import CannotAssemble, assemble_script, assemble_style
from app.routes.pages import SHEETS, Assembled, lab_sheets, static

NODE = shutil.which("node")
BIOME = Path(__file__).parents[2] / "node_modules/.bin/biome"
EARLY = "correctness/noInvalidUseBeforeDeclaration"

MODULES = {
    "main.js": """
/** The entry. */
import "./effects.js";
import * as shapes from "./shapes/circle.js";
import { double as twice, Counter } from "./numbers.js";
import { area } from "./shapes/index.js";
import os, { EOL } from "node:os";

const counter = new Counter(); // counts
counter.add(twice(3));
console.log(counter.total, area(2).toFixed(3), shapes.NAME, typeof os.cpus, EOL === os.EOL);
console.log(`a ${[1, 2].map((n) => `${n}/* kept */`).join(" // ")} b
  indented`);
console.log("it's // no comment".replace(/["'/]/g, "`"), 6 / 3 / 2, /[/"]/.test("/"), 1 - -1, 1 + +1);
import("./later.js").then(({ answer }) => console.log("later", answer));
""",
    "effects.js": 'console.log("first");\n',
    "later.js": "import { double } from './numbers.js';\nexport const answer = double(21);\n".replace("'", '"'),
    "numbers.js": """
let created = 0;
export function double(number) {
  return 2 * number;
}
export class Counter {
  #sum = 0;
  constructor() {
    created += 1;
  }
  add(number) { this.#sum += number }
  get total() {
    return this.#sum * created;
  }
}
""",
    "shapes/index.js": """
export {
  area,
  NAME as SHAPE,
} from "./circle.js";
""",
    "shapes/circle.js": """
import { double } from "../numbers.js";
const name = "circle";
export const NAME = name;
export const area = (radius) => (Math.PI / 2) * double(radius ** 2);
const secret = 1;
export { secret as known };
""",
}


def write(folder: Path, modules: dict[str, str]) -> Path:
    for path, source in modules.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(source, encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def node(*words: object) -> str:
    assert NODE, "make test puts Node.js on the PATH"
    return subprocess.run([NODE, *map(str, words)], capture_output=True, text=True, check=True).stdout


def declared_before_it_is_read(script: Path) -> bool:
    """Whether no variable is read before its declaration, which throws only when that line runs."""
    checked = subprocess.run(
        [BIOME, "lint", f"--only={EARLY}", "--files-max-size=10000000", script.name],
        cwd=script.parent,
        capture_output=True,
        text=True,
    )
    assert "Checked 1 file" in checked.stdout, checked.stderr
    return checked.returncode == 0


def test_joined_modules_do_what_they_do_one_by_one(tmp_path: Path) -> None:
    folder = write(tmp_path, MODULES)
    alone = node(folder / "main.js")
    (folder / "joined.js").write_text(assemble_script(folder, "main.js"), encoding="utf-8")
    assert node(folder / "joined.js") == alone
    assert alone.startswith("first\n6 12.566 circle function true\n")


def test_whoever_looks_inside_finds_every_module_by_its_path(tmp_path: Path) -> None:
    folder = write(tmp_path, MODULES)
    (folder / "joined.js").write_text(assemble_script(folder, "main.js"), encoding="utf-8")
    (folder / "look.js").write_text(
        'import { modules } from "./joined.js";\n'
        'const { "shapes/index.js": index, "shapes/circle.js": circle } = modules;\n'
        "console.log(index.SHAPE, circle.known, Object.keys(modules).length);\n"
    )
    assert node(folder / "look.js").splitlines()[-2:] == ["circle 1 6", "later 42"]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("\nexport default 1;", "main.js:2: export names"),
        ("export let state = 1;", "main.js:1: only constants"),
        ("export const { a } = { a: 1 };", "main.js:1: export one name at a time"),
        ('export * from "./other.js";', "main.js:1: export names"),
        ("console.log(import.meta.url);", "main.js:1: import.meta"),
        ('import "./main.js";', "main.js imports itself"),
        ("f();\nconst text = 'never closed;", "main.js:2: this is not JavaScript"),
    ],
)
def test_what_cannot_be_joined_is_named(tmp_path: Path, source: str, place: str) -> None:
    folder = write(tmp_path, {"main.js": source, "other.js": ""})
    with pytest.raises(CannotAssemble, match=r".+") as caught:
        assemble_script(folder, "main.js")
    assert place in str(caught.value)


def test_texts_stay_as_they_are_and_comments_do_not(tmp_path: Path) -> None:
    source = 'const name = "c";\nexport const text = `a  b // c ${`/* ${name} */`}  f`; // why\n'
    joined = assemble_script(write(tmp_path, {"main.js": source}), "main.js")
    assert "a  b // c ${`/* ${" in joined
    assert "why" not in joined


def test_a_style_sheet_loses_its_comments_and_indentation(tmp_path: Path) -> None:
    (tmp_path / "one.css").write_text("/* one */\na:hover,\nb > c {\n  color: red; /* two */\n  margin: 0 -1px;\n}\n")
    assert assemble_style(tmp_path, ["one.css"]) == "a:hover,b>c{color:red;margin:0 -1px}"


@pytest.mark.parametrize("entry", ["js/main.js", "js/labs/main.js"])
def test_the_pages_own_modules_can_be_joined(tmp_path: Path, entry: str) -> None:
    joined = tmp_path / "page.mjs"
    joined.write_text(assemble_script(static, entry), encoding="utf-8")
    node("--check", joined)
    assert declared_before_it_is_read(joined)


def test_a_minifier_that_reorders_declarations_is_caught(tmp_path: Path) -> None:
    """It moves one that takes an object apart past what it reads, where that stands in brackets."""
    source = "export function f(e) {\n  const el = e.target;\n  const { a } = (el.q ?? el).box();\n  return a;\n}\n"
    joined = tmp_path / "page.mjs"
    joined.write_text(assemble_script(write(tmp_path, {"main.js": source}), "main.js"), encoding="utf-8")
    assert not declared_before_it_is_read(joined)


def test_the_two_joined_sheets_hold_every_style_sheet() -> None:
    written = {
        path.relative_to(static).as_posix() for folder in ("css", "vendor") for path in (static / folder).glob("*.css")
    }
    labs = lab_sheets(static)
    assert written == {*SHEETS, *labs}
    assert not set(SHEETS).intersection(labs)
    for sheets in (SHEETS, labs):
        text = assemble_style(static, sheets)
        assert text.count("{") == sum((static / sheet).read_text(encoding="utf-8").count("{") for sheet in sheets)


def test_it_is_revalidated_and_made_anew_when_a_file_has_changed(tmp_path: Path) -> None:
    sheet = tmp_path / "page.css"
    sheet.write_text("a {}\n")
    made: list[str] = []

    def make(folder: Path) -> str:
        made.append(sheet.read_text())
        return made[-1]

    assembled = Assembled(tmp_path, "text/css", make)
    first = assembled.answer(None)
    assert (first.status_code, first.body, first.headers["cache-control"]) == (200, b"a {}\n", "no-cache")
    assert assembled.answer(first.headers["etag"]).status_code == 304
    assert assembled.answer(f"W/{first.headers['etag']}").status_code == 304
    assert made == ["a {}\n"]
    sheet.write_text("b {}\n")
    os.utime(sheet, ns=(0, sheet.stat().st_mtime_ns + 1))
    second = assembled.answer(first.headers["etag"])
    assert (second.status_code, second.body) == (200, b"b {}\n")
