"""An index in a folder: generations of files, a manifest that names the one in force, a journal.

Everything is held in memory for searching. A small change is appended to the journal; a large
one, and every removal, writes a new generation beside the old and then renames the manifest.
Several processes may use one folder: writers wait for each other, readers see at their next
search what others have committed.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from pipeline.embeddings.base import Encoder
from pipeline.errors import DoubleloopError, InputError, StoreBusy, StoreError
from pipeline.index.base import EVERYTHING, IndexHit, IndexRow, Matrix, Mode, RowChange, Vector
from pipeline.index.contents import Contents
from pipeline.index.entries import (
    checked_vector,
    entries_of,
    entry_from_json,
    entry_to_json,
    metadata_from_json,
    metadata_of,
    metadata_to_json,
)
from pipeline.index.faiss_index import GRAPH_ABOVE, SCAN_BELOW, FaissVectors
from pipeline.index.files import damaged, sync_folder, translated
from pipeline.index.generations import journal_path, read_generation, sweep, write_generation
from pipeline.index.journal import Journal, Record
from pipeline.index.manifest import NAME, Manifest, read_manifest
from pipeline.records import Where

JOURNAL_ROWS = 512
"""Rows that the journal takes before they are folded in, or a twentieth of the index if more."""
LOCK_SECONDS = 60.0


class DiskIndex:
    """The index of one community (see `base.Index`). Safe to share between threads.

    Args:
        folder: Where it lives; made when it is not there.
        encoder: Where its vectors come from.
        graph_above: Above how many rows vectors get a graph instead of an exact scan.
        scan_below: Below how many allowed rows a filtered search is exact all the same.

    Raises:
        IndexMismatch: The index was built with another encoder; names both.
        StoreError: A file is damaged or cannot be written; says how to rebuild.
    """

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        *,
        graph_above: int = GRAPH_ABOVE,
        scan_below: int = SCAN_BELOW,
    ) -> None:
        self.folder = folder
        self._encoder = encoder
        self._limits = {"graph_above": graph_above, "scan_below": scan_below}
        self._threads = threading.RLock()
        with translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._processes = FileLock(folder / ".lock", timeout=LOCK_SECONDS)
        self._seen: tuple[int, int, int] | None = None
        self._manifest = Manifest.of(encoder)
        self._contents = self._empty()
        self._journal = Journal(folder / "none")
        self._journalled = 0
        if self._signature() is None:
            with self._writing():
                pass
        self._follow()

    @property
    def manifest(self) -> Manifest:
        """What the generation in force was made with."""
        return self._manifest

    def upsert(self, rows: Sequence[IndexRow]) -> int:
        """Add rows, replacing those with the same id; see `base.Index.upsert`."""
        entries = entries_of(rows, dimension=self._encoder.dimension)
        if entries:
            with self._writing():
                small = self._journalled + len(entries) <= self._journal_limit()
                if small:
                    record = {"upsert": [entry_to_json(entry) for entry in entries]}
                    self._journal.append(record)
                self._contents.upsert(entries)
                self._journalled += len(entries)
                if not small:
                    self._commit(self._contents.compacted())
        return len(rows)

    def delete(self, *, ids: Collection[int] | None = None, where: Where | None = None) -> int:
        """Remove rows; see `base.Index.delete`."""
        if ids is None and where is None:
            return 0
        with self._writing():
            matching = set(self._contents.matching(where or EVERYTHING))
            gone = self._contents.delete(matching if ids is None else matching & set(ids))
            if gone:
                self._commit(self._contents.compacted())
            return gone

    def update_rows(self, changes: Sequence[RowChange]) -> int:
        """Replace the metadata of experiences; see `base.Index.update_rows`."""
        metadata = [metadata_of(change) for change in changes]
        if not metadata:
            return 0
        with self._writing():
            self._journal.append({"update": [metadata_to_json(item) for item in metadata]})
            changed = self._contents.update(metadata)
            self._journalled += len(metadata)
            if self._journalled > self._journal_limit():
                self._commit(self._contents.compacted())
            return changed

    def search(
        self,
        dense: Vector | None,
        text: str | None,
        *,
        where: Where = EVERYTHING,
        k: int = 10,
        mode: Mode = "both",
    ) -> list[IndexHit]:
        """The nearest rows that match; see `base.Index.search`."""
        query = None if dense is None else checked_vector(dense, self._encoder.dimension)
        with self._reading() as contents:
            return contents.search(query, text, where=where, k=k, mode=mode)

    def count(self, where: Where = EVERYTHING) -> int:
        """How many rows match."""
        with self._reading() as contents:
            return int(np.count_nonzero(contents.columns.mask(where)))

    def ids(self) -> set[int]:
        """Ids of all rows."""
        with self._reading() as contents:
            return set(contents.columns.slot_of)

    def vectors(self, ids: Sequence[int]) -> Matrix:
        """Vectors of shape (n ids, d); see `base.Index.vectors`."""
        with self._reading() as contents:
            return contents.at(ids)

    def idf(self, terms: Sequence[str]) -> list[float]:
        """How rare each term is; see `base.Index.idf`."""
        with self._reading() as contents:
            return contents.idf(terms)

    def snapshot(self, folder: Path) -> None:
        """Write a complete copy into a folder that is made for it.

        Raises:
            InputError: The folder is there already and holds something.
        """
        if folder.exists() and any(folder.iterdir()):
            raise InputError(f"The folder {folder} is not empty.", hint="Name a new folder.")
        with self._writing(), translated(folder):
            if self._journal.size:
                self._commit(self._contents.compacted())
            folder.mkdir(parents=True, exist_ok=True)
            for name in self._manifest.files:
                shutil.copyfile(self.folder / name, folder / name)
            sync_folder(folder)
            self._manifest.write(folder)

    def restore(self, folder: Path) -> None:
        """Replace everything with what a snapshot holds; see `base.Index.restore`."""
        manifest = read_manifest(folder)
        if manifest is None:
            raise InputError(f"There is no snapshot of an index in {folder}.")
        manifest.check_made_with(self._encoder, folder)
        contents = self._empty()
        read_generation(manifest, folder, into=contents)
        with self._writing():
            self._commit(contents)

    def close(self) -> None:
        """Let go of memory; what was acknowledged is already on disk."""
        with self._threads:
            self._contents = self._empty()
            self._seen = None

    @contextmanager
    def _reading(self) -> Iterator[Contents]:
        with self._threads:
            self._follow()
            yield self._contents

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold off other writers; forget what was changed in memory if the disk refuses it."""
        with self._threads:
            try:
                with self._processes, translated(self.folder):
                    if self._signature() is None:
                        self._commit(self._empty())
                    self._follow()
                    yield
            except Timeout as error:
                raise StoreBusy(
                    f"Another process is writing to the index in {self.folder}.",
                    hint="Wait until it is done and try again.",
                ) from error
            except (DoubleloopError, OSError):
                self._seen = None
                raise

    def _follow(self) -> None:
        """Take in what another process committed: a new generation, or records of the journal."""
        seen = self._signature()
        if seen is None and self._seen is not None:
            return  # being rebuilt elsewhere: serve what is here until that is done
        if seen != self._seen:
            self._load()
        elif self._journal.size > self._journal.offset:
            self._replay()

    def _signature(self) -> tuple[int, int, int] | None:
        try:
            status = (self.folder / NAME).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _load(self) -> None:
        """Read the generation in force; again if another process replaced it meanwhile."""
        while True:
            seen = self._signature()
            manifest = read_manifest(self.folder)
            if manifest is None:
                raise damaged(self.folder / NAME, "it is missing")
            manifest.check_made_with(self._encoder, self.folder)
            contents = self._empty()
            try:
                read_generation(manifest, self.folder, into=contents)
            except StoreError:
                if self._signature() == seen:
                    raise
            else:
                break
        self._take(manifest, contents, seen=seen)
        self._replay()

    def _take(
        self, manifest: Manifest, contents: Contents, *, seen: tuple[int, int, int] | None
    ) -> None:
        self._manifest, self._contents, self._seen = manifest, contents, seen
        self._journal = Journal(journal_path(self.folder, manifest.generation))
        self._journalled = 0

    def _replay(self) -> None:
        for record in self._journal.read():
            self._apply(record)

    def _apply(self, record: Record) -> None:
        if "upsert" in record:
            entries = [entry_from_json(raw) for raw in record["upsert"]]
            self._contents.upsert(entries)
            self._journalled += len(entries)
        if "update" in record:
            changes = [metadata_from_json(raw) for raw in record["update"]]
            self._contents.update(changes)
            self._journalled += len(changes)

    def _journal_limit(self) -> int:
        return max(JOURNAL_ROWS, len(self._contents.columns) // 20)

    def _empty(self) -> Contents:
        return Contents(FaissVectors(self._encoder.dimension, **self._limits))

    def _commit(self, contents: Contents) -> None:
        """Write a new generation, put it in force, and clear away what is older."""
        try:
            number = self._manifest.generation + 1
            manifest = write_generation(
                contents, self.folder, generation=number, encoder=self._encoder
            )
        except OSError:
            self._clear_away()
            raise
        self._take(manifest, contents, seen=self._signature())
        self._clear_away()

    def _clear_away(self) -> None:
        """Keep only the files of the generation in force."""
        sweep(self.folder, keep={NAME, self._journal.path.name, *self._manifest.files})
