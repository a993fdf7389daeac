"""Metadata of all rows as columns, so that a filter is a handful of array operations.

A row lives in a slot: its position in every column. Slots of removed rows stay, marked dead,
until the index is compacted.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError
from pipeline.index.entries import NO_DATE, Entry, Metadata, folded, microseconds
from pipeline.records import Where

Slots: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

CODED = ("experience", "discipline", "tags", "outcome", "author", "source")
"""Columns with few distinct values: each row holds the code of its value."""


class Categories:
    """Distinct values of a column, each with a small number."""

    def __init__(self, values: Iterable[Hashable] = ()) -> None:
        self.values = list(values)
        self._codes = {value: code for code, value in enumerate(self.values)}

    def code(self, value: Hashable) -> int:
        """The number of a value, a new one if it has none yet."""
        code = self._codes.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        return code

    def lookup(self, wanted: Iterable[Hashable]) -> Mask:
        """For each number, whether its value is one of the wanted ones."""
        table = np.zeros(len(self.values), dtype=np.bool_)
        table[[code for value in wanted if (code := self._codes.get(value)) is not None]] = True
        return table


class Columns:
    """Ids, dates and coded values of all slots, and the filter over them."""

    def __init__(self) -> None:
        self.ids: Slots = np.empty(0, dtype=np.int64)
        self.alive: Mask = np.empty(0, dtype=np.bool_)
        self.created: Slots = np.empty(0, dtype=np.int64)
        self.codes: dict[str, NDArray[np.int32]] = {c: np.empty(0, dtype=np.int32) for c in CODED}
        self.categories: dict[str, Categories] = {c: Categories() for c in CODED}
        self.slot_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def append(self, entries: Sequence[Entry]) -> None:
        """Give each entry the next slot. Ids must not be in use."""
        start = len(self)
        new = len(entries)
        ids = np.fromiter((entry.id for entry in entries), dtype=np.int64, count=new)
        self.slot_of.update({entry.id: start + i for i, entry in enumerate(entries)})
        self.ids = np.concatenate([self.ids, ids])
        self.alive = np.concatenate([self.alive, np.ones(new, dtype=np.bool_)])
        dates = [entry.metadata.created for entry in entries]
        self.created = np.concatenate([self.created, np.array(dates, dtype=np.int64)])
        for name in CODED:
            code = self.categories[name].code
            added = [code(getattr(entry.metadata, name)) for entry in entries]
            self.codes[name] = np.concatenate([self.codes[name], np.array(added, dtype=np.int32)])

    def kill(self, slots: Slots) -> None:
        """Mark slots as removed."""
        self.alive[slots] = False
        for row in self.ids[slots].tolist():
            del self.slot_of[row]

    def change(self, metadata: Metadata) -> int:
        """Replace the metadata of every living row of its experience; how many there were."""
        rows = self.alive & self.lookup("experience", [metadata.experience])
        self.created[rows] = metadata.created
        for name in CODED:
            self.codes[name][rows] = self.categories[name].code(getattr(metadata, name))
        return int(np.count_nonzero(rows))

    def lookup(self, name: str, wanted: Iterable[Hashable]) -> Mask:
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
            sets = self.categories["tags"].values
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
    def _wanted(where: Where) -> Iterable[tuple[str, Collection[Hashable]]]:
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

    def experience(self, slot: int) -> str:
        """The experience that the row in a slot belongs to."""
        return str(self.categories["experience"].values[self.codes["experience"][slot]])

    def taken(self, slots: Slots) -> Columns:
        """A copy with only these slots, in this order, without values that no row has."""
        copy = Columns()
        copy.ids, copy.alive = self.ids[slots], self.alive[slots]
        copy.created = self.created[slots]
        for name in CODED:
            used, codes = np.unique(self.codes[name][slots], return_inverse=True)
            values = self.categories[name].values
            copy.categories[name] = Categories(values[code] for code in used.tolist())
            copy.codes[name] = codes.astype(np.int32)
        copy._index_slots()
        return copy

    def blanked(self) -> Columns:
        """A copy with every slot, in which dead ones hold nothing that was known of their rows."""
        copy = self.taken(np.flatnonzero(self.alive))
        full = Columns()
        full.ids = np.where(self.alive, self.ids, -1)
        full.alive, full.created = self.alive.copy(), np.where(self.alive, self.created, NO_DATE)
        full.categories = copy.categories
        nothing = Metadata(experience="")
        for name in CODED:
            blank = full.categories[name].code(getattr(nothing, name))
            full.codes[name] = np.full(len(self), blank, dtype=np.int32)
            full.codes[name][self.alive] = copy.codes[name]
        full._index_slots()
        return full

    def _index_slots(self) -> None:
        living = np.flatnonzero(self.alive)
        self.slot_of = dict(zip(self.ids[living].tolist(), living.tolist(), strict=True))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` reads, part one: columns of numbers."""
        coded = {f"code_{name}": codes for name, codes in self.codes.items()}
        return {"ids": self.ids, "alive": self.alive, "created": self.created, **coded}

    def values(self) -> dict[str, list[Any]]:
        """What `from_arrays` reads, part two: the values behind the codes, for JSON."""
        return {name: self.categories[name].values for name in CODED}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], values: Mapping[str, list[Any]]
    ) -> Columns:
        """The columns that `arrays` and `values` describe.

        Raises:
            KeyError, ValueError: They do not fit together.
        """
        columns = cls()
        columns.ids, columns.alive = arrays["ids"], arrays["alive"]
        columns.created = arrays["created"]
        for name in CODED:
            stored = values[name]
            columns.categories[name] = Categories(map(tuple, stored) if name == "tags" else stored)
            columns.codes[name] = arrays[f"code_{name}"]
        columns._index_slots()
        return columns


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


def _as_tags(value: Hashable) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
