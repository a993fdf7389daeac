"""The one place where errors of the database library become errors for the user."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from pipeline.errors import StoreBusy, StoreError, StoreFull

FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite, SQLAlchemy or the file system raise into the error tree.

    Raises:
        StoreFull: The disk is full, or writing failed.
        StoreBusy: Another process holds the database.
        StoreError: The file is damaged, not a database, or not readable.
    """
    try:
        yield
    except DBAPIError as error:
        raise _of_sqlite(error.orig, path) from error
    except sqlite3.Error as error:
        raise _of_sqlite(error, path) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise full(path) from error
        raise StoreError(f"{path} cannot be used: {error.strerror}.") from error


def full(path: Path) -> StoreFull:
    """The error for a full disk."""
    return StoreFull(
        f"There is no room left to write {path}; nothing was changed.",
        hint="Free some space, or set DOUBLELOOP_HOME to a disk with room, and run it again.",
    )


def _of_sqlite(error: BaseException | None, path: Path) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if code in FULL:
        return full(path)
    if code in BUSY:
        return busy(path)
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return StoreError(
            f"{path} is not a readable database: {error}.",
            hint="Restore it from a backup, or move it away and import again.",
        )
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
        return StoreError(
            f"{path} cannot be opened for writing.",
            hint="Check the folder's permissions, or set DOUBLELOOP_HOME to another one.",
        )
    return StoreError(f"The database {path} refused: {error}.")


def busy(path: Path) -> StoreBusy:
    """The error for a second writer."""
    return StoreBusy(
        f"Another doubleloop process is writing to {path.parent.name}; nothing was changed.",
        hint="Wait until it has finished and run this again.",
    )
