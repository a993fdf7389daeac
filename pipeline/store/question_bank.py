"""Every question that was drafted here, shown or rejected."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select

from pipeline.records import Question
from pipeline.store.rows import question_from, question_values
from pipeline.store.schema import questions
from pipeline.store.store import Store


def keep_questions(store: Store, drafted: Sequence[Question], *, problem: str, run: int) -> None:
    """Keep questions with the run that drafted them."""
    rows = [
        {**question_values(question, problem), "community": store.community, "run": run}
        for question in drafted
    ]
    if rows:
        with store.database.write() as connection:
            connection.execute(insert(questions).prefix_with("OR REPLACE"), rows)


def asked_before(store: Store, *, except_problem: str = "", limit: int = 2000) -> list[Question]:
    """Questions shown before, newest first; those of one problem may be left out."""
    query = select(questions).where(
        questions.c.community == store.community, questions.c.status == "shown"
    )
    if except_problem:
        query = query.where(questions.c.problem != except_problem)
    with store.database.read() as connection:
        rows = connection.execute(query.order_by(questions.c.created.desc()).limit(limit))
        return [question_from(dict(row)) for row in rows.mappings()]


def problems(store: Store, *, limit: int) -> list[str]:
    """Problems that questions were drafted for, newest first, each once."""
    newest = func.max(questions.c.created)
    query = select(questions.c.problem).where(questions.c.community == store.community)
    query = query.group_by(questions.c.problem).order_by(newest.desc()).limit(limit)
    with store.database.read() as connection:
        return list(connection.execute(query).scalars())
