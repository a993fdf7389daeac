"""Ask the community: a problem in, related experiences and counter-experiences out."""

from __future__ import annotations

import time

from pipeline.access import require, visible
from pipeline.documents.sentences import sentences
from pipeline.errors import InputError, NothingFound
from pipeline.flow.demo import EXAMPLES, SAMPLE
from pipeline.flow.indexing import catch_up
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import Answer, Related, Where
from pipeline.retrieval.candidates import Reader
from pipeline.retrieval.counter import counter_experiences
from pipeline.retrieval.precedent import precedent
from pipeline.retrieval.search import search

MOST = 100  # related experiences in one answer
LONGEST = 20_000  # characters of a problem that are read
FEWEST, MOST_SHOWN = 40, 240  # characters of an example problem
EVERYTHING = Where()


def ask(
    workspace: Workspace,
    problem: str,
    *,
    k: int = 10,
    where: Where = EVERYTHING,
    progress: Progress = silent,
) -> Answer:
    """Related experiences for a problem, nearest first, and those that found otherwise.

    Args:
        workspace: The community.
        problem: What someone faces, in their own words; a sentence or a whole story.
        k: How many related experiences at most.
        where: Filter; the default lets everything through.
        progress: Called while the index is brought up to date.

    Raises:
        InputError: The problem is empty, or `k` is out of range.
        NothingFound: The community has no experiences yet.
    """
    require(workspace.actor, "read")
    problem = problem.strip()[:LONGEST]
    if not problem:
        raise InputError("The problem is empty.", hint="Say in a sentence or two what you face.")
    if not 1 <= k <= MOST:
        raise InputError(f"k is {k}; it can be 1 to {MOST}.")
    catch_up(workspace, progress=progress)
    began = time.perf_counter()
    index = workspace.index
    if not index.count(Where()):
        raise NothingFound(
            f"{workspace.community} has no experiences yet.",
            hint=f"Bring some in with: doubleloop import PATH --community {workspace.community}",
        )
    where = visible(workspace.actor, where)
    read = reader(workspace)
    with workspace.store.database.one_view():
        candidates = search(
            problem, index=index, encoder=workspace.encoder, read=read, where=where, k=k
        )
        strength = precedent(candidates, encoder=workspace.encoder.id)
        counter = () if strength == "none" else counter_experiences(candidates)
    return Answer(
        problem=problem,
        related=candidates.related,
        counter=counter,
        precedent=strength,
        seconds=time.perf_counter() - began,
        made_with={"encoder": workspace.encoder.id, "revision": workspace.encoder.revision},
    )


def reader(workspace: Workspace) -> Reader:
    """How retrieval reads what it found from the store."""
    store = workspace.store
    return Reader(experiences=store.experiences, passages=store.passages, outcomes=store.outcomes)


def more_like(workspace: Workspace, experience_id: str, *, k: int = 6) -> tuple[Related, ...]:
    """Experiences related to one of the community's own, which is left out.

    Raises:
        NothingFound: There is no such experience.
    """
    experience = workspace.store.experience(experience_id)
    told = f"{experience.title}. {experience.text}"
    return ask(workspace, told, k=k, where=Where(not_ids=(experience_id,))).related


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
