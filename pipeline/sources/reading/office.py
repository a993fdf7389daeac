"""Office documents looked at before a library opens them: bombs, locks, old formats.

What is inside a zip file is bounded by its table of contents, which Python's reader holds a file
to; a document that declares more than its bounds is never unpacked.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError

from lxml import etree

from pipeline.errors import UnreadableSource
from pipeline.sources.reading.archive import DENSEST, HARMLESS
from pipeline.sources.reading.files import Sample, read_bytes

LARGEST_FILE = 1 << 28
"""Bytes of the largest office document or PDF that is opened."""

LARGEST_INSIDE = 1 << 30
"""Bytes of all that is inside an office document, unpacked."""

LARGEST_PART = 1 << 27
"""Bytes of one part that a library holds as a tree in memory."""

MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    ParseError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
    etree.LxmlError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the libraries for office documents and PDFs raise when a file is damaged or hostile."""

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the binary formats of the nineties begin, and office documents with a password."""

_MOST_MEMBERS = 20_000
_PROLOG = 4096
_HELD_WHOLE = (".xml", ".rels")
_DOCTYPES = tuple(sign.encode(code) for sign in ("<!DOCTYPE", "<!ENTITY") for code in (
    "utf-8", "utf-16-le", "utf-16-be",
))  # fmt: skip


@contextmanager
def malformed(path: Path, kind: str, *more: type[Exception]) -> Iterator[None]:
    """Turn whatever a library raises about a damaged file into one clear line.

    Args:
        path: The file.
        kind: What it is, for messages.
        more: Exceptions of the library's own.

    Raises:
        UnreadableSource: Something of `MALFORMED` or `more` was raised; names the file and kind.
    """
    raised: tuple[type[Exception], ...] = (*MALFORMED, *more)
    try:
        yield
    except raised as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise UnreadableSource(f"{path} is a damaged {kind}: {why}.") from None


def office_bytes(path: Path, kind: str, *, streamed: tuple[str, ...] = ()) -> io.BytesIO:
    """The bytes of an office document, once it is known to be harmless.

    Args:
        path: The file.
        kind: What it is, for messages.
        streamed: How the names of parts begin that are read as a stream, and may be large.

    Raises:
        UnreadableSource: It is too large, a bomb, damaged, locked, or declares XML entities.
    """
    data = read_bytes(path, most=LARGEST_FILE)
    with malformed(path, kind), zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        _bounded(path, members, len(data), streamed)
        for info in members:
            if info.filename.lower().endswith(_HELD_WHOLE) and not info.is_dir():
                with archive.open(info) as part:
                    head = part.read(_PROLOG)
                if any(sign in head for sign in _DOCTYPES):
                    raise UnreadableSource(
                        f"{path} declares XML entities, which no office program writes."
                    )
    return io.BytesIO(data)


def _bounded(
    path: Path, members: list[zipfile.ZipInfo], packed: int, streamed: tuple[str, ...]
) -> None:
    inside = sum(info.file_size for info in members)
    held = (info.file_size for info in members if not info.filename.startswith(streamed or "\0"))
    if any(info.flag_bits & 1 for info in members):
        raise UnreadableSource(f"{path} is locked with a password.", hint="Save it without one.")
    if inside > HARMLESS and inside > DENSEST * packed:
        raise UnreadableSource(
            f"{path} grows to more than {DENSEST} times its size; it may be a bomb."
        )
    if (
        len(members) > _MOST_MEMBERS
        or inside > LARGEST_INSIDE
        or max(held, default=0) > LARGEST_PART
    ):
        raise UnreadableSource(
            f"{path} is too large to be opened ({inside >> 20:,} MB once unpacked).",
            hint="Split it, or save it as text or CSV.",
        )


def is_old(sample: Sample, *suffixes: str, stream: str) -> bool:
    """Whether a file is of the binary formats, with that ending or that stream inside."""
    if not sample.head.startswith(OLD):
        return False
    return sample.suffix in suffixes or stream.encode("utf-16-le") in sample.head


def refuse_old(path: Path, head: bytes, kind: str, save_as: str) -> None:
    """Raise when a file is of the binary formats.

    Raises:
        UnreadableSource: It is; says how to save it instead.
    """
    if not head.startswith(OLD):
        return
    if "EncryptedPackage".encode("utf-16-le") in head:
        raise UnreadableSource(f"{path} is locked with a password.", hint="Save it without one.")
    raise UnreadableSource(
        f"{path} is an old {kind}, which is not read.", hint=f"Save it as {save_as}."
    )
