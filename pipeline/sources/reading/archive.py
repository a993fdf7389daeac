"""Archives unpacked defensively: zip and tar, as communities send them.

Nothing of an archive is trusted: names that lead out of it, links and devices are left, sizes are
counted while unpacking (never read from the headers), and an archive that grows beyond reason is
refused. Pictures, sound and video stay packed, since no connector reads them.
"""

from __future__ import annotations

import re
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped

MOST_MEMBERS = 200_000
"""Files of the largest archive that is unpacked."""

LARGEST = 64 << 30
"""Bytes of the largest archive once it is unpacked; never more than half of the free disk."""

HARMLESS = 64 << 20
"""Bytes up to which it does not matter how well an archive was packed."""

DENSEST = 200
"""Unpacked bytes for each packed byte above which an archive counts as a bomb."""

_PIECE = 1 << 20
_MEDIA_NAMES = (
    "jpg jpeg png gif webp bmp tif tiff svg heic ico mp4 mov avi mkv webm m4v 3gp mp3 m4a aac "
    "ogg oga opus wav flac amr woff woff2 ttf otf eot exe dll so iso dmg apk"
)
_MEDIA = frozenset(_MEDIA_NAMES.split())
_LONGEST_NAME = 240
_OFFICE = ("[Content_Types].xml", "mimetype")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A path that can be read: the source itself, or the folder that its archive gave.

    `skipped` tells what of the archive was left packed.
    """

    path: Path
    skipped: tuple[Skipped, ...] = ()
    packed: bool = False


@dataclass(slots=True)
class _Limits:
    """Counts what was unpacked, against what was packed."""

    archive: Path
    most: int
    packed: int
    written: int = 0

    def add(self, size: int) -> None:
        self.written += size
        if self.written > HARMLESS and self.written > DENSEST * max(1, self.packed):
            raise UnreadableSource(
                f"{self.archive} grows to more than {DENSEST} times its size; it may be a bomb.",
                hint="Unpack it yourself if you trust it, and import the folder.",
            )
        if self.written > self.most:
            raise UnreadableSource(
                f"{self.archive} holds more than {self.most >> 20:,} MB once unpacked, which is "
                "more than there is room for.",
                hint="Unpack it on a larger disk, and import the folder.",
            )


@dataclass(slots=True)
class _Left:
    """What of an archive was left packed: each with its reason, media only counted."""

    skipped: list[Skipped] = field(default_factory=list)
    media: Counter[str] = field(default_factory=Counter)

    def all(self) -> tuple[Skipped, ...]:
        counted = [
            Skipped(f"{number} .{kind} files", "pictures, sound and programs are not read")
            for kind, number in sorted(self.media.items())
        ]
        return (*self.skipped, *counted)


def kind_of(path: Path) -> str:
    """The kind of an archive, "zip" or "tar"; empty for anything else, office documents too."""
    if not path.is_file():
        return ""
    if zipfile.is_zipfile(path) and _starts(path, b"PK"):
        return "" if office_members(path) else "zip"
    try:
        return "tar" if tarfile.is_tarfile(path) else ""
    except (OSError, EOFError, zlib.error, ValueError):
        return ""


def office_members(path: Path) -> tuple[str, ...]:
    """Names inside a zip file that is an office document; empty for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = tuple(info.filename for info in archive.infolist()[:2000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ()
    return names if names and any(name in _OFFICE for name in names) else ()


@contextmanager
def unpacked(path: Path) -> Iterator[Unpacked]:
    """The path itself, or for an archive a folder with its files that goes when the block ends.

    Raises:
        UnreadableSource: The archive is damaged as a whole, locked with a password, a bomb, or
            too large for the disk.
    """
    kind = kind_of(path)
    if not kind:
        yield Unpacked(path)
        return
    with tempfile.TemporaryDirectory(prefix="doubleloop-unpacked-") as place:
        folder = Path(place)
        room = shutil.disk_usage(folder).free // 2
        limits = _Limits(path, most=min(LARGEST, room), packed=path.stat().st_size)
        left = _Left()
        try:
            (_unzip if kind == "zip" else _untar)(path, folder, limits, left)
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, ValueError) as error:
            raise UnreadableSource(f"{path} is a damaged archive: {error}.") from None
        if not any(folder.iterdir()):
            why = f" First reason: {left.all()[0].reason}." if left.all() else ""
            raise UnreadableSource(f"{path} holds no files that can be read.{why}")
        yield Unpacked(folder, left.all(), packed=True)


def _unzip(path: Path, folder: Path, limits: _Limits, left: _Left) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _few_enough(path, len(members))
        for info in members:
            mode = info.external_attr >> 16
            if info.is_dir():
                continue
            if stat.S_ISLNK(mode):
                left.skipped.append(Skipped(info.filename, "a link in the archive"))
            elif info.flag_bits & 1:
                left.skipped.append(Skipped(info.filename, "locked with a password"))
            else:
                _write(folder, info.filename, partial(archive.open, info), limits, left)


def _untar(path: Path, folder: Path, limits: _Limits, left: _Left) -> None:
    number = 0
    with tarfile.open(path, "r:*") as archive:
        for info in archive:
            number += 1
            _few_enough(path, number)
            if info.isdir():
                continue
            if not info.isreg():
                left.skipped.append(Skipped(info.name, "a link or device in the archive"))
            else:
                _write(folder, info.name, partial(archive.extractfile, info), limits, left)


def _few_enough(path: Path, members: int) -> None:
    if members > MOST_MEMBERS:
        raise UnreadableSource(
            f"{path} holds more than {MOST_MEMBERS:,} files.", hint="Import parts of it."
        )


def _write(
    folder: Path,
    name: str,
    opened: Callable[[], IO[bytes] | None],
    limits: _Limits,
    left: _Left,
) -> None:
    inside = _safe(name)
    if inside is None:
        left.skipped.append(Skipped(name[:200], "a name that leads out of the archive"))
        return
    if any(part.startswith(".") or part == "__MACOSX" for part in inside.parts):
        return
    ending = inside.suffix.lower().removeprefix(".")
    if ending in _MEDIA:
        left.media[ending] += 1
        return
    target = _free(folder / inside)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            raw = opened()
            if raw is None:
                raise zipfile.BadZipFile("no content")
            with raw:
                while piece := raw.read(_PIECE):
                    limits.add(len(piece))
                    out.write(piece)
    except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError) as error:
        target.unlink(missing_ok=True)
        left.skipped.append(Skipped(name, f"damaged in the archive: {error}"))
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        left.skipped.append(Skipped(name, "the name of a file and of a folder at once"))


def _safe(name: str) -> PurePosixPath | None:
    r"""The name as a path below the folder, or None when it leads elsewhere.

    >>> _safe("a/b.json"), _safe("../b"), _safe("/etc/passwd"), _safe("c:\\x"), _safe("a\0b")
    (PurePosixPath('a/b.json'), None, None, None, None)
    """
    plain = name.replace("\\", "/")
    path = PurePosixPath(plain)
    if path.is_absolute() or ".." in path.parts or "\0" in name or re.match(r"[A-Za-z]:", plain):
        return None
    shortened = [part[:_LONGEST_NAME] for part in path.parts if part != "."]
    return PurePosixPath(*shortened) if shortened and len(shortened) <= 100 else None


def _free(path: Path) -> Path:
    """The path, or with a number before its ending where that name is taken."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


def _starts(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
