"""From records of any table to documents, once its columns are understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.values import written
from pipeline.sources.tables.columns import Row, columns_of, taken_for, unused_notice

_LOOK_AHEAD = 200
"""Records that are looked at to understand the columns."""

_LONGEST_EXAMPLE = 300


@dataclass(frozen=True, slots=True)
class Located:
    """A row and where it stood."""

    where: str
    row: Row


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: the field it is taken for ("" for none), and the first value that stands in it."""

    name: str
    field: str
    example: str = ""


def columns_in(rows: Iterable[Located | Skipped]) -> tuple[TableColumn, ...]:
    """The columns of a table, as its first rows have them."""
    head = [record.row for record in islice(rows, _LOOK_AHEAD) if isinstance(record, Located)]
    examples: dict[str, str] = {}
    for column, value in (pair for row in head for pair in row):
        if not examples.get(column):
            examples[column] = written(value, joint=", ")[:_LONGEST_EXAMPLE]
    fields = taken_for(examples, {})
    return tuple(TableColumn(name, fields[name], example) for name, example in examples.items())


def table_documents(
    rows: Iterable[Located | Skipped], options: ReadOptions, *, file: str, one_of_many: bool = False
) -> Iterator[Document | Skipped]:
    """Every row as a document or as skipped.

    Raises:
        MappingError: As in `columns.columns_of`.
    """
    stream = iter(rows)
    head = list(islice(stream, _LOOK_AHEAD))
    known = [record.row for record in head if isinstance(record, Located)]
    if not known:
        yield from (record for record in head if isinstance(record, Skipped))
        return
    columns = columns_of(
        known,
        options.columns,
        file=file,
        day_first=options.day_first,
        one_of_many=one_of_many,
    )
    if note := unused_notice(columns, file):
        options.notice(note)
    for record in chain(head, stream):
        if isinstance(record, Skipped):
            yield record
        else:
            yield columns.document(record.row, where=record.where, file=file)
