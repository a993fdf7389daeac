"""Spreadsheets (.xlsx, .xlsm): each sheet is a table, told by its own header row."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from pipeline.errors import MappingError, UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, look_at
from pipeline.sources.reading.office import MALFORMED, is_old, malformed, office_bytes, refuse_old
from pipeline.sources.reading.values import whole
from pipeline.sources.tables.headers import field_of
from pipeline.sources.tables.table import Located, TableColumn, columns_in, table_documents

MOST_ROWS = 1 << 20
"""Rows that a sheet can have."""

_RAISED = (CellCoordinatesException, InvalidFileException)
_HEAD_ROWS = 30
_KIND = "spreadsheet"
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


class Spreadsheet:
    """Reads every row of every sheet, once the header row is found below any titles."""

    name = "spreadsheet"
    title = "Spreadsheet (XLSX)"
    description = "an Excel workbook; each sheet is a table with a header row"

    def recognise(self, sample: Sample) -> float:
        """Certain of a file with the parts of a workbook."""
        if any(name in sample.packed for name in ("xl/workbook.xml", "xl/workbook.bin")):
            return 1.0
        return 0.9 if is_old(sample, ".xls", stream="Workbook") else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every row as a document or as skipped; so are sheets without text."""
        return accounted(_documents(path, options), options)

    def columns(self, path: Path) -> tuple[TableColumn, ...]:
        """The columns of all sheets, each with the field it is taken for."""
        found: dict[str, TableColumn] = {}
        with _workbook(path) as sheets:
            for sheet in sheets:
                for column in columns_in(islice(_rows(sheet, path), _HEAD_ROWS)):
                    found.setdefault(column.name, column)
        return tuple(found.values())


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    without: list[tuple[str, MappingError]] = []
    found = False
    with _workbook(path) as sheets:
        several = len(sheets) > 1
        for sheet in sheets:
            where = f"{path.name}#{sheet.title}"
            if sheet.sheet_state != "visible":
                yield Skipped(where, "a hidden sheet")
                continue
            rows = table_documents(_rows(sheet, path), options, file=where, one_of_many=several)
            try:
                for record in rows:
                    found = True
                    yield _placed(record, sheet.title)
            except MappingError as error:
                without.append((where, error))
    if without and not found:
        raise without[0][1]
    yield from (Skipped(where, error.message) for where, error in without)
    if not found and not without:
        raise UnreadableSource(f"{path} holds no table.")


def _placed(record: Document | Skipped, sheet: str) -> Document | Skipped:
    return replace(record, key=f"{sheet}/{record.key}") if isinstance(record, Document) else record


@contextmanager
def _workbook(path: Path) -> Iterator[list[ReadOnlyWorksheet]]:
    """The sheets of a workbook, open as streams.

    Raises:
        UnreadableSource: As in `office.office_bytes`, or it is of a format that is not read.
    """
    sample = look_at(path)
    refuse_old(path, sample.head, "Excel workbook (.xls)", "XLSX or CSV")
    if "xl/workbook.bin" in sample.packed:
        raise UnreadableSource(f"{path} is a binary workbook.", hint="Save it as XLSX or CSV.")
    stream = office_bytes(path, _KIND, streamed=("xl/worksheets/",))
    with malformed(path, _KIND, *_RAISED), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in _sheets(held) if isinstance(sheet, ReadOnlyWorksheet)]
    with closing(held):
        yield sheets


def _sheets(held: openpyxl.Workbook) -> list[Any]:
    return list(held.worksheets)


def _rows(sheet: ReadOnlyWorksheet, path: Path) -> Iterator[Located | Skipped]:
    """The rows below the header, with the header's words as their columns."""
    cells = _cells(sheet, path)
    head = list(islice(cells, _HEAD_ROWS))
    at = header_row([row for _, row in head])
    if at is None:
        return
    header = [_word(value) for value in head[at][1]]
    for number, row in _after(head[at + 1 :], cells):
        where = f"{path.name}#{sheet.title}:{number}"
        if number > MOST_ROWS:
            yield Skipped(where, "more rows than a sheet can have; the rest was not read")
            return
        beyond = [value for value in row[len(header) :] if value is not None]
        pairs = [(name, value) for name, value in zip(header, row, strict=False) if name]
        if any(value is not None for _, value in pairs):
            yield Located(where, pairs)
        elif beyond:
            yield Skipped(where, "no cell of this row stands below a header")


def _after(
    head: list[tuple[int, list[Any]]], rest: Iterator[tuple[int, list[Any]]]
) -> Iterator[tuple[int, list[Any]]]:
    yield from head
    yield from rest


def _cells(sheet: ReadOnlyWorksheet, path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Rows that are not empty, with their numbers.

    Raises:
        UnreadableSource: The sheet is damaged; says in which row.
    """
    number = 0
    try:
        sheet.reset_dimensions()
        rows: Any = sheet
        for row in rows.iter_rows(values_only=True):
            number += 1
            values = [_value(value) for value in row]
            if any(value is not None for value in values) or number > MOST_ROWS:
                yield number, values
    except (*MALFORMED, *_RAISED) as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise UnreadableSource(
            f"{path} is damaged in sheet {sheet.title} after row {number}: {why}."
        ) from None


def _value(value: object) -> object:
    """A cell's value as records hold it; None for what is empty or an error of a formula."""
    if isinstance(value, str):
        text = whole(value).strip()
        return None if not text or text in _ERRORS else text
    return str(value) if isinstance(value, time | timedelta) else value


def _word(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def header_row(rows: Sequence[Sequence[object]]) -> int | None:
    """Which row is the header: the first one with words in most columns; None without any.

    >>> header_row([["Lessons of 2020", None, None], ["Id", "Problem", "Action"], [1, "a", "b"]])
    1
    """
    filled = [[value for value in row if value is not None] for row in rows]
    widest = max((len(row) for row in filled), default=0)
    if not widest:
        return None
    for at, row in enumerate(filled):
        words = [value for value in row if isinstance(value, str) and len(value) < 100]
        known = any(field_of(word) for word in words)
        if len(words) == len(row) and (2 * len(row) > widest or (known and len(row) > 1)):
            return at
    return next(at for at, row in enumerate(filled) if 2 * len(row) > widest)


CONNECTOR = Spreadsheet()
