"""The page's modules as one script and its style sheets as one sheet, so that few and small answers open a page.

Nobody builds anything: people edit `static/js` and `static/css`, and the server joins them when a page asks. A browser
could load the modules one by one, but a hundred requests and as many small compressions make a first visit slow when a
whole class opens the page at once. Each module becomes a function that is called once, after what it imports:

    const m2 = (() => { const { decode } = m1; …; return { draw }; })();

The JavaScript is parsed by tree-sitter, and what comes out is minified by tdewolff's minify. It holds for modules
written as ours are: named exports that are never assigned anew, and no imports in a circle. Anything else raises
`CannotAssemble` and fails the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import minify
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

PARSER: Final = Parser(Language(tree_sitter_javascript.language()))
DECLARED: Final = frozenset({"function_declaration", "generator_function_declaration", "class_declaration"})


class CannotAssemble(Exception):  # noqa: N818 - reads as the sentence it is
    """A module is written in a way that cannot be joined with others; the message names it and the place."""


def assemble_style(folder: Path, sheets: Sequence[str]) -> str:
    """The style sheets one after the other. Their addresses stay as they are: all must stand one folder deep."""
    return minified("text/css", "\n".join((folder / sheet).read_text(encoding="utf-8") for sheet in sheets))


def assemble_script(folder: Path, entry: str) -> str:
    """The module `entry` and all it imports from the folder, as one module that still imports the libraries.

    It exports `modules`, everything by its path, for whoever wants to look inside a running page.
    """
    modules = _in_order(folder.resolve(), (folder / entry).resolve())
    numbers = {module.path: f"m{number}" for number, module in enumerate(modules)}
    libraries = {name: f"l{number}" for number, name in enumerate(_libraries(modules))}
    parts = [f'import * as {local} from "{name}";' for name, local in libraries.items()]
    parts += [module.wrapped(numbers, libraries) for module in modules]
    index = ", ".join(f'"{path.relative_to(folder.resolve()).as_posix()}": {name}' for path, name in numbers.items())
    return minified("application/javascript", "\n".join([*parts, f"export const modules = {{ {index} }};"]))


def minified(media_type: str, text: str) -> str:
    """The same program or style in fewer letters."""
    return str(minify.string(media_type, text))


@dataclass(slots=True)
class Module:
    """One parsed module: its text with the imports and exports taken out, and what those said."""

    path: Path
    source: bytes
    imports: list[tuple[str | None, str]] = field(default_factory=list)  # (left side of a const, where it comes from)
    exports: list[str] = field(default_factory=list)
    lazy: list[str] = field(default_factory=list)
    edits: list[tuple[int, int, bytes | str]] = field(default_factory=list)  # a str is the source of a lazy import

    @classmethod
    def read(cls, path: Path) -> Module:
        module = cls(path, path.read_bytes())
        root = PARSER.parse(module.source).root_node
        if root.has_error:
            raise CannotAssemble(f"{module._place(_first_error(root))}: this is not JavaScript.")
        for node in root.children:
            if node.type == "import_statement":
                module._take_import(node)
            elif node.type == "export_statement":
                module._take_export(node)
        module._look_through(root)
        return module

    @property
    def needed(self) -> list[Path]:
        """The modules that must stand before this one."""
        local = [source for _, source in self.imports if source.startswith(".")]
        return [self.resolve(source) for source in [*local, *self.lazy]]

    def resolve(self, source: str) -> Path:
        return (self.path.parent / source).resolve()

    def wrapped(self, numbers: dict[Path, str], libraries: dict[str, str]) -> str:
        """The module as a function called once; its exports are what the call gives."""
        lines = [
            f"const {left} = {numbers[self.resolve(source)] if source.startswith('.') else libraries[source]};"
            for left, source in self.imports
            if left is not None
        ]
        body = self._body(numbers)
        exports = f"return {{ {', '.join(self.exports)} }};" if self.exports else ""
        return "\n".join([f"const {numbers[self.path]} = (() => {{", *lines, body, exports, "})();\n"])

    def _body(self, numbers: dict[Path, str]) -> str:
        parts: list[bytes] = []
        place = 0
        for start, end, edit in sorted(self.edits, key=lambda edit: edit[0]):
            text = edit if isinstance(edit, bytes) else f"Promise.resolve({numbers[self.resolve(edit)]})".encode()
            parts += [self.source[place:start], text]
            place = end
        return b"".join([*parts, self.source[place:]]).decode().strip()

    def _take_import(self, node: Node) -> None:
        source = _string(node.child_by_field_name("source"))
        self.edits.append((node.start_byte, node.end_byte, b""))
        clause = next((child for child in node.children if child.type == "import_clause"), None)
        if clause is None:
            self.imports.append((None, source))
            return
        for part in clause.named_children:
            if part.type == "identifier":
                self.imports.append((f"{{ default: {_text(part)} }}", source))
            elif part.type == "namespace_import":
                self.imports.append((_text(part.named_children[0]), source))
            else:
                names = ", ".join(": ".join(_names(specifier)) for specifier in part.named_children)
                self.imports.append((f"{{ {names} }}", source))

    def _take_export(self, node: Node) -> None:
        declaration = node.child_by_field_name("declaration")
        if declaration is not None:
            self.edits.append((node.start_byte, declaration.start_byte, b""))
            self.exports += [_text(name) for name in self._declared(declaration)]
            return
        clause = next((child for child in node.named_children if child.type == "export_clause"), None)
        if clause is None:
            raise CannotAssemble(f"{self._place(node)}: export names, not a default and not everything.")
        self.edits.append((node.start_byte, node.end_byte, b""))
        pairs = [_names(specifier) for specifier in clause.named_children]
        source = node.child_by_field_name("source")
        if source is None:
            self.exports += [": ".join(reversed(pair)) for pair in pairs]
            return
        local = f"from{len(self.imports)}"
        self.imports.append((local, _string(source)))
        self.exports += [f"{pair[-1]}: {local}.{pair[0]}" for pair in pairs]

    def _declared(self, declaration: Node) -> Iterator[Node]:
        if declaration.type in DECLARED:
            yield _field(declaration, "name")
        elif declaration.type == "lexical_declaration" and declaration.children[0].type == "const":
            for declarator in declaration.named_children:
                name = _field(declarator, "name")
                if name.type != "identifier":
                    raise CannotAssemble(f"{self._place(declaration)}: export one name at a time.")
                yield name
        else:
            raise CannotAssemble(f"{self._place(declaration)}: only constants, functions and classes can be exported.")

    def _look_through(self, root: Node) -> None:
        """Modules imported on demand are in the script already; a module's own address is not."""
        nodes = [root]
        while nodes:
            node = nodes.pop()
            nodes += node.children
            if node.type == "meta_property" and _text(node).startswith("import"):
                raise CannotAssemble(f"{self._place(node)}: import.meta is not known in a joined script.")
            if node.type == "call_expression" and _field(node, "function").type == "import":
                source = _string(_field(node, "arguments").named_children[0])
                self.lazy.append(source)
                self.edits.append((node.start_byte, node.end_byte, source))

    def _place(self, node: Node) -> str:
        return f"{self.path}:{node.start_point.row + 1}"


def _in_order(folder: Path, entry: Path) -> list[Module]:
    """All modules, each after those it imports."""
    done: dict[Path, Module] = {}
    entered: list[Path] = []

    def visit(path: Path) -> None:
        if path in done:
            return
        if path in entered:
            circle = [place.relative_to(folder).as_posix() for place in entered[entered.index(path) :]]
            raise CannotAssemble(f"{circle[0]} imports itself by way of {' and '.join(circle)}.")
        entered.append(path)
        module = Module.read(path)
        for needed in module.needed:
            visit(needed)
        entered.pop()
        done[path] = module

    visit(entry)
    return list(done.values())


def _libraries(modules: Sequence[Module]) -> list[str]:
    """The names under which libraries are imported, each once."""
    sources = [source for module in modules for _, source in module.imports if not source.startswith(".")]
    return list(dict.fromkeys(sources))


def _first_error(node: Node) -> Node:
    """The deepest node at which the parser stumbled first."""
    for child in node.children:
        if child.has_error or child.is_missing:
            return _first_error(child)
    return node


def _names(specifier: Node) -> list[str]:
    """`a` or `a as b`."""
    return [_text(name) for name in specifier.named_children]


def _field(node: Node, name: str) -> Node:
    child = node.child_by_field_name(name)
    if child is None:
        raise CannotAssemble(f"A {node.type} has no {name}.")
    return child


def _string(node: Node | None) -> str:
    if node is None:
        raise CannotAssemble("An import names no module.")
    return _text(node)[1:-1]


def _text(node: Node) -> str:
    return (node.text or b"").decode()
