"""Vectors for many texts, each distinct text encoded at most once, ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.basics import digest
from pipeline.embeddings.base import Encoder, Progress, Vectors
from pipeline.embeddings.cache import EmbeddingCache, Key

CODE_VERSION = 1
"""Part of every key; raised when the same encoder would give other vectors."""
CHUNK = 256
"""Texts encoded between two writes to the cache: what a killed run loses at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """Vectors of shape (n texts, d), and how many distinct texts were cached and computed."""

    vectors: Vectors = field(repr=False)
    cached: int = 0
    computed: int = 0


def embed(
    texts: Sequence[str],
    encoder: Encoder,
    *,
    cache: EmbeddingCache | None = None,
    progress: Progress | None = None,
) -> Embedded:
    """Encode texts in their order, taking from the cache what it has and filling it.

    The cache is written chunk by chunk, so that a run that was stopped goes on where it was.

    Raises:
        StoreFull: The disk of the cache is full.

    >>> from pipeline.embeddings.words import WordCountEncoder
    >>> done = embed(["again", "again", "once"], WordCountEncoder())
    >>> done.vectors.shape, done.computed
    ((3, 512), 2)
    """
    distinct = list(dict.fromkeys(texts))
    place = {text: row for row, text in enumerate(distinct)}
    vectors = np.zeros((len(distinct), encoder.dimension), dtype=np.float32)
    keys = [key_of(text, encoder) for text in distinct] if cache is not None else []
    missing = _look_up(keys, vectors, cache=cache)
    done = len(distinct) - len(missing)
    for chunk in _chunks(distinct, missing):
        vectors[chunk] = encoder.encode([distinct[row] for row in chunk])
        if cache is not None:
            cache.put([keys[row] for row in chunk], vectors[chunk])
        done += len(chunk)
        if progress:
            progress(done, len(distinct))
    order = [place[text] for text in texts]
    return Embedded(vectors[order], len(distinct) - len(missing), len(missing))


def key_of(text: str, encoder: Encoder) -> Key:
    """Key of a text's vector (32 bytes): digest of the text and of all that made the vector."""
    made_by = (encoder.id, encoder.revision, encoder.dimension, encoder.max_tokens)
    return bytes.fromhex(digest(text, *made_by, encoder.normalised, CODE_VERSION))


def _look_up(keys: Sequence[Key], vectors: Vectors, *, cache: EmbeddingCache | None) -> list[int]:
    """Fill the rows that the cache has; the rows that it has not."""
    if cache is None:
        return list(range(len(vectors)))
    missing = []
    for row, found in enumerate(cache.get(keys)):
        if found is None or found.shape != vectors[row].shape:
            missing.append(row)
        else:
            vectors[row] = found
    return missing


def _chunks(texts: Sequence[str], rows: Sequence[int]) -> Iterator[list[int]]:
    """Rows in chunks of similar length, longest first: the largest need comes first."""
    order = sorted(rows, key=lambda row: -len(texts[row]))
    for start in range(0, len(order), CHUNK):
        yield order[start : start + CHUNK]
