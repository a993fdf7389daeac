"""How much of a source has been read, so that progress can tell the time left.

Whoever imports opens a `Meter`; every file that is opened meanwhile counts its bytes there.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_open: ContextVar[Meter | None] = ContextVar("meter", default=None)


class Meter:
    """Bytes read of the bytes there are.

    >>> meter = Meter(200)
    >>> meter.read += 50
    >>> meter.share
    0.25
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.read = 0

    @property
    def share(self) -> float:
        """How much was read, 0 to 1; a source that is read twice stays just below 1."""
        return min(0.999, self.read / self.total) if self.total else 0.0


@contextmanager
def measuring(path: Path) -> Iterator[Meter]:
    """Count what is read below `path` until the block ends."""
    meter = Meter(size_of(path))
    token = _open.set(meter)
    try:
        yield meter
    finally:
        _open.reset(token)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    if not path.is_dir():
        return path.stat().st_size if path.exists() else 0
    size = 0
    waiting = [str(path)]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    size += entry.stat(follow_symlinks=False).st_size
    return size


def metered(path: Path) -> io.RawIOBase:
    """The file as raw bytes; what is read of it counts for the meter that is open, if one is."""
    meter = _open.get()
    raw = io.FileIO(path, "rb")
    return raw if meter is None else _Metered(raw, meter)


class _Metered(io.RawIOBase):
    """A raw file that counts what is read of it."""

    def __init__(self, raw: io.FileIO, meter: Meter) -> None:
        self._raw = raw
        self._meter = meter

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        taken = self._raw.readinto(buffer)
        self._meter.read += taken or 0
        return taken

    def close(self) -> None:
        self._raw.close()
        super().close()
