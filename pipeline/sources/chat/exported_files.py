"""Files of a chat export: which of a folder hold messages, and the messages in their JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import (
    Line,
    Sample,
    files_below,
    look_at,
    read_lines,
    suffix,
)
from pipeline.sources.reading.json_records import Record, json_items
from pipeline.sources.reading.left_out import LeftOut

SURE = 0.8
"""How sure a connector must be of a file to read it as one of a folder."""

MEDIA = frozenset([
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg", ".heic", ".ico", ".thumb", ".mp4",
    ".mov", ".avi", ".mkv", ".webm", ".m4v", ".3gp", ".mp3", ".m4a", ".aac", ".ogg", ".oga",
    ".opus", ".wav", ".flac", ".amr", ".tgs", ".vcf", ".zip", ".bin", ".css", ".js", ".woff",
    ".woff2",
])  # fmt: skip
"""Endings of what people attach to messages; no connector reads them."""

_LOOKED_AT = 16


def sure_of_folder(sample: Sample, sure: Callable[[Sample], float]) -> float:
    """0.95 where nine of ten files, pictures and sound aside, are of one format; else 0."""
    names = [name for name in sample.names if suffix(name) not in MEDIA]
    looked_at = names[:: max(1, len(names) // _LOOKED_AT)]
    if not looked_at:
        return 0.0
    looks = (sample.within(name) for name in looked_at)
    good = sum(look is not None and sure(look) >= SURE for look in looks)
    return 0.95 if good and good >= 0.9 * len(looked_at) else 0.0


def chat_files(
    path: Path, sure: Callable[[Sample], float], title: str
) -> Iterator[tuple[str, Sample] | Skipped]:
    """Every file that holds messages, with its name below the folder and a look at it.

    Files of another kind come as skipped; pictures, sound and video are counted.

    Raises:
        UnreadableSource: `path` is a file that cannot be read, or a folder without such files.
    """
    if not path.is_dir():
        yield path.name, look_at(path)
        return
    found = False
    left = LeftOut("attachments", one="file", many="files")
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
        elif suffix(file.name) in MEDIA:
            left.add("pictures, sound and other attachments are not read")
        else:
            name = file.relative_to(path).as_posix()
            look = _looked_at(file, name, sure, title)
            found = found or isinstance(look, tuple)
            yield look
    if not found:
        raise UnreadableSource(f"The folder {path} holds no {title}.")
    yield from left.told()


def _looked_at(
    file: Path, name: str, sure: Callable[[Sample], float], title: str
) -> tuple[str, Sample] | Skipped:
    try:
        sample = look_at(file)
    except UnreadableSource as error:
        return Skipped(name, error.message)
    return (name, sample) if sure(sample) >= SURE else Skipped(name, f"no {title}")


def json_messages(
    path: Path,
    prefix: str,
    where: str,
    *,
    alone: bool = True,
    mend: Callable[[IO[bytes]], IO[bytes]] | None = None,
) -> Iterator[Record | Skipped]:
    """The messages at a place in a JSON file; `where` names the file in their locators.

    A file that breaks off gives what stands before, and then a `Skipped`.

    Raises:
        UnreadableSource: There is nothing before, and the file stands `alone`.
    """
    number = 0
    try:
        for value in json_items(path, prefix, mend=mend):
            number += 1
            place = f"{where}[{number}]"
            yield Record(place, value) if isinstance(value, dict) else Skipped(place, "no message")
    except UnreadableSource as error:
        if alone and not number:
            raise
        yield Skipped(where, error.message)


def chat_lines(
    path: Path, where: str, options: ReadOptions, *, alone: bool = True
) -> Iterator[Line | Skipped]:
    """The lines of a log or chat; `where` names the file in their locators.

    A file that breaks off gives what stands before, and then a `Skipped`.

    Raises:
        UnreadableSource: There is nothing before, and the file stands `alone`.
    """
    found = False
    try:
        for line in read_lines(path, longest=options.longest_line, notice=options.notice):
            found = True
            yield line if isinstance(line, Line) else replace(line, where=_at(line.where, where))
    except UnreadableSource as error:
        if alone and not found:
            raise
        yield Skipped(where, error.message)


def _at(place: str, where: str) -> str:
    return f"{where}:{place.rpartition(':')[2]}"


def inner(value: object) -> Mapping[str, object]:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def elements(value: object) -> list[object]:
    """A JSON array; an empty one for anything else."""
    return value if isinstance(value, list) else []


class Seen:
    """Tells what comes again, among the last so many.

    >>> seen = Seen()
    >>> seen.before("a"), seen.before("b"), seen.before("a"), seen.before("a")
    (0, 0, 1, 2)
    """

    def __init__(self, *, most: int = 200_000) -> None:
        self._most = most
        self._held: dict[int, int] = {}

    def before(self, *values: str) -> int:
        """How often the same values came before; they count as seen from now on."""
        known = hash(values)
        times = self._held.get(known, 0)
        self._held[known] = times + 1
        if len(self._held) > self._most:
            del self._held[next(iter(self._held))]
        return times
