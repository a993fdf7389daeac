"""A `Where` as SQL conditions on the table of experiences."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, false, func, select

from pipeline.records import Where
from pipeline.store.rows import stamp
from pipeline.store.schema import documents, experience_tags, experiences, sources


def conditions(where: Where) -> list[ColumnElement[bool]]:
    """Conditions that must all hold; `nothing` becomes one that never does."""
    if where.nothing:
        return [false()]
    e = experiences.c
    candidates: list[tuple[object, ColumnElement[bool]]] = [
        (where.since, e.date >= (stamp(where.since) or "")),
        (where.until, e.date <= (stamp(where.until) or "")),
        (where.before, e.date < (stamp(where.before) or "")),
        (where.disciplines, func.lower(e.discipline).in_([d.lower() for d in where.disciplines])),
        (where.outcomes, e.status.in_(where.outcomes)),
        (where.authors, e.author.in_(where.authors)),
        (where.ids is not None, e.id.in_(where.ids or ())),
        (where.not_ids, e.id.not_in(where.not_ids)),
        (where.tags, _tagged(where.tags)),
        (where.sources, _from_sources(where.sources)),
    ]
    return [condition for given, condition in candidates if given]


def _tagged(tags: Iterable[str]) -> ColumnElement[bool]:
    named = func.lower(experience_tags.c.tag).in_([tag.lower() for tag in tags])
    query = select(experience_tags.c.tag).where(experience_tags.c.experience == experiences.c.id)
    return exists(query.where(named))


def _from_sources(names: Iterable[str]) -> ColumnElement[bool]:
    query = (
        select(documents.c.id)
        .join(sources, sources.c.id == documents.c.source)
        .where(documents.c.id == experiences.c.document, sources.c.name.in_(list(names)))
    )
    return exists(query)
