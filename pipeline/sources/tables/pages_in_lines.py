"""Records that are pages: a path and the whole text of a file, as repositories are exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.pages.page import HTML, PAGES, page
from pipeline.sources.reading.files import suffix
from pipeline.sources.reading.values import scalar
from pipeline.sources.tables.columns import Row
from pipeline.sources.tables.headers import plain
from pipeline.sources.tables.table import Located, table_documents

_LOOK_AHEAD = 20
_PATHS = ("path", "filepath", "filename", "file")
_TEXTS = ("text", "content", "body", "markdown")


def page_of(row: Row) -> tuple[str, str] | None:
    """The path and text of a record that is a page; None for any other.

    >>> page_of([("path", "docs/a.md"), ("text", "# A")])
    ('docs/a.md', '# A')
    """
    path, text = _path_and_text(row)
    return (path, text) if text and suffix(path) in (*PAGES, *HTML) else None


def _path_and_text(row: Row) -> tuple[str, str]:
    held = {plain(name): value for name, value in row}
    path = next((word for name in _PATHS if (word := scalar(held.get(name)))), "")
    text = next((v for name in _TEXTS if isinstance(v := held.get(name), str) and v.strip()), "")
    return path, text


def line_documents(
    rows: Iterable[Located | Skipped], options: ReadOptions, *, file: str, one_of_many: bool = False
) -> Iterator[Document | Skipped]:
    """Every row as a document: read as pages when the first ones are, else as a table.

    Raises:
        MappingError: As in `table.table_documents`.
    """
    stream = iter(rows)
    head = list(islice(stream, _LOOK_AHEAD))
    known = [r.row for r in head if isinstance(r, Located) and _path_and_text(r.row)[1]]
    everything = chain(head, stream)
    if known and all(page_of(row) for row in known) and not options.columns:
        yield from (_page(record, options) for record in everything)
    else:
        yield from table_documents(everything, options, file=file, one_of_many=one_of_many)


def _page(record: Located | Skipped, options: ReadOptions) -> Document | Skipped:
    if isinstance(record, Skipped):
        return record
    path, text = _path_and_text(record.row)
    about = [pair for pair in record.row if plain(pair[0]) not in (*_PATHS, *_TEXTS)]
    return page(text, path or record.where, options, about=about)
