"""Problems that are kept open, and the notices of experiences that came for them later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, case, func, insert, select, update

from pipeline.errors import NothingFound
from pipeline.records import Notice, OpenProblem, Where
from pipeline.store.database import new_row
from pipeline.store.rows import moment, now, when
from pipeline.store.schema import experiences, notices, open_problems, passages
from pipeline.store.store import Store
from pipeline.store.where_json import where_from_json, where_to_json


def keep_problem(
    store: Store,
    problem: str,
    *,
    where: Where,
    actor: str,
    looked_up_to: int,
    known: Mapping[str, float],
) -> OpenProblem:
    """Keep a problem open; the one that is open already when text and filter are the same.

    Args:
        store: The community's store.
        problem: Its text.
        where: What experiences have to pass.
        actor: Who keeps it.
        looked_up_to: Number of the last passage that there is.
        known: Experiences that are near to it now, which it will never be told of, with their
            nearness.
    """
    asked = where_to_json(where)
    with store.database.write() as connection:
        same = select(open_problems.c.id, open_problems.c.filter).where(
            open_problems.c.community == store.community,
            open_problems.c.problem == problem,
            open_problems.c.closed.is_(None),
        )
        there = [id_ for id_, kept in connection.execute(same) if kept == asked]
        if there:
            number = int(there[0])
        else:
            number = new_row(
                connection,
                open_problems,
                community=store.community,
                problem=problem,
                filter=asked,
                kept=now(),
                kept_by=actor,
                looked_up_to=looked_up_to,
                looked_at=now(),
            )
            _insert(connection, number, known, known_before=True)
    return open_problem(store, number)


def kept_problems(store: Store, *, closed: bool = False) -> list[OpenProblem]:
    """Problems that are open, oldest first; closed ones too when asked for."""
    query = _with_counts().where(open_problems.c.community == store.community)
    query = query if closed else query.where(open_problems.c.closed.is_(None))
    with store.database.read() as connection:
        rows = connection.execute(query.order_by(open_problems.c.id)).mappings()
        return [_problem_from(row) for row in rows]


def open_problem(store: Store, number: int) -> OpenProblem:
    """One problem, open or closed.

    Raises:
        NothingFound: There is none with this number.
    """
    mine = (open_problems.c.community == store.community, open_problems.c.id == number)
    with store.database.read() as connection:
        row = connection.execute(_with_counts().where(*mine)).mappings().one_or_none()
    if row is None:
        raise NothingFound(f"There is no open problem {number} in {store.database.name}.")
    return _problem_from(row)


def close_problem(store: Store, number: int) -> OpenProblem:
    """Close a problem, so that nothing is looked for any more; closing it again changes nothing.

    Raises:
        NothingFound: There is none with this number.
    """
    open_problem(store, number)
    mine = (open_problems.c.id == number, open_problems.c.closed.is_(None))
    with store.database.write() as connection:
        connection.execute(update(open_problems).where(*mine).values(closed=now()))
    return open_problem(store, number)


def came_after(store: Store, passage: int) -> list[str]:
    """Ids of the experiences with passages of a higher number: they are new, or were changed."""
    query = (
        select(passages.c.experience)
        .distinct()
        .join(experiences, experiences.c.id == passages.c.experience)
        .where(experiences.c.community == store.community, passages.c.id > passage)
        .order_by(passages.c.experience)
    )
    with store.database.read() as connection:
        return list(connection.execute(query).scalars())


def keep_notices(
    store: Store, found: Mapping[int, Mapping[str, float]], *, looked_up_to: int
) -> list[Notice]:
    """Keep what was found for open problems, and how far was looked: all of it, or nothing.

    Args:
        store: The community's store.
        found: By problem, the experiences that are near to it with their nearness; a problem
            for which nothing came has none.
        looked_up_to: Number of the last passage that was looked at.

    Returns:
        The notices that are new.
    """
    made: list[int] = []
    with store.database.write() as connection:
        for number, near in found.items():
            still = (
                open_problems.c.id == number,
                open_problems.c.community == store.community,
                open_problems.c.closed.is_(None),
            )
            looked = update(open_problems).where(*still)
            looked = looked.values(
                looked_at=now(),
                looked_up_to=case(
                    (open_problems.c.looked_up_to < looked_up_to, looked_up_to),
                    else_=open_problems.c.looked_up_to,
                ),
            )
            if connection.execute(looked).rowcount:
                made += _insert(connection, number, near)
    return [one for one in problem_notices(store) if one.id in set(made)]


def problem_notices(
    store: Store, *, problem: int | None = None, unseen: bool = False, closed: bool = True
) -> list[Notice]:
    """Notices, newest first and of one moment the nearest first; of experiences that are here."""
    query = (
        select(notices, open_problems.c.problem.label("told"), experiences.c.title)
        .join(open_problems, open_problems.c.id == notices.c.problem)
        .join(experiences, experiences.c.id == notices.c.experience)
        .where(open_problems.c.community == store.community, notices.c.known_before.is_(False))
        .order_by(notices.c.found.desc(), notices.c.nearness.desc(), notices.c.id)
    )
    query = query if problem is None else query.where(notices.c.problem == problem)
    query = query.where(notices.c.seen.is_(None)) if unseen else query
    query = query if closed else query.where(open_problems.c.closed.is_(None))
    with store.database.read() as connection:
        return [_notice_from(row) for row in connection.execute(query).mappings()]


def see_notices(store: Store, numbers: Sequence[int]) -> None:
    """Note that somebody has looked at these notices; when it was first done stays."""
    if not numbers:
        return
    with store.database.write() as connection:
        for number in numbers:
            mine = (notices.c.id == number, notices.c.seen.is_(None))
            connection.execute(update(notices).where(*mine).values(seen=now()))


def _insert(
    connection: Connection, problem: int, near: Mapping[str, float], *, known_before: bool = False
) -> list[int]:
    there = select(notices.c.experience).where(notices.c.problem == problem)
    known = set(connection.execute(there).scalars())
    rows = [
        {
            "problem": problem,
            "experience": id_,
            "nearness": nearness,
            "found": now(),
            "known_before": known_before,
        }
        for id_, nearness in near.items()
        if id_ not in known
    ]
    if not rows:
        return []
    query = insert(notices).returning(notices.c.id)
    return list(connection.execute(query, rows).scalars())


def _with_counts() -> Select[Any]:
    """Problems with the number of their notices; of experiences that are still here."""
    told = (
        select(
            notices.c.problem.label("number"),
            func.count().label("told"),
            func.sum(case((notices.c.seen.is_(None), 1), else_=0)).label("fresh"),
        )
        .join(experiences, experiences.c.id == notices.c.experience)
        .where(notices.c.known_before.is_(False))
        .group_by(notices.c.problem)
        .subquery()
    )
    return select(open_problems, told.c.told, told.c.fresh).outerjoin(
        told, told.c.number == open_problems.c.id
    )


def _problem_from(row: Mapping[Any, Any]) -> OpenProblem:
    return OpenProblem(
        id=row["id"],
        problem=row["problem"],
        kept=when(row["kept"]),
        kept_by=row["kept_by"],
        where=where_from_json(row["filter"]),
        looked_up_to=row["looked_up_to"],
        looked_at=moment(row["looked_at"]),
        closed=moment(row["closed"]),
        notices=int(row["told"] or 0),
        unseen=int(row["fresh"] or 0),
    )


def _notice_from(row: Mapping[Any, Any]) -> Notice:
    return Notice(
        id=row["id"],
        problem=row["problem"],
        told=row["told"],
        experience=row["experience"],
        title=row["title"],
        nearness=row["nearness"],
        found=when(row["found"]),
        seen=moment(row["seen"]),
    )
