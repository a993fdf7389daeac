"""Generations of an index: three files each, read and written whole.

rows-N.npz holds columns of numbers, words-N.json what the numbers stand for, vectors-N.faiss
the vectors and, when there are many, their graph.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.embeddings.base import Encoder
from pipeline.index.columns import Columns
from pipeline.index.contents import Contents
from pipeline.index.files import damaged, written
from pipeline.index.lexical import Lexicon
from pipeline.index.manifest import NAME, Manifest, record_of

_PATTERNS = ("rows-*", "words-*", "vectors-*", "journal-*", f"{NAME}.*")


def read_generation(manifest: Manifest, folder: Path, *, into: Contents) -> None:
    """Fill empty contents with what a manifest names.

    Raises:
        StoreError: A file is missing or damaged.
    """
    manifest.check_files(folder)
    rows, words, vectors = _paths(folder, manifest.generation)
    try:
        with np.load(rows, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        names = json.loads(words.read_text(encoding="utf-8"))
        into.columns = Columns.from_arrays(arrays, names)
        into.lexicon = Lexicon.from_arrays(arrays, names["terms"])
        into.vectors.load(vectors)
    except (OSError, ValueError, KeyError) as error:
        raise damaged(folder, str(error)) from error
    if not len(into.vectors) == len(into.columns) == len(arrays["term_lengths"]):
        raise damaged(folder, "its files have different numbers of rows")


def write_generation(
    contents: Contents, folder: Path, *, generation: int, encoder: Encoder
) -> Manifest:
    """Write a generation and put it in force; its manifest."""
    rows, words, vectors = _paths(folder, generation)
    names = json.dumps(contents.names())
    written(rows, lambda path: _save_arrays(path, contents))
    written(words, lambda path: path.write_text(names, encoding="utf-8"))
    written(vectors, contents.vectors.save)
    ids = np.sort(contents.columns.ids[contents.columns.alive])
    manifest = replace(
        Manifest.of(encoder),
        generation=generation,
        count=len(ids),
        ids_digest=sha256(ids.astype("<i8").tobytes()).hexdigest(),
        files={path.name: record_of(path) for path in (rows, words, vectors)},
    )
    manifest.write(folder)
    return manifest


def journal_path(folder: Path, generation: int) -> Path:
    """Where the changes since a generation are kept."""
    return folder / f"journal-{generation:06d}.jsonl"


def sweep(folder: Path, *, keep: Collection[str] = ()) -> None:
    """Remove files of other generations, and what a crash left half-written."""
    for pattern in _PATTERNS:
        for path in folder.glob(pattern):
            if path.name not in keep:
                path.unlink(missing_ok=True)


def remove_index(folder: Path) -> None:
    """Remove an index, whole or damaged; nothing else in the folder."""
    (folder / NAME).unlink(missing_ok=True)
    sweep(folder)


def _paths(folder: Path, generation: int) -> tuple[Path, Path, Path]:
    number = f"{generation:06d}"
    names = (f"rows-{number}.npz", f"words-{number}.json", f"vectors-{number}.faiss")
    rows, words, vectors = (folder / name for name in names)
    return rows, words, vectors


def _save_arrays(path: Path, contents: Contents) -> None:
    savez: Any = np.savez
    with path.open("wb") as stream:
        savez(stream, **contents.arrays())
