"""Proposals and comments of Decidim, in whichever of its forms an export has them.

Each record becomes flat: pairs of a path such as `title/ca` and a value, as the CSV files of
open data have them; nested JSON is flattened to the same paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.records import Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.deliberation._statements import header_of
from pipeline.sources.reading.files import Sample, look_at
from pipeline.sources.reading.json_records import Record, first_object, json_records
from pipeline.sources.reading.values import scalar
from pipeline.sources.tables.csv_table import table_rows

Kind = Literal["proposals", "comments"]

_DEEPEST = 4
_OF_A_COMMENT = (
    frozenset(("alignment", "commentable_id", "commentable_type")),
    frozenset(("alignment", "proposal_id", "body")),
)
_OF_A_PROPOSAL = (
    frozenset(("participatory_space", "component", "title", "body")),
    frozenset(("participatory_space", "title", "body", "state")),
    frozenset(("title", "summary", "category", "status", "total_comments")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal or comment, and where it stood."""

    kind: Kind
    where: str
    fields: Mapping[str, str]

    def first(self, *names: str) -> str:
        """The first of these fields that holds anything, or an empty text."""
        return next((self.fields[name] for name in names if self.fields.get(name)), "")

    def translated(self, name: str) -> tuple[str, str]:
        """A text and the code of its language: the first one that is no machine translation.

        The code is empty where the text stands without one.
        """
        if text := self.fields.get(name, ""):
            return text, ""
        for path, text in self.fields.items():
            base, _, language = path.rpartition("/")
            if base == name and text and re.fullmatch(r"[a-z]{2,3}(?:-\w{2,8})?", language):
                return text, language
        return "", ""


def kind_of(sample: Sample) -> Kind | None:
    """Whether a file holds proposals or comments of Decidim; None when neither."""
    if sample.folder:
        return None
    first = first_object(sample)
    names = frozenset(first) or frozenset(n.partition("/")[0] for n in header_of(sample))
    if kind := _kind_of_names(names):
        return kind
    for name, kind in _WRAPPED.items():
        inner = first.get(name)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        names = frozenset(inner) if isinstance(inner, dict) else _names_in(sample.text)
        if name in first and _kind_of_names(names) == kind:
            return kind
    return None


_WRAPPED: Mapping[str, Kind] = {
    "proposal": "proposals",
    "proposals": "proposals",
    "comments": "comments",
}
"""What the API puts around records."""


def _kind_of_names(names: frozenset[str]) -> Kind | None:
    if any(wanted <= names for wanted in _OF_A_COMMENT):
        return "comments"
    return "proposals" if any(wanted <= names for wanted in _OF_A_PROPOSAL) else None


def _names_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r'"(\w{1,40})"\s*:', text[: 1 << 15]))


def items(path: Path, options: ReadOptions) -> Iterator[Item | Skipped]:
    """The proposals or comments of one file.

    Raises:
        UnreadableSource: The file is missing or damaged, or is neither JSON nor a table.
    """
    sample = look_at(path)
    if sample.text.lstrip()[:1] not in ("{", "["):
        yield from _items_of_table(path, kind_of(sample) or "comments", options)
        return
    for record in json_records(path, options):
        if isinstance(record, Skipped):
            yield record
        else:
            yield from _items_of_record(record)


def _items_of_table(path: Path, kind: Kind, options: ReadOptions) -> Iterator[Item | Skipped]:
    for row in table_rows(path, options):
        if isinstance(row, Skipped):
            yield row
        else:
            yield Item(kind, row.where, {name: scalar(value) for name, value in row.row})


def _items_of_record(record: Record) -> Iterator[Item | Skipped]:
    for name in _WRAPPED:
        held = record.value.get(name)
        if isinstance(held, dict):
            yield _item(held, record.where)
            return
        if isinstance(held, list):
            for number, inner in enumerate(held, 1):
                yield _item(inner, f"{record.where}/{name}[{number}]")
            return
    yield _item(record.value, record.where)


def _item(value: object, where: str) -> Item | Skipped:
    if not isinstance(value, dict):
        return Skipped(where, "not a proposal or comment")
    kind = _kind_of_names(frozenset(value))
    if kind is None:
        return Skipped(where, "not a proposal or comment: the fields of neither")
    return Item(kind, where, dict(_flat(value, "", 0)))


def _flat(value: Mapping[str, object], before: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if isinstance(inner, dict) and depth < _DEEPEST:
            yield from _flat(inner, f"{before}{name}/", depth + 1)
        elif isinstance(inner, list):
            words = [word for one in inner[:100] if (word := scalar(one))]
            yield f"{before}{name}", ", ".join(words)
        elif not isinstance(inner, bool):
            yield f"{before}{name}", scalar(inner)
