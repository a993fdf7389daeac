"""Tables with comma, semicolon, tab or bar between the cells and a header in the first row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, look_at, read_lines
from pipeline.sources.tables.headers import field_of
from pipeline.sources.tables.table import Located, TableColumn, columns_in, table_documents

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 50
_LARGEST_CELL = 1 << 22

csv.field_size_limit(_LARGEST_CELL)  # the module's own default of 128 KB is less than a long report


class CsvTable:
    """Reads CSV and TSV whose header says what the columns hold; see `columns`."""

    name = "csv"
    title = "Table (CSV, TSV)"
    description = "a table with a header row; comma, semicolon, tab or bar between the cells"

    def recognise(self, sample: Sample) -> float:
        """Sure when the rows are equally wide and the header has names it knows."""
        if sample.folder or not sample.text or sample.text.lstrip()[:1] in ("{", "[", "<"):
            return 0.0
        rows = _rows_of(sample.text, delimiter_of(sample.text))
        named = sample.suffix in (".csv", ".tsv")
        known = any(field_of(cell) for cell in rows[0]) if rows else False
        if _even(rows) < 0.9:
            return 0.6 if named else 0.0
        return 0.9 if known else 0.75 if named else 0.3

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every row as a document or as skipped."""
        rows = table_rows(path, options)
        return accounted(table_documents(rows, options, file=path.name), options)

    def columns(self, path: Path) -> tuple[TableColumn, ...]:
        """The table's columns, each with the field it is taken for."""
        return columns_in(table_rows(path, ReadOptions()))


def delimiter_of(text: str) -> str:
    r"""The sign that stands between cells: the one that gives the evenest rows.

    >>> delimiter_of("a;b\n1,5;2\n")
    ';'
    """

    def fit(delimiter: str) -> tuple[float, int]:
        rows = _rows_of(text, delimiter)
        return _even(rows), len(rows[0]) if rows else 0

    return max(_DELIMITERS, key=fit)


def _even(rows: list[list[str]]) -> float:
    """Share of rows as wide as the first; 0 for a single column."""
    if not rows or len(rows[0]) < 2:
        return 0.0
    return sum(len(row) == len(rows[0]) for row in rows) / len(rows)


def _rows_of(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) == _SAMPLE_ROWS:
                return rows
    except csv.Error:
        return rows
    return rows[:-1] if len(rows) > 2 and not text.endswith("\n") else rows


def table_rows(path: Path, options: ReadOptions) -> Iterator[Located | Skipped]:
    """The rows below the header of a table, each with where it stood.

    Raises:
        UnreadableSource: As in `files.read_lines`, or there is no table in it.
    """
    delimiter = delimiter_of(look_at(path).text)
    left_out: list[Skipped] = []
    reader = csv.reader(_text_lines(path, options, left_out), delimiter=delimiter)
    header: list[str] = []
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            left_out.append(Skipped(f"{path.name}:{start}", f"not a row of a table: {error}"))
            cells = []
        where, start = f"{path.name}:{start}", reader.line_num + 1
        yield from left_out
        left_out.clear()
        if not header:
            header = [cell.strip() for cell in cells]
        elif len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            yield Skipped(where, f"{len(cells)} cells under a header of {len(header)}")
        elif any(cell.strip() for cell in cells):
            yield Located(where, list(zip(header, cells, strict=False)))
    yield from left_out
    if not header:
        raise UnreadableSource(f"{path} holds no table.")


def _text_lines(path: Path, options: ReadOptions, left_out: list[Skipped]) -> Iterator[str]:
    for line in read_lines(path, longest=options.longest_line, notice=options.notice):
        if isinstance(line, Skipped):
            left_out.append(line)
            yield "\n"  # keeps the count of lines
        else:
            yield line.text


CONNECTOR = CsvTable()
