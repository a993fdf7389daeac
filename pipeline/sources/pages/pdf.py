"""PDF files: the text of each page with its number, as far as there is a text layer."""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, read_bytes
from pipeline.sources.reading.office import LARGEST_FILE, MALFORMED
from pipeline.sources.reading.values import listed, moment, whole

if TYPE_CHECKING:
    from pypdf import PageObject

MOST_PAGES = 3000
"""Pages of the longest PDF that is read to its end."""

MOST_SECONDS = 300.0
"""How long one PDF may take; what is left of it then is told as skipped."""

_RAISED = (*MALFORMED, PyPdfError, DependencyError)
_EDGE = 2
_REPEATED = 0.5
_LEAST_PAGES = 3
_MANY_LINES = 20
_LEADER = re.compile(r"(?: ?\.){4,} ?")
_LEAST_TEXT = 10
_LONGEST_TITLE = 200
_NO_TITLE = re.compile(
    r"(untitled|microsoft (word|powerpoint) - .*|.*\.(docx?|tex|dvi|indd|odt|pptx?|qxd|pdf)"
    r"|slide \d+|\W*|document\d*|title)", re.IGNORECASE
)  # fmt: skip
_DATE = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?")
_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,}+)-\n([^\W\d_]{2,}+)")
_BULLET = re.compile(r"\s*(?:[-*•◦▪–·]|\(?\d{1,3}[.)]|[a-z][.)])\s")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it warns of is told as skipped


class Pdf:
    """Reads one document from each file; its pages are parts with their numbers."""

    name = "pdf"
    title = "PDF"
    description = "a PDF with a text layer; a scan needs OCR first"

    def recognise(self, sample: Sample) -> float:
        """Certain of what begins as a PDF."""
        return 1.0 if b"%PDF-" in sample.head[:1024] else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """The file as a document, and the pages that could not be read as skipped."""
        return accounted(_records(path), options)


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    lines: list[str]


def _records(path: Path) -> Iterator[Document | Skipped]:
    reader, count = _opened(path)
    pages: list[_Page] = []
    empty = 0
    started = time.monotonic()
    for number in range(1, count + 1):
        if number > MOST_PAGES or time.monotonic() - started > MOST_SECONDS:
            yield Skipped(
                f"{path.name}: pages {number} to {count}", "the file is too long; split it"
            )
            break
        text = _text(reader, number)
        if text is None:
            yield Skipped(f"{path.name}#page={number}", "the page is damaged")
        elif text.strip():
            pages.append(_Page(number, text.splitlines()))
        else:
            empty += 1
    if sum(len(line) for page in pages for line in page.lines) < _LEAST_TEXT:
        yield Skipped(path.name, "no text layer: it needs OCR")
        return
    if empty:
        reason = "no text on them: blank, or pictures that need OCR"
        yield Skipped(f"{path.name}: {empty} of {count} pages", reason)
    yield _document(path, reader, pages)


def _opened(path: Path) -> tuple[PdfReader, int]:
    data = read_bytes(path, most=LARGEST_FILE)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if locked else len(reader.pages)
    except DependencyError:  # how it is locked would need a package to tell
        locked, count = True, 0
    except _RAISED as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise UnreadableSource(f"{path} is a damaged PDF: {why}.") from None
    if locked:
        raise UnreadableSource(f"{path} is locked with a password.", hint="Save it without one.")
    return reader, count


def _text(reader: PdfReader, number: int) -> str | None:
    """The text of a page; None when it is damaged."""
    try:
        page: PageObject = reader.pages[number - 1]
        text = page.extract_text()
        if _in_pieces(text):  # some programs place each word by itself
            text = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
        return whole(_LEADER.sub(" … ", text.replace("\0", "")))
    except _RAISED:
        return None


def _in_pieces(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) >= _MANY_LINES and sum(" " not in line.strip() for line in lines) > (
        _REPEATED * len(lines)
    )


def _document(path: Path, reader: PdfReader, pages: list[_Page]) -> Document:
    about = _about(reader)
    bodies = readable([page.lines for page in pages])
    parts = tuple(
        SourcePart("body", body, origin=f"{path.name}#page={page.number}")
        for page, body in zip(pages, bodies, strict=True)
        if body.strip()
    )
    found = _DATE.match(about.get("/CreationDate", ""))
    written = "-".join(part for part in found.groups() if part) if found else ""
    return Document(
        key=path.name,
        title=_title(about.get("/Title", ""), pages, path),
        parts=parts or (SourcePart("body", "\n".join(pages[0].lines)),),
        origin=path.name,
        author=about.get("/Author") or None,
        created=moment(written),
        tags=tuple(dict.fromkeys(listed(about.get("/Keywords", ""))))[:20],
    )


def _about(reader: PdfReader) -> dict[str, str]:
    held: dict[str, str] = {}
    try:
        for name, value in dict(reader.metadata or {}).items():
            if isinstance(value, str | bytes):
                text = value if isinstance(value, str) else value.decode("latin-1")
                held[str(name)] = " ".join(whole(text).replace("\0", "").split())[:500]
    except _RAISED:
        return held
    return held


def _title(given: str, pages: Sequence[_Page], path: Path) -> str:
    if given and not _NO_TITLE.fullmatch(given):
        return given[:_LONGEST_TITLE]
    first = next((line.strip() for line in pages[0].lines if line.strip()), "")
    return (
        first
        if 3 < len(first) <= _LONGEST_TITLE and re.search(r"[^\W\d_]{2}", first)
        else path.stem
    )


def readable(pages: Sequence[Sequence[str]]) -> list[str]:
    r"""The text of each page without what stands at the edge of most pages, lines joined.

    >>> readable([["A pump that is often re-", "paired fails."]])
    ['A pump that is often repaired fails.']
    """
    repeated = _repeated(pages)
    kept = [
        [
            " ".join(line.split())
            for at, line in enumerate(lines)
            if not (_at_edge(at, len(lines)) and _shape(line) in repeated)
        ]
        for lines in pages
    ]
    hyphened = set(
        re.findall(r"(?<!\w)\w++-\w+", "\n".join(line for lines in kept for line in lines))
    )
    return [_joined(lines, hyphened) for lines in kept]


def _at_edge(at: int, count: int) -> bool:
    return at < _EDGE or at >= count - _EDGE


def _shape(line: str) -> str:
    """A line without its numbers, so that headers of all pages are the same."""
    return re.sub(r"\d+", "#", " ".join(line.split())).casefold()


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    if len(pages) < _LEAST_PAGES:
        return set()
    seen: Counter[str] = Counter()
    for lines in pages:
        seen.update({_shape(line) for at, line in enumerate(lines) if _at_edge(at, len(lines))})
    return {shape for shape, count in seen.items() if count > _REPEATED * len(pages)}


def _joined(lines: Sequence[str], hyphened: set[str]) -> str:
    text = _BROKEN.sub(lambda m: _whole_word(m[1], m[2], hyphened), "\n".join(lines))
    lines = text.split("\n")
    width = max((len(line) for line in lines), default=0)
    made: list[str] = []
    for at, line in enumerate(lines):
        if at and made and _goes_on(lines[at - 1], line, width):
            made[-1] = f"{made[-1]} {line.strip()}"
        else:
            made.append(line.strip())
    return "\n".join(made).strip()


def _whole_word(first: str, rest: str, hyphened: set[str]) -> str:
    keep = f"{first}-{rest}" in hyphened or not rest[0].islower()
    return f"{first}-{rest}" if keep else first + rest


def _goes_on(before: str, line: str, width: int) -> bool:
    """Whether a line goes on with the sentence of the one before."""
    start, end = line.strip()[:1], before.strip()[-1:]
    if not start or not end or _BULLET.match(line) or "…" in before:
        return False
    if start.islower() or end == ",":
        return True
    return len(before) > 0.7 * width and end not in ".:!?" and width > 40


CONNECTOR = Pdf()
