"""Tables that are fed to Jigsaw's Sensemaker: statements with votes and topics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.records import Document, Skipped, SourcePart, Votes
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.deliberation._statements import (
    Statement,
    count,
    documents,
    header_of,
    votes_of,
)
from pipeline.sources.reading.files import Sample
from pipeline.sources.reading.values import moment

_REJECTED = "-1"
_MOST_TAGS = 20


class Sensemaker:
    """Reads one document from each statement; votes of groups are added up."""

    name = "sensemaker"
    title = "Sensemaker statements"
    description = "a CSV with comment-id, comment_text, votes and topics, as Jigsaw's tools take it"

    def recognise(self, sample: Sample) -> float:
        """Certain of a header with `comment-id` and `comment_text`."""
        return 1.0 if {"comment-id", "comment_text"} <= header_of(sample) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every statement as a document or as skipped."""
        return accounted(documents(path, options, _document), options)


def _document(row: Statement) -> Document | Skipped:
    text = row.first("comment_text")
    if not text:
        return Skipped(row.where, "a statement without text")
    if row.first("moderated") == _REJECTED:
        return Skipped(row.where, "rejected by the moderators of the conversation")
    number = row.first("comment-id") or content_key(text)
    author = f"participant {row.first('author-id')}" if row.first("author-id") else None
    created = moment(row.first("timestamp")) or moment(row.first("datetime")[:60])
    topics = _topics(row)
    origin = f"sensemaker:comment/{number}"
    return Document(
        key=f"comment/{number}",
        title="",
        parts=(SourcePart("body", text, author=author, created=created, origin=origin),),
        origin=origin,
        author=author,
        created=created,
        discipline=topics[0] if topics else None,
        tags=topics[1:_MOST_TAGS],
        votes=_votes(row),
    )


def _topics(row: Statement) -> tuple[str, ...]:
    """Topics and what they hold: `Transport:Buses;Health` are three."""
    written = row.first("topics") or f"{row.first('topic')}:{row.first('subtopic')}"
    names = (name.strip()[:80] for topic in written.split(";") for name in topic.split(":"))
    return tuple(dict.fromkeys(name for name in names if name))


def _votes(row: Statement) -> Votes | None:
    """The votes of all, as they are counted for all or for each group."""
    for before in ("", "total-"):
        cells = [row.first(f"{before}{name}") for name in ("agrees", "disagrees", "passes")]
        if votes := votes_of(*cells):
            return votes
    sums = [
        [count(cell) for name, cell in row.cells.items() if name.endswith(f"-{kind}-count")]
        for kind in ("agree", "disagree", "pass")
    ]
    return Votes(*(sum(counts) for counts in sums)) if any(sums) else None


CONNECTOR = Sensemaker()
