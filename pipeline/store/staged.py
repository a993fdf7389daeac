"""Documents made ready for an import, kept in a file until all of it is committed at once.

Preparing a large export takes long. What is ready is written down as it goes, so that an import
that was killed goes on where it was, while readers see nothing of it before it is whole and the
database stays as it is when anything fails.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from pipeline.basics import digest
from pipeline.records import Document, Experience, Passage
from pipeline.store.rows import experience_values, now, stamp
from pipeline.store.translate import translated

FOLDER = "importing"
_EVERY = 2.0  # seconds between two moments at which what is ready is safe on the disk


@dataclass(frozen=True, slots=True)
class Prepared:
    """An experience ready to be kept, with the passages it was split into."""

    experience: Experience
    passages: tuple[Passage, ...] | list[Passage]


def document_rows(document: Document, content_hash: str, prepared: Prepared) -> dict[str, Any]:
    """All that will be written for one document, as JSON can hold it."""
    experience = prepared.experience
    rows: dict[str, Any] = {
        "key": document.key,
        "title": document.title,
        "origin": document.origin,
        "content_hash": content_hash,
        "experiences": [experience_rows(experience, prepared.passages)],
    }
    return rows


def experience_rows(
    experience: Experience, passages: tuple[Passage, ...] | list[Passage]
) -> dict[str, Any]:
    """The rows of one experience: itself, tags, passages, and what its source said of it."""
    said = {
        "status": experience.status,
        "context": "",
        "date": stamp(experience.date),
        "author": experience.author,
        "from_source": True,
        "recorded": now(),
    }
    return {
        "values": experience_values(experience),
        "tags": list(dict.fromkeys(experience.tags)),
        "passages": [[passage.start, passage.end, passage.part] for passage in passages],
        "outcomes": [said] if experience.status != "unknown" else [],
    }


class Staged:
    """The file of one source's import. Use it in a `with`; it stays unless it is discarded.

    Args:
        folder: The community's folder.
        source: Name of the source.
        fingerprint: What the documents are made with; a file made otherwise is thrown away.
    """

    def __init__(self, folder: Path, *, source: str, fingerprint: str) -> None:
        self.path = folder / FOLDER / f"{digest(source)[:16]}.jsonl"
        self._head = {"source": source, "fingerprint": fingerprint}
        self._ready: dict[str, tuple[str, int]] = {}
        self._wanted: dict[str, int] = {}
        self._synced = time.monotonic()
        with translated(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = self.path.open("a+b")
            self._take_over()

    def __enter__(self) -> Staged:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """How many documents are ready for this import."""
        return len(self._wanted)

    def again(self, key: str, content_hash: str) -> bool:
        """Whether this very document is ready from before; if so it counts for this import."""
        ready = self._ready.get(key)
        if ready is None or ready[0] != content_hash:
            return False
        self._wanted[key] = ready[1]
        return True

    def add(self, rows: Mapping[str, Any]) -> None:
        """Write down one document that is ready."""
        with translated(self.path):
            at = self._file.tell()
            self._file.write(orjson.dumps(rows) + b"\n")
            if time.monotonic() - self._synced > _EVERY:
                self._sync()
        self._wanted[rows["key"]] = at

    def rows(self) -> Iterator[dict[str, Any]]:
        """What was made ready for this import, in the order it was written."""
        with translated(self.path):
            self._sync()
            for at in sorted(self._wanted.values()):
                self._file.seek(at)
                yield orjson.loads(self._file.readline())

    def close(self) -> None:
        """Let go of the file; what is in it stays for a later import."""
        if not self._file.closed:
            self._file.close()

    def discard(self) -> None:
        """Throw everything away, when it was committed or can never be."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _take_over(self) -> None:
        self._file.seek(0)
        head = self._file.readline()
        good = self._file.tell() if _read(head) == self._head else 0
        if good:
            while line := self._file.readline():
                rows = _read(line)
                if rows is None:
                    break  # the last line of a process that was killed
                self._ready[rows["key"]] = rows["content_hash"], good
                good = self._file.tell()
        self._file.truncate(good)
        self._file.seek(good)
        if not good:
            self._file.write(orjson.dumps(self._head) + b"\n")

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()


def _read(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        return dict(orjson.loads(line))
    except (orjson.JSONDecodeError, TypeError, ValueError):
        return None
