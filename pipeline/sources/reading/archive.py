"""Archives unpacked defensively: zip and tar, as communities send them.

Nothing of an archive is trusted: names that lead out of it, links and devices are left, sizes are
counted while unpacking (never read from the headers), and an archive that grows beyond reason is
refused, together with the archives inside it. Pictures, sound and video stay packed, since no
connector reads them.
"""

from __future__ import annotations

import errno
import re
import shutil
import stat
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.reading.tar_file import DAMAGED, goes_on, opened_tar

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
    """Counts what was unpacked, against what was packed; `outer` is the archive around it."""

    archive: Path
    most: int
    packed: int
    outer: _Limits | None = None
    written: int = 0
    passed: int = 0
    members: int = 0

    def member(self) -> None:
        """Count one file."""
        self.members += 1
        if self.members > MOST_MEMBERS:
            raise UnreadableSource(
                f"{self.archive} holds more than {MOST_MEMBERS:,} files.",
                hint="Import parts of it.",
            )
        if self.outer:
            self.outer.member()

    def pass_by(self, size: int) -> None:
        """Count what has to be unpacked to get past it, and is not kept."""
        self.passed += size
        self._grown()

    def add(self, size: int) -> None:
        """Count what was unpacked."""
        if self.outer:
            self.outer.add(size)
        self.written += size
        self._grown()

    def _grown(self) -> None:
        grown = self.written + self.passed
        if grown > HARMLESS and grown > DENSEST * max(1, self.packed):
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
    taken: Counter[PurePosixPath] = field(default_factory=Counter)

    def add(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(_shown(name), reason))

    def all(self) -> tuple[Skipped, ...]:
        counted = [
            Skipped(f"{number} .{kind} files", "pictures, sound and programs are not read", number)
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
        with opened_tar(path):
            return "tar"
    except DAMAGED:
        return ""


def office_members(path: Path) -> tuple[str, ...]:
    """Names inside a zip file that is an office document; empty for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = tuple(info.filename for info in archive.infolist()[:2000])
    except DAMAGED:
        return ()
    return names if names and any(name in _OFFICE for name in names) else ()


@contextmanager
def unpacked(path: Path) -> Iterator[Unpacked]:
    """The path itself, or for an archive a folder with its files that goes when the block ends.

    An archive inside another counts for the outer one as well.

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
        outer = next((held for name, held in _open.items() if path.is_relative_to(name)), None)
        limits = _Limits(path, min(LARGEST, room), packed=path.stat().st_size, outer=outer)
        left = _Left()
        try:
            (_unzip if kind == "zip" else _untar)(path, folder, limits, left)
        except DAMAGED as error:
            raise UnreadableSource(f"{path} is a damaged archive: {_why(error)}.") from None
        if not any(folder.iterdir()):
            why = f" First reason: {left.all()[0].reason}." if left.all() else ""
            raise UnreadableSource(f"{path} holds no files that can be read.{why}")
        _open[folder] = limits
        try:
            yield Unpacked(folder, left.all(), packed=True)
        finally:
            del _open[folder]


_open: dict[Path, _Limits] = {}
"""The folders of archives that are being read."""


def _unzip(path: Path, folder: Path, limits: _Limits, left: _Left) -> None:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            limits.member()
            name = info.filename
            if name.endswith("/"):
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                left.add(name, "a link in the archive")
            elif info.flag_bits & 1:
                left.add(name, "locked with a password")
            else:
                _write(folder, name, partial(archive.open, info), limits, left)


def _untar(path: Path, folder: Path, limits: _Limits, left: _Left) -> None:
    number = 0
    try:
        with opened_tar(path) as archive:
            for info in archive:
                number += 1
                limits.member()
                if info.isdir():
                    continue
                if not info.isreg():
                    left.add(info.name, "a link or device in the archive")
                elif not _write(
                    folder, info.name, partial(archive.extractfile, info), limits, left
                ):
                    limits.pass_by(info.size)
            if goes_on(archive):
                left.add(f"{path.name} after file {number:,}", "what follows is damaged")
    except DAMAGED as error:
        if not number:
            raise
        reason = f"the archive ends early or is damaged there: {_why(error)}"
        left.add(f"{path.name} after file {number:,}", reason)


def _write(
    folder: Path,
    name: str,
    opened: Callable[[], IO[bytes] | None],
    limits: _Limits,
    left: _Left,
) -> bool:
    """Unpack one file; False when it was left."""
    inside = _safe(name)
    if inside is None:
        named = bool(name.strip("./\\"))
        reason = "a name that leads out of the archive" if named else "a file without a name"
        left.add(name, reason)
        return False
    if any(part.startswith(".") or part == "__MACOSX" for part in inside.parts):
        return False
    ending = inside.suffix.lower().removeprefix(".")
    if ending in _MEDIA:
        left.media[ending] += 1
        return False
    target = folder / _free(inside, left.taken)
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
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        left.add(name, "the name of a file and of a folder at once")
        return False
    except DAMAGED as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UnreadableSource(
                f"There is no room left on the disk to unpack {limits.archive}."
            ) from None
        left.add(name, f"damaged in the archive: {_why(error)}")
        return False
    return True


def _safe(name: str) -> PurePosixPath | None:
    r"""The name as a path below the folder, or None when it leads elsewhere.

    >>> _safe("a/b.json"), _safe("../b"), _safe("/etc/passwd"), _safe("c:\\x"), _safe("a\0b")
    (PurePosixPath('a/b.json'), None, None, None, None)
    """
    plain = _shown(name).replace("\\", "/")
    path = PurePosixPath(plain)
    if path.is_absolute() or ".." in path.parts or "\0" in name or re.match(r"[A-Za-z]:", plain):
        return None
    shortened = [_short(part) for part in path.parts if part != "."]
    return PurePosixPath(*shortened) if shortened and len(shortened) <= 100 else None


def _shown(name: str) -> str:
    """A name whose bytes are no text, with signs for those."""
    return name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _short(part: str) -> str:
    """A name that a disk takes; of a long one its ending stays."""
    if len(part.encode()) <= _LONGEST_NAME:
        return part
    ending = PurePosixPath(part).suffix.encode()[:20]
    short = part.encode()[: _LONGEST_NAME - 20] + ending
    return short.decode("utf-8", "ignore")


def _free(path: PurePosixPath, taken: Counter[PurePosixPath]) -> PurePosixPath:
    """The path, or with a number before its ending where that name is taken."""
    free = path
    while taken[free]:
        taken[path] += 1
        free = path.with_name(f"{path.stem} ({taken[path]}){path.suffix}")
    taken[free] += 1
    return free


def _why(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _starts(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
