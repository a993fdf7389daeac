"""What a connector is: the code that reads one format. One file in this folder adds one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pipeline.basics import digest
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.reading.files import LONGEST_LINE, Sample, ignore
from pipeline.sources.reading.values import whole


def no_parts(where: str, connector: str) -> None:
    """Take note of a part and do nothing with it."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a source is read.

    Args:
        columns: Which column holds which field, over what the headers say; an empty field
            name leaves the column out. See `columns.FIELDS`.
        limit: Stop after that many documents.
        longest_line: Characters of the longest line that is read.
        day_first: Whether 3/4/2020 is the third of April; None looks at the other dates.
        base_url: Address of the forum that an export came from, to make links from.
        notice: Is given one line for whatever a reader of the report should know: the
            encoding, the columns that were not used, posts that the export lacks.
        part: Is told the place and connector of each part of a source of several kinds, before
            it is read.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None
    longest_line: int = LONGEST_LINE
    day_first: bool | None = None
    base_url: str = ""
    notice: Callable[[str], None] = ignore
    part: Callable[[str, str], None] = no_parts


class Connector(Protocol):
    """Reads one format. A module of this folder offers its own as `CONNECTOR`."""

    @property
    def name(self) -> str:
        """Word for `--format`."""

    @property
    def title(self) -> str:
        """Name of the format for a reader."""

    @property
    def description(self) -> str:
        """One line: what it reads."""

    def recognise(self, sample: Sample) -> float:
        """How sure this is its format, judged by content: 0 (no) to 1 (certain)."""

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every record as a document or as what was skipped and why; pass through `accounted`.

        Raises:
            UnreadableSource: The path cannot be read as this format at all.
            MappingError: A table has no column with text, or a mapping names none.
        """


def accounted(
    records: Iterable[Document | Skipped], options: ReadOptions
) -> Iterator[Document | Skipped]:
    """The records with distinct keys, up to the limit.

    The same document a second time is a `Skipped`; another one with a key that was used
    keeps its text and gets the key with a number after it.
    """
    first: dict[str, int] = {}
    more: dict[str, set[int]] = {}
    count = 0
    for record in records:
        if options.limit is not None and count >= options.limit:
            return
        fresh = record
        if isinstance(record, Document):
            fresh = _with_own_key(_written_whole(record), first, more)
        count += isinstance(fresh, Document)
        yield fresh


def _written_whole(document: Document) -> Document:
    """The document with text that any database takes: files may hold halves of characters."""
    parts = document.parts
    if not all(_encodes(p.origin) and _encodes(p.body) and _encodes(p.author) for p in parts):
        parts = tuple([_whole_part(part) for part in parts])
    elif all(
        map(
            _encodes,
            (
                document.key, document.origin, document.title, document.discipline,
                document.author, document.language, *document.tags,
                *(link.target for link in document.links),
            ),
        )
    ):  # fmt: skip
        return document
    return replace(
        document,
        key=whole(document.key),
        origin=whole(document.origin),
        title=whole(document.title),
        author=whole(document.author) if document.author else None,
        language=whole(document.language) if document.language else None,
        discipline=whole(document.discipline) if document.discipline else None,
        tags=tuple(map(whole, document.tags)),
        links=tuple(replace(link, target=whole(link.target)) for link in document.links),
        parts=parts,
    )


def _whole_part(part: SourcePart) -> SourcePart:
    return replace(
        part,
        body=whole(part.body),
        origin=whole(part.origin or "") or None,
        author=whole(part.author or "") or None,
    )


def _encodes(text: str | None) -> bool:
    if text is None or text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _with_own_key(
    document: Document, first: dict[str, int], more: dict[str, set[int]]
) -> Document | Skipped:
    content = _fingerprint(document)
    if document.key not in first:
        first[document.key] = content
        return document
    others = more.setdefault(document.key, {first[document.key]})
    if content in others:
        return Skipped(document.origin, f"the same as an earlier record ({document.key})")
    others.add(content)
    return replace(document, key=f"{document.key}#{len(others)}")


def _fingerprint(document: Document) -> int:
    """What tells documents with one key apart, within this process.

    It takes a tenth of the time of a content hash. Authors and times of parts are left to those
    of the document.
    """
    return hash(
        (
            document.title,
            tuple([part.body for part in document.parts]),
            tuple([part.name for part in document.parts]),
            document.author,
            document.created,
            document.discipline,
            document.tags,
            document.status,
            document.language,
            document.links,
            document.votes,
        )
    )


def content_key(*values: object) -> str:
    """A key for a record that has none: 16 hexadecimal characters of its content's digest."""
    return digest(*values)[:16]
