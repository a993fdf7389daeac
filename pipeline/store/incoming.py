"""Bringing documents in: one transaction for a whole import, so that a failure changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.records import Document, Experience, Passage
from pipeline.store.database import new_row
from pipeline.store.rows import experience_values, now, stamp
from pipeline.store.schema import (
    documents,
    experience_tags,
    experiences,
    outcomes,
    passages,
    sources,
)
from pipeline.store.store import Store

Change = Literal["added", "changed", "unchanged", "elsewhere"]
"""What putting a document did; `elsewhere`: the same content is there from another source."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An experience ready to be kept, with the passages it was split into."""

    experience: Experience
    passages: Sequence[Passage]


@contextmanager
def incoming(
    store: Store, *, source: str, connector: str, path: str, mapping: Mapping[str, str]
) -> Iterator[Incoming]:
    """A transaction in which documents of one source are put.

    Raises:
        StoreBusy: Another process is importing into the same community.
        StoreFull: The disk is full; the database is as it was.
    """
    with store.database.writing(), store.database.write() as connection:
        values = {
            "connector": connector,
            "path": path,
            "mapping": dict(mapping),
            "imported": now(),
        }
        number = _source_number(connection, store.community, source, values)
        before = Incoming(connection, community=store.community, source=number)
        yield before
        if before.touched:
            store.database.changed(connection)


def _source_number(
    connection: Connection, community: int, name: str, values: Mapping[str, Any]
) -> int:
    mine = (sources.c.community == community, sources.c.name == name)
    found = connection.execute(select(sources.c.id).where(*mine)).scalar()
    if found is None:
        return new_row(connection, sources, community=community, name=name, **values)
    connection.execute(update(sources).where(sources.c.id == found).values(**values))
    return int(found)


class Incoming:
    """The open import. `seen` holds the keys that were put, `missing` those that were not."""

    def __init__(self, connection: Connection, *, community: int, source: int) -> None:
        self._connection = connection
        self._community = community
        self._source = source
        self.seen: set[str] = set()
        self.touched = False
        mine = documents.c.source == source
        query = select(documents.c.key, documents.c.content_hash).where(mine)
        self._known: dict[str, str] = dict(list(connection.execute(query)))
        others = select(documents.c.content_hash).where(
            documents.c.community == community, documents.c.source != source
        )
        self._elsewhere = set(connection.execute(others).scalars())

    @property
    def missing(self) -> set[str]:
        """Keys of this source that were there before and did not come again."""
        return set(self._known) - self.seen

    def change(self, document: Document, content_hash: str) -> Change:
        """What putting this document would do."""
        if document.key in self._known:
            same = self._known[document.key] == content_hash
            return "unchanged" if same else "changed"
        return "elsewhere" if content_hash in self._elsewhere else "added"

    def keep(self, document: Document) -> None:
        """Note that an unchanged document came again."""
        self.seen.add(document.key)

    def put(self, document: Document, content_hash: str, prepared: Iterable[Prepared]) -> None:
        """Keep a new or changed document with its experiences.

        Entries that people added to the ledger of a changed experience stay.
        """
        self.seen.add(document.key)
        self.touched = True
        recorded = self._take_out(document.key)
        number = new_row(
            self._connection,
            documents,
            community=self._community,
            source=self._source,
            key=document.key,
            title=document.title,
            origin=document.origin,
            content_hash=content_hash,
            run=0,
        )
        for one in prepared:
            insert_experience(self._connection, one, community=self._community, document=number)
            kept = [entry for entry in recorded if entry["experience"] == one.experience.id]
            if kept:
                self._connection.execute(insert(outcomes), kept)
        self._known[document.key] = content_hash

    def remove(self, keys: Iterable[str]) -> int:
        """Take documents out with all that came from them; returns how many."""
        gone = 0
        for key in keys:
            self.touched = True
            self._take_out(key)
            self._known.pop(key, None)
            gone += 1
        return gone

    def _take_out(self, key: str) -> list[dict[str, Any]]:
        mine = (documents.c.source == self._source, documents.c.key == key)
        found = self._connection.execute(select(documents.c.id).where(*mine)).scalar()
        if found is None:
            return []
        query = (
            select(outcomes)
            .join(experiences, experiences.c.id == outcomes.c.experience)
            .where(experiences.c.document == found, outcomes.c.from_source.is_(False))
        )
        rows = self._connection.execute(query).mappings()
        recorded = [{k: v for k, v in row.items() if k != "id"} for row in rows]
        self._connection.execute(delete(documents).where(documents.c.id == found))
        return recorded


def insert_experience(
    connection: Connection, prepared: Prepared, *, community: int, document: int | None
) -> None:
    """Write one experience with its tags, passages and what its source said of the outcome."""
    experience = prepared.experience
    values = experience_values(experience)
    connection.execute(insert(experiences).values(**values, community=community, document=document))
    tags = [{"experience": experience.id, "tag": tag} for tag in dict.fromkeys(experience.tags)]
    if tags:
        connection.execute(insert(experience_tags), tags)
    spans = [
        {"experience": experience.id, "start": p.start, "end": p.end, "part": p.part}
        for p in prepared.passages
    ]
    if spans:
        connection.execute(insert(passages), spans)
    if experience.status != "unknown":
        entry = {
            "experience": experience.id,
            "status": experience.status,
            "date": stamp(experience.date),
            "author": experience.author,
            "from_source": True,
            "recorded": now(),
        }
        connection.execute(insert(outcomes).values(**entry))


def contribute(store: Store, prepared: Prepared) -> Experience:
    """Keep one experience that a member wrote here; returns it as stored."""
    with store.database.write() as connection:
        insert_experience(connection, prepared, community=store.community, document=None)
        store.database.changed(connection)
    return store.experience(prepared.experience.id)


def remove_experience(store: Store, id: str) -> None:  # noqa: A002 - the word for it
    """Take one experience out of the database, with its passages, tags and ledger.

    Raises:
        NothingFound: There is no such experience.
    """
    store.experience(id)
    with store.database.write() as connection:
        connection.execute(delete(experiences).where(experiences.c.id == id))
        store.database.changed(connection)
