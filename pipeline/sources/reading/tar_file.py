"""Tar files of any packing, opened so that their headers cannot claim more than they may."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError,
    IndexError, RuntimeError, NotImplementedError, OverflowError, MemoryError, OSError,
)  # fmt: skip
"""What reading a damaged archive raises; `OSError` comes of places beyond the end, too."""

_LONGEST_READ = 1 << 20


@contextmanager
def opened_tar(path: Path) -> Iterator[tarfile.TarFile]:
    """A tar file: plain, gzip, bzip2 or xz.

    Raises:
        Exception: One of `DAMAGED`, when it is none.
    """
    with path.open("rb") as file:
        start = file.read(6)
        file.seek(0)
        with tarfile.open(fileobj=_Bounded(_unpacking(file, start)), mode="r:") as archive:
            yield archive


def _unpacking(file: IO[bytes], start: bytes) -> IO[bytes]:
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=file))
    if start.startswith(b"BZh"):
        return cast(IO[bytes], bz2.BZ2File(file))
    if start.startswith(b"\xfd7zXZ"):
        return cast(IO[bytes], lzma.LZMAFile(file))
    return file


def goes_on(archive: tarfile.TarFile) -> bool:
    """Whether something else than an end stands where the last file ended."""
    held = archive.fileobj
    if held is None:
        return False
    held.seek(archive.offset)
    return bool(held.read(tarfile.BLOCKSIZE).strip(b"\0"))


class _Bounded(io.RawIOBase):
    """A file of which only so much is read at once: a header that wants more is none."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        if not 0 <= size <= _LONGEST_READ:
            raise tarfile.ReadError("a header that is too long")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
