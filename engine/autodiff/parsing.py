"""Reading an expression, or a few lines of array code, into a graph: a parser of its own, which runs nothing.

    text       = statement (new line or ; statement)*        the last one is the result
    statement  = name "=" expression | expression            a name given a plain number or array is a variable
    expression = ["−"] term (("+" | "−") term)*
    term       = factor (("*" | "/" | "@") factor | power)*  3x and 2(x + 1) are products
    factor     = "−" factor | power
    power      = transposed ["^" factor]                     2^3^2 is 2^(3^2)
    transposed = atom (".T")*
    atom       = number | array | name | function "(" expressions ")" | "(" expression ")"

It is bounded in length, depth and number of nodes. Values may be given beside the text; they go before those in it.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import pairwise

import numpy as np

from engine.autodiff.arrays import FUNCTIONS, OPERATIONS
from engine.autodiff.functions import CONSTANTS
from engine.autodiff.graph import Builder, Graph
from engine.autodiff.problems import ExpressionError, Place
from engine.autodiff.tokens import Token, tokenize
from engine.autodiff.values import MOST_ENTRIES, read_value, rectangle
from engine.types import Float64Array, Json

DEEPEST = 40
SIGNS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "@": "matmul"}


def parse(text: str, values: Mapping[str, Json] | None = None) -> Graph:
    """The graph of a text, with values of variables as numbers or nested lists.

    Raises :class:`ExpressionError` with line, column and a remedy for whatever cannot be read or does not fit together.
    """
    return Parser(text, values or {}).graph()


def free_names(text: str) -> list[str]:
    """The names a text uses before it gives them a value: what ``values`` must hold. Raises ExpressionError."""
    names: dict[str, bool] = {}
    tokens = tokenize(text)
    for token, after in pairwise(tokens):
        if token.kind == "name" and token.text not in CONSTANTS and token.text not in FUNCTIONS:
            names.setdefault(token.text, after.text != "=")
    return [name for name, free in names.items() if free]


class Parser:
    """One reading of a text."""

    def __init__(self, text: str, values: Mapping[str, Json]) -> None:
        self._tokens = tokenize(text)
        self._at = 0
        self._depth = 0
        self._values = values
        self._names: dict[str, int] = {}
        self._builder = Builder()

    def graph(self) -> Graph:
        """Read all statements."""
        output, place = None, self._now.place
        while True:
            while self._take("\n", ";"):
                pass
            if self._now.kind == "end":
                break
            place = self._now.place
            output = self._statement()
            if self._now.kind not in ("break", "end"):
                raise self._unexpected()
        if output is None:
            raise ExpressionError("There is nothing here: write an expression, such as cos(x^2).", place)
        return self._builder.finish(output, place)

    # Statements.

    def _statement(self) -> int:
        name = self._now
        if name.kind != "name" or self._tokens[self._at + 1].text != "=":
            return self._expression()
        if name.text in CONSTANTS or name.text in FUNCTIONS:
            raise ExpressionError(f"{name.text} has its meaning already: choose another name.", name.place)
        if name.text in self._names:
            raise ExpressionError(f"{name.text} has a value already: choose another name.", name.place)
        self._at += 2
        literal = self._whole_literal()
        if literal is not None:
            value = self._given(name.text) if name.text in self._values else literal
            node = self._builder.variable(name.text, value, name.place)
        else:
            node = self._expression()
            self._builder.assign(name.text, node)
        self._names[name.text] = node
        return node

    def _whole_literal(self) -> Float64Array | None:
        """A number or an array, if the statement holds nothing else."""
        start = self._at
        if self._now.kind == "number" or self._now.text in ("-", "["):
            value = self._literal()
            if value is not None and self._now.kind in ("break", "end"):
                return value
        self._at = start
        return None

    def _literal(self) -> Float64Array | None:
        if self._now.text == "[":
            return self._array()
        sign = -1.0 if self._take("-") else 1.0
        return np.asarray(sign * self._number()) if self._now.kind == "number" else None

    # Expressions.

    def _expression(self) -> int:
        node = self._factor_or_negative()
        while self._now.text in ("+", "-"):
            sign = self._next()
            node = self._builder.apply(SIGNS[sign.text], (node, self._term()), sign.place)
        return node

    def _factor_or_negative(self) -> int:
        """The first term; a minus before it is that of the whole term."""
        sign = self._now
        if sign.text != "-" or self._is_negative_number():
            return self._term()
        self._at += 1
        return self._builder.apply("negative", (self._term(),), sign.place)

    def _term(self) -> int:
        node = self._factor()
        while True:
            sign = self._now
            if sign.text in ("*", "/", "@"):
                self._at += 1
                node = self._builder.apply(SIGNS[sign.text], (node, self._factor()), sign.place)
            elif sign.kind == "name" or sign.text == "(":
                node = self._builder.apply("multiply", (node, self._power()), sign.place)
            else:
                return node

    def _factor(self) -> int:
        sign = self._now
        if self._is_negative_number():
            self._at += 1
            return self._builder.constant(np.asarray(-self._number()), sign.place)
        if not self._take("-"):
            return self._power()
        self._enter(sign.place)
        node = self._builder.apply("negative", (self._factor(),), sign.place)
        self._depth -= 1
        return node

    def _is_negative_number(self) -> bool:
        """Whether a minus belongs to the number after it, as in −3 but not in −3^2."""
        if self._now.text != "-" or self._tokens[self._at + 1].kind != "number":
            return False
        return self._tokens[self._at + 2].text != "^"

    def _power(self) -> int:
        base = self._transposed()
        sign = self._now
        if not self._take("^"):
            return base
        self._enter(sign.place)
        node = self._builder.apply("power", (base, self._factor()), sign.place)
        self._depth -= 1
        return node

    def _transposed(self) -> int:
        node = self._atom()
        while self._now.text == ".T":
            node = self._builder.apply("transpose", (node,), self._next().place)
        if self._now.text == "[":
            raise ExpressionError("Single entries cannot be taken out of an array here.", self._now.place)
        return node

    def _atom(self) -> int:
        token = self._now
        if token.kind == "number":
            return self._builder.constant(self._number(), token.place)
        if token.text == "[":
            return self._builder.constant(self._array(), token.place)
        if token.kind == "name":
            return self._function() if self._is_function() else self._named()
        if token.text == "(":
            self._at += 1
            return self._bracketed(token)[0]
        raise self._unexpected()

    def _is_function(self) -> bool:
        """Whether a name is a function's: a known one, or a longer name straight before a bracket."""
        token, after = self._now, self._tokens[self._at + 1]
        touching = after.text == "(" and after.place.column == token.place.column + len(token.text)
        known = token.text in self._names or token.text in self._values or token.text in CONSTANTS
        return token.text in FUNCTIONS or (touching and len(token.text) > 1 and not known)

    def _function(self) -> int:
        name = self._next()
        if name.text not in FUNCTIONS:
            near = get_close_matches(name.text, FUNCTIONS, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(FUNCTIONS)}."
            raise ExpressionError(f"There is no function {name.text}. {hint}", name.place)
        bracket = self._now
        if not self._take("("):
            raise ExpressionError(f"Write {name.text}(…), with brackets.", name.place)
        inputs = self._bracketed(bracket, FUNCTIONS[name.text])
        operation = OPERATIONS[FUNCTIONS[name.text]]
        if len(inputs) != operation.arity and not (operation.arity == 2 and len(inputs) > 2):
            count = "one value" if operation.arity == 1 else "two values or more"
            raise ExpressionError(f"{name.text} takes {count}, not {len(inputs)}.", name.place)
        if operation.arity == 1:
            return self._builder.apply(operation.name, (inputs[0],), name.place)
        node = inputs[0]
        for other in inputs[1:]:
            node = self._builder.apply(operation.name, (node, other), name.place)
        return node

    def _named(self) -> int:
        name = self._next()
        if name.text in self._names:
            return self._names[name.text]
        if name.text in CONSTANTS:
            return self._builder.named_constant(name.text, name.place)
        if name.text not in self._values:
            raise ExpressionError(f"{name.text} has no value.{self._hint(name.text)}", name.place)
        self._names[name.text] = self._builder.variable(name.text, self._given(name.text), name.place)
        return self._names[name.text]

    def _given(self, name: str) -> Float64Array:
        return read_value(name, self._values[name])

    def _hint(self, name: str) -> str:
        """What to do about a name without a value."""
        known = {*self._names, *self._values, *CONSTANTS}
        if len(name) > 1 and name[0] in known:
            return f" For a product write {name[0]}*{name[1:]}."
        return f" Give it one in a line before: {name} = 1.5."

    # Pieces.

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, *texts: str) -> bool:
        """Step over the next token if it is one of these."""
        taken = self._now.text in texts
        self._at += taken
        return taken

    def _enter(self, place: Place) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"This is nested too deeply: {DEEPEST} levels are allowed.", place)

    def _bracketed(self, opening: Token, function: str | None = None) -> list[int]:
        """Expressions up to the closing bracket: one, or several for a function."""
        self._enter(opening.place)
        nodes = [self._expression()]
        while function is not None and self._take(","):
            nodes.append(self._expression())
        if not self._take(")"):
            self._unclosed(opening)
        self._depth -= 1
        return nodes

    def _unclosed(self, opening: Token) -> None:
        if self._now.kind in ("end", "break"):
            closing = ")" if opening.text == "(" else "]"
            raise ExpressionError(f"This bracket is never closed: add a {closing}.", opening.place)
        raise self._unexpected()

    def _number(self) -> Float64Array:
        token = self._next()
        value = np.array(float(token.text))
        if not np.isfinite(value):
            raise ExpressionError("This number is too large: write one below 1.8·10^308.", token.place)
        return value

    def _array(self) -> Float64Array:
        """A nested list of numbers."""
        opening = self._now
        self._entries = 0
        return rectangle(self._list(), opening.place)

    def _list(self) -> list[Json]:
        opening = self._next()
        self._enter(opening.place)
        entries: list[Json] = []
        while True:
            entries.append(self._entry())
            if not self._take(","):
                break
        if not self._take("]"):
            self._unclosed(opening)
        self._depth -= 1
        return entries

    def _entry(self) -> Json:
        place = self._now.place
        if self._now.text == "[":
            return self._list()
        self._entries += 1
        if self._entries > MOST_ENTRIES:
            raise ExpressionError(f"This array is too large: it may have {MOST_ENTRIES} entries.", place)
        sign = -1.0 if self._take("-") else 1.0
        if self._now.kind != "number":
            remedy = "An array holds numbers and lists of numbers: write [1, 2] or [[1, 2], [3, 4]]."
            raise ExpressionError(remedy, place)
        return sign * float(self._number())

    def _unexpected(self) -> ExpressionError:
        """What to say of a token that cannot stand where it does."""
        token, before = self._now, self._tokens[self._at - 1] if self._at else None
        if token.kind in ("end", "break"):
            return ExpressionError("Something is missing here: a number, a name or a bracket.", token.place)
        if token.kind == "number" and before is not None and before.kind != "sign":
            return ExpressionError(f"Write a sign before {token.text}: * for a product, ^ for a power.", token.place)
        if token.text == "=":
            return ExpressionError("Only a name can be given a value, at the beginning of a line.", token.place)
        if token.text == ")":
            return ExpressionError("This bracket closes nothing, or nothing stands before it.", token.place)
        return ExpressionError(f"{token.text} cannot stand here: write a number, a name or a bracket.", token.place)
