"""Small changes since the last generation, appended and synced one line at a time.

A line is the CRC-32 of a JSON record, a space, and the record. A last line that was torn by a
crash was never acknowledged and is dropped; a bad line before that means damage.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.index.files import damaged, sync_folder

Record = Mapping[str, Any]


class Journal:
    """The journal of one generation, read up to `offset` (bytes)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = 0

    def read(self) -> list[Record]:
        """Whole records that were appended since the last call, by this process or another.

        Raises:
            StoreError: A record is damaged.
        """
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.offset)
                fresh = stream.read()
        except FileNotFoundError:
            return []
        whole = fresh[: fresh.rfind(b"\n") + 1]
        records = [self._parsed(line) for line in whole.splitlines()]
        self.offset += len(whole)
        return records

    def append(self, record: Record) -> None:
        """Add a record; on disk when this returns. Whatever a crash left behind is cut off."""
        body = json.dumps(record, separators=(",", ":")).encode("ascii")
        line = b"%08x " % zlib.crc32(body) + body + b"\n"
        fresh = not self.path.exists()
        with self.path.open("r+b" if not fresh else "xb") as stream:
            stream.truncate(self.offset)
            stream.seek(self.offset)
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
        if fresh:
            sync_folder(self.path.parent)
        self.offset += len(line)

    @property
    def size(self) -> int:
        """Bytes in the file as it is now."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def _parsed(self, line: bytes) -> Record:
        try:
            if int(line[:8], 16) != zlib.crc32(line[9:]):
                raise damaged(self.path, "a record fails its checksum")
            record: Record = json.loads(line[9:])
        except ValueError as error:
            raise damaged(self.path, "a record cannot be read") from error
        return record
