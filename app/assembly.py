"""The page's modules as one script and its style sheets as one sheet, so that few and small answers open a page.

Nobody builds anything: people edit `static/js` and `static/css`, and the server joins them when a page asks. Each
module becomes a function that is called once, in the order in which a browser evaluates modules; what it imports is
bound to the same names, and comments and indentation stay behind. Gzipped, that is half of the modules one by one.

It holds for modules written as ours are: imports and exports start a line, what is exported is never assigned anew, and
imports make no circle. Anything else raises `CannotAssemble` and fails the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final

IMPORT: Final = re.compile(r'^import (?:([^;"]+?) from )?"([^"]+)";$', re.MULTILINE)
LATER: Final = re.compile(r'\bimport\("(\.[^"]+)"\)')
REEXPORT: Final = re.compile(r'^export \{([^}]*)\}(?: from "([^"]+)")?;$', re.MULTILINE)
EXPORT: Final = re.compile(r"^export ((?:async )?function\*?|const|class) ([\w$]+)", re.MULTILINE)
UNKNOWN: Final = re.compile(r"^(?:import|export)\b.*|\bimport\.meta.*", re.MULTILINE)

STRING: Final = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
PATTERN: Final = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
TEMPLATE: Final = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
BLANK: Final = re.compile(r"\s+")
WORD: Final = re.compile(r"[\w$]+|[^\w\s]")
NEEDS_BLANK: Final = re.compile(r"[\w$]{2}|\+\+|--|[\w$][\"'`/{*]|[\"'`}/*)][\w$]", re.DOTALL)
BEFORE_PATTERN: Final = frozenset("(,=:[!&|?{};+-*%<>~^") | {"", "return", "typeof", "case"}
"""After one of these a slash begins a regular expression; after anything else it divides."""


class CannotAssemble(Exception):  # noqa: N818 - reads as the sentence it is
    """A module is written in a way that cannot be joined with others; the message names it and the place."""


def strip_script(source: str) -> str:
    """JavaScript without comments and needless blanks. Strings, templates and patterns are left alone."""
    text, blank = [""], ""
    for token in _tokens(source):
        if token.isspace():
            blank = "\n" if "\n" in blank + token else " "
            continue
        if blank == "\n" or (blank and NEEDS_BLANK.fullmatch(text[-1][-1:] + token[0])):
            text.append(blank)
        text.append(token)
        blank = ""
    return "".join(text).strip()


def _tokens(source: str) -> Iterator[str]:
    """The source's tokens and the blanks between them, without its comments."""
    at, depth, last = 0, 0, ""
    templates: list[int] = []
    while at < len(source):
        kind = WORD
        if COMMENT.match(source, at):
            kind = COMMENT
        elif source[at].isspace():
            kind = BLANK
        elif source[at] in "\"'":
            kind = STRING
        elif source[at] == "`" or (source[at] == "}" and templates[-1:] == [depth]):
            kind = TEMPLATE
        elif source[at] == "/" and last in BEFORE_PATTERN:
            kind = PATTERN
        match = kind.match(source, at)
        if match is None:
            raise CannotAssemble(f"cannot read on from {source[at : at + 40]!r}")
        token, at = match.group(), match.end()
        if kind is TEMPLATE:
            templates = templates[:-1] if token[0] == "}" else templates
            templates = [*templates, depth] if token.endswith("${") else templates
        elif kind is WORD:
            depth += (token == "{") - (token == "}")
        if kind is COMMENT:
            continue
        if kind is not BLANK:
            last = "{" if token.endswith("${") else token
        yield token


def strip_style(source: str) -> str:
    """CSS without comments, indentation and empty lines, and without the blanks that part names from values."""
    bare = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"^([\w-]+): ", r"\1:", re.sub(r"\s*\n\s*", "\n", bare).strip(), flags=re.MULTILINE)


def assemble_style(folder: Path, sheets: Sequence[str]) -> str:
    """The style sheets one after the other. Their addresses stay as they are: all must stand one folder deep."""
    return "\n".join(strip_style((folder / sheet).read_text(encoding="utf-8")) for sheet in sheets) + "\n"


def assemble_script(folder: Path, entry: str) -> str:
    """The module `entry` and all it imports from the folder, as one module that still imports the libraries.

    It exports `modules`, everything by its path, for whoever wants to look inside a running page.
    """
    assembly = _Assembly(folder)
    assembly.add(entry)
    libraries = [f'import * as {name} from "{library}";' for library, name in assembly.libraries.items()]
    index = ",".join(f'"{path}":{name}' for path, name in assembly.modules.items())
    return "\n".join([*libraries, *assembly.parts, f"export const modules={{{index}}};\n"])


class _Assembly:
    """What has been joined so far: modules and libraries with the names they go by, and the text of the modules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: dict[str, str] = {}
        self.libraries: dict[str, str] = {}
        self.parts: list[str] = []
        self._open: list[str] = []

    def add(self, path: str) -> str:
        """Join a module, after what it imports. Returns the name it goes by."""
        if path in self._open:
            raise CannotAssemble(f"{path} imports itself by way of {' and '.join(self._open)}")
        if path not in self.modules:
            self._open.append(path)
            part = self._join(path, strip_script((self.folder / path).read_text(encoding="utf-8")))
            self._open.pop()
            self.modules[path] = _name(path)
            self.parts.append(f"const {_name(path)}=(()=>{{\n{part}}})();")
        return self.modules[path]

    def _join(self, path: str, source: str) -> str:
        exports: list[str] = []

        def bind(match: re.Match[str]) -> str:
            return _bind(match[1], self._origin(path, match[2]))

        def pass_on(match: re.Match[str]) -> str:
            origin = "" if match[2] is None else f"{self._origin(path, match[2])}."
            exports.extend(f"{public}:{origin}{own}" for own, public in _pairs(match[1]))
            return ""

        def note(match: re.Match[str]) -> str:
            exports.append(match[2])
            return f"{match[1]} {match[2]}"

        def promise(match: re.Match[str]) -> str:
            return f"Promise.resolve({self._origin(path, match[1])})"

        source = LATER.sub(promise, EXPORT.sub(note, REEXPORT.sub(pass_on, IMPORT.sub(bind, source))))
        if (unknown := UNKNOWN.search(source)) is not None:
            raise CannotAssemble(f"{path}: {unknown.group()}")
        return f"{source.strip()}\nreturn{{{','.join(exports)}}}"

    def _origin(self, path: str, specifier: str) -> str:
        if specifier.startswith("."):
            return self.add(normpath(join(dirname(path), specifier)))
        return self.libraries.setdefault(specifier, _name(specifier))


def _name(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))


def _pairs(names: str) -> list[tuple[str, str]]:
    """`a, b as c` → (a, a), (b, c)."""
    words = [name.split(" as ") for name in " ".join(names.split()).strip("{} ,").split(",") if name.strip()]
    return [(word[0].strip(), word[-1].strip()) for word in words]


def _bind(what: str | None, origin: str) -> str:
    """The names of an import, taken out of the object that its module became."""
    if what is None:
        return ""
    if what.startswith("* as "):
        return f"const {what.removeprefix('* as ')}={origin};"
    if not what.startswith("{"):
        default, _, rest = what.partition(",")
        return f"const {default}={origin}.default;" + (_bind(rest, origin) if rest else "")
    names = ",".join(own if own == local else f"{own}:{local}" for own, local in _pairs(what))
    return f"const {{{names}}}={origin};"
