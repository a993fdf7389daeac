"""Searches that were given a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from pipeline.errors import InputError, NothingFound
from pipeline.records import SavedSearch, Where
from pipeline.store.rows import moment, now, when
from pipeline.store.schema import experiences, passages, saved_searches
from pipeline.store.store import Store
from pipeline.store.where_json import where_from_json, where_to_json


def save_search(
    store: Store, name: str, *, owner: str, query: str, where: Where, order: str
) -> SavedSearch:
    """Keep a search under a name.

    What is here by now does not count as new when it is first run.

    Raises:
        InputError: The owner has another search of that name.
    """
    values = {
        "community": store.community,
        "owner": owner,
        "name": name,
        "key": _key(name),
        "query": query,
        "filter": where_to_json(where),
        "order": order,
        "saved": now(),
        "looked_up_to": last_passage(store),
    }
    with store.database.write() as connection:
        if connection.execute(_mine(store, owner, name)).first():
            raise _taken(name)
        connection.execute(insert(saved_searches).values(**values))
    return saved_search(store, name, owner=owner)


def kept_searches(store: Store, *, owner: str) -> list[SavedSearch]:
    """Somebody's searches, in the order of their names."""
    query = select(saved_searches).where(
        saved_searches.c.community == store.community, saved_searches.c.owner == owner
    )
    with store.database.read() as connection:
        rows = connection.execute(query.order_by(saved_searches.c.key)).mappings()
        return [_search_from(row) for row in rows]


def saved_search(store: Store, name: str, *, owner: str) -> SavedSearch:
    """Somebody's search of that name, whatever its case.

    Raises:
        NothingFound: There is none; tells the names that there are.
    """
    with store.database.read() as connection:
        row = connection.execute(_mine(store, owner, name)).mappings().one_or_none()
    if row is None:
        there = ", ".join(one.name for one in kept_searches(store, owner=owner))
        raise NothingFound(
            f"There is no saved search '{name}' in {store.database.name}.",
            hint=f"There are: {there}." if there else "There is none yet.",
        )
    return _search_from(row)


def rename_search(store: Store, name: str, new: str, *, owner: str) -> SavedSearch:
    """Give a search another name.

    Raises:
        NothingFound: There is none of that name.
        InputError: Another search has the new name.
    """
    number = saved_search(store, name, owner=owner).id
    with store.database.write() as connection:
        there = connection.execute(_mine(store, owner, new)).mappings().one_or_none()
        if there is not None and there["id"] != number:
            raise _taken(new)
        mine = update(saved_searches).where(saved_searches.c.id == number)
        connection.execute(mine.values(name=new, key=_key(new)))
    return saved_search(store, new, owner=owner)


def delete_search(store: Store, name: str, *, owner: str) -> SavedSearch:
    """Forget a search; returns it as it was.

    Raises:
        NothingFound: There is none of that name.
    """
    gone = saved_search(store, name, owner=owner)
    with store.database.write() as connection:
        connection.execute(delete(saved_searches).where(saved_searches.c.id == gone.id))
    return gone


def search_was_run(store: Store, search: SavedSearch, *, looked_up_to: int) -> None:
    """Note that a search was run now, over passages up to that number."""
    mine = update(saved_searches).where(saved_searches.c.id == search.id)
    with store.database.write() as connection:
        connection.execute(mine.values(last_run=now(), looked_up_to=looked_up_to))


def last_passage(store: Store) -> int:
    """The highest number that a passage has; 0 when there is none."""
    query = (
        select(passages.c.id)
        .join(experiences, experiences.c.id == passages.c.experience)
        .where(experiences.c.community == store.community)
        .order_by(passages.c.id.desc())
        .limit(1)
    )
    with store.database.read() as connection:
        return int(connection.execute(query).scalar() or 0)


def _mine(store: Store, owner: str, name: str) -> Select[Any]:
    return select(saved_searches).where(
        saved_searches.c.community == store.community,
        saved_searches.c.owner == owner,
        saved_searches.c.key == _key(name),
    )


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _taken(name: str) -> InputError:
    return InputError(
        f"There is a saved search '{name}' already.",
        hint="Choose another name, or delete that one first.",
    )


def _search_from(row: Mapping[Any, Any]) -> SavedSearch:
    return SavedSearch(
        id=row["id"],
        name=row["name"],
        query=row["query"],
        where=where_from_json(row["filter"]),
        order=row["order"],
        saved=when(row["saved"]),
        last_run=moment(row["last_run"]),
        looked_up_to=row["looked_up_to"],
    )
