"""Tables that are fed to Talk to the City: what people said, and in which interview."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.deliberation._statements import Statement, documents, header_of, votes_of
from pipeline.sources.reading.files import Sample

_OLD = frozenset(("comment-id", "comment-body"))
_OF_INTERVIEWS = frozenset(("interview", "video", "timestamp", "agree", "disagree"))
_NEW = frozenset(("id", "comment"))
_WITH_NEW = frozenset((*_NEW, "interview", "video", "timestamp", "agree", "disagree", "speaker"))
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:\.\d+)?")


class TalkToTheCity:
    """Reads one document from each comment."""

    name = "talk-to-the-city"
    title = "Talk to the City comments"
    description = "a CSV with comment-id and comment-body, or id, interview and comment"

    def recognise(self, sample: Sample) -> float:
        """Sure of a header that has these columns and no others."""
        names = header_of(sample)
        if names >= _OLD:
            return 0.95 if names & _OF_INTERVIEWS and "agrees" not in names else 0.0
        return 0.95 if _NEW <= names <= _WITH_NEW else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every comment as a document or as skipped."""
        return accounted(documents(path, options, _document), options)


def _document(row: Statement) -> Document | Skipped:
    text = row.first("comment-body", "comment")
    if not any(sign.isalnum() for sign in text):
        return Skipped(row.where, "a comment without words")
    number = row.first("comment-id", "id") or content_key(text)
    author = row.first("interview", "speaker") or None
    origin = (
        _moment_in(row.first("video"), row.first("timestamp"))
        or f"talk-to-the-city:comment/{number}"
    )
    return Document(
        key=f"comment/{number}",
        title="",
        parts=(SourcePart("body", text, author=author, origin=origin),),
        origin=origin,
        author=author,
        votes=votes_of(row.first("agree"), row.first("disagree")),
    )


def _moment_in(video: str, clock: str) -> str:
    """A link to the very moment in a video, or an empty text without a video.

    >>> _moment_in("https://v.org/watch?v=1", "00:15:30")
    'https://v.org/watch?v=1&t=930s'
    """
    if not re.fullmatch(r"https?://\S+", video):
        return ""
    found = _CLOCK.fullmatch(clock)
    if not found:
        return video
    seconds = int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    return f"{video}{'&' if '?' in video else '?'}t={seconds}s"


CONNECTOR = TalkToTheCity()
