"""JSON lines, a JSON array, or a folder of such files, with columns told by their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, files_below, suffix
from pipeline.sources.reading.json_records import Record, first_object, json_records
from pipeline.sources.tables.columns import flat
from pipeline.sources.tables.headers import field_of
from pipeline.sources.tables.pages_in_lines import line_documents
from pipeline.sources.tables.table import Located, TableColumn, columns_in

_SUFFIXES = (".jsonl", ".ndjson")


class JsonLines:
    """Reads objects whose names say what they hold; see `columns`."""

    name = "jsonl"
    title = "JSON lines"
    description = "one JSON object a line, a JSON array of objects, or a folder of .jsonl files"

    def recognise(self, sample: Sample) -> float:
        """Sure of objects with names it knows, less so of others."""
        if sample.folder:
            return 0.45 if sample.inside(*_SUFFIXES) else 0.0
        first = first_object(sample)
        known = any(field_of(name) for name in first)
        return 0.8 if known else 0.5 if first else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every object as a document or as skipped."""
        return accounted(_documents(path, options), options)

    def columns(self, path: Path) -> tuple[TableColumn, ...]:
        """The names in a file's records, each with the field it is taken for."""
        return () if path.is_dir() else columns_in(_rows(path, path.name, ReadOptions()))


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if not path.is_dir():
        yield from line_documents(_rows(path, path.name, options), options, file=path.name)
        return
    found = False
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
        elif suffix(file.name) in _SUFFIXES:
            found = True
            name = file.relative_to(path).as_posix()
            rows = _rows(file, name, options)
            yield from line_documents(rows, options, file=name, one_of_many=True)
    if not found:
        raise UnreadableSource(f"The folder {path} holds no .jsonl files.")


def _rows(path: Path, name: str, options: ReadOptions) -> Iterator[Located | Skipped]:
    for record in json_records(path, options):
        if isinstance(record, Record):
            yield Located(record.where.replace(path.name, name, 1), flat(record.value))
        else:
            yield record


CONNECTOR = JsonLines()
