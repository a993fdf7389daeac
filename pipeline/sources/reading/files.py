"""Files as streams of text lines: plain or gzip, any common encoding, bounded memory.

A file is told by its content, never by its name. Whatever cannot be read is an
`UnreadableSource` (the file) or a `Skipped` (one line of it); nothing is dropped in silence.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, cast

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.reading.archive import office_members
from pipeline.sources.reading.encodings import SAMPLE, SURE, Mending, encoding_of
from pipeline.sources.reading.gunzip import Gunzip
from pipeline.sources.reading.meter import metered

LONGEST_LINE = 1 << 24
"""Characters of the longest line that is still read."""

DEEPEST = 100
"""Folders below one another that are looked into."""

_GZIP = b"\x1f\x8b"


def ignore(note: str) -> None:
    """Take a note and do nothing with it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text with its line end, and its number counted from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Sample:
    """A look at a path before it is read: what a connector needs to recognise it.

    `names` are the paths below a folder (at most 2,000, relative, sorted); `head` are the first
    bytes of a file, unpacked where it is gzip; `text` is the beginning of a text file and empty
    for a folder or a file that is not text, in which case `problem` says why.
    """

    path: Path
    names: tuple[str, ...] = ()
    text: str = ""
    problem: str = ""
    head: bytes = b""

    @property
    def folder(self) -> bool:
        """True for a folder."""
        return self.path.is_dir()

    @property
    def suffix(self) -> str:
        """Ending of the name in small letters, without `.gz`."""
        return suffix(self.path.name)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Whole lines at the beginning that are not blank (the last one may be cut)."""
        return tuple(line for line in self.text.splitlines() if line.strip())

    @cached_property
    def packed(self) -> tuple[str, ...]:
        """Names inside an office document (a zip file); empty for anything else."""
        return office_members(self.path) if self.head.startswith(b"PK") else ()

    @property
    def file_names(self) -> frozenset[str]:
        """The names in a folder without their `.gz`, as paths below it."""
        return frozenset(name.removesuffix(".gz") for name in self.names)

    def inside(self, *suffixes: str) -> tuple[Path, ...]:
        """Files of a folder whose name ends so (a `.gz` after it is ignored)."""
        return tuple(self.path / name for name in self.names if suffix(name) in suffixes)

    def within(self, name: str) -> Sample | None:
        """A look at one file of a folder, by its name; None when it cannot be read."""
        try:
            return look_at(self.path / name)
        except UnreadableSource:
            return None


def suffix(name: str) -> str:
    """Ending of a file name in small letters, without `.gz`.

    >>> suffix("Reports.JSONL.gz")
    '.jsonl'
    """
    return Path(name.lower().removesuffix(".gz")).suffix


def look_at(path: Path) -> Sample:
    """A sample of a file or folder.

    Raises:
        UnreadableSource: There is nothing at `path`, it is empty, or it may not be read.
    """
    if _is_folder(path):
        names = [str(p.relative_to(path)) for p in files_below(path) if isinstance(p, Path)]
        if not names:
            raise UnreadableSource(f"The folder {path} holds no files.")
        return Sample(path, names=tuple(names[:2000]))
    data = _beginning(path)
    try:
        encoding = encoding_of(data, path)
    except UnreadableSource as error:
        return Sample(path, problem=str(error), head=data)
    text = data.decode(encoding, "replace").replace("\0", "")
    return Sample(path, text=text.removeprefix("\ufeff"), head=data)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror}.") from None


def files_below(folder: Path) -> Iterator[Path | Skipped]:
    """Every file below a folder in sorted order; hidden ones and links that lead out are left.

    A link that leads out of the folder, or to a folder, comes as a `Skipped`; so does a folder
    that may not be read, or that lies too deep.
    """
    root = Path(os.path.realpath(folder))
    closed: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=closed.append):
        place = Path(here)
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if folders and len(place.parts) - len(folder.parts) >= DEEPEST:
            where = str(place.relative_to(folder))
            yield Skipped(where, f"more than {DEEPEST} folders below one another")
            folders.clear()
        for name in sorted(names) + [f for f in folders if (place / f).is_symlink()]:
            if not name.startswith("."):
                path = place / name
                why = _why_not(path, root)
                yield Skipped(str(path.relative_to(folder)), why) if why else path
    for error in closed:
        where = os.path.relpath(error.filename, folder) if error.filename else folder.name
        yield Skipped(where, f"the folder cannot be read: {error.strerror}")


def _why_not(path: Path, root: Path) -> str:
    """Why an entry of a folder is not read; empty for a file that is."""
    try:
        if path.is_symlink():
            if not Path(os.path.realpath(path)).is_relative_to(root):
                return "a link that leads out of the folder"
            if path.is_dir():
                return "a link to a folder"
        return "" if path.is_file() else "not a file that can be read"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"


def read_lines(
    path: Path, *, longest: int = LONGEST_LINE, notice: Callable[[str], None] = ignore
) -> Iterator[Line | Skipped]:
    """The lines of a text file, one at a time.

    A line of more than `longest` characters comes as a `Skipped`, and is never held whole.
    Bytes that are not valid in the file's encoding are read as Windows-1252. An encoding that
    had to be guessed is told to `notice`.

    Raises:
        UnreadableSource: The file is missing, empty, binary, or a gzip file that ends early or
            is damaged; the message names the last line that could be read.
    """
    data = _beginning(path)
    encoding = encoding_of(data, path)
    if encoding not in SURE:
        notice(f"{path.name} is not UTF-8; it was read as {encoding}.")
    number = 0
    mending = Mending(encoding)
    with (
        opened(path) as raw,
        io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="") as text,
    ):
        try:
            while line := text.readline(longest + 1):
                number += 1
                if len(line) > longest and not line.endswith(("\n", "\r")):
                    _drop_rest(text)
                    reason = f"the line is longer than {longest:,} characters"
                    yield Skipped(f"{path.name}:{number}", reason)
                else:
                    yield Line(number, mending.mended(line))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _ends_early(path, number, error) from None
        except UnicodeError as error:  # UTF-16 and UTF-32 have no escape for half a character
            raise UnreadableSource(f"{path} is damaged after line {number}: {error}.") from None
    mending.tell(path.name, notice)


def read_text(
    path: Path, *, longest: int = LONGEST_LINE, notice: Callable[[str], None] = ignore
) -> str | Skipped:
    """The whole text of a small file, or a `Skipped` when it is longer than `longest`.

    Raises:
        UnreadableSource: As in `read_lines`.
    """
    lines: list[str] = []
    size = 0
    for line in read_lines(path, longest=longest, notice=notice):
        if isinstance(line, Skipped):
            return line
        size += len(line.text)
        if size > longest:
            return Skipped(path.name, f"the file is longer than {longest:,} characters")
        lines.append(line.text)
    return "".join(lines)


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where it is gzip; what is read counts for the progress.

    Raises:
        UnreadableSource: There is no such file, or it may not be read.
    """
    try:
        if not (path.is_file() or path.is_dir() or not path.exists()):
            raise UnreadableSource(f"{path} is a pipe or device; a file is needed here.")
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        raw = metered(path)
        if not packed:
            return io.BufferedReader(raw)
        return cast(IO[bytes], Gunzip(raw, path))
    except FileNotFoundError:
        raise UnreadableSource(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise UnreadableSource(f"{path} is a folder; a file is needed here.") from None
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror}.") from None


def read_bytes(path: Path, *, most: int = LONGEST_LINE * 16) -> bytes:
    """All bytes of a file, unpacked where it is gzip.

    Raises:
        UnreadableSource: As in `opened`, or it has more than `most` bytes, or ends early.
    """
    with opened(path) as file:
        try:
            data = file.read(most + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _ends_early(path, 0, error) from None
    if len(data) > most:
        raise UnreadableSource(f"{path} is larger than {most >> 20:,} MB.")
    return data


def byte_lines(path: Path, *, longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """The lines of a file as bytes, for formats that name an encoding for each of their parts.

    A line of more than `longest` bytes comes in pieces.

    Raises:
        UnreadableSource: As in `opened`, or it is a gzip file that ends early or is damaged.
    """
    number = 0
    with opened(path) as file:
        try:
            while line := file.readline(longest):
                number += 1
                yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _ends_early(path, number, error) from None


def _beginning(path: Path) -> bytes:
    with opened(path) as file:
        try:
            data = file.read(SAMPLE)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            # what can be read of a damaged archive still tells what it holds
            data = _readable_part(path)
            if not data:
                raise _ends_early(path, 0, error) from None
    if not data.strip():
        raise UnreadableSource(f"{path} is empty.")
    return data


def _readable_part(path: Path) -> bytes:
    with path.open("rb") as file:
        packed = file.read(SAMPLE)
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, SAMPLE)
    except zlib.error:
        return b""


def _drop_rest(text: io.TextIOWrapper) -> None:
    while part := text.readline(1 << 16):
        if part.endswith(("\n", "\r")):
            return


def _ends_early(path: Path, number: int, error: Exception) -> UnreadableSource:
    early = isinstance(error, EOFError)
    what = "ends early (a truncated gzip file)" if early else "is a damaged gzip file"
    return UnreadableSource(
        f"{path} {what}; line {number} is the last that could be read.",
        hint="Copy or export it again.",
    )
