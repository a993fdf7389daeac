"""Bringing documents in: one transaction for a whole import, so that a failure changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.records import Document, Experience
from pipeline.store.database import new_row
from pipeline.store.rows import now
from pipeline.store.schema import (
    documents,
    earlier_versions,
    experience_tags,
    experiences,
    notices,
    outcomes,
    passages,
    runs,
    sources,
)
from pipeline.store.staged import Prepared, document_rows, experience_rows
from pipeline.store.store import Store
from pipeline.store.versions import forget_old_versions, take_out

Change = Literal["added", "changed", "unchanged", "elsewhere"]
"""What putting a document would do; `elsewhere`: the same content came from another source."""

PORTION = 500  # documents written with one statement


class Known:
    """What a community has of a source: tells whether a document is new, before it is prepared."""

    def __init__(self, connection: Connection, *, community: int, source: str) -> None:
        mine = (documents.c.community == community, sources.c.name == source)
        query = select(documents.c.key, documents.c.content_hash).join(sources).where(*mine)
        self.hashes: dict[str, str] = dict(list(connection.execute(query)))
        others = (
            select(documents.c.content_hash)
            .join(sources)
            .where(documents.c.community == community, sources.c.name != source)
        )
        self._elsewhere = set(connection.execute(others).scalars())

    def change(self, document: Document, content_hash: str) -> Change:
        """What putting this document would do."""
        known = self.hashes.get(document.key)
        if known is not None:
            return "unchanged" if known == content_hash else "changed"
        return "elsewhere" if content_hash in self._elsewhere else "added"


def known_documents(store: Store, source: str) -> Known:
    """What the community has of a source now."""
    with store.database.read() as connection:
        return Known(connection, community=store.community, source=source)


@contextmanager
def incoming(
    store: Store,
    *,
    source: str,
    connector: str,
    path: str,
    mapping: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
    actor: str = "owner",
) -> Iterator[Incoming]:
    """A transaction in which documents of one source are put, and the run that puts them.

    Raises:
        StoreBusy: Another process is importing into the same community.
        StoreFull: The disk is full; the database is as it was.
    """
    with store.database.writing(wait=10.0), store.database.write() as connection:
        values = {
            "connector": connector,
            "path": path,
            "mapping": dict(mapping),
            "options": dict(options or {}),
            "imported": now(),
        }
        number = _source_number(connection, store.community, source, values)
        run = new_row(
            connection,
            runs,
            community=store.community,
            kind="import",
            actor=actor,
            started=now(),
            seconds=0.0,
            detail={"source": source, "connector": connector},
        )
        into = Incoming(connection, community=store.community, source=number, run=run)
        into.known = Known(connection, community=store.community, source=source)
        yield into
        if into.touched:
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

    known: Known

    def __init__(self, connection: Connection, *, community: int, source: int, run: int) -> None:
        self._connection = connection
        self._community = community
        self._source = source
        self.run = run
        self.seen: set[str] = set()
        self.touched = False

    @property
    def missing(self) -> set[str]:
        """Keys of this source that were there before and did not come again."""
        return set(self.known.hashes) - self.seen

    def change(self, document: Document, content_hash: str) -> Change:
        """What putting this document would do."""
        return self.known.change(document, content_hash)

    def keep(self, document: Document) -> None:
        """Note that an unchanged document came again."""
        self.seen.add(document.key)

    def put(self, document: Document, content_hash: str, prepared: Iterable[Prepared]) -> None:
        """Keep one new or changed document with its experience."""
        for one in prepared:
            self.put_rows([document_rows(document, content_hash, one)])

    def put_rows(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep new or changed documents with their experiences; see `staged.document_rows`.

        A version that is replaced is kept with the run, and entries that people added to the
        ledger of a changed experience stay.
        """
        if not rows:
            return
        self.touched = True
        recorded: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            self.seen.add(row["key"])
            if row["key"] in self.known.hashes:
                recorded.update(self._replace(row["key"]))
            self.known.hashes[row["key"]] = row["content_hash"]
        insert_documents(
            self._connection,
            rows,
            community=self._community,
            source=self._source,
            run=self.run,
            recorded=recorded,
        )

    def remove(self, keys: Iterable[str]) -> int:
        """Take documents out with all that came from them; returns how many."""
        gone = 0
        for key in list(keys):
            self.touched = True
            self._replace(key)
            self.known.hashes.pop(key, None)
            gone += 1
        return gone

    def finish(self, *, seconds: float, detail: Mapping[str, Any]) -> None:
        """Write down with the run what it did, and that it can be undone."""
        mine = update(runs).where(runs.c.id == self.run)
        told = {**detail, "undo": True}
        self._connection.execute(mine.values(seconds=seconds, detail=told))
        forget_old_versions(self._connection, self._source)

    def _replace(self, key: str) -> dict[str, list[dict[str, Any]]]:
        """Take a document out, keeping its version; gives what people recorded of it."""
        version = take_out(self._connection, source=self._source, key=key)
        if version is None:
            return {}
        values = {"run": self.run, "source": self._source, "key": key, "version": version}
        self._connection.execute(insert(earlier_versions).values(**values))
        return {
            one["values"]["id"]: [entry for entry in one["outcomes"] if not entry["from_source"]]
            for one in version["experiences"]
        }


def insert_documents(
    connection: Connection,
    rows: Sequence[Mapping[str, Any]],
    *,
    community: int,
    source: int,
    run: int | None,
    recorded: Mapping[str, list[dict[str, Any]]] | None = None,
) -> None:
    """Write documents with their experiences; without a `run` each has its own in its rows."""
    values = [
        {
            "community": community,
            "source": source,
            "key": row["key"],
            "title": row["title"],
            "origin": row["origin"],
            "content_hash": row["content_hash"],
            "run": row["run"] if run is None else run,
        }
        for row in rows
    ]
    query = insert(documents).returning(documents.c.id, sort_by_parameter_order=True)
    numbers = list(connection.execute(query, values).scalars())
    whole = [
        (one, number)
        for row, number in zip(rows, numbers, strict=True)
        for one in row["experiences"]
    ]
    insert_experiences(connection, whole, community=community, recorded=recorded or {})


def insert_experiences(
    connection: Connection,
    rows: Sequence[tuple[Mapping[str, Any], int | None]],
    *,
    community: int,
    recorded: Mapping[str, list[dict[str, Any]]],
) -> None:
    """Write experiences with tags, passages and ledger, each with its document's number."""
    made = [{**one["values"], "community": community, "document": number} for one, number in rows]
    connection.execute(insert(experiences), made)
    tags, spans, entries = [], [], []
    for one, _ in rows:
        id_ = one["values"]["id"]
        tags += [{"experience": id_, "tag": tag} for tag in one["tags"]]
        spans += [
            {"experience": id_, "start": start, "end": end, "part": part}
            for start, end, part in one["passages"]
        ]
        kept = [*one["outcomes"], *recorded.get(id_, ())]
        entries += [{**entry, "experience": id_} for entry in kept]
    for table, values in ((experience_tags, tags), (passages, spans), (outcomes, entries)):
        if values:
            connection.execute(insert(table), values)


def contribute(store: Store, prepared: Prepared) -> Experience:
    """Keep one experience that a member wrote here; returns it as stored."""
    rows = experience_rows(prepared.experience, prepared.passages)
    with store.database.write() as connection:
        insert_experiences(connection, [(rows, None)], community=store.community, recorded={})
        store.database.changed(connection)
    return store.experience(prepared.experience.id)


def remove_experience(store: Store, id: str) -> None:  # noqa: A002 - the word for it
    """Take one experience out of the database, with its passages, tags, ledger and versions.

    Raises:
        NothingFound: There is no such experience.
    """
    store.experience(id)
    with store.database.write() as connection:
        query = (
            select(documents.c.source, documents.c.key)
            .join(experiences, experiences.c.document == documents.c.id)
            .where(experiences.c.id == id)
        )
        for source, key in connection.execute(query).all():
            mine = (earlier_versions.c.source == source, earlier_versions.c.key == key)
            connection.execute(delete(earlier_versions).where(*mine))
        connection.execute(delete(notices).where(notices.c.experience == id))
        connection.execute(delete(experiences).where(experiences.c.id == id))
        store.database.changed(connection)
