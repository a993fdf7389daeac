"""One document as it stands in the database, as rows that can be put back later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from pipeline.store.schema import (
    documents,
    earlier_versions,
    experience_tags,
    experiences,
    outcomes,
    passages,
    runs,
)

KEPT = 5
"""Imports of one source, the latest, whose earlier versions are kept so that they can be undone."""


def take_out(connection: Connection, *, source: int, key: str) -> dict[str, Any] | None:
    """Delete a document with all that came from it; gives it as it was, None if there is none."""
    mine = (documents.c.source == source, documents.c.key == key)
    found = connection.execute(select(documents).where(*mine)).mappings().one_or_none()
    if found is None:
        return None
    ids = select(experiences).where(experiences.c.document == found["id"])
    version = {
        "key": found["key"],
        "title": found["title"],
        "origin": found["origin"],
        "content_hash": found["content_hash"],
        "run": found["run"],
        "experiences": [
            _whole(connection, dict(row)) for row in connection.execute(ids).mappings().all()
        ],
    }
    connection.execute(delete(documents).where(documents.c.id == found["id"]))
    return version


def _whole(connection: Connection, values: dict[str, Any]) -> dict[str, Any]:
    id_ = values["id"]
    tags = select(experience_tags.c.tag).where(experience_tags.c.experience == id_)
    spans = select(passages.c.start, passages.c.end, passages.c.part)
    spans = spans.where(passages.c.experience == id_).order_by(passages.c.id)
    ledger = select(outcomes).where(outcomes.c.experience == id_).order_by(outcomes.c.id)
    entries = connection.execute(ledger).mappings().all()
    return {
        "values": {k: v for k, v in values.items() if k not in {"community", "document"}},
        "tags": list(connection.execute(tags).scalars()),
        "passages": [list(row) for row in connection.execute(spans)],
        "outcomes": [
            {k: v for k, v in entry.items() if k not in {"id", "experience"}} for entry in entries
        ],
    }


def forget_old_versions(connection: Connection, source: int) -> None:
    """Delete the versions that only long past imports of a source would need."""
    mine = select(earlier_versions.c.run).where(earlier_versions.c.source == source).distinct()
    numbers = sorted(connection.execute(mine).scalars(), reverse=True)
    for run in numbers[KEPT:]:
        connection.execute(delete(earlier_versions).where(earlier_versions.c.run == run))
        detail = connection.execute(select(runs.c.detail).where(runs.c.id == run)).scalar_one()
        told = {**detail, "undo": False}
        connection.execute(update(runs).where(runs.c.id == run).values(detail=told))
