"""Files that are either wholly there or not at all, and that tell when they were damaged."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StoreError, StoreFull

REBUILD_HINT = (
    "The index is derived from the community's database and nothing is lost: "
    "run doubleloop index --rebuild."
)
TEMPORARY = ".tmp"
END = 1 << 20
"""Bytes at either end of a file that are looked at whenever it is opened."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


def damaged(path: Path, reason: str) -> StoreError:
    """The error for a file of the index that cannot be used."""
    return StoreError(f"The index file {path} is damaged: {reason}.", hint=REBUILD_HINT)


def written(path: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` write a temporary file, then put it in place: fsync, rename, fsync the folder."""
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        fill(temporary)
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def checksum(path: Path) -> str:
    """SHA-256 of a file (hexadecimal, 64 characters)."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def checksum_of_ends(path: Path) -> str:
    """SHA-256 of the first and the last part of a file, which may be all of it."""
    with path.open("rb") as stream:
        digest = hashlib.sha256(stream.read(END))
        stream.seek(max(path.stat().st_size - END, stream.tell()))
        digest.update(stream.read())
        return digest.hexdigest()


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn errors of the disk into errors for the user.

    Raises:
        StoreFull: The disk is full.
        StoreError: It cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull(
                f"The disk that holds {folder} is full.",
                hint="Free some space and run doubleloop index again.",
            ) from error
        raise StoreError(f"The index in {folder} cannot be written: {error}.") from error
