"""Generations of an index: which segments are in force. Writing one leaves the others alone.

rows-* holds a segment's columns, words-* its counted terms, vectors-* its vectors, and lists-*,
when there are many, what finds the near ones without comparing all. A file is never changed
once it is written; the number in its name is that of the generation that wrote it.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np

from pipeline.embeddings.base import Encoder
from pipeline.index import merging, older
from pipeline.index.arrays import save_arrays
from pipeline.index.columns import joined
from pipeline.index.contents import Contents
from pipeline.index.files import written
from pipeline.index.manifest import NAME, FileRecord, Manifest, record_of
from pipeline.index.segment import NameFile, Segment, SegmentFiles, load_segment, write_segment

_PATTERNS = ("rows-*", "words-*", "vectors-*", "lists-*", "journal-*", f"{NAME}.*")

Make = Callable[[Sequence[Segment]], Contents]
"""Contents of segments."""


def read_generation(
    manifest: Manifest, folder: Path, *, make: Make, before: tuple[Manifest, Contents] | None = None
) -> Contents:
    """The contents that a manifest names.

    Args:
        manifest: Of the generation.
        folder: Where it is.
        make: Makes contents of segments.
        before: An earlier generation that is open; files that are the same are taken over.

    Raises:
        StoreError: A file is missing or damaged.
    """
    if manifest.format == older.FORMAT:
        manifest.check_files(folder)
        return make([older.read_older(manifest, folder)])
    # A name alone does not tell: an index that is rebuilt starts again with the first.
    earlier = before[0].files if before else {}
    same = {name for name, record in manifest.files.items() if earlier.get(name) == record}
    opened = {
        segment.files.words: segment
        for segment in (before[1].stored if before else ())
        if segment.files and same.issuperset(segment.files.names()[1:])
    }
    known = {name for segment in opened.values() if segment.files for name in segment.files.names()}
    manifest.check_files(folder, known=known & same)
    return make(
        [
            load_segment(
                files, folder, dimension=manifest.dimension, opened=opened.get(files.words)
            )
            for files in manifest.segments
        ]
    )


def write_generation(
    contents: Contents, folder: Path, *, before: Manifest, encoder: Encoder, lists_above: int
) -> Manifest:
    """Write what is new or changed, join segments, and put it all in force; the new manifest.

    Nothing of removed rows is left in the files that it names.
    """
    generation = before.generation + 1
    name_file = _names(folder, generation)
    pieces = [*contents.stored, *_new(contents)]
    largest = max((p for p in pieces if p.lists), key=len, default=None)
    segments = []
    for group in merging.groups([piece.columns.living for piece in pieces]):
        own = [pieces[place] for place in group]
        if len(own) == 1 and own[0].files and not own[0].columns.dead:
            segments.append(_as_it_is(own[0], own[0].files, name_file))
        else:
            files = write_segment(
                own,
                name_file,
                dimension=contents.dimension,
                lists_above=lists_above,
                like=largest.lists if largest else None,
            )
            segments.extend([files] if files else [])
    manifest = replace(
        Manifest.of(encoder),
        generation=generation,
        count=sum(files.count for files in segments),
        ids_digest=sha256("".join(files.ids_digest for files in segments).encode()).hexdigest(),
        segments=tuple(segments),
        files=_records(segments, folder, before),
    )
    manifest.write(folder)
    return manifest


def copy_generation(manifest: Manifest, folder: Path, *, to: Path, generation: int) -> Manifest:
    """Copy a generation to another folder, as another generation, and put it in force there."""
    name_file = _names(to, generation)
    names: dict[str, str] = {}
    for segment in manifest.segments:
        for name in segment.names():
            path = name_file(name.partition("-")[0], Path(name).suffix)
            written(path, partial(shutil.copyfile, folder / name))
            names[name] = path.name
    segments = tuple(
        replace(
            segment,
            rows=names[segment.rows],
            words=names[segment.words],
            vectors=names[segment.vectors],
            lists=names[segment.lists] if segment.lists else None,
        )
        for segment in manifest.segments
    )
    files = {names[name]: record for name, record in manifest.files.items()}
    copied = replace(manifest, generation=generation, segments=segments, files=files)
    copied.write(to)
    return copied


def journal_path(folder: Path, generation: int) -> Path:
    """Where the changes since a generation are kept."""
    return folder / f"journal-{generation:06d}.jsonl"


def sweep(folder: Path, *, keep: Collection[str] = ()) -> None:
    """Remove files that are not in force, and what a crash left half-written."""
    for pattern in _PATTERNS:
        for path in folder.glob(pattern):
            if path.name not in keep:
                path.unlink(missing_ok=True)


def remove_index(folder: Path) -> None:
    """Remove an index, whole or damaged; nothing else in the folder."""
    (folder / NAME).unlink(missing_ok=True)
    sweep(folder)


def _new(contents: Contents) -> list[Segment]:
    """Rows that were added since the last generation, as segments in memory."""
    entries = sorted(contents.added.values(), key=lambda entry: entry.id)
    return [
        Segment.of(entries[start : start + merging.LARGEST], dimension=contents.dimension)
        for start in range(0, len(entries), merging.LARGEST)
    ]


def _as_it_is(segment: Segment, files: SegmentFiles, name_file: NameFile) -> SegmentFiles:
    """The files of a segment of which the metadata may have changed, but nothing else."""
    if not segment.columns.changed:
        return files
    columns, _ = joined([(segment.columns, np.arange(len(segment)))])
    path = name_file("rows", ".arrow")
    written(path, lambda into: save_arrays(into, columns.arrays()))
    return replace(files, rows=path.name)


def _records(
    segments: Sequence[SegmentFiles], folder: Path, before: Manifest
) -> dict[str, FileRecord]:
    """Sizes and checksums; those of files that were there before are not taken again."""
    names = [name for files in segments for name in files.names()]
    return {name: before.files.get(name) or record_of(folder / name) for name in names}


def _names(folder: Path, generation: int) -> NameFile:
    """Names for the files of a generation."""
    numbers = itertools.count(1)

    def name_file(kind: str, ending: str) -> Path:
        return folder / f"{kind}-{generation:06d}-{next(numbers):02d}{ending}"

    return name_file
