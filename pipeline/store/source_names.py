"""Which name an import's source goes by, so that importing it again continues the same source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pipeline.basics import digest
from pipeline.store.schema import sources
from pipeline.store.store import Store


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that was imported before, and how: columns, names, redaction."""

    name: str
    connector: str
    path: str
    mapping: dict[str, str]
    options: dict[str, Any]
    imported: str


def known_sources(store: Store) -> list[KnownSource]:
    """All sources of the community, by name."""
    columns = (sources.c.name, sources.c.connector, sources.c.path)
    query = select(*columns, sources.c.mapping, sources.c.options, sources.c.imported)
    query = query.where(sources.c.community == store.community).order_by(sources.c.name)
    with store.database.read() as connection:
        return [KnownSource(*row) for row in connection.execute(query)]


def source_name(store: Store, path: str, *, stem: str) -> str:
    """The name for what lies at `path`: the one it had before, else its stem.

    Another path with a stem that is taken gets a suffix, so that two exports which number their
    records alike cannot overwrite each other.
    """
    known = known_sources(store)
    for source in known:
        if source.path == path:
            return source.name
    taken = {source.name for source in known}
    return stem if stem not in taken else f"{stem}-{digest(path)[:6]}"
