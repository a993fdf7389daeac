"""What the index keeps of a row: its vector, its metadata, and counted terms instead of text."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from pipeline.basics import utc
from pipeline.embeddings.tokens import terms
from pipeline.errors import IndexMismatch, InputError
from pipeline.index.base import IndexRow, RowChange, Vector

NO_DATE = int(np.iinfo(np.int64).min)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata as it is compared: names case-folded, the date in microseconds since 1970."""

    experience: str
    created: int = NO_DATE
    discipline: str | None = None
    tags: tuple[str, ...] = ()
    outcome: str = "unknown"
    author: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One row as the index keeps it."""

    id: int
    metadata: Metadata
    counts: Mapping[str, int]
    vector: Vector = field(repr=False)


def metadata_of(row: IndexRow | RowChange) -> Metadata:
    """The metadata of a row or change, ready to be compared."""
    return Metadata(
        experience=row.experience,
        created=microseconds(row.created),
        discipline=folded(row.discipline),
        tags=tuple(sorted({tag.casefold() for tag in row.tags})),
        outcome=row.outcome,
        author=row.author,
        source=row.source,
    )


def entries_of(rows: Iterable[IndexRow], *, dimension: int) -> list[Entry]:
    """Rows made ready: words counted, vectors checked; of rows with one id the last stands.

    Raises:
        IndexMismatch: A vector has another length.
        InputError: A vector holds something that is not a finite number.
    """
    latest = {row.id: row for row in rows}
    return [
        Entry(
            row.id,
            metadata_of(row),
            Counter(terms(row.text)),
            checked_vector(row.vector, dimension),
        )
        for row in latest.values()
    ]


def checked_vector(vector: Any, dimension: int) -> Vector:
    """A vector as contiguous float32 of the right length.

    Raises:
        IndexMismatch: It has another length.
        InputError: It holds something that is not a finite number.
    """
    array = np.ascontiguousarray(vector, dtype=np.float32)
    if array.shape != (dimension,):
        raise IndexMismatch(
            f"A vector has shape {array.shape}; the index takes vectors of {dimension} numbers.",
            hint="Use the encoder the index was built with, or run doubleloop index --rebuild.",
        )
    if not np.isfinite(array).all():
        raise InputError("A vector holds a value that is not a finite number.")
    return array


def microseconds(moment: datetime | None) -> int:
    """Whole microseconds since 1970 in UTC; `NO_DATE` for None.

    >>> microseconds(datetime(1970, 1, 2))
    86400000000
    """
    exact = utc(moment)
    return NO_DATE if exact is None else (exact - _EPOCH) // timedelta(microseconds=1)


def folded(name: str | None) -> str | None:
    """A name as it is compared: without regard to case."""
    return name.casefold() if name is not None else None


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """An entry as JSON values; the vector as base64 of little-endian float32."""
    return {
        "id": entry.id,
        "metadata": metadata_to_json(entry.metadata),
        "counts": dict(entry.counts),
        "vector": base64.b64encode(entry.vector.astype("<f4").tobytes()).decode("ascii"),
    }


def entry_from_json(raw: Mapping[str, Any]) -> Entry:
    """The entry that `entry_to_json` wrote."""
    vector = np.frombuffer(base64.b64decode(raw["vector"]), dtype="<f4").astype(np.float32)
    return Entry(raw["id"], metadata_from_json(raw["metadata"]), raw["counts"], vector)


def metadata_to_json(metadata: Metadata) -> list[Any]:
    """Metadata as a JSON list, in the order of its fields."""
    return [getattr(metadata, name) for name in Metadata.__slots__]


def metadata_from_json(raw: Collection[Any]) -> Metadata:
    """The metadata that `metadata_to_json` wrote."""
    experience, created, discipline, tags, outcome, author, source = raw
    return Metadata(experience, created, discipline, tuple(tags), outcome, author, source)
