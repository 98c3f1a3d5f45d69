"""A text as tokens: numbers, names and signs, each with its place. Nothing is evaluated here."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.autodiff.problems import ExpressionError, Place

LONGEST_TEXT = 2_000
LONGEST_NAME = 40

Kind: TypeAlias = Literal["number", "name", "sign", "break", "end"]

_PATTERN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_α-ωΑ-Ω][A-Za-z0-9_α-ωΑ-Ω]*)"
    r"|(?P<sign>\*\*|\.T(?![A-Za-z0-9_])|[-+*/^@()\[\],=−·×²³])"
    r"|(?P<break>[\n;])"
    r"|(?P<skip>[ \t\r]+|\#[^\n]*)",
    re.ASCII,
)
_SAME = {"**": "^", "−": "-", "·": "*", "×": "*", "π": "pi"}
"""Signs that are written in several ways."""


@dataclass(frozen=True, slots=True)
class Token:
    """One number, name or sign; a ``break`` ends a statement, the ``end`` the text."""

    kind: Kind
    text: str
    place: Place


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, ending with one ``end``. Within brackets a new line breaks nothing.

    Raises :class:`ExpressionError` for a text that is too long and for a character that means nothing.
    """
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(f"This text is too long: write at most {LONGEST_TEXT} characters.", Place(1, 1))
    tokens: list[Token] = []
    at, line, line_start, open_brackets = 0, 1, 0, 0
    while at < len(text):
        place = Place(line, at - line_start + 1)
        match = _PATTERN.match(text, at)
        if match is None:
            raise ExpressionError(_unknown(text[at]), place)
        found, at = match.group(), match.end()
        if found == "\n":
            line, line_start = line + 1, at
        if match.lastgroup == "skip" or (match.lastgroup == "break" and open_brackets):
            continue
        tokens += _token(match, place)
        open_brackets = max(0, open_brackets + (found in ("(", "[")) - (found in (")", "]")))
    tokens.append(Token("end", "", Place(line, at - line_start + 1)))
    return tokens


def _token(match: re.Match[str], place: Place) -> list[Token]:
    found, kind = match.group(), match.lastgroup
    if kind == "number":
        return [Token("number", found, place)]
    if kind == "break":
        return [Token("break", found, place)]
    if found in ("²", "³"):
        return [Token("sign", "^", place), Token("number", "2" if found == "²" else "3", place)]
    if kind == "sign":
        return [Token("sign", _SAME.get(found, found), place)]
    if len(found) > LONGEST_NAME:
        raise ExpressionError(f"This name is too long: use at most {LONGEST_NAME} letters.", place)
    return [Token("name", _SAME.get(found, found), place)]


def _unknown(character: str) -> str:
    if character == ".":
        return "A point stands alone here: write 0.5 for a number, or .T after a matrix to transpose it."
    shown = f"The sign {character}" if character.isprintable() else "This character"
    return f"{shown} means nothing here. There are + - * / ^ @, brackets, numbers, names and functions."
