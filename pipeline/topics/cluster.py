"""Experiences to groups: Leiden communities on a graph of nearest neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sknetwork.clustering import Leiden

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]

MOST_NEIGHBOURS = 15
RESOLUTIONS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
BLOCK = 1024  # rows compared at a time


def cluster(vectors: Matrix) -> Labels:
    """A group number for each row, 0 for the largest group; every row belongs to one.

    The graph joins each experience with its nearest neighbours by cosine. Leiden finds
    communities in it at several resolutions; the one whose number of groups is nearest to
    `wanted_groups` is taken. The same vectors in the same order give the same groups.

    Args:
        vectors: Shape (n experiences, d dimensions), rows of length 1 or all zeros.
    """
    n = len(vectors)
    if n < 3:
        return np.zeros(n, dtype=np.int64)
    graph = neighbour_graph(vectors)
    if graph.nnz == 0:
        return np.zeros(n, dtype=np.int64)
    wanted = wanted_groups(n)
    found = [_communities(graph, resolution) for resolution in RESOLUTIONS]
    nearest = min(found, key=lambda labels: abs(int(labels.max()) + 1 - wanted))
    return by_size(_adopt(nearest, vectors))


def wanted_groups(n: int) -> int:
    """How many topics of `n` experiences can be looked over: grows slower than they do.

    >>> [wanted_groups(n) for n in (5, 200, 2_400, 20_000)]
    [2, 12, 34, 79]
    """
    return max(2, int(np.rint(1.5 * n**0.4 if n >= 50 else n**0.5)))


def neighbour_graph(vectors: Matrix) -> csr_matrix:
    """Symmetric graph of the nearest neighbours of each row, weighted by cosine (above 0)."""
    n = len(vectors)
    k = max(2, min(MOST_NEIGHBOURS, n - 1, round(n**0.5)))
    rows, columns, weights = [], [], []
    for start in range(0, n, BLOCK):
        near = vectors[start : start + BLOCK] @ vectors.T
        block = np.arange(len(near))
        near[block, start + block] = -1.0
        best = np.argpartition(-near, k - 1, axis=1)[:, :k]
        cosines = np.take_along_axis(near, best, axis=1)
        joined = cosines > 0
        rows.append(np.broadcast_to(start + block[:, None], best.shape)[joined])
        columns.append(best[joined])
        weights.append(cosines[joined])
    shape = (n, n)
    graph = csr_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), shape=shape
    )
    return graph.maximum(graph.T).tocsr()


def by_size(labels: Labels) -> Labels:
    """The same groups numbered by size, largest first; of equal size, the first met first.

    >>> by_size(np.array([7, 3, 3])).tolist()
    [1, 0, 0]
    """
    _, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    order = sorted(range(len(sizes)), key=lambda g: (-sizes[g], first[g]))
    number = np.empty(len(sizes), dtype=np.int64)
    number[order] = np.arange(len(sizes))
    renumbered: Labels = number[inverse]
    return renumbered


def centroids(vectors: Matrix, labels: Labels) -> Matrix:
    """Mean vector of each group, of length 1 (or zeros), shape (groups, d)."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _communities(graph: csr_matrix, resolution: float) -> Labels:
    leiden = Leiden(resolution=resolution, random_state=0, return_probs=False)
    return np.asarray(leiden.fit_predict(graph), dtype=np.int64)


def _adopt(labels: Labels, vectors: Matrix) -> Labels:
    """Groups of one join the nearest larger group; those that are near to none stay together."""
    sizes = np.bincount(labels)
    single = sizes[labels] == 1
    if not single.any() or single.all():
        return labels
    means = centroids(vectors, labels)
    means[sizes < 2] = 0.0
    nearness = vectors[single] @ means.T
    nearest = nearness.argmax(axis=1)
    stray = len(sizes)
    adopted = labels.copy()
    adopted[single] = np.where(nearness.max(axis=1) > 0, nearest, stray)
    return adopted
