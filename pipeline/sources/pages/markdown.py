"""A folder of Markdown (or plain text) pages, or a single page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart, TextFormat
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, files_below, read_text, suffix
from pipeline.sources.tables.columns import Row, columns_of, flat

_MARKDOWN = (".md", ".markdown", ".mdown")
_PLAIN = (".txt", ".text")
_LONGEST_MATTER = 1 << 16
_MATTER = re.compile(r"\A---[ \t]*\r?\n.{0,65536}?^(---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.{1,300}?)[ \t#]*$", re.MULTILINE)


class MarkdownFolder:
    """Reads one document from each page; front matter gives title, date, tags and the like."""

    name = "markdown"
    title = "Markdown pages"
    description = "a folder of .md or .txt pages, or one page; YAML front matter is understood"

    def recognise(self, sample: Sample) -> float:
        """Sure of a page by its name, of a folder by the share of pages in it."""
        if sample.folder:
            pages = len(sample.inside(*_MARKDOWN, *_PLAIN))
            return 0.3 + 0.4 * pages / len(sample.names) if pages else 0.0
        if not sample.text:
            return 0.0
        marked = sample.suffix in _MARKDOWN or _MATTER.match(sample.text)
        return 0.85 if marked else 0.35 if sample.suffix in _PLAIN else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every page as a document or as skipped."""
        return accounted(_documents(path, options), options)


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if not path.is_dir():
        yield _page(path, path.name, options)
        return
    found = False
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
        elif suffix(file.name) in (*_MARKDOWN, *_PLAIN):
            found = True
            yield _page_of_many(file, file.relative_to(path).as_posix(), options)
    if not found:
        raise UnreadableSource(f"The folder {path} holds no .md or .txt pages.")


def _page_of_many(path: Path, name: str, options: ReadOptions) -> Document | Skipped:
    try:
        return _page(path, name, options)
    except UnreadableSource as error:
        return Skipped(name, error.message)


def _page(path: Path, name: str, options: ReadOptions) -> Document | Skipped:
    text = read_text(path, longest=options.longest_line, notice=options.notice)
    if isinstance(text, Skipped):
        return Skipped(name, text.reason)
    row, body = _matter(text, name, options)
    if not body.strip():
        return Skipped(name, "no text after the front matter")
    kind: TextFormat = "text" if suffix(path.name) in _PLAIN else "markdown"
    return _document(row, SourcePart("body", body, kind), name, options)


def _document(row: Row, body: SourcePart, name: str, options: ReadOptions) -> Document | Skipped:
    about = [pair for pair in row if pair[0] != "text"] + [("text", body.body)]
    columns = columns_of(
        [about], options.columns, file=name, day_first=options.day_first, one_of_many=True
    )
    found = columns.document(about, where=name, file=name)
    if isinstance(found, Skipped):
        return found
    heading = _HEADING.search(body.body) if body.format == "markdown" else None
    title = found.title or (heading[1].strip() if heading else "") or Path(name).stem
    return Document(
        key=name,
        title=title,
        parts=(*(part for part in found.parts if part.body != body.body.strip()), body),
        origin=found.origin,
        author=found.author,
        created=found.created,
        discipline=found.discipline,
        tags=found.tags,
        status=found.status,
        language=found.language,
    )


def _matter(text: str, name: str, options: ReadOptions) -> tuple[Row, str]:
    """Front matter as a row, and the text after it; a broken one is left in the text."""
    found = _MATTER.match(text)
    if not found or found.end() > _LONGEST_MATTER:
        return [], text
    try:
        held: dict[str, Any] = frontmatter.loads(found[0] + "\n").metadata
    except (yaml.YAMLError, ValueError, RecursionError):
        options.notice(f"{name}: the front matter is not valid YAML; it was left in the text.")
        return [], text
    simple = {str(k): v for k, v in held.items() if isinstance(v, str | int | float | date | list)}
    return flat(simple), text[found.end() :]


CONNECTOR = MarkdownFolder()
