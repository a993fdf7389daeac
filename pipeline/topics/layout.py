"""Experiences as points on a plane: near in meaning, near on the map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from pipeline.topics.cluster import Matrix

Points = NDArray[np.float32]

DRAWN = 2500
"""Points whose place is computed together; further ones are put among their neighbours."""

DIMENSIONS = 30
NEIGHBOURS = 5
BLOCK = 1024
STEPS = 300
PERPLEXITY = 12.0
ANGLE = 0.8  # coarser than the default 0.5, twice as fast, equally trustworthy


def layout(vectors: Matrix) -> Points:
    """Places of shape (n, 2), each coordinate between -1 and 1; the same for the same vectors.

    Up to 2,500 points are laid out by t-SNE after PCA. Of more, an even sample is, and every
    other point goes to the middle of its five nearest sampled neighbours.
    """
    n = len(vectors)
    if n < 5:
        return _circle(n)
    if n <= DRAWN:
        return _scaled(_together(vectors))
    sample = np.linspace(0, n - 1, DRAWN).astype(int)
    places = np.empty((n, 2), dtype=np.float32)
    drawn = _together(vectors[sample])
    for start in range(0, n, BLOCK):
        near = vectors[start : start + BLOCK] @ vectors[sample].T
        best = np.argpartition(-near, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
        weights = np.clip(np.take_along_axis(near, best, axis=1), 1e-6, None) ** 4
        middle = (drawn[best] * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1)[:, None]
        places[start : start + BLOCK] = middle
    places[sample] = drawn
    return _scaled(places)


def _together(vectors: Matrix) -> Points:
    n = len(vectors)
    dimensions = min(DIMENSIONS, n - 1, vectors.shape[1])
    reduced = PCA(n_components=dimensions, random_state=0).fit_transform(vectors)
    if not np.ptp(reduced):
        return _circle(n)
    tsne = TSNE(
        perplexity=min(PERPLEXITY, max(2.0, (n - 1) / 3)),
        init="pca",
        random_state=0,
        max_iter=STEPS,
        angle=ANGLE,
    )
    # Its threads wait for one another at every step: where cores are shared, one is many times
    # faster, and it makes the map the same on every machine.
    with threadpool_limits(limits=1):
        return np.asarray(tsne.fit_transform(reduced), dtype=np.float32)


def _circle(n: int) -> Points:
    angles = np.arange(n) * (2 * np.pi / max(n, 1))
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def _scaled(points: Points) -> Points:
    centred = points - (points.max(axis=0) + points.min(axis=0)) / 2
    widest = float(np.abs(centred).max())
    return np.asarray(centred / widest if widest > 0 else centred, dtype=np.float32)
