"""Conversations of Polis: statements, and how many people agreed, disagreed and passed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.records import Document, Skipped, SourcePart, Votes
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.deliberation._polis_export import (
    Conversation,
    conversation_of,
    export_at,
    kind_of,
    votes_in,
)
from pipeline.sources.deliberation._statements import Statement, statements, votes_of
from pipeline.sources.reading.files import Sample, suffix
from pipeline.sources.reading.values import moment

_MOST_FILES = 12
_REJECTED = "-1"


class Polis:
    """Reads one document from each statement that the moderators let stand."""

    name = "polis"
    title = "Polis conversation"
    description = "the folder of a Polis export (comments, votes, summary), or its comments alone"

    def recognise(self, sample: Sample) -> float:
        """Certain of comments with their votes, and of a folder with the files of one export."""
        if not sample.folder:
            return 1.0 if kind_of(sample) == "comments" else 0.0
        if len(sample.names) > _MOST_FILES:
            return 0.0
        tables = [sample.within(name) for name in sample.names if suffix(name) == ".csv"]
        kinds = [kind_of(table) if table else None for table in tables]
        return 0.95 if kinds.count("comments") == 1 and None not in kinds else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every statement as a document or as skipped."""
        return accounted(_documents(path, options), options)


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    export = export_at(path)
    yield from export.left_out
    about = conversation_of(export, options)
    votes = votes_in(export, options)
    for row in statements(export.comments or path, options):
        yield row if isinstance(row, Skipped) else _document(row, about, votes)


def _document(
    row: Statement, about: Conversation, votes: Mapping[str, Votes]
) -> Document | Skipped:
    text, number, author = (
        row.first("comment-body"),
        row.first("comment-id"),
        row.first("author-id"),
    )
    if not text:
        return Skipped(row.where, "a statement without text")
    if row.first("moderated") == _REJECTED:
        return Skipped(row.where, "rejected by the moderators of the conversation")
    number = number or content_key(text)
    where = f"{about.url}#{number}" if about.url else f"polis:comment/{number}"
    created = moment(row.first("timestamp")) or moment(_without_zone(row.first("datetime")))
    author = f"participant {author}" if author else ""
    return Document(
        key=f"{about.id or 'comment'}/{number}",
        title="",
        parts=(SourcePart("body", text, author=author or None, created=created, origin=where),),
        origin=where,
        author=author or None,
        created=created,
        discipline=about.topic or None,
        votes=votes.get(number) or votes_of(row.first("agrees"), row.first("disagrees")),
    )


def _without_zone(written: str) -> str:
    """A date without the name of its zone, which stands for different ones around the world.

    >>> _without_zone("Sat Nov 17 05:09:36 WIB 2018")
    'Sat Nov 17 05:09:36 2018'
    """
    return " ".join(re.sub(r"\([^()]*\)|GMT(?=[+-])|\b[A-Z]{2,5}\b", "", written[:100]).split())


CONNECTOR = Polis()
