"""Word documents (.docx): headings, paragraphs, lists, tables and footnotes in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import docx
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, look_at
from pipeline.sources.reading.office import MALFORMED, is_old, malformed, office_bytes, refuse_old
from pipeline.sources.reading.values import listed, moment, whole

_DEEPEST = 40
_P, _TBL, _TR, _TC, _SDT, _SDT_IN = map(
    qn, ("w:p", "w:tbl", "w:tr", "w:tc", "w:sdt", "w:sdtContent")
)
_T, _TAB, _BR, _CR, _NUM, _HYPHEN = map(
    qn, ("w:t", "w:tab", "w:br", "w:cr", "w:numPr", "w:noBreakHyphen")
)
_TEXT = {_T: "", _TAB: "\t", _BR: "\n", _CR: "\n", _HYPHEN: "-"}
_GONE = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:sectPr")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("/word/footnotes.xml", "/word/endnotes.xml")
_HEADING = re.compile(r"(?:heading|titre|überschrift|kop|título|titolo) ?(\d)", re.IGNORECASE)
_TOC = re.compile(r"(?:toc|contents) ?\d|table of figures", re.IGNORECASE)


class Word:
    """Reads one document from each file; comments and text that was deleted are left out."""

    name = "word"
    title = "Word document (DOCX)"
    description = "a Word document; headings, lists, tables and notes in their order"

    def recognise(self, sample: Sample) -> float:
        """Certain of a file with the parts of a Word document."""
        if "word/document.xml" in sample.packed:
            return 1.0
        return 0.9 if is_old(sample, ".doc", stream="WordDocument") else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """The file as a document, or as skipped when it has no text."""
        return accounted(_records(path), options)


def _records(path: Path) -> Iterator[Document | Skipped]:
    refuse_old(path, look_at(path).head, "Word document (.doc)", "DOCX")
    stream = office_bytes(path, "Word document")
    with malformed(path, "Word document", PythonDocxError, OpcError):
        held = docx.Document(stream)
        body = _Body(held)
        html = "\n".join([*body.blocks(held.element.body), *_notes(held)])
        about = held.core_properties
        title, author = _property(about, "title"), _property(about, "author")
        tags = listed(_property(about, "keywords"))
        made = (_moment(about, "created"), body.title)
    if not re.sub(r"<[^<>]*>", "", html).strip():
        yield Skipped(path.name, "no text")
        return
    yield Document(
        key=path.name,
        title=" ".join((title or made[1] or path.stem).split())[:300],
        parts=(SourcePart("body", whole(html), "html"),),
        origin=path.name,
        author=author or None,
        created=made[0],
        tags=tuple(dict.fromkeys(tags))[:20],
    )


class _Body:
    """Walks over the paragraphs and tables and writes them as HTML."""

    def __init__(self, held: Any) -> None:
        self._styles = {
            style.style_id: str(style.name or "") for style in held.styles if style.style_id
        }
        self.title = ""

    def blocks(self, parent: Any, depth: int = 0) -> Iterator[str]:
        """The blocks below an element, in their order."""
        if depth > _DEEPEST:
            yield f"<p>{escape(_words(parent))}</p>"
            return
        for child in parent:
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TBL:
                yield f"<table>{''.join(self._rows(child, depth + 1))}</table>"
            elif child.tag == _SDT:
                for inner in child.iterchildren(_SDT_IN):
                    yield from self.blocks(inner, depth + 1)
            elif child.tag not in _GONE and isinstance(child.tag, str) and len(child):
                yield from self.blocks(child, depth + 1)

    def _rows(self, table: Any, depth: int) -> Iterator[str]:
        for row in table.iter(_TR):
            if _table_of(row) is not table:
                continue
            cells = [
                "\n".join(self.blocks(cell, depth))
                for cell in row.iter(_TC)
                if _row_of(cell) is row
            ]
            yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        words = _words(paragraph).strip()
        style = self._style(paragraph)
        if not words or _TOC.match(style):
            return
        text = escape(words).replace("\n", "<br>")
        heading = _HEADING.match(style)
        if heading or style.casefold() == "title":
            level = min(6, max(1, int(heading[1]))) if heading else 1
            self.title = self.title or words
            yield f"<h{level}>{text}</h{level}>"
        elif style.casefold().startswith("list") or _is_numbered(paragraph):
            yield f"<li>{text}</li>"
        else:
            yield f"<p>{text}</p>"

    def _style(self, paragraph: Any) -> str:
        found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        identifier = found.get(qn("w:val"), "") if found is not None else ""
        return self._styles.get(identifier, identifier)


def _words(element: Any) -> str:
    """The text of an element as it stands now: with what was inserted, without what was deleted."""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, one in walk:
        if event == "start" and (one.tag in _GONE or one.tag == _FALLBACK):
            walk.skip_subtree()
        elif event == "start" and one.tag in _TEXT:
            pieces.append((one.text or "") if one.tag == _T else _TEXT[one.tag])
        elif event == "end" and one.tag == _P and one is not element:
            pieces.append("\n")
    return "".join(pieces)


def _is_numbered(paragraph: Any) -> bool:
    return paragraph.find(f"{qn('w:pPr')}/{_NUM}") is not None


def _table_of(row: Any) -> Any:
    return next(row.iterancestors(_TBL), None)


def _row_of(cell: Any) -> Any:
    return next(cell.iterancestors(_TR), None)


def _notes(held: Any) -> Iterator[str]:
    """Footnotes and endnotes, which stand in parts of their own."""
    for part in held.part.package.iter_parts():
        if str(part.partname) in _NOTES:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            for note in etree.fromstring(part.blob, parser):
                words = _words(note).strip()
                if words:
                    yield f"<p>{escape(words)}</p>"


def _property(about: Any, name: str) -> str:
    try:
        return " ".join(whole(str(getattr(about, name) or "")).split())[:500]
    except MALFORMED:
        return ""


def _moment(about: Any, name: str) -> datetime | None:
    try:
        return moment(getattr(about, name))
    except MALFORMED:
        return None


CONNECTOR = Word()
