"""Gzip files as streams that cannot grow beyond reason."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.sources.reading.archive import DENSEST, HARMLESS


class Gunzip(gzip.GzipFile):
    """A gzip file that closes the file underneath with itself, and is no bomb."""

    def __init__(self, raw: io.RawIOBase, path: Path) -> None:
        self._below = io.BufferedReader(raw)
        self._path = path
        self._most = max(HARMLESS, DENSEST * path.stat().st_size)
        self._given = 0
        super().__init__(fileobj=self._below, mode="rb")

    def read(self, size: int | None = -1) -> bytes:
        """That many bytes, or all."""
        return self._counted(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        """Some bytes."""
        return self._counted(super().read1(size))

    def readline(self, size: int | None = -1) -> bytes:
        """A line."""
        return self._counted(super().readline(size))

    def _counted(self, data: bytes) -> bytes:
        self._given += len(data)
        if self._given > self._most:
            raise UnreadableSource(
                f"{self._path} grows to more than {DENSEST} times its size; it may be a bomb.",
                hint="Unpack it yourself if you trust it.",
            )
        return data

    def close(self) -> None:
        """Close both."""
        super().close()
        self._below.close()
