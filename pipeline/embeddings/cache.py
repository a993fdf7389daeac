"""Vectors kept on disk, so that no text is encoded twice.

A value is found again by the digest of everything it depends on. Each carries a checksum; one
that fails it counts as missing. The cache is derived: deleting it costs time and nothing else.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import lmdb
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import StoreError, StoreFull

Key = bytes
T = TypeVar("T")

FIRST_SIZE = 64 << 20
CHECKSUM_BYTES = 4
_log = logging.getLogger(__name__)


class EmbeddingCache:
    """Vectors by key in a folder. Safe to share between threads and between processes.

    One process may open a folder once at a time: use `open_cache` to share it. Files are opened
    at first use, and again at the next use after `close`. A damaged cache is moved aside, with a
    line in the log, and an empty one takes its place.

    Raises:
        StoreError: At first use, when the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._opened: Any = None

    def get(self, keys: Sequence[Key]) -> list[NDArray[np.float32] | None]:
        """One vector of shape (d,) for each key, or None where there is none."""

        def read(transaction: Any) -> list[NDArray[np.float32] | None]:
            return [_unpacked(transaction.get(key)) for key in keys]

        try:
            return self._transact(read, write=False)
        except lmdb.Error as error:
            _log.warning("Reading the embedding cache %s failed: %s", self.folder, error)
            return [None] * len(keys)

    def put(self, keys: Sequence[Key], vectors: NDArray[np.float32]) -> None:
        """Keep vectors of shape (n keys, d); on disk when this returns.

        Raises:
            StoreFull: The disk is full; nothing of this call is kept.
            StoreError: Writing failed otherwise.
        """
        pairs = [(key, _packed(row)) for key, row in zip(keys, vectors, strict=True)]

        def write(transaction: Any) -> None:
            with transaction.cursor() as cursor:
                cursor.putmulti(pairs)

        try:
            self._transact(write, write=True)
        except lmdb.Error as error:
            raise self._translated(error, size=vectors.nbytes) from error

    def __len__(self) -> int:
        with self._lock:
            return int(self._env.stat()["entries"])

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @property
    def _env(self) -> Any:
        if self._opened is None:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._opened = self._open_sound()
            except (OSError, lmdb.Error) as error:
                raise StoreError(
                    f"The embedding cache {self.folder} cannot be opened: {error}."
                ) from error
        return self._opened

    def _transact(self, work: Callable[[Any], T], *, write: bool) -> T:
        """Run work in a transaction; grow the map, or follow another process that grew it."""
        with self._lock:
            while True:
                try:
                    with self._env.begin(write=write) as transaction:
                        return work(transaction)
                except lmdb.MapFullError:
                    self._env.set_mapsize(self._env.info()["map_size"] * 2)
                except lmdb.MapResizedError:
                    self._env.set_mapsize(0)

    def _open_sound(self) -> Any:
        try:
            env = self._open()
        except (lmdb.InvalidError, lmdb.CorruptedError, lmdb.VersionMismatchError) as error:
            return self._replaced(str(error))
        # Reading past the end of a shortened file would end the process, so look first.
        needed = (env.info()["last_pgno"] + 1) * env.stat()["psize"]
        if env.stat()["entries"] and self._file.stat().st_size < needed:
            env.close()
            return self._replaced("the file is shorter than its header says")
        return env

    def _open(self) -> Any:
        return lmdb.open(str(self.folder), map_size=FIRST_SIZE, max_dbs=0, max_readers=512)

    def _replaced(self, reason: str) -> Any:
        aside = self.folder.with_name(f"{self.folder.name}.damaged-{time.time_ns()}")
        _log.warning("The embedding cache is damaged (%s); moved to %s", reason, aside)
        self.folder.rename(aside)
        self.folder.mkdir()
        return self._open()

    @property
    def _file(self) -> Path:
        return self.folder / "data.mdb"

    def _translated(self, error: lmdb.Error, *, size: int) -> StoreError:
        # A short write comes back as an input/output error, so ask the disk itself.
        free = shutil.disk_usage(self.folder).free
        if "No space" in str(error) or free < 2 * size + (1 << 20):
            return StoreFull(
                f"The disk that holds {self.folder} is full.",
                hint="Free some space and run the command again: it goes on where it stopped.",
            )
        return StoreError(f"The embedding cache {self.folder} cannot be written: {error}.")


def open_cache(folder: Path) -> EmbeddingCache:
    """The cache in a folder, shared by the whole process."""
    return _shared(folder.resolve())


@lru_cache(maxsize=64)
def _shared(folder: Path) -> EmbeddingCache:
    return EmbeddingCache(folder)


def _packed(vector: NDArray[np.float32]) -> bytes:
    body = np.ascontiguousarray(vector, dtype="<f4").tobytes()
    return zlib.crc32(body).to_bytes(CHECKSUM_BYTES, "little") + body


def _unpacked(value: bytes | None) -> NDArray[np.float32] | None:
    if value is None:
        return None
    checksum, body = value[:CHECKSUM_BYTES], value[CHECKSUM_BYTES:]
    if len(body) % 4 or zlib.crc32(body).to_bytes(CHECKSUM_BYTES, "little") != checksum:
        _log.warning("A vector in the embedding cache fails its checksum; it is made anew")
        return None
    return np.frombuffer(body, dtype="<f4").astype(np.float32, copy=False)
