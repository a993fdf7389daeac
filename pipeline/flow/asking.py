"""Ask the community: a problem in, related experiences and counter-experiences out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.access import require, visible
from pipeline.documents.sentences import sentences
from pipeline.errors import InputError, NothingFound
from pipeline.flow.demo import EXAMPLES, SAMPLE
from pipeline.flow.fields import fields_of
from pipeline.flow.finding import both, read_query, resolved
from pipeline.flow.indexing import catch_up
from pipeline.flow.people import lived
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import Answer, Related, Where, Why
from pipeline.retrieval.candidates import Candidates, Reader
from pipeline.retrieval.counter import counter_experiences
from pipeline.retrieval.elsewhere import elsewhere
from pipeline.retrieval.ordering import ORDERS
from pipeline.retrieval.precedent import meaning, precedent
from pipeline.retrieval.search import related_to_experience, search

MOST = 100  # related experiences in all the pages of an answer
PAGE = 10
ELSEWHERE = 5  # experiences of other fields in one answer
COUNTER = 10  # counter-experiences in one answer
LONGEST = 20_000  # characters of a problem that are read
FEWEST, MOST_SHOWN = 40, 240  # characters of an example problem
EVERYTHING = Where()
NO_ELSEWHERE = (
    "Nothing of another field that passes the filter shows the same pattern clearly enough."
)


def ask(
    workspace: Workspace,
    problem: str,
    *,
    k: int = PAGE,
    offset: int = 0,
    where: Where = EVERYTHING,
    order: str = ORDERS[0],
    progress: Progress = silent,
) -> Answer:
    """Related experiences for a problem, nearest first, and those that found otherwise.

    Args:
        workspace: The community.
        problem: What someone faces, in their own words; a sentence or a whole story. It may
            hold operators (see `retrieval.query`); with nothing else in it, what passes them
            is listed, the newest first.
        k: How many related experiences at most.
        offset: How many related experiences to pass over: those of the pages before.
        where: Filter beside the operators; the default lets everything through.
        order: "lived" lets what was tried and what is recent move the order a little,
            "nearness" does not.
        progress: Called while the index is brought up to date.

    Raises:
        InputError: The problem is empty, or `k`, `offset` or `order` is out of range.
        NothingFound: The community has no experiences yet.
    """
    require(workspace.actor, "read")
    problem = problem.strip()[:LONGEST]
    _check(problem, k, offset, order)
    catch_up(workspace, progress=progress)
    began = time.perf_counter()
    if not workspace.index.count(EVERYTHING):
        raise NothingFound(
            f"{workspace.community} has no experiences yet.",
            hint=f"Bring some in with: doubleloop import PATH --community {workspace.community}",
        )
    query = read_query(workspace, problem)
    wanted = resolved(workspace, visible(workspace.actor, both(workspace, where, query.where)))
    with workspace.store.database.one_view():
        if query.lists:
            answer = _listed(workspace, wanted, k=k, offset=offset)
        else:
            answer = _found(
                workspace, query.problem, wanted, k=k, offset=offset, lived_first=order == "lived"
            )
    return replace(answer, notes=query.notes, seconds=time.perf_counter() - began)


def _check(problem: str, k: int, offset: int, order: str) -> None:
    if not problem:
        raise InputError("The problem is empty.", hint="Say in a sentence or two what you face.")
    if not 1 <= k <= MOST:
        raise InputError(f"k is {k}; it can be 1 to {MOST}.")
    if not 0 <= offset < MOST:
        raise InputError(f"There is no such page: at most {MOST} related experiences are told.")
    if order not in ORDERS:
        raise InputError(f"'{order}' is not an order.", hint=f"Use {' or '.join(ORDERS)}.")


def _found(
    workspace: Workspace, problem: str, where: Where, *, k: int, offset: int, lived_first: bool
) -> Answer:
    encoder = workspace.encoder
    candidates = search(
        problem,
        index=workspace.index,
        encoder=encoder,
        read=reader(workspace),
        where=where,
        k=min(k, MOST - offset),
        offset=offset,
        now=datetime.now(UTC) if lived_first else None,
    )
    strength = precedent(candidates, encoder=encoder.id)
    first = offset == 0  # what stands beside the list is told once, with its first page
    told = first and strength != "none"
    return Answer(
        problem=problem,
        related=candidates.related,
        counter=counter_experiences(candidates, most=COUNTER) if told else (),
        elsewhere=_elsewhere(workspace, candidates) if first and not where.disciplines else (),
        lived=lived(workspace, candidates.related, strength),
        precedent=strength,
        total=min(len(candidates.ranked), MOST),
        offset=offset,
        made_with={"encoder": encoder.id, "revision": encoder.revision},
    )


def _elsewhere(workspace: Workspace, candidates: Candidates) -> tuple[Related, ...]:
    """The same pattern in other fields, without what stands among the related ones already."""
    fields = fields_of(workspace, candidates.asked.read)
    there = {one.experience.id for one in candidates.related}
    found = elsewhere(
        candidates, encoder=workspace.encoder, fields=fields, most=ELSEWHERE + len(there)
    )
    return tuple(one for one in found if one.experience.id not in there)[:ELSEWHERE]


def _listed(workspace: Workspace, where: Where, *, k: int, offset: int) -> Answer:
    """What passes a filter, the newest first, where there was no problem to search for."""
    store = workspace.store
    there = list(store.all_experiences(where, limit=k, offset=offset))
    outcomes = store.outcomes([one.id for one in there])
    related = tuple(
        Related(one, score=0.0, why=Why(line=""), outcomes=outcomes.get(one.id, ()))
        for one in there
    )
    return Answer(problem="", related=related, total=store.count(where), offset=offset, lists=True)


def reader(workspace: Workspace) -> Reader:
    """How retrieval reads what it found from the store."""
    store = workspace.store
    return Reader(store.experiences, store.passages, store.outcomes, store.dates, store.titles)


def precedent_means(answer: Answer) -> str:
    """What the strength of its precedent means, with its measure; empty for a list."""
    return (
        ""
        if answer.lists
        else meaning(answer.precedent, encoder=answer.made_with.get("encoder", ""))
    )


def more_like(workspace: Workspace, experience_id: str, *, k: int = 6) -> tuple[Related, ...]:
    """Experiences related to one of the community's own, which is left out.

    Raises:
        NothingFound: There is no such experience.
    """
    require(workspace.actor, "read")
    experience = workspace.store.experience(experience_id)
    catch_up(workspace)
    where = visible(workspace.actor, EVERYTHING)
    with workspace.store.database.one_view():
        return related_to_experience(
            experience,
            index=workspace.index,
            encoder=workspace.encoder,
            read=reader(workspace),
            where=where,
            k=k,
        ).related


def example_problems(workspace: Workspace, n: int = 3) -> tuple[str, ...]:
    """Problems to try: written ones for the sample community, else situations from it.

    The situations come from different fields where there are several.
    """
    if workspace.community == SAMPLE:
        return EXAMPLES[:n]
    chosen: dict[str, str] = {}
    for experience in workspace.store.all_experiences(limit=200):
        if len(chosen) == n:
            break
        text = experience.part("situation") or experience.text
        spans = [(a, b) for a, b in sentences(text[:2000]) if FEWEST <= b - a <= MOST_SHOWN]
        if spans:
            first = text[spans[0][0] : spans[0][1]]
            chosen.setdefault(experience.discipline or experience.id, first)
    return tuple(chosen.values())
