"""Metadata of the rows of a segment as columns: a filter is a handful of array operations.

A row lives in a slot: its position in every column. Slots are in the order of the ids. Removed
rows keep their slots, marked dead, until the segment is written anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError
from pipeline.index.arrays import Arrays
from pipeline.index.categories import Categories, coded, united
from pipeline.index.entries import NO_DATE, Entry, Metadata, folded, microseconds
from pipeline.records import Where

Slots: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

CODED = ("experience", "discipline", "tags", "outcome", "author", "source")
"""Columns of which each row holds the number of its value; tags are one value together."""


class Columns:
    """Ids, dates and coded values of all slots, and the filter over them."""

    def __init__(
        self,
        ids: Slots,
        created: Slots,
        codes: Mapping[str, NDArray[np.int32]],
        categories: Mapping[str, Categories],
    ) -> None:
        self.ids = ids
        self.created = created
        self.codes = dict(codes)
        self.categories = dict(categories)
        self.alive: Mask = np.ones(len(ids), dtype=np.bool_)
        self.dead = 0
        self.changed = False

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Columns:
        """Columns of entries that are in the order of their ids."""
        made = {name: coded([_value(e.metadata, name) for e in entries]) for name in CODED}
        return cls(
            np.array([entry.id for entry in entries], dtype=np.int64),
            np.array([entry.metadata.created for entry in entries], dtype=np.int64),
            {name: codes for name, (_, codes) in made.items()},
            {name: categories for name, (categories, _) in made.items()},
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def living(self) -> int:
        """How many rows there are that were not removed."""
        return len(self.ids) - self.dead

    def slots_of(self, ids: NDArray[np.int64]) -> Slots:
        """The slot of each id, -1 for one that is not here or was removed."""
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        there = (self.ids[places] == ids) & self.alive[places]
        return np.where(there, places, -1)

    def kill(self, slots: Slots) -> None:
        """Mark slots of living rows as removed."""
        self.alive[slots] = False
        self.dead += len(slots)

    def change(self, metadata: Mapping[str, Metadata]) -> int:
        """Replace the metadata of living rows, by experience; how many rows changed."""
        rows = np.flatnonzero(self.alive & self.lookup("experience", metadata))
        if not len(rows):
            return 0
        self._take_over()
        codes = self.codes["experience"][rows]
        experiences = self.categories["experience"]
        for code in np.unique(codes).tolist():
            own, new = rows[codes == code], metadata[str(experiences.value(code))]
            self.created[own] = new.created
            for name in CODED[1:]:
                self.codes[name][own] = self.categories[name].code(_value(new, name))
        return len(rows)

    def _take_over(self) -> None:
        """Copy what is mapped from a file before it is written to for the first time."""
        if not self.changed:
            self.created = self.created.copy()
            self.codes = {name: codes.copy() for name, codes in self.codes.items()}
            self.changed = True

    def lookup(self, name: str, wanted: Iterable[str | None]) -> Mask:
        """The slots whose value in a column is one of the wanted ones."""
        return self._rows(name, self.categories[name].lookup(wanted))

    def mask(self, where: Where) -> Mask:
        """The slots of living rows that a filter lets through.

        Raises:
            InputError: It has exact phrases, which an index cannot look for: it keeps no texts.
        """
        refuse_phrases(where)
        if where.nothing:
            return np.zeros(len(self), dtype=np.bool_)
        rows = self.alive.copy()
        for part in self._parts(where):
            rows &= part
        return rows

    def _parts(self, where: Where) -> Iterable[Mask]:
        for name, wanted in self._wanted(where):
            yield self.lookup(name, wanted)
        if where.tags:
            tags = {folded(tag) for tag in where.tags}
            sets = self.categories["tags"].values().to_pylist()
            table = [not tags.isdisjoint(_as_tags(value)) for value in sets]
            yield self._rows("tags", np.array(table, dtype=np.bool_))
        if where.not_ids:
            yield ~self.lookup("experience", where.not_ids)
        if where.since or where.until or where.before:
            yield self.created != NO_DATE
        if where.since:
            yield self.created >= microseconds(where.since)
        if where.until:
            yield self.created <= microseconds(where.until)
        if where.before:
            yield self.created < microseconds(where.before)

    @staticmethod
    def _wanted(where: Where) -> Iterable[tuple[str, Collection[str | None]]]:
        """Columns that must have one of some values."""
        if where.ids is not None:
            yield "experience", where.ids
        if where.disciplines:
            yield "discipline", [folded(name) for name in where.disciplines]
        if where.outcomes:
            yield "outcome", where.outcomes
        if where.authors:
            yield "author", where.authors
        if where.sources:
            yield "source", where.sources

    def _rows(self, name: str, table: Mask) -> Mask:
        """Spread a yes or no for each value of a column over its rows."""
        if not len(table):
            return np.zeros(len(self), dtype=np.bool_)
        rows: Mask = table[self.codes[name]]
        return rows

    def experiences(self, slots: Slots) -> list[str]:
        """The experiences that the rows in some slots belong to."""
        return list(map(str, self.categories["experience"].of(self.codes["experience"][slots])))

    def arrays(self) -> Arrays:
        """What `from_arrays` reads."""
        codes = {f"code_{name}": self.codes[name] for name in CODED}
        values = {f"value_{name}": self.categories[name].values() for name in CODED}
        return {"ids": self.ids, "created": self.created, **codes, **values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Columns:
        """The columns that `arrays` describes.

        Raises:
            KeyError: One is missing.
        """
        return cls(
            arrays["ids"],
            arrays["created"],
            {name: arrays[f"code_{name}"] for name in CODED},
            {name: Categories(arrays[f"value_{name}"]) for name in CODED},
        )


def joined(pieces: Sequence[tuple[Columns, Slots]]) -> tuple[Columns, Slots | None]:
    """The rows in some slots of some columns as new ones, in the order of their ids.

    Values that no row has are left out.

    Returns:
        The columns, and which of the rows, counted one piece after another, came to stand in
        each slot; None when they were in order as they came.
    """
    ids = _one([columns.ids[slots] for columns, slots in pieces])
    created = _one([columns.created[slots] for columns, slots in pieces])
    order = None if (np.diff(ids) > 0).all() else np.argsort(ids, kind="stable")
    codes, categories = {}, {}
    for name in CODED:
        parts = [
            (columns.categories[name], columns.codes[name][slots]) for columns, slots in pieces
        ]
        categories[name], column = united(parts)
        codes[name] = column if order is None else column[order]
    if order is not None:
        ids, created = ids[order], created[order]
    return Columns(ids, created, codes, categories), order


def _one(pieces: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, dtype=np.int64), *pieces])


def _value(metadata: Metadata, name: str) -> str | None:
    value: Any = getattr(metadata, name)
    return json.dumps(value) if name == "tags" else value


@lru_cache(maxsize=100_000)
def _as_tags(value: str) -> frozenset[str]:
    return frozenset(json.loads(value))


def refuse_phrases(where: Where) -> None:
    """Refuse a filter that an index cannot hold to, rather than let everything through.

    Raises:
        InputError: It has exact phrases; `flow.finding.resolved` puts ids in their place.
    """
    if where.phrases:
        raise InputError(
            "An index keeps no texts and cannot look for exact phrases.",
            hint="Put the ids of the experiences that say them in their place.",
        )
