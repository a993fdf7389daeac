"""OpenDocument texts (.odt), as LibreOffice writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from odfdo import Document as OdfDocument
from odfdo.security import SecurityError

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample
from pipeline.sources.reading.office import MALFORMED, malformed, office_bytes
from pipeline.sources.reading.values import listed, moment, whole

_MIME = "application/vnd.oasis.opendocument."
_TEXTS = ("text", "text-template", "text-master")
_TAG = re.compile(r"<(?!br\s*/?>)")
_HEADING = re.compile(r"^#{1,6} (.{1,300})$", re.MULTILINE)


class OpenDocument:
    """Reads one document from each file; comments are left out."""

    name = "opendocument"
    title = "OpenDocument text (ODT)"
    description = "a text as LibreOffice and OpenOffice write it"

    def recognise(self, sample: Sample) -> float:
        """Certain of a file whose first part says that it is OpenDocument."""
        opens = "mimetype" in sample.packed and "content.xml" in sample.packed
        return 0.95 if opens and _MIME.encode() in sample.head[:200] else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """The file as a document, or as skipped when it has no text."""
        return accounted(_records(path), options)


def _records(path: Path) -> Iterator[Document | Skipped]:
    stream = office_bytes(path, "OpenDocument file")
    with malformed(path, "OpenDocument file", SecurityError):
        held = OdfDocument(stream)
        kind = held.container.mimetype.removeprefix(_MIME) if held.container else ""
        text = _markdown(held) if kind in _TEXTS else ""
    if kind not in _TEXTS:
        raise UnreadableSource(
            f"{path} is an OpenDocument {kind}, which is not read.",
            hint="Save a spreadsheet as XLSX or CSV, anything else as ODT or PDF.",
        )
    if not text.strip():
        yield Skipped(path.name, "no text")
        return
    heading = _HEADING.search(text)
    yield Document(
        key=path.name,
        title=_meta(held, "title") or (heading[1] if heading else "") or path.stem,
        parts=(SourcePart("body", text, "markdown"),),
        origin=path.name,
        author=_meta(held, "initial_creator") or _meta(held, "creator") or None,
        created=moment(_meta(held, "creation_date") or _meta(held, "date")),
        tags=tuple(dict.fromkeys(listed(_meta(held, "keyword"))))[:20],
    )


def _markdown(held: Any) -> str:
    for annotation in held.body.get_annotations():
        annotation.delete()
    return whole(_TAG.sub("&lt;", held.to_markdown()))


def _meta(held: Any, name: str) -> str:
    try:
        return " ".join(whole(str(getattr(held.meta, name) or "")).split())[:500]
    except MALFORMED:
        return ""


CONNECTOR = OpenDocument()
