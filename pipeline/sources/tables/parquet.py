"""Parquet tables, read batch by batch; nested columns count as columns of their own."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, look_at, read_bytes
from pipeline.sources.reading.office import LARGEST_FILE
from pipeline.sources.reading.values import whole
from pipeline.sources.tables.columns import flat
from pipeline.sources.tables.table import Located, TableColumn, columns_in, table_documents

_BATCH = 500
_DEEPEST = 20
_MAGIC = b"PAR1"
_LOCKED = b"PARE"
_RAISED = (pa.ArrowException, OSError, ValueError, OverflowError, TypeError, KeyError, MemoryError)


class Parquet:
    """Reads every row; see `columns` for what its columns are taken for."""

    name = "parquet"
    title = "Table (Parquet)"
    description = "a table in Parquet, as data teams keep them"

    def recognise(self, sample: Sample) -> float:
        """Certain of what begins as Parquet."""
        return 1.0 if sample.head.startswith((_MAGIC, _LOCKED)) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every row as a document or as skipped."""
        return accounted(table_documents(_rows(path), options, file=path.name), options)

    def columns(self, path: Path) -> tuple[TableColumn, ...]:
        """The table's columns, each with the field it is taken for."""
        return columns_in(_rows(path))


def _rows(path: Path) -> Iterator[Located | Skipped]:
    number = 0
    if look_at(path).head.startswith(_LOCKED):
        raise UnreadableSource(f"{path} is encrypted.", hint="Save it without encryption.")
    try:
        with pq.ParquetFile(_source(path)) as table:
            for batch in table.iter_batches(batch_size=_BATCH):
                for record in _records(batch):
                    number += 1
                    where = f"{path.name}:{number}"
                    yield Located(where, flat({k: _plain(v) for k, v in record.items()}))
    except _RAISED as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise UnreadableSource(f"{path} is damaged after row {number}: {why}.") from None
    if not number:
        raise UnreadableSource(f"{path} holds no rows.")


def _source(path: Path) -> str | io.BytesIO:
    """The path of a plain file; the bytes of one that is packed."""
    with path.open("rb") as file:
        plain = file.read(4) == _MAGIC
    return str(path) if plain else io.BytesIO(read_bytes(path, most=LARGEST_FILE))


def _records(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows of a batch; a column with values that Python has no words for comes as text."""
    columns: dict[str, list[Any]] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            columns[whole(name)] = column.to_pylist()
        except (ValueError, OverflowError, pa.ArrowException):
            columns[whole(name)] = _as_text(column)
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _as_text(column: pa.Array) -> list[Any]:
    try:
        return list(column.cast(pa.string()).to_pylist())
    except (ValueError, OverflowError, pa.ArrowException):
        return [None] * len(column)


def _plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON would hold it."""
    if depth > _DEEPEST or isinstance(value, bytes):
        return None
    if isinstance(value, Mapping):
        return {str(name): _plain(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    return float(value) if isinstance(value, Decimal) else value


CONNECTOR = Parquet()
