"""Vectors of all slots in faiss: an exact scan while they are few, an HNSW graph above that.

The only file that imports faiss.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np

from pipeline.index.base import Matrix, Vector
from pipeline.index.columns import Mask, Slots

faiss: Any = _faiss  # its type hints leave out half of what it has

GRAPH_ABOVE = 50_000
"""More rows than this get a graph; up to here an exact scan takes a few milliseconds."""
SCAN_BELOW = 20_000
"""A filter that leaves fewer rows than this is searched exactly, graph or not."""
NEIGHBOURS = 32
BUILD_EFFORT = 200
SEARCH_EFFORT = 256


class FaissVectors:
    """Vectors by slot and the nearest of them by inner product.

    Args:
        dimension: Numbers in a vector.
        graph_above: How many rows make a graph worth its while.
        scan_below: How few allowed rows make an exact scan of them better than the graph.
    """

    def __init__(
        self, dimension: int, *, graph_above: int = GRAPH_ABOVE, scan_below: int = SCAN_BELOW
    ) -> None:
        self.dimension = dimension
        self._graph_above = graph_above
        self._scan_below = scan_below
        self._index: Any = faiss.IndexFlatIP(dimension)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def is_graph(self) -> bool:
        """True when searches go through the graph and may miss a row now and then."""
        return isinstance(self._index, faiss.IndexHNSWFlat)

    def append(self, vectors: Matrix) -> None:
        """Give each vector the next slot; shape (n, d)."""
        if not self.is_graph and len(self) + len(vectors) > self._graph_above:
            stored = self.all().copy()
            self._index = faiss.IndexHNSWFlat(
                self.dimension, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT
            )
            self._index.hnsw.efConstruction = BUILD_EFFORT
            self._index.add(stored)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def all(self) -> Matrix:
        """Every vector, shape (n slots, d): a view that the next `append` makes invalid."""
        if not len(self):
            return np.empty((0, self.dimension), dtype=np.float32)
        flat = self._flat()
        view: Matrix = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * self.dimension)
        return view.reshape(flat.ntotal, self.dimension)

    def erase(self, slots: Slots) -> None:
        """Overwrite vectors with zeros, for rows that were withdrawn."""
        if len(slots):
            self.all()[slots] = 0.0

    def nearest(self, query: Vector, k: int, *, allowed: Mask) -> Slots:
        """Up to k allowed slots with the highest inner product, in no particular order."""
        among = int(np.count_nonzero(allowed))
        if among <= k:
            return np.flatnonzero(allowed)
        exact = not self.is_graph or among < self._scan_below
        selector = self._selector(allowed, among=among)
        if exact:
            parameters = faiss.SearchParameters(sel=selector) if selector else None
            found = self._flat().search(query[None, :], k, params=parameters)[1][0]
        else:
            parameters = faiss.SearchParametersHNSW(
                sel=selector, efSearch=max(SEARCH_EFFORT, 2 * k)
            )
            found = self._index.search(query[None, :], k, params=parameters)[1][0]
        slots: Slots = found[found >= 0]
        return slots

    def taken(self, slots: Slots) -> FaissVectors:
        """A copy with only these slots, in this order; its graph, if any, is built anew."""
        copy = FaissVectors(
            self.dimension, graph_above=self._graph_above, scan_below=self._scan_below
        )
        if len(slots):
            copy.append(self.all()[slots])
        return copy

    def save(self, path: Path) -> None:
        """Write vectors and graph to a file."""
        # Written from here, because faiss does not tell a full disk from any other failure.
        with path.open("wb") as stream:
            stream.write(memoryview(faiss.serialize_index(self._index)))

    def load(self, path: Path) -> None:
        """Replace everything with what `save` wrote.

        Raises:
            ValueError: The file is not such a file, or holds vectors of another length.
        """
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise ValueError("faiss cannot read it") from error
        known = isinstance(index, faiss.IndexFlatIP | faiss.IndexHNSWFlat)
        if not known or index.d != self.dimension:
            raise ValueError(f"it holds a {type(index).__name__} of {index.d} dimensions")
        self._index = index

    def _flat(self) -> Any:
        """The plain vectors, which the graph keeps as well."""
        return faiss.downcast_index(self._index.storage) if self.is_graph else self._index

    def _selector(self, allowed: Mask, *, among: int) -> Any:
        """What lets only allowed slots through, or None when all are."""
        if among == len(allowed):
            return None
        return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
