"""Tables that are fed to kouchou-ai (広聴AI): comments with source, link and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.deliberation._statements import Statement, documents, header_of
from pipeline.sources.reading.files import Sample

_ATTRIBUTE = "attribute_"
_WHO = ("attribute_author", "attribute_name", "attribute_user", "attribute_user_name")
_OWN = frozenset(("comment-id", "comment-body", "source", "url"))
_LONGEST_TAG = 60
_MOST_TAGS = 20


class KouchouAi:
    """Reads one document from each comment; its attributes are tags."""

    name = "kouchou-ai"
    title = "kouchou-ai comments"
    description = "a CSV with comment-id, comment-body, and if known source, url and attribute_..."

    def recognise(self, sample: Sample) -> float:
        """Sure of a header with `comment-id`, `comment-body` and what else these tables have."""
        names = header_of(sample)
        if not {"comment-id", "comment-body"} <= names:
            return 0.0
        attributes = {name for name in names if name.startswith(_ATTRIBUTE)}
        if attributes or names & {"source", "url"}:
            return 0.96
        return 0.93 if names <= _OWN else 0.5

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every comment as a document or as skipped."""
        return accounted(documents(path, options, _document), options)


def _document(row: Statement) -> Document | Skipped:
    text = row.first("comment-body")
    if not any(sign.isalnum() for sign in text):
        return Skipped(row.where, "a comment without words")
    number = row.first("comment-id") or content_key(text)
    link = row.first("url")
    origin = link if re.fullmatch(r"https?://\S+", link) else f"kouchou-ai:comment/{number}"
    author = row.first(*_WHO) or None
    return Document(
        key=f"comment/{number}",
        title="",
        parts=(SourcePart("body", text, author=author, origin=origin),),
        origin=origin,
        author=author,
        tags=_tags(row),
    )


def _tags(row: Statement) -> tuple[str, ...]:
    """The source, and attributes such as "age: 30s"; counts and links are no tags."""
    found = [row.first("source")]
    for name, value in row.cells.items():
        if name.startswith(_ATTRIBUTE) and name not in _WHO and not _is_number_or_link(value):
            found.append(f"{name.removeprefix(_ATTRIBUTE)}: {value}")
    fit = (tag for tag in found if tag and len(tag) <= _LONGEST_TAG)
    return tuple(dict.fromkeys(fit))[:_MOST_TAGS]


def _is_number_or_link(value: str) -> bool:
    return not value or bool(re.fullmatch(r"[\d.,%+-]+|https?://.*", value))


CONNECTOR = KouchouAi()
