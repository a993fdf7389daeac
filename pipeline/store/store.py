"""The community's memory as the other rooms see it: reading experiences, facets, the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, func, insert, select, update

from pipeline.errors import NothingFound
from pipeline.records import Experience, Outcome, Passage, Where
from pipeline.store.database import Database, new_row
from pipeline.store.filters import conditions
from pipeline.store.rows import experience_from, moment, now, outcome_from, stamp, summary
from pipeline.store.schema import (
    documents,
    experience_tags,
    experiences,
    outcomes,
    passages,
    runs,
    sources,
)

MANY = 500  # values in one SQL list
EVERYTHING = Where()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to filter by, each value with its number of experiences, most first."""

    disciplines: Mapping[str, int]
    tags: Mapping[str, int]
    outcomes: Mapping[str, int]
    years: Mapping[int, int]
    sources: Mapping[str, int]


class Store:
    """One community's database. Open it with a folder; close it, or use it in a `with`."""

    def __init__(self, folder: Path, *, community: str) -> None:
        self.database = Database(folder, name=community)
        self.community = self.database.community

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database file."""
        self.database.close()

    # --- experiences ---------------------------------------------------------------------

    def count(self, where: Where = EVERYTHING) -> int:
        """How many experiences the filter lets through."""
        query = select(func.count()).select_from(experiences).where(*self._mine(where))
        with self.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def experiences(self, ids: Sequence[str]) -> dict[str, Experience]:
        """The experiences with these ids, those that exist, by id."""
        found: dict[str, Experience] = {}
        with self.database.read() as connection:
            for some in _portions(ids):
                query = _whole().where(experiences.c.id.in_(some))
                for experience in _read(connection, query):
                    found[experience.id] = experience
        return found

    def dates(self, ids: Sequence[str]) -> dict[str, datetime | None]:
        """When the experiences with these ids are from, those that exist; reads nothing else."""
        found: dict[str, datetime | None] = {}
        with self.database.read() as connection:
            for some in _portions(ids):
                query = select(experiences.c.id, experiences.c.date)
                rows = connection.execute(query.where(experiences.c.id.in_(some)))
                found.update((id_, moment(date)) for id_, date in rows)
        return found

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """Titles of the experiences with these ids, those that exist; reads nothing else."""
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for some in _portions(ids):
                query = select(experiences.c.id, experiences.c.title)
                rows = connection.execute(query.where(experiences.c.id.in_(some)))
                found.update((id_, title) for id_, title in rows)
        return found

    def experience(self, id: str) -> Experience:  # noqa: A002 - the word for it
        """One experience.

        Raises:
            NothingFound: There is none with this id.
        """
        found = self.experiences([id])
        if id not in found:
            raise NothingFound(f"There is no experience {id} in {self.database.name}.")
        return found[id]

    def all_experiences(
        self, where: Where = EVERYTHING, *, limit: int | None = None, offset: int = 0
    ) -> Iterator[Experience]:
        """Experiences the filter lets through, newest first, in bounded memory."""
        order = (experiences.c.date.desc().nulls_last(), experiences.c.id)
        query = _whole().where(*self._mine(where)).order_by(*order)
        query = query.limit(limit).offset(offset) if limit is not None else query
        with self.database.read() as connection:
            rows = connection.execution_options(yield_per=MANY).execute(query).mappings()
            for some in rows.partitions(MANY):
                yield from _with_tags(connection, some)

    def ids(self, where: Where = EVERYTHING) -> list[str]:
        """Ids of the experiences the filter lets through."""
        query = select(experiences.c.id).where(*self._mine(where)).order_by(experiences.c.id)
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def keys(self, source: str | None = None) -> dict[str, str]:
        """Experience id by the key its document has in its source."""
        query = (
            select(documents.c.key, experiences.c.id)
            .join(documents, documents.c.id == experiences.c.document)
            .join(sources, sources.c.id == documents.c.source)
            .where(experiences.c.community == self.community)
        )
        if source is not None:
            query = query.where(sources.c.name == source)
        with self.database.read() as connection:
            return dict(list(connection.execute(query)))

    def facets(self) -> Facets:
        """Values to filter by, with counts."""
        e = experiences.c
        with self.database.read() as connection:

            def counted(column: Any, *joins: Any) -> dict[Any, int]:
                query = select(column, func.count()).select_from(experiences)
                for table, on in joins:
                    query = query.join(table, on)
                query = query.where(e.community == self.community, column.is_not(None))
                rows = connection.execute(query.group_by(column).order_by(func.count().desc()))
                return {value: int(number) for value, number in rows}

            by_tag = (experience_tags, experience_tags.c.experience == e.id)
            by_document = (documents, documents.c.id == e.document)
            by_source = (sources, sources.c.id == documents.c.source)
            years = counted(func.substr(e.date, 1, 4))
            return Facets(
                disciplines=counted(e.discipline),
                tags=counted(experience_tags.c.tag, by_tag),
                outcomes=counted(e.status),
                years={int(year): number for year, number in sorted(years.items())},
                sources=counted(sources.c.name, by_document, by_source),
            )

    # --- passages ------------------------------------------------------------------------

    def passage_ids(self) -> set[int]:
        """Ids of all passages; an id is never used twice."""
        query = select(passages.c.id).join(experiences).where(*self._mine(EVERYTHING))
        with self.database.read() as connection:
            return set(connection.execute(query).scalars())

    def passage_owners(self) -> dict[int, str]:
        """Id of the experience that each passage belongs to, by passage id."""
        query = select(passages.c.id, passages.c.experience).join(experiences)
        with self.database.read() as connection:
            return dict(list(connection.execute(query.where(*self._mine(EVERYTHING)))))

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages with these ids, with their text, by id."""
        length = passages.c.end - passages.c.start
        words = func.substr(experiences.c.text, passages.c.start + 1, length).label("words")
        query = select(passages, words).join(experiences)
        found: dict[int, Passage] = {}
        with self.database.read() as connection:
            for some in _portions(ids):
                rows = connection.execute(query.where(passages.c.id.in_(some))).mappings()
                for row in rows:
                    found[row["id"]] = Passage(
                        id=row["id"],
                        experience=row["experience"],
                        text=row["words"],
                        start=row["start"],
                        end=row["end"],
                        part=row["part"],
                    )
        return found

    # --- the ledger ----------------------------------------------------------------------

    def outcomes(self, ids: Sequence[str]) -> dict[str, tuple[Outcome, ...]]:
        """Ledger entries by experience, oldest first; experiences without any are absent."""
        found: dict[str, list[Outcome]] = {}
        with self.database.read() as connection:
            for some in _portions(ids):
                query = select(outcomes).where(outcomes.c.experience.in_(some))
                for row in connection.execute(query.order_by(outcomes.c.id)).mappings():
                    found.setdefault(row["experience"], []).append(outcome_from(dict(row)))
        return {id_: tuple(entries) for id_, entries in found.items()}

    def record_outcome(self, experience: str, outcome: Outcome) -> Experience:
        """Append to the ledger and return the experience with its new status.

        Raises:
            NothingFound: There is no such experience.
        """
        self.experience(experience)
        entry = {
            "experience": experience,
            "status": outcome.status,
            "context": outcome.context,
            "date": stamp(outcome.date),
            "author": outcome.author,
            "recorded": now(),
        }
        with self.database.write() as connection:
            connection.execute(insert(outcomes).values(**entry))
            told = connection.execute(
                select(outcomes.c.status).where(outcomes.c.experience == experience)
            ).scalars()
            changed = update(experiences).where(experiences.c.id == experience)
            connection.execute(changed.values(status=summary(told)))
            self.database.changed(connection)
        return self.experience(experience)

    # --- runs ----------------------------------------------------------------------------

    def record_run(
        self, kind: str, *, actor: str, seconds: float, detail: Mapping[str, Any]
    ) -> int:
        """Note that something was done; returns its number."""
        values = {
            "community": self.community,
            "kind": kind,
            "actor": actor,
            "started": now(),
            "seconds": seconds,
            "detail": dict(detail),
        }
        with self.database.write() as connection:
            return new_row(connection, runs, **values)

    def runs(self, kind: str | None = None, *, limit: int = 50) -> list[dict[str, Any]]:
        """The latest runs, newest first."""
        query = select(runs).where(runs.c.community == self.community)
        query = query.where(runs.c.kind == kind) if kind else query
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(runs.c.id.desc()).limit(limit)).mappings()
            return [dict(row) for row in rows]

    def _mine(self, where: Where) -> list[Any]:
        return [experiences.c.community == self.community, *conditions(where)]


def _whole() -> Select[Any]:
    return (
        select(experiences, documents.c.key, sources.c.name.label("source_name"))
        .outerjoin(documents, documents.c.id == experiences.c.document)
        .outerjoin(sources, sources.c.id == documents.c.source)
    )


def _read(connection: Connection, query: Select[Any]) -> list[Experience]:
    return _with_tags(connection, connection.execute(query).mappings().all())


def _with_tags(connection: Connection, rows: Sequence[Any]) -> list[Experience]:
    ids = [row["id"] for row in rows]
    query = select(experience_tags).where(experience_tags.c.experience.in_(ids))
    tags: dict[str, list[str]] = {}
    for id_, tag in connection.execute(query.order_by(experience_tags.c.tag)):
        tags.setdefault(id_, []).append(tag)
    return [experience_from(row, tags.get(row["id"], ())) for row in rows]


def _portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), MANY):
        yield values[start : start + MANY]
