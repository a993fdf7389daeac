"""Who agreed to be named, and where the experiences of people lie."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, cast, delete, exists, func, insert, or_, select

from pipeline.errors import NothingFound
from pipeline.records import Consent
from pipeline.store.rows import stamp, when
from pipeline.store.schema import experience_tags, experiences, outcomes, people
from pipeline.store.store import Store


class Told(NamedTuple):
    """An experience that somebody told, and the discipline or tag it has."""

    author: str
    experience: str
    kind: str
    field: str


def join_people(store: Store, given: Consent) -> Consent:
    """Keep that somebody agreed to be named; what was kept of them before is replaced."""
    values = {
        "community": store.community,
        "author": given.author,
        "name": given.name,
        "contact": given.contact,
        "joined": stamp(given.joined),
        "recorded_by": given.recorded_by,
    }
    mine = (people.c.community == store.community, people.c.author == given.author)
    with store.database.write() as connection:
        again = connection.execute(delete(people).where(*mine)).rowcount
        connection.execute(insert(people).values(**values))
    if again:
        store.database.tidy()
    return given


def leave_people(store: Store, author: str) -> Consent:
    """Forget the name and contact of somebody, in the file too; returns what was kept.

    Raises:
        NothingFound: They are not named.
    """
    gone = named_people(store).get(author)
    if gone is None:
        raise NothingFound(f"{author} is not among the people of {store.database.name}.")
    mine = (people.c.community == store.community, people.c.author == author)
    with store.database.write() as connection:
        connection.execute(delete(people).where(*mine))
    store.database.tidy()
    return gone


def named_people(store: Store) -> dict[str, Consent]:
    """Who agreed to be named, by pseudonym, in the order of their names."""
    query = select(people).where(people.c.community == store.community)
    query = query.order_by(func.lower(people.c.name), people.c.author)
    with store.database.read() as connection:
        return {row["author"]: _consent(row) for row in connection.execute(query).mappings()}


def has_told(store: Store, author: str) -> bool:
    """Whether anything here is by this author: an experience, a part of one, a ledger entry."""
    e = experiences.c
    quoted = json.dumps(author)  # as it stands in the stored parts
    wrote = or_(e.author == author, func.instr(cast(e.parts, Text), quoted) > 0)
    tried = exists().where(outcomes.c.author == author, outcomes.c.experience == e.id)
    query = select(e.id).where(e.community == store.community, or_(wrote, tried)).limit(1)
    with store.database.read() as connection:
        return connection.execute(query).first() is not None


def told_in(
    store: Store, *, authors: Collection[str], disciplines: Sequence[str], tags: Sequence[str]
) -> list[Told]:
    """What these authors told in the disciplines and under the tags, newest first."""
    e, t = experiences.c, experience_tags.c
    mine = (e.community == store.community, e.author.in_(list(authors)))
    by_discipline = select(e.author, e.id, e.discipline).where(
        *mine, e.discipline.in_(list(disciplines))
    )
    by_tag = select(e.author, e.id, t.tag).join(experience_tags, t.experience == e.id)
    by_tag = by_tag.where(*mine, t.tag.in_(list(tags)))
    found: list[Told] = []
    with store.database.read() as connection:
        for kind, query in (("discipline", by_discipline), ("tag", by_tag)):
            rows = connection.execute(query.order_by(e.date.desc().nulls_last(), e.id))
            found += [Told(author, id_, kind, field) for author, id_, field in rows]
    return found


def authors_in(
    store: Store, *, but: Collection[str], disciplines: Sequence[str], tags: Sequence[str]
) -> int:
    """How many authors told something in the disciplines or under the tags, except for some."""
    e, t = experiences.c, experience_tags.c
    tagged = exists().where(t.experience == e.id, t.tag.in_(list(tags)))
    fields: ColumnElement[bool] = or_(e.discipline.in_(list(disciplines)), tagged)
    query = select(func.count(e.author.distinct())).where(
        e.community == store.community, e.author.not_in(list(but)), fields
    )
    with store.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def _consent(row: Mapping[Any, Any]) -> Consent:
    return Consent(
        author=row["author"],
        name=row["name"],
        contact=row["contact"],
        joined=when(row["joined"]),
        recorded_by=row["recorded_by"],
    )
