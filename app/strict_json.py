"""JSON from strangers: UTF-8, finite numbers, bounded depth, and a place for every complaint.

`json.loads` takes NaN, 1e999 (as infinity), lone surrogates and UTF-16, and runs out of stack on deep nesting.
All of these are refused here, once, so that nothing behind this module meets them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

from app.errors import BadRequest, FieldError, Invalid

JsonValue: TypeAlias = Any

MAX_DEPTH = 32
LARGEST_INTEGER = 2**63 - 1
MAX_ERRORS = 50


def parse(body: bytes | str) -> JsonValue:
    """The value written in `body`.

    Raises `BadRequest` with line and column for text that is not JSON or is nested deeper than `MAX_DEPTH`,
    and `Invalid` with JSON pointers for numbers that are not finite or too large and for unpaired surrogates.
    """
    text = body if isinstance(body, str) else _decode(body)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not valid JSON: {error.msg} at {where}.") from None
    except RecursionError:
        raise too_deep() from None
    except ValueError:  # int() refuses more than 4,300 digits
        raise BadRequest("The body holds an integer with too many digits. Use at most 18.") from None
    if errors := list(islice(_faults(value), MAX_ERRORS)):
        raise Invalid("Some values cannot be used.", errors)
    return value


def too_deep() -> BadRequest:
    return BadRequest(f"The body is nested deeper than {MAX_DEPTH} levels. Use a flatter document.")


def escape(key: str) -> str:
    """`key` as one token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _decode(body: bytes) -> str:
    """UTF-8 as text. The mark that some editors put in front of it is left out (RFC 8259, section 8.1)."""
    try:
        return body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8 text: byte {error.start + 1} does not fit. Send UTF-8.") from None


def _faults(document: JsonValue) -> Iterator[FieldError]:
    """What a decoded document may not hold. Iterative: the depth of the input is not the depth of our stack."""
    stack: list[tuple[str, int, JsonValue]] = [("", 0, document)]
    while stack:
        pointer, depth, value = stack.pop()
        if isinstance(value, dict | list):
            if depth >= MAX_DEPTH:
                raise too_deep()
            if isinstance(value, list):
                stack.extend((f"{pointer}/{index}", depth + 1, item) for index, item in enumerate(value))
                continue
            for key, item in value.items():
                if not _encodable(key):
                    yield FieldError(pointer, "A name holds an unpaired surrogate. Write it as UTF-8 text.")
                else:
                    stack.append((f"{pointer}/{escape(key)}", depth + 1, item))
        elif isinstance(value, float):
            if not math.isfinite(value):
                yield FieldError(pointer, "This must be a finite number, not NaN or infinity.")
        elif isinstance(value, str):
            if not _encodable(value):
                yield FieldError(pointer, "The text holds an unpaired surrogate. Write it as UTF-8 text.")
        elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            yield FieldError(pointer, "This integer is too large. Use at most 18 digits.")


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
