"""A table as text: comma-, semicolon- or tab-separated, the last column being what is to be predicted.

Everything is bounded before it is taken apart: bytes, columns in a line, rows, and how many faults are listed.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

import numpy as np

from engine.datasets.uploads.upload import LeftOut, Upload, UploadError, check_size, make, split, task_of
from engine.limits import COORDINATE, LONGEST_LABEL, MOST_INPUTS, MOST_NUMBERS, MOST_POINTS
from engine.reading import is_name
from engine.types import Label

SEPARATORS = ",;\t"
MOST_LISTED = 20
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_csv(data: bytes) -> Upload:
    """Rows of numbers with a label in the last column; a first row of words is taken for the names.

    Rows that cannot be used are left out and listed by line with the reason. Raises :class:`UploadError` where nothing
    can be used.
    """
    check_size(data)
    text = _decode(data)
    separator = max(SEPARATORS, key=text.lstrip().partition("\n")[0].count)
    rows = [(line, cells) for line, cells in _rows(io.StringIO(text, newline=""), separator) if any(cells)]
    if not rows:
        raise UploadError("The file holds blank lines only; choose another.")
    names: tuple[str, ...] = ()
    comma = separator == ";"
    if _is_header([cells for _, cells in rows[:2]], comma):
        names = tuple(rows.pop(0)[1])
    return _take(rows, names, comma)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UploadError("The file is in UTF-16; save it as UTF-8.")
    if b"\x00" in data:
        raise UploadError("The file holds NUL bytes, so it is no table as text; save it as CSV in UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UploadError(f"Line {line} is not in UTF-8; save the file as UTF-8.") from None


def _rows(lines: Iterable[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it ends in, its cells without spaces around them."""
    reader = csv.reader(_checked(lines, separator), delimiter=separator)
    try:
        total = 0
        for count, cells in enumerate(reader):
            total += len(cells)
            if count > MOST_POINTS or total > MOST_NUMBERS + MOST_POINTS:
                raise UploadError(f"At most {MOST_POINTS} rows and {MOST_NUMBERS} numbers are read; send fewer rows.")
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise UploadError(f"Line {reader.line_num} is not CSV: look for a quotation mark that is not closed.") from None


def _checked(lines: Iterable[str], separator: str) -> Iterator[str]:
    """The lines, once it is known that none has more cells than can be used."""
    for number, line in enumerate(lines, start=1):
        if line.count(separator) > MOST_INPUTS:
            raise UploadError(f"Line {number} has more than {MOST_INPUTS + 1} columns; leave some out.")
        yield line


def _number(cell: str, comma: bool) -> float | None:
    """The number in a cell, with a decimal comma where semicolons separate; None where there is none in bounds."""
    text = cell.replace(",", ".", 1) if comma else cell
    value = float(text) if len(text) <= LONGEST_LABEL and NUMBER.fullmatch(text) else None
    return value if value is not None and abs(value) <= COORDINATE.maximum else None


def _is_header(first: list[list[str]], comma: bool) -> bool:
    """Whether the first row holds names: no input is a number, or the label alone is a word where the next is none."""
    *inputs, label = first[0]
    if not inputs:
        return False
    if all(_number(cell, comma) is None for cell in inputs):
        return True
    follows = first[-1][-1] if len(first) > 1 else label
    return (
        any(_number(cell, comma) is None for cell in inputs)
        and _number(label, comma) is None
        and _number(follows, comma) is not None
    )


def _take(rows: list[tuple[int, list[str]]], names: tuple[str, ...], comma: bool) -> Upload:
    """The rows that can be used; numbers are labels only where all labels are numbers."""
    width = len(names) or (len(rows[0][1]) if rows else 0)
    if width < 2:
        raise UploadError("The file has one column or none; give at least one input and, last, the label.")
    left_out: list[LeftOut] = []
    inputs: list[list[float]] = []
    labels: list[str] = []
    for line, cells in rows:
        values = [_number(cell, comma) for cell in cells[:-1]]
        reason = _fault(cells, values, width)
        if reason is None:
            inputs.append([value for value in values if value is not None])
            labels.append(cells[-1])
        else:
            left_out.append(LeftOut(line, reason))
    if not inputs:
        first = f" Line {left_out[0].line}: {left_out[0].reason}" if left_out else ""
        raise UploadError(f"No row can be used.{first}")
    numbers = [_number(label, comma) for label in labels]
    given: list[Label] = [number for number in numbers if number is not None]
    if len(given) < len(labels):
        given = [*labels]
    train, test = split(np.array(inputs), given)
    dataset = make(task_of(given), (width - 1,), train, test)
    return Upload(dataset, names, tuple(left_out[:MOST_LISTED]), len(left_out))


def _fault(cells: list[str], values: list[float | None], width: int) -> str | None:
    """Why a row is left out, with the remedy; None if it is good."""
    if len(cells) != width:
        return f"It has {len(cells)} cells where {width} are wanted; add or take away some."
    for place, value in enumerate(values, start=1):
        if value is None:
            what = "is empty" if not cells[place - 1] else "is not a number from −1000000 to 1000000"
            return f"Cell {place} {what}; write a number such as 1.5."
    if not is_name(cells[-1], LONGEST_LABEL):
        return f"The label, the last cell, is empty or not a short text; give 1 to {LONGEST_LABEL} characters."
    return None
