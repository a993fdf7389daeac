"""The imports that were made, and taking one back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from pipeline.errors import InputError, NothingFound
from pipeline.reports import PastImport
from pipeline.store.incoming import insert_documents
from pipeline.store.rows import moment, now
from pipeline.store.schema import (
    documents,
    earlier_versions,
    experiences,
    outcomes,
    runs,
    sources,
)
from pipeline.store.store import Store
from pipeline.store.versions import take_out


def past_imports(store: Store, *, limit: int = 100) -> list[PastImport]:
    """The imports of a community, newest first."""
    query = select(runs).where(runs.c.community == store.community, runs.c.kind == "import")
    with store.database.read() as connection:
        rows = connection.execute(query.order_by(runs.c.id.desc())).mappings().all()
        newest: set[str] = set()
        made = []
        for row in rows:
            source = str(row["detail"].get("source", ""))
            undone = row["detail"].get("undone")
            can = not undone and source not in newest and bool(row["detail"].get("undo"))
            if not undone:
                newest.add(source)
            made.append(_past(connection, dict(row), can_undo=can))
        return made[:limit]


def undo_import(store: Store, run: int, *, lose_entries: bool = False) -> PastImport:
    """Take one import back: what it added goes, what it changed or removed is as it was.

    Args:
        store: The community's store.
        run: Number of the import.
        lose_entries: Go on although people recorded outcomes on experiences that will go.

    Raises:
        NothingFound: There is no such import.
        InputError: It was undone, a later import of the same source has to be undone first, or
            outcomes that people recorded would be lost.
    """
    past = {one.run: one for one in past_imports(store, limit=1_000_000)}
    if run not in past:
        raise NothingFound(f"There is no import {run} in {store.database.name}.")
    mine = past[run]
    _refuse(mine, past.values(), lose_entries=lose_entries)
    with store.database.write() as connection:
        _take_back(connection, mine, community=store.community)
        detail = select(runs.c.detail).where(runs.c.id == run)
        told = {**connection.execute(detail).scalar_one(), "undone": now()}
        connection.execute(update(runs).where(runs.c.id == run).values(detail=told))
        store.database.changed(connection)
    return next(one for one in past_imports(store, limit=1_000_000) if one.run == run)


def _refuse(mine: PastImport, others: Iterable[PastImport], *, lose_entries: bool) -> None:
    if mine.undone:
        raise InputError(f"Import {mine.run} was undone already.")
    later = [o.run for o in others if o.source == mine.source and o.run > mine.run and not o.undone]
    if later:
        raise InputError(
            f"Import {mine.run} of {mine.source} was followed by import {min(later)}.",
            hint=f"Undo import {max(later)} first.",
        )
    if not mine.can_undo:
        raise InputError(f"Import {mine.run} is from before imports could be undone.")
    if mine.known_later and not lose_entries:
        raise InputError(
            f"People recorded {mine.known_later} outcomes on what import {mine.run} added; "
            "undoing it would lose them.",
            hint="Say --lose-entries to go on.",
        )


def _take_back(connection: Connection, mine: PastImport, *, community: int) -> None:
    query = select(sources.c.id).where(
        sources.c.community == community, sources.c.name == mine.source
    )
    source = int(connection.execute(query).scalar_one())
    versions = select(earlier_versions).where(earlier_versions.c.run == mine.run)
    rows = connection.execute(versions).mappings().all()
    recorded: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        now_there = take_out(connection, source=source, key=row["key"])
        recorded.update(_recorded(now_there) if now_there else {})
    added = (documents.c.source == source, documents.c.run == mine.run)
    connection.execute(delete(documents).where(*added))
    back = [_only_of_source(row["version"], recorded) for row in rows]
    if back:
        insert_documents(
            connection, back, community=community, source=source, run=None, recorded=recorded
        )
    connection.execute(delete(earlier_versions).where(earlier_versions.c.run == mine.run))


def _recorded(version: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {
        one["values"]["id"]: [entry for entry in one["outcomes"] if not entry["from_source"]]
        for one in version["experiences"]
    }


def _only_of_source(
    version: dict[str, Any], recorded: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """A version without the people's entries that are put back from its present state."""
    for one in version["experiences"]:
        if one["values"]["id"] in recorded:
            one["outcomes"] = [entry for entry in one["outcomes"] if entry["from_source"]]
    return version


def _past(connection: Connection, row: Mapping[str, Any], *, can_undo: bool) -> PastImport:
    detail = row["detail"]
    started = moment(row["started"])
    if started is None:
        raise NothingFound(f"Import {row['id']} has no date.")
    return PastImport(
        run=row["id"],
        source=str(detail.get("source", "")),
        connector=str(detail.get("connector", "")),
        actor=row["actor"],
        started=started,
        seconds=row["seconds"],
        **{name: int(detail.get(name, 0)) for name in ("added", "changed", "removed", "unchanged")},
        undone=moment(detail.get("undone")),
        can_undo=can_undo,
        known_later=_known_later(connection, row["id"]) if can_undo else 0,
    )


def _known_later(connection: Connection, run: int) -> int:
    """Entries that people made on experiences which only this import gave."""
    changed = select(earlier_versions.c.key).where(earlier_versions.c.run == run)
    query = (
        select(func.count())
        .select_from(outcomes)
        .join(experiences, experiences.c.id == outcomes.c.experience)
        .join(documents, documents.c.id == experiences.c.document)
        .where(
            documents.c.run == run,
            documents.c.key.not_in(changed),
            outcomes.c.from_source.is_(False),
        )
    )
    return int(connection.execute(query).scalar_one())
