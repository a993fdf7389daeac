"""A source opened to be read: unpacked, recognised, and its columns looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import DoubleloopError
from pipeline.records import Skipped
from pipeline.sources.base import Connector
from pipeline.sources.reading.archive import unpacked
from pipeline.sources.registry import connector, connectors, recognise
from pipeline.sources.tables.columns import FIELDS as FIELDS
from pipeline.sources.tables.table import TableColumn as TableColumn


def _ignored(_skipped: Skipped) -> None:
    """Take note of what was left packed and do nothing with it."""


@contextmanager
def opened(
    path: Path, format_: str, left_out: Callable[[Skipped], None] = _ignored
) -> Iterator[tuple[Path, Connector]]:
    """The path or what its archive holds, and what reads it."""
    with unpacked(path) as opened:
        for one in opened.skipped:
            left_out(one)
        readable = only_folder(opened.path) if opened.packed else opened.path
        try:
            yield readable, recognise(readable) if format_ == "auto" else connector(format_)
        except DoubleloopError as error:
            if not opened.packed:
                raise
            # name the archive that the person knows, not the folder that it was unpacked to
            said = error.message.replace(str(readable), str(path)).replace(
                str(opened.path), str(path)
            )
            raise type(error)(said, hint=error.hint) from None


def only_folder(folder: Path) -> Path:
    """The folder that an archive holds alone, as most archives do; else the folder itself."""
    inside = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    return inside[0] if len(inside) == 1 else folder


def formats() -> tuple[tuple[str, str, str], ...]:
    """Formats that can be read: the word for `--format`, the name, and what it reads."""
    return tuple((one.name, one.title, one.description) for one in connectors())


def table_columns(path: Path, *, format: str = "auto") -> dict[str, str]:  # noqa: A002
    """Columns of a table with the field that each is taken for ("" when unused).

    Formats that are not tables have no columns: the result is empty.
    """
    return {column.name: column.field for column in table_preview(path, format=format)}


def table_preview(path: Path, *, format: str = "auto") -> tuple[TableColumn, ...]:  # noqa: A002
    """The columns of a table, each with a value that stands in it; see `table_columns`."""
    with opened(path, format) as (readable, reads):
        columns = getattr(reads, "columns", None)
        return tuple(columns(readable)) if columns else ()
