"""Cuts an archive of a mailing list into its messages: mbox, pipermail, LISTSERV log, one mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.sources.reading.files import Sample, byte_lines, look_at

LARGEST = 1 << 24
"""Bytes of the longest message that is read; of a longer one the end is left, an attachment."""

Kind = Literal["mbox", "listserv", "mail"]

_ENVELOPE = re.compile(rb"From \S.{0,300}?\d{1,2}:\d\d.{0,60}?\b(?:19|20)\d\d\b")
_BARE_ENVELOPE = re.compile(rb"From (?:-|\S+@\S+|MAILER-DAEMON)(?:\s|$)")
_RULE = re.compile(rb"={50,}\s*$")
_QUOTED_ENVELOPE = re.compile(rb"^>(?=>*From )")
_ANY_HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_MAIL_HEADER = re.compile(
    rb"(from|date|subject|message-id|to|cc|sender|reply-to|received|return-path|mime-version|"
    rb"in-reply-to|references|content-type|content-transfer-encoding|delivered-to|list-id|"
    rb"newsgroups|organization|lines|path|comments|status|x-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)
_SIGNS_OF_MAIL = frozenset(
    (
        *(b"date", b"subject", b"message-id", b"to", b"received", b"mime-version"),
        *(b"newsgroups", b"organization", b"lines"),
    )
)
_LONGEST_HEAD = 200


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as bytes, headers and body, and where it stood, such as `2001-May.txt#17`."""

    where: str
    data: bytes


def kind_of(sample: Sample) -> Kind | None:
    """Which kind of archive a file is, or None when it holds no mail."""
    lines = sample.head.removeprefix(b"\xef\xbb\xbf").lstrip().splitlines()[:_LONGEST_HEAD]
    if len(lines) < 3:
        return None
    if _mbox_starts(b"", lines[0], lines[1]) and _is_mail(lines[1:]):
        return "mbox"
    if _listserv_starts(b"", lines[0], lines[1]) and _is_mail(lines[1:]):
        return "listserv"
    return "mail" if _is_mail(lines) else None


def raw_messages(path: Path, name: str) -> Iterator[RawMessage]:
    """The messages of one file, in its order.

    Raises:
        UnreadableSource: The file is missing, or a gzip file that ends early or is damaged.
    """
    starts = _STARTS.get(kind_of(look_at(path)) or "mail", _never)
    number = 0
    for lines in _pieces(byte_lines(path), starts):
        if any(line.strip() for line in lines):
            number += 1
            yield RawMessage(f"{name}#{number}", b"".join(lines))


def _is_mail(lines: list[bytes]) -> bool:
    """Whether the lines begin with a block of headers as mail has them."""
    names: set[bytes] = set()
    for line in lines:
        if not line.strip():
            break
        if found := _MAIL_HEADER.match(line):
            names.add(found[1].lower())
        elif not line[:1].isspace() and not _ANY_HEADER.match(line) and not names:
            return False
    return b"from" in names and len(names & _SIGNS_OF_MAIL) >= 2


_Starts = Callable[[bytes, bytes, bytes], bool]


def _mbox_starts(before: bytes, line: bytes, after: bytes) -> bool:
    if not line.startswith(b"From "):
        return False
    if _ENVELOPE.match(line):
        return bool(_ANY_HEADER.match(after)) or after.startswith(b">From ")
    alone = not before.strip() and _BARE_ENVELOPE.match(line)
    return bool(alone and _MAIL_HEADER.match(after))


def _listserv_starts(before: bytes, line: bytes, after: bytes) -> bool:  # noqa: ARG001
    return bool(_RULE.match(line) and _MAIL_HEADER.match(after))


def _never(before: bytes, line: bytes, after: bytes) -> bool:  # noqa: ARG001
    return False


_STARTS: dict[str, _Starts] = {
    "mbox": _mbox_starts,
    "listserv": _listserv_starts,
    "mail": _never,
}


def _pieces(lines: Iterator[bytes], starts: _Starts) -> Iterator[list[bytes]]:
    held: list[bytes] = []
    size = 0
    before = b""
    for line, after in _with_next(lines):
        if starts(before, line, after):
            yield held
            held, size = [], 0
        elif size < LARGEST:
            held.append(_QUOTED_ENVELOPE.sub(b"", line))
            size += len(line)
        before = line
    yield held


def _with_next(lines: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    line = next(lines, b"")
    for after in lines:
        yield line, after
        line = after
    yield line, b""
