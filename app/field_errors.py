"""What a library says of a wrong value, in the words that the specification's own errors have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import inspect

from app.errors import FieldError
from app.strict_json import escape

UNKNOWN: Final = "There is no such field. Remove it."
MISSING: Final = "This field is required."
_PATH: Final = re.compile(r"^(?P<message>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_TOKEN: Final = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[(\.\.\.)\]")


def from_msgspec(text: str, type_: Any) -> FieldError:
    """Place and remedy of what msgspec says of a value that is no `type_`: "Expected `int` >= 1 - at `$.count`"."""
    match = _PATH.match(text)
    assert match is not None
    tokens = [token for groups in _TOKEN.findall(match["path"] or "") for token in groups if token]
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", match["message"], re.DOTALL):
        return FieldError(_pointer([*tokens, unknown[1][:100]]), UNKNOWN)
    if missing := re.fullmatch(r"Object missing required field `(.*)`", match["message"]):
        return FieldError(_pointer([*tokens, missing[1]]), MISSING)
    return FieldError(_pointer(tokens), _sentence(map(_name, _within([inspect.type_info(type_)], tokens))))


def from_pydantic(fault: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The remedy for one of pydantic's faults of a value that `schema`, a JSON schema, describes."""
    if fault["type"] == "missing":
        return MISSING
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    return _sentence([_described(schema)])


def _pointer(tokens: Sequence[str]) -> str:
    return "".join(f"/{escape(token)}" for token in tokens)


def _within(types: list[inspect.Type], tokens: Sequence[str]) -> list[inspect.Type]:
    """What may stand at the place that `tokens` lead to: every alternative of a union."""
    found = _flat(types)
    for token in tokens:
        found = _flat([inner for type_ in found for inner in _members(type_, token)])
    return found


def _flat(types: list[inspect.Type]) -> list[inspect.Type]:
    """The alternatives of unions in their place."""
    return [one for type_ in types for one in (type_.types if isinstance(type_, inspect.UnionType) else (type_,))]


def _members(type_: inspect.Type, token: str) -> list[inspect.Type]:
    if isinstance(type_, inspect.StructType):
        return [field.type for field in type_.fields if field.encode_name == token]
    if isinstance(type_, inspect.TupleType) and token.isdecimal():
        return list(type_.item_types[int(token) : int(token) + 1])
    return [type_.item_type] if isinstance(type_, inspect.ListType | inspect.VarTupleType) else []


def _sentence(names: Iterable[str]) -> str:
    """What to give: one of the alternatives. That null does as well need not be said."""
    wanted = " or ".join(name for name in dict.fromkeys(names) if name)
    return f"{'Choose' if wanted.startswith('one of') else 'Give'} {wanted or 'a value that fits here'}."


def _name(type_: inspect.Type) -> str:
    match type_:
        case inspect.IntType(ge=least, le=most):
            return f"a whole number{_span(least, most)}"
        case inspect.FloatType(ge=least, le=most):
            return f"a number{_span(least, most)}"
        case inspect.StrType(min_length=least, max_length=most):
            return f"a text{_span(least or 0, most, ' characters')}"
        case inspect.LiteralType(values=values):
            return _choice(values)
        case inspect.ListType() | inspect.VarTupleType():
            return f"a list{_span(type_.min_length, type_.max_length, ' items')}"
        case inspect.TupleType(item_types=items):
            kind = "numbers" if all(isinstance(item, inspect.FloatType) for item in items) else "items"
            return f"a list of {len(items)} {kind}"
        case inspect.BoolType():
            return "true or false"
        case inspect.NoneType():
            return ""
    return "an object"


def _choice(values: Sequence[Any]) -> str:
    return f"one of {', '.join(map(str, values))}" if len(values) > 1 else str(values[0])


def _span(least: float | None, most: float | None, unit: str = "") -> str:
    """The bounds in words, nothing if there are none."""
    if least is None or most is None:
        return ""
    return f" of {least:.16g} to {most:.16g}{unit}" if unit else f" from {least:.16g} to {most:.16g}"


def _described(schema: Mapping[str, Any]) -> str:
    """A JSON schema of one value in words."""
    if "anyOf" in schema:
        return " or ".join(
            _described({"examples": schema.get("examples"), **one})
            for one in schema["anyOf"]
            if one.get("type") != "null"
        )
    if "enum" in schema or "const" in schema:
        return _choice(schema.get("enum") or [schema["const"]])
    if "pattern" in schema:
        return f"a text such as {schema['examples'][0]}"
    match schema.get("type"):
        case "integer":
            return f"a whole number{_span(schema.get('minimum'), schema.get('maximum'))}"
        case "number" if "exclusiveMinimum" in schema:
            return f"a number above {schema['exclusiveMinimum']:.12g}, at most {schema['maximum']:.12g}"
        case "number":
            return f"a number{_span(schema.get('minimum'), schema.get('maximum'))}"
        case "boolean":
            return "true or false"
        case "array":
            return f"a list{_span(schema.get('minItems', 0), schema.get('maxItems'), ' items')}"
    return f"a text{_span(schema.get('minLength', 0), schema.get('maxLength'), ' characters')}"
