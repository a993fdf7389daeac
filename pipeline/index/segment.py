"""A segment: some rows of an index with all that is known of them, and making one of several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from pipeline.index import columns as columns_of_rows
from pipeline.index import postings as postings_of_rows
from pipeline.index.arrays import load_arrays, save_arrays
from pipeline.index.base import Matrix
from pipeline.index.columns import Columns, Mask, Slots
from pipeline.index.entries import Entry
from pipeline.index.faiss_index import Lists
from pipeline.index.files import damaged, written
from pipeline.index.postings import Postings
from pipeline.index.vectors import Vectors, save_vectors

AT_ONCE = 16_384
"""Vectors that are copied at a time."""

NameFile = Callable[[str, str], Path]
"""Kind of file and its ending to the path of a file that is to be written."""


@dataclass(frozen=True, slots=True)
class SegmentFiles:
    """Names of the files of a segment. `lists` is None where all of its vectors are compared.

    `recall` is the share of the true ten nearest that a search through the lists brought in
    when they were made (0 to 1), `deeper` how many candidates it takes for each row wanted.
    `ids_digest` is the SHA-256 of the ids.
    """

    rows: str
    words: str
    vectors: str
    lists: str | None = None
    recall: float = 1.0
    deeper: int = 1
    count: int = 0
    ids_digest: str = ""

    def names(self) -> list[str]:
        """All that there are."""
        return [self.rows, self.words, self.vectors, *([self.lists] if self.lists else [])]


@dataclass(slots=True, eq=False)
class Segment:
    """Rows with their columns, terms and vectors, slot by slot in the order of their ids."""

    columns: Columns
    postings: Postings
    vectors: Vectors
    lists: Lists | None = None
    files: SegmentFiles | None = None

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def alive(self) -> Mask | None:
        """Slots of rows that were not removed; None for all."""
        return self.columns.alive if self.columns.dead else None

    @classmethod
    def of(cls, entries: Sequence[Entry], *, dimension: int) -> Segment:
        """A segment in memory."""
        ordered = sorted(entries, key=lambda entry: entry.id)
        matrix = np.empty((len(ordered), dimension), dtype=np.float32)
        for slot, entry in enumerate(ordered):
            matrix[slot] = entry.vector
        return cls(
            Columns.of(ordered), Postings.of([entry.counts for entry in ordered]), Vectors(matrix)
        )


def load_segment(
    files: SegmentFiles, folder: Path, *, dimension: int, opened: Segment | None = None
) -> Segment:
    """The segment in some files, mapped into memory.

    Args:
        files: Their names.
        folder: Where they are.
        dimension: Numbers in a vector.
        opened: A segment of which the files that are the same are taken over.

    Raises:
        StoreError: A file is damaged.
    """
    known = opened.files if opened else None
    path = folder / files.rows
    try:
        columns = Columns.from_arrays(load_arrays(path))
        path = folder / files.words
        if opened and known and known.words == files.words:
            postings = opened.postings
        else:
            postings = Postings.from_arrays(load_arrays(path))
        path = folder / files.vectors
        if opened and known and known.vectors == files.vectors:
            vectors = opened.vectors
        else:
            vectors = Vectors.load(path, dimension=dimension)
        lists = None
        if files.lists:
            path = folder / files.lists
            same = opened is not None and known is not None and known.lists == files.lists
            if same and opened:
                lists = opened.lists
            else:
                lists = Lists.load(path, recall=files.recall, deeper=files.deeper)
    except (OSError, ValueError, KeyError) as error:
        raise damaged(path, str(error)) from error
    if not len(columns) == len(postings) == len(vectors) == len(lists or columns):
        raise damaged(path, "it has another number of rows than the files that go with it")
    return Segment(columns, postings, vectors, lists, files)


def write_segment(
    pieces: Sequence[Segment],
    name_file: NameFile,
    *,
    dimension: int,
    lists_above: int,
    like: Lists | None = None,
) -> SegmentFiles | None:
    """Write the living rows of segments as one new segment; None where there are none.

    Args:
        pieces: The segments; they stay as they are.
        name_file: Gives the paths of the new files.
        dimension: Numbers in a vector.
        lists_above: More rows than this get lists.
        like: Lists of other rows, if there are any, whose codes may be taken over.
    """
    taken = [(piece, np.flatnonzero(piece.columns.alive)) for piece in pieces]
    columns, order = columns_of_rows.joined([(p.columns, slots) for p, slots in taken])
    if not len(columns):
        return None
    rows = name_file("rows", ".arrow")
    written(rows, lambda path: save_arrays(path, columns.arrays()))
    words = name_file("words", ".arrow")
    _write_words(words, taken, order)
    vectors = name_file("vectors", ".npy")
    matrices = _matrices(taken, order)
    written(
        vectors,
        lambda path: save_vectors(path, matrices, rows=len(columns), dimension=dimension),
    )
    files = SegmentFiles(
        rows.name,
        words.name,
        vectors.name,
        count=len(columns),
        ids_digest=sha256(columns.ids.astype("<i8").tobytes()).hexdigest(),
    )
    if len(columns) <= lists_above:
        return files
    lists = Lists.of(Vectors.load(vectors, dimension=dimension).matrix, like=like)
    if lists is None:
        return files
    path = name_file("lists", ".faiss")
    written(path, lists.save)
    return replace(files, lists=path.name, recall=lists.recall, deeper=lists.deeper)


def _write_words(path: Path, taken: Sequence[tuple[Segment, Slots]], order: Slots | None) -> None:
    """Write the terms of the slots that were taken; nothing of them stays in memory."""
    postings = postings_of_rows.joined([(p.postings, slots) for p, slots in taken], order)
    written(path, lambda into: save_arrays(into, postings.arrays()))


def _matrices(taken: Sequence[tuple[Segment, Slots]], order: Slots | None) -> Iterator[Matrix]:
    """Vectors of the slots that were taken, in their new order, a portion at a time."""
    which = np.repeat(np.arange(len(taken)), [len(slots) for _, slots in taken])
    slots = np.concatenate([slots for _, slots in taken])
    if order is not None:
        which, slots = which[order], slots[order]
    for start in range(0, len(slots), AT_ONCE):
        portion = slice(start, start + AT_ONCE)
        found: Matrix | None = None
        for number in np.unique(which[portion]).tolist():
            here = which[portion] == number
            own = taken[number][0].vectors.matrix[slots[portion][here]]
            if found is None:
                found = np.empty((len(here), own.shape[1]), dtype=np.float32)
            found[here] = own
        if found is not None:
            yield found
