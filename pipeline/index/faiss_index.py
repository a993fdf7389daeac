"""Vectors of a large segment in faiss: lists of short codes, of which a search reads a part.

The only file that imports faiss. Codes say roughly how near a vector is, in a fortieth of its
size; what looks near is compared exactly by whoever holds the vectors.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from pipeline.index.base import Matrix, Vector
from pipeline.index.columns import Mask, Slots

faiss: Any = _faiss  # its type hints leave out half of what it has

LISTED_FROM = 32_768
"""Fewer rows than this are one list: all of their codes are read in a fraction of a millisecond."""
ROWS_A_LIST = 128
TRAINING_ROWS_A_LIST = 24
TRAINING_ROWS = 4_096
ROUNDS = 5
"""Rounds of k-means that find the centres of the lists and the codes; more change little."""
SHARES = (16, 8, 6, 4, 3, 2, 1)
"""A search reads a sixteenth of the lists, or more where that misses too much."""
DEPTHS = (2, 4, 10)
"""The codes bring in twice as many as wanted, or so many times more, and `SPARE`."""
SPARE = 64
WANTED_RECALL = 0.99
LEAST_RECALL = 0.96
"""Lists that find less are worth nothing: all vectors are compared instead."""
TRIALS = 100
TRIAL_DEPTH = 10
AT_ONCE = 16_384
"""Vectors that are coded at a time."""


class Lists:
    """Codes of the vectors of a segment, slot by slot, in lists of vectors that lie together.

    Attributes:
        recall: Share of the true ten nearest that a search brought in, on average, when the
            lists were made (0 to 1).
        deeper: How many candidates a search needs for each row that it wants.
    """

    def __init__(self, index: Any, *, recall: float = 1.0, deeper: int = DEPTHS[0]) -> None:
        self._index = index
        self.recall = recall
        self.deeper = deeper

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def probes(self) -> int:
        """How many lists a search reads."""
        return int(self._index.nprobe)

    def depth(self, k: int) -> int:
        """How many candidates a search for k rows needs."""
        return self.deeper * k + SPARE

    @classmethod
    def of(cls, vectors: Matrix, *, like: Lists | None = None) -> Lists | None:
        """Lists of vectors of shape (n slots, d); None when they would miss too much.

        Args:
            vectors: What to find; at least 16.
            like: Lists of other vectors of the same encoder, whose codes small ones take over.
        """
        rows = len(vectors)
        number = rows // ROWS_A_LIST if rows >= LISTED_FROM else 1
        sample = np.random.default_rng(0).permutation(rows)
        learnt = np.sort(sample[: max(number * TRAINING_ROWS_A_LIST, TRAINING_ROWS)])
        index = _trained(
            np.ascontiguousarray(vectors[learnt]), number, like if number == 1 else None
        )
        for start in range(0, rows, AT_ONCE):
            index.add(np.ascontiguousarray(vectors[start : start + AT_ONCE]))
        lists = cls(index)
        return lists if lists._tune(vectors, sample) else None

    def candidates(
        self, query: Vector, number: int, *, allowed: Mask | None
    ) -> tuple[Slots, NDArray[np.float32]]:
        """Allowed slots that look nearest, and their inner products, roughly.

        Args:
            query: Vector of shape (d,).
            number: How many at most.
            allowed: Slots that are let through; None for all.
        """
        parameters = faiss.SearchParametersIVF(nprobe=self.probes)
        if allowed is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            parameters = faiss.SearchParametersIVF(nprobe=self.probes, sel=selector)
        scores, slots = self._index.search(
            query[None, :], min(number, len(self)), params=parameters
        )
        found = slots[0] >= 0
        return slots[0][found], scores[0][found]

    def save(self, path: Path) -> None:
        """Write the lists to a file."""
        # Written from here, because faiss does not tell a full disk from any other failure.
        with path.open("wb") as stream:
            stream.write(memoryview(faiss.serialize_index(self._index)))

    @classmethod
    def load(cls, path: Path, *, recall: float, deeper: int) -> Lists:
        """What `save` wrote.

        Raises:
            ValueError: The file is not such a file.
        """
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise ValueError("faiss cannot read it") from error
        if not isinstance(index, faiss.IndexIVFPQFastScan):
            raise ValueError(f"it holds a {type(index).__name__}")  # noqa: TRY004  damage
        return cls(index, recall=recall, deeper=deeper)

    def _tune(self, vectors: Matrix, sample: Slots) -> bool:
        """Choose how much a search reads, by what a few searches miss; whether that will do."""
        one, other = sample[:TRIALS], sample[::-1][:TRIALS]
        # Between two passages: farther from all of them than they are from each other, like a
        # problem in a member's own words.
        problems = vectors[one] + vectors[other]
        problems /= np.maximum(np.linalg.norm(problems, axis=1, keepdims=True), 1e-9)
        nearest = _nearest(vectors, problems)
        for self.deeper, share in itertools.product(DEPTHS, SHARES):
            self._index.nprobe = max(1, -(-self._index.nlist // share))
            self.recall = self._recall(problems, nearest)
            if self.recall >= WANTED_RECALL:
                return True
        return self.recall >= LEAST_RECALL

    def _recall(self, problems: Matrix, nearest: Slots) -> float:
        """Share of the nearest slots that are among the candidates of each problem."""
        depth = self.depth(TRIAL_DEPTH)
        found = [self.candidates(p, depth, allowed=None)[0] for p in problems]
        hits = [np.isin(near, slots).mean() for near, slots in zip(nearest, found, strict=True)]
        return round(float(np.mean(hits)), 4)


def _trained(vectors: Matrix, number: int, like: Lists | None) -> Any:
    """An empty index with lists and codes for vectors of this kind."""
    dimension = vectors.shape[1]
    centres = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFPQFastScan(
        centres, dimension, number, _parts(dimension), 4, faiss.METRIC_INNER_PRODUCT
    )
    if like is not None:
        centres.add(vectors.mean(axis=0, keepdims=True))
        codes = faiss.vector_to_array(like._index.pq.centroids)
        faiss.copy_array_to_vector(codes, index.pq.centroids)
        index.is_trained = True
        return index
    for clustering in (index.cp, index.pq.cp):
        clustering.niter = ROUNDS
        clustering.min_points_per_centroid = 1
    index.train(vectors)
    return index


def _parts(dimension: int) -> int:
    """Into how many parts a vector is cut, each of which gets a code of four bits."""
    return dimension // 2 if dimension % 2 == 0 else dimension


def inner_products(vectors: Matrix, query: Vector) -> NDArray[np.float32]:
    """Inner product of each vector with a query, shape (n,).

    By one thread: several that wait for each other are slower when the machine is busy.
    """
    scores = np.empty(len(vectors), dtype=np.float32)
    if len(vectors):
        pointers = map(faiss.swig_ptr, (scores, query, vectors))
        faiss.fvec_inner_products_ny(*pointers, vectors.shape[1], len(vectors))
    return scores


def read_plain(path: Path, *, dimension: int) -> Matrix:
    """All vectors of a flat or graph index of faiss, shape (n, d).

    Raises:
        ValueError: The file is not such a file, or holds vectors of another length.
    """
    try:
        index = faiss.read_index(str(path))
        flat = faiss.downcast_index(index.storage) if hasattr(index, "storage") else index
        vectors: Matrix = flat.reconstruct_n(0, flat.ntotal)
    except RuntimeError as error:
        raise ValueError("faiss cannot read it") from error
    if index.d != dimension:
        raise ValueError(f"it holds vectors of {index.d} dimensions")
    return vectors.reshape(-1, dimension)


def _nearest(vectors: Matrix, problems: Matrix) -> Slots:
    """The true nearest slots of each problem, shape (n problems, `TRIAL_DEPTH`)."""
    best = np.full((len(problems), 0), -np.inf, dtype=np.float32)
    slots = np.empty((len(problems), 0), dtype=np.int64)
    for start in range(0, len(vectors), AT_ONCE):
        scores = problems @ vectors[start : start + AT_ONCE].T
        here = np.broadcast_to(np.arange(start, start + scores.shape[1]), scores.shape)
        best, slots = np.hstack([best, scores]), np.hstack([slots, here])
        top = np.argpartition(-best, min(TRIAL_DEPTH, best.shape[1] - 1), axis=1)[:, :TRIAL_DEPTH]
        best, slots = np.take_along_axis(best, top, 1), np.take_along_axis(slots, top, 1)
    return slots
