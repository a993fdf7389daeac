"""Vectors of a segment, slot by slot: in memory while new, mapped from their file after."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.index.base import Matrix, Vector
from pipeline.index.columns import Mask, Slots
from pipeline.index.faiss_index import inner_products

SMALL = 16_384
"""Up to so many rows all are compared in a search, so that all are in memory anyway."""
FEW = 2_000
"""Up to so many rows are read one by one."""
SLACK = 1e-5
"""How far two ways of computing the same inner product may be apart."""


class Vectors:
    """Vectors of shape (n slots, d).

    Args:
        matrix: The vectors; a map of a file, or in memory.
        path: The file, if there is one.
    """

    def __init__(self, matrix: Matrix, path: Path | None = None) -> None:
        self.matrix: Matrix = matrix.view(np.ndarray)  # a plain array is quicker than a map
        self._offset = int(getattr(matrix, "offset", 0))
        self._small = path is None or len(matrix) <= SMALL
        self._file = None if path is None or self._small else path.open("rb", buffering=0)

    def __len__(self) -> int:
        return len(self.matrix)

    @classmethod
    def load(cls, path: Path, *, dimension: int) -> Vectors:
        """Vectors in a file that `save` wrote, mapped into memory.

        Raises:
            ValueError: The file is not such a file, or holds vectors of another length.
        """
        matrix: Any = np.load(path, mmap_mode="r", allow_pickle=False)
        if matrix.ndim != 2 or matrix.shape[1] != dimension or matrix.dtype != np.float32:
            raise ValueError(f"it holds {matrix.dtype} of shape {matrix.shape}")
        return cls(matrix, path)

    def at(self, slots: Slots) -> Matrix:
        """The vectors in some slots, shape (n slots given, d)."""
        if self._file is None or not 0 < len(slots) <= FEW:
            taken: Matrix = np.asarray(self.matrix[slots])
            return taken
        # A few are read and not mapped: each page that is touched of a map would bring in its
        # neighbours, and after some hundred searches the whole file would be in memory.
        found = np.empty((len(slots), self.matrix.shape[1]), dtype=np.float32)
        size = found.shape[1] * found.itemsize
        buffer, handle = memoryview(found.data).cast("B"), self._file.fileno()
        for place, slot in enumerate(slots.tolist()):
            into = buffer[place * size : (place + 1) * size]
            os.preadv(handle, [into], self._offset + slot * size)
        return found

    def nearest(
        self, query: Vector, k: int, *, allowed: Mask | None
    ) -> tuple[Slots, NDArray[np.float32]]:
        """The k allowed slots with the highest inner product and all that may tie with them.

        Returns:
            The slots, in no particular order, and their inner products.
        """
        slots = None if allowed is None else np.flatnonzero(allowed)
        if slots is not None and len(slots) <= FEW:
            scores = inner_products(self.at(slots), query)
        else:
            whole = inner_products(self.matrix, query)
            scores = whole if slots is None else whole[slots]
        if len(scores) <= k:
            return np.arange(len(scores)) if slots is None else slots, scores
        good = np.flatnonzero(scores >= np.partition(scores, -k)[-k] - SLACK)
        return good if slots is None else slots[good], scores[good]


def save_vectors(path: Path, pieces: Iterable[Matrix], *, rows: int, dimension: int) -> None:
    """Write vectors, piece by piece, so that they need not all be in memory."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (rows, dimension)}
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, header)
        for piece in pieces:
            stream.write(np.ascontiguousarray(piece, dtype="<f4").data)
