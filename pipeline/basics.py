"""A few small functions that every room uses. A leaf: it imports nothing of the package."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime

import orjson

LONGEST_LINE = 500
"""Characters of what is told of something that was left out, or needs to be known."""

_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC; a moment without a zone is read as UTC already."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def digest(*values: object) -> str:
    """Hexadecimal SHA-256 (64 characters) of values that JSON can write.

    >>> digest("a", 1) == digest("a", 1)
    True
    >>> digest("a", "b") == digest("ab")
    False
    """
    written = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def content_digest(*values: object) -> str:
    """As `digest`, several times as fast for long text; the two differ."""
    try:
        written = orjson.dumps(values, default=str)
    except (TypeError, ValueError):  # halves of characters, numbers beyond 64 bits
        return digest(*values)
    return hashlib.sha256(written).hexdigest()


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    r"""The text as one line that can be shown: no controls, no halves of characters, cut.

    >>> one_line("a\nb\x1b[2J\ud800")
    'a b [2J '
    """
    if _NOT_SHOWN.search(text):
        text = _NOT_SHOWN.sub(" ", text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
