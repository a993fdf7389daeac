"""An index in a folder: segments of files, a manifest that names those in force, a journal.

Files are mapped into memory and read where a search needs them. A small change is appended to the
journal; a large one, and every removal, writes the segments that it touches beside the old ones
and then renames the manifest: a new generation. Several processes may use one folder: writers
wait for each other, readers see at their next search what others have committed.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.embeddings.base import Encoder
from pipeline.errors import DoubleloopError, InputError, StoreBusy, StoreError
from pipeline.index.base import EVERYTHING, IndexHit, IndexRow, Matrix, Mode, RowChange, Vector
from pipeline.index.contents import COMPARED_BELOW, Contents
from pipeline.index.entries import (
    checked_vector,
    entries_of,
    entry_from_json,
    entry_to_json,
    metadata_from_json,
    metadata_of,
    metadata_to_json,
)
from pipeline.index.files import damaged, translated
from pipeline.index.generations import (
    copy_generation,
    journal_path,
    read_generation,
    sweep,
    write_generation,
)
from pipeline.index.journal import Journal, Record
from pipeline.index.manifest import NAME, Manifest, read_manifest
from pipeline.index.segment import Segment
from pipeline.records import Where

JOURNAL_ROWS = 512
"""Rows that the journal takes before they are made a segment; it is read at every opening."""
LISTS_ABOVE = 8_192
"""Segments of more rows than this get lists; in smaller ones all vectors are compared."""
LOCK_SECONDS = 60.0


class DiskIndex:
    """The index of one community (see `base.Index`). Safe to share between threads.

    Args:
        folder: Where it lives; made when it is not there.
        encoder: Where its vectors come from.
        lists_above: Above how many rows the vectors of a segment get lists.
        compared_below: When fewer rows than this may be found, in all or by a filter, each of
            them is compared, lists or not: the search is exact.

    Raises:
        IndexMismatch: The index was built with another encoder; names both.
        StoreError: A file is damaged or cannot be written; says how to rebuild.
    """

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        *,
        lists_above: int = LISTS_ABOVE,
        compared_below: int = COMPARED_BELOW,
    ) -> None:
        self.folder = folder
        self._encoder = encoder
        self._lists_above = lists_above
        self._compared_below = compared_below
        self._threads = threading.RLock()
        with translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._processes = FileLock(folder / ".lock", timeout=LOCK_SECONDS)
        self._seen: tuple[int, int, int] | None = None
        self._manifest = Manifest.of(encoder)
        self._contents = self._contents_of([])
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
                small = self._journalled + len(entries) <= JOURNAL_ROWS
                if small:
                    record = {"upsert": [entry_to_json(entry) for entry in entries]}
                    self._journal.append(record)
                self._contents.upsert(entries)
                self._journalled += len(entries)
                if not small:
                    self._commit()
        return len(rows)

    def delete(self, *, ids: Collection[int] | None = None, where: Where | None = None) -> int:
        """Remove rows; see `base.Index.delete`."""
        if ids is None and where is None:
            return 0
        with self._writing():
            wanted = ids
            if where is not None:
                matching = self._contents.matching(where)
                wanted = matching if ids is None else set(matching) & set(ids)
            gone = self._contents.delete(wanted or ())
            if gone:
                self._commit()
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
            if self._journalled > JOURNAL_ROWS:
                self._commit()
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
            return contents.count(where)

    def ids(self) -> set[int]:
        """Ids of all rows."""
        with self._reading() as contents:
            return contents.ids()

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
                self._commit()
            folder.mkdir(parents=True, exist_ok=True)
            copy_generation(self._manifest, self.folder, to=folder, generation=1)

    def restore(self, folder: Path) -> None:
        """Replace everything with what a snapshot holds; see `base.Index.restore`."""
        manifest = read_manifest(folder)
        if manifest is None:
            raise InputError(f"There is no snapshot of an index in {folder}.")
        manifest.check_made_with(self._encoder, folder)
        manifest.check_files(folder, whole=True)
        with self._writing():
            generation = self._manifest.generation + 1
            copy_generation(manifest, folder, to=self.folder, generation=generation)
            self._load()
            self._clear_away()

    def check(self) -> None:
        """Hold every byte on disk against its checksum; opening looks at part of large files.

        Raises:
            StoreError: A file is missing or damaged; names it and says how to rebuild.
        """
        with self._threads:
            self._follow()
            self._manifest.check_files(self.folder, whole=True)

    def close(self) -> None:
        """Let go of memory; what was acknowledged is already on disk."""
        with self._threads:
            self._contents = self._contents_of([])
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
                        self._contents = self._contents_of([])
                        self._commit()
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
            try:
                contents = read_generation(
                    manifest,
                    self.folder,
                    make=self._contents_of,
                    before=(self._manifest, self._contents),
                )
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

    def _contents_of(self, segments: Sequence[Segment]) -> Contents:
        return Contents(self._encoder.dimension, segments, compared_below=self._compared_below)

    def _commit(self) -> None:
        """Put what is in memory in force as a new generation, and clear away what is older."""
        try:
            write_generation(
                self._contents,
                self.folder,
                before=self._manifest,
                encoder=self._encoder,
                lists_above=self._lists_above,
            )
        except OSError:
            self._clear_away()
            raise
        self._load()
        self._clear_away()

    def _clear_away(self) -> None:
        """Keep only the files of the generation in force."""
        sweep(self.folder, keep={NAME, self._journal.path.name, *self._manifest.files})
