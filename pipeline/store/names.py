"""Names and titles of a community, as searching and type-ahead need them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from pipeline.records import Where
from pipeline.store.schema import experiences
from pipeline.store.store import Store


def authors(store: Store) -> dict[str, int]:
    """Authors with their number of experiences, most first."""
    e = experiences.c
    number = func.count()
    query = select(e.author, number).where(e.community == store.community, e.author.is_not(None))
    query = query.group_by(e.author).order_by(number.desc(), e.author)
    with store.database.read() as connection:
        return {author: int(count) for author, count in connection.execute(query)}


def titles(store: Store) -> list[tuple[str, str]]:
    """Id and title of every experience, newest first."""
    e = experiences.c
    query = select(e.id, e.title).where(e.community == store.community)
    query = query.order_by(e.date.desc().nulls_last(), e.id)
    with store.database.read() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def saying(store: Store, phrase: str, *, among: Sequence[str] | None = None) -> list[str]:
    """Ids of the experiences whose title or text has a phrase word for word, in order.

    Args:
        store: The community.
        phrase: What they say, whatever its case and spaces.
        among: Ids to look at; None looks at all.
    """
    ids = None if among is None else tuple(among)
    return store.ids(Where(phrases=(phrase,), ids=ids))
