"""Rows of a large XML file, such as a table that a database wrote, in bounded memory.

A file with a row on each line is read line by line, so that a broken row costs only itself;
any other is read as one stream. Document types and entities are refused: what they could grow
to, nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import Line, read_lines

ROW = "row"
_HEAD_LINES = 20
_ROW_LINE = re.compile(r"\s*<row\b.*/>\s*$", re.DOTALL)
_FRAME = re.compile(r"\s*+(<\?xml[^<>]*\?>)?\s*+(</?[\w:.-]+(\s[^<>]*)?>)?\s*+$")
_CLOSING = re.compile(r"</(?!row\b)[\w:.-]+>\s*$")
_DECLARED = re.compile(r"<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BY_NUMBER = re.compile(
    "&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF])"
    "|0*(?:[0-8]|1[124-9]|2\\d|3[01]));"
)
"""Characters that XML does not allow, themselves and by number; some exports hold them."""


@dataclass(frozen=True, slots=True)
class Row:
    """The attributes of one row, and where it stood, such as `Posts.xml:17`."""

    where: str
    values: dict[str, str]


def xml_rows(path: Path, options: ReadOptions) -> Iterator[Row | Skipped]:
    """Every `row` element of a file; a broken one comes as a `Skipped` with its place.

    Raises:
        UnreadableSource: As in `files.read_lines`; the file declares a document type or
            entities; or it is broken before its first row.
    """
    lines = read_lines(path, longest=options.longest_line, notice=options.notice)
    yield from (_by_line if _row_on_each_line(path) else _as_stream)(lines, path)


def _row_on_each_line(path: Path) -> bool:
    for number, line in enumerate(read_lines(path)):
        if number == _HEAD_LINES:
            return False
        if isinstance(line, Line) and "<row" in line.text:
            return bool(_ROW_LINE.match(line.text))
    return False


# --- a row on each line ------------------------------------------------------------------


def _by_line(lines: Iterator[Line | Skipped], path: Path) -> Iterator[Row | Skipped]:
    for line in lines:
        if isinstance(line, Skipped):
            yield line
            continue
        where = f"{path.name}:{line.number}"
        text = line.text.strip().removeprefix("\ufeff")
        if text.startswith("<row"):
            yield from _rows_in(text, where)
        elif _DECLARED.search(text):
            raise _declares(path)
        elif not _FRAME.match(text):
            yield Skipped(where, "not a row")


def _rows_in(text: str, where: str) -> Iterator[Row | Skipped]:
    whole = _allowed(text if text.endswith("/>") else _CLOSING.sub("", text))
    try:
        parsed = fromstring(f"<rows>{whole}</rows>", forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        yield Skipped(where, f"broken XML: {_why(error)}")
        return
    for element in parsed:
        yield Row(where, dict(element.attrib))


# --- one stream --------------------------------------------------------------------------


class _Reader:
    """Lines as a file; lines that had to be left out are kept in `skipped`."""

    def __init__(self, lines: Iterator[Line | Skipped]) -> None:
        self._lines = lines
        self.skipped: list[Skipped] = []

    def read(self, size: int = 1 << 14, /) -> str:
        taken: list[str] = []
        length = 0
        for line in self._lines:
            if isinstance(line, Skipped):
                self.skipped.append(line)
                continue
            taken.append(_allowed(line.text))
            length += len(taken[-1])
            if length >= size:
                break
        return "".join(taken)


def _as_stream(lines: Iterator[Line | Skipped], path: Path) -> Iterator[Row | Skipped]:
    reader = _Reader(lines)
    number = 0
    try:
        for element in _elements(reader):
            number += 1
            yield Row(f"{path.name}, row {number}", dict(element.attrib))
    except DefusedXmlException:
        raise _declares(path) from None
    except (ParseError, ValueError, RecursionError) as error:
        if number == 0:
            raise UnreadableSource(f"{path} is broken XML: {_why(error)}.") from None
        reason = f"broken XML, and the rest of the file was not read: {_why(error)}"
        yield Skipped(f"{path.name} after row {number}", reason)
    yield from reader.skipped


def _elements(reader: _Reader) -> Iterator[Element]:
    """The rows as they end; whatever has ended is let go."""
    open_elements: list[Element] = []
    for event, element in iterparse(reader, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            open_elements.append(element)
            continue
        open_elements.pop()
        if element.tag == ROW:
            yield element
        if open_elements:
            open_elements[-1].remove(element)


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("", _BY_NUMBER.sub("", text) if "&#" in text else text)


def _declares(path: Path) -> UnreadableSource:
    return UnreadableSource(
        f"{path} declares a document type or entities, which may be a trap; it was not read.",
        hint="An export has no such lines: take them out if you trust it.",
    )


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or "it is nested too deeply"
