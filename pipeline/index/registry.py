"""Indexes by kind."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pipeline.embeddings.base import Encoder
from pipeline.index.base import Index

Kind = Literal["faiss", "brute"]


def open_index(
    folder: Path, encoder: Encoder, *, kind: Kind = "faiss", rebuild: bool = False
) -> Index:
    """The index in a folder, made when it is not there.

    Args:
        folder: Where it lives, for example indexes/<community>/index.
        encoder: What its vectors come from.
        kind: "faiss" is kept on disk; "brute" is the plain reference, in memory only.
        rebuild: Start empty, whatever the folder holds: damaged files, another encoder's.

    Raises:
        IndexMismatch: The index was built with another encoder; names both.
        StoreError: A file is damaged; says how to rebuild.
    """
    if kind == "brute":
        from pipeline.index.brute_force import BruteForceIndex

        return BruteForceIndex(encoder)
    from pipeline.index.disk_index import DiskIndex
    from pipeline.index.generations import remove_index

    if rebuild:
        remove_index(folder)
    return DiskIndex(folder, encoder)
