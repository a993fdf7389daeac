"""Tables of statements: what their headers are, and their rows by the names of the columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.records import Document, Skipped, Votes
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import Sample
from pipeline.sources.reading.values import scalar
from pipeline.sources.tables.csv_table import table_rows

_DELIMITERS = ",;\t|"
_LONGEST_HEADER = 1 << 16
_COUNT = re.compile(r"\d{1,12}(?:\.0*)?")

Cells = Mapping[str, str]
"""One row: the text of each cell by the name of its column, in small letters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of a table of statements, and where it stood."""

    where: str
    cells: Cells

    def first(self, *names: str) -> str:
        """The first of these cells that holds anything, or an empty text."""
        return next((self.cells[name] for name in names if self.cells.get(name)), "")


def header_of(sample: Sample) -> frozenset[str]:
    """The names in the first row of a table, in small letters; empty when it is no table."""
    if sample.folder or sample.text.lstrip()[:1] in ("", "{", "[", "<"):
        return frozenset()
    lines = sample.text.lstrip("\ufeff\r\n ")[:_LONGEST_HEADER].splitlines()
    first = lines[0] if lines else ""
    try:
        rows = [next(csv.reader([first], delimiter=sign), []) for sign in _DELIMITERS]
    except csv.Error:
        return frozenset()
    names = max(rows, key=len)
    return frozenset(_name(name) for name in names) if len(names) > 1 else frozenset()


def statements(path: Path, options: ReadOptions) -> Iterator[Statement | Skipped]:
    """The rows of a table.

    Raises:
        UnreadableSource: The file is missing or holds no table.
    """
    for row in table_rows(path, options):
        if isinstance(row, Skipped):
            yield row
        else:
            yield Statement(row.where, {_name(name): scalar(value) for name, value in row.row})


def documents(
    path: Path, options: ReadOptions, document: Callable[[Statement], Document | Skipped]
) -> Iterator[Document | Skipped]:
    """What `document` makes of each row of a table."""
    for row in statements(path, options):
        yield row if isinstance(row, Skipped) else document(row)


def votes_of(agree: str, disagree: str, passed: str = "") -> Votes | None:
    """The votes that three cells count; None when none of them is a number."""
    if not any(_COUNT.fullmatch(cell) for cell in (agree, disagree, passed)):
        return None
    return Votes(count(agree), count(disagree), count(passed))


def count(cell: str) -> int:
    """The number in a cell; 0 for anything else.

    >>> count("12"), count("12.0"), count("-3"), count("many")
    (12, 12, 0, 0)
    """
    return int(float(cell)) if _COUNT.fullmatch(cell) else 0


def _name(header: str) -> str:
    return header.strip().casefold()
