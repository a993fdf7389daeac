"""Test collections in the BEIR layout: corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import InputError, UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Line, Sample, read_lines
from pipeline.sources.reading.json_records import Record, json_records
from pipeline.sources.reading.values import moment, scalar
from pipeline.sources.tables.columns import Row, flat
from pipeline.sources.tables.table import Located, table_documents


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a test collection. `created` is when it was asked, where that is known."""

    id: str
    text: str
    title: str = ""
    created: datetime | None = None


class Beir:
    """Reads the corpus of a test collection; `read_queries` and `read_qrels` read the rest."""

    name = "beir"
    title = "Test collection (BEIR)"
    description = "a folder with corpus.jsonl, queries.jsonl and qrels/, for evaluations"

    def recognise(self, sample: Sample) -> float:
        """Certain of a folder with a corpus and queries."""
        names = {name.removesuffix(".gz") for name in sample.names}
        return 0.95 if {"corpus.jsonl", "queries.jsonl"} <= names else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every document of the corpus; one with a title alone has it as its text."""
        rows = _corpus(_member(path, "corpus.jsonl"), options)
        return accounted(table_documents(rows, options, file="corpus.jsonl"), options)


def read_queries(folder: Path, split: str) -> tuple[Query, ...]:
    """The queries that a split judges, in the order of the file.

    Raises:
        InputError: There is no such split; names those there are.
        UnreadableSource: The folder has no queries.
    """
    judged = read_qrels(folder, split)
    records = json_records(_member(folder, "queries.jsonl"), ReadOptions())
    found = (_query(record.value) for record in records if isinstance(record, Record))
    return tuple(query for query in found if query.id in judged)


def read_qrels(folder: Path, split: str) -> dict[str, dict[str, int]]:
    """For each query of a split the documents that were judged, with their grade.

    Raises:
        InputError: There is no such split; names those there are.
        UnreadableSource: A line is not query, document and grade.
    """
    path = _split_file(folder, split)
    lines = (line for line in read_lines(path) if isinstance(line, Line) and line.text.strip())
    qrels: dict[str, dict[str, int]] = {}
    for number, cells in enumerate(csv.reader((line.text for line in lines), delimiter="\t"), 1):
        if number == 1 and not cells[-1].strip().isdigit():
            continue  # the header
        query, document, grade = _judgement(cells, f"{path}:{number}")
        qrels.setdefault(query, {})[document] = grade
    return qrels


def _corpus(path: Path, options: ReadOptions) -> Iterator[Located | Skipped]:
    for record in json_records(path, options):
        if isinstance(record, Skipped):
            yield record
        else:
            yield Located(record.where, _with_text(flat(record.value)))


def _with_text(row: Row) -> Row:
    held = dict(row)
    if scalar(held.get("text")):
        return row
    return [pair for pair in row if pair[0] != "text"] + [("text", held.get("title"))]


def _query(value: dict[str, object]) -> Query:
    held = dict(flat(value))
    created = moment(held.get("created") or held.get("date"))
    return Query(
        scalar(held.get("_id")), scalar(held.get("text")), scalar(held.get("title")), created
    )


def _judgement(cells: list[str], where: str) -> tuple[str, str, int]:
    try:
        query, document, grade = cells[0], cells[-2], int(cells[-1])
    except (IndexError, ValueError):
        raise UnreadableSource(f"{where} is not query, document and grade.") from None
    return query, document, grade


def _member(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file() and not path.is_symlink():
            return path
    raise UnreadableSource(f"{folder} is no test collection: it has no {name}.")


def _split_file(folder: Path, split: str) -> Path:
    files = {path.name.partition(".")[0]: path for path in sorted(folder.glob("qrels/*.tsv*"))}
    if split in files:
        return files[split]
    there = ", ".join(files) or "none"
    raise InputError(f"{folder} has no split {split!r}.", hint=f"Its splits: {there}.")


CONNECTOR = Beir()
