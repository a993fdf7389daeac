"""An encoder that needs no model: texts that share words are near."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from pipeline.embeddings.base import Progress, Vectors
from pipeline.embeddings.tokens import ANALYSER, terms


class WordCountEncoder:
    """Stemmed words hashed into buckets; counts damped by 1 + ln(count), rows of length 1.

    The hash is the same in every process and on every machine. A text without any words gives
    a row of zeros, which is near to nothing.

    >>> near, far = WordCountEncoder().encode(["Backups failed.", "We sang."]) @ (
    ...     WordCountEncoder().encode(["the backup failed"])[0])
    >>> bool(near > 0.99), bool(far < 0.1)
    (True, True)
    """

    normalised = True
    max_tokens = 1_000_000

    def __init__(self, *, dimension: int = 512) -> None:
        self.dimension = dimension
        self.id = f"words-{dimension}"
        self.revision = hashlib.sha256(ANALYSER.encode()).hexdigest()[:12]
        self.described = f"{self.id}, counts of shared words (no model needed)"

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Vectors of shape (n texts, d dimensions); 1 means the same words equally often."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for term, count in Counter(terms(text)).items():
                bucket, sign = _place(term, self.dimension)
                vectors[row, bucket] += sign * (1.0 + np.log(count))
            if progress and (row + 1) % 1000 == 0:
                progress(row + 1, len(texts))
        if progress:
            progress(len(texts), len(texts))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        lengths[lengths == 0] = 1
        unit: Vectors = vectors / lengths
        return unit


@lru_cache(maxsize=200_000)
def _place(term: str, dimension: int) -> tuple[int, int]:
    """Bucket of a term, and the sign that lets collisions cancel out on average."""
    hashed = int.from_bytes(hashlib.blake2b(term.encode("utf-8"), digest_size=8).digest())
    return hashed % dimension, 1 if hashed >> 63 else -1
