"""Problems that nobody has lived yet, kept open until an experience comes that is near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.access import require, visible
from pipeline.errors import InputError, StoreBusy
from pipeline.flow.finding import both, read_query, resolved
from pipeline.flow.indexing import catch_up
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import Notice, OpenProblem, Where
from pipeline.retrieval.candidates import Candidates, Reader
from pipeline.retrieval.limits import limits_of, nearness
from pipeline.retrieval.precedent import precedent, strength
from pipeline.retrieval.search import search
from pipeline.store import (
    came_after,
    close_problem,
    keep_notices,
    keep_problem,
    kept_problems,
    open_problem,
    problem_notices,
    see_notices,
)

LONGEST = 20_000  # characters of a problem
MOST = 10  # experiences that one look tells of
MOST_KNOWN = 100  # that are noted as near when a problem is kept
EVERYTHING = Where()


def keep_open(
    workspace: Workspace, problem: str, *, where: Where = EVERYTHING, progress: Progress = silent
) -> OpenProblem:
    """Keep a problem open: what comes from now on and is near to it will be told.

    The same problem with the same filter is kept once. What is near to it already is not told.

    Args:
        workspace: The community.
        problem: What someone faces; it may hold operators, as in `asking.ask`.
        where: What experiences have to pass beside the operators.
        progress: Called while the index is brought up to date.

    Raises:
        InputError: The problem is empty, too long, or holds nothing but operators.
    """
    require(workspace.actor, "contribute")
    problem = problem.strip()
    if not problem:
        raise InputError("The problem is empty.", hint="Say in a sentence or two what you face.")
    if len(problem) > LONGEST:
        raise InputError(f"The problem is longer than {LONGEST:,} characters.")
    catch_up(workspace, progress=progress)
    if not read_query(workspace, problem).problem:
        raise InputError(
            "This filters and names no problem.", hint="Say in a sentence or two what you face."
        )
    return keep_problem(
        workspace.store,
        problem,
        where=where,
        actor=workspace.actor.name,
        looked_up_to=last_indexed(workspace),
        known=_near(workspace, problem, where, most=MOST_KNOWN),
    )


def open_problems(workspace: Workspace, *, closed: bool = False) -> list[OpenProblem]:
    """The problems that are open, oldest first; closed ones too when asked for."""
    require(workspace.actor, "read")
    return kept_problems(workspace.store, closed=closed)


def close(workspace: Workspace, number: int) -> OpenProblem:
    """Close a problem: nothing is looked for any more, its notices stay.

    Raises:
        NothingFound: There is no such problem.
    """
    require(workspace.actor, "contribute")
    return close_problem(workspace.store, number)


def match_open(workspace: Workspace, *, progress: Progress = silent) -> list[Notice]:
    """Hold every open problem against what came since it was last looked at.

    To be called after whatever adds experiences. It may be called at any time: an experience is
    told once for a problem, and what was missed is made up for.

    Returns:
        The notices that are new, nearest first.
    """
    require(workspace.actor, "read")
    if not kept_problems(workspace.store):
        return []
    catch_up(workspace, progress=progress)
    last = last_indexed(workspace)
    waiting = [one for one in kept_problems(workspace.store) if one.looked_up_to < last]
    found: dict[int, dict[str, float]] = {}
    with workspace.store.database.one_view():
        for number, one in enumerate(waiting):
            progress("Looking at open problems", number, len(waiting))
            found[one.id] = _near(workspace, one.problem, _newer(workspace, one), most=MOST)
    if not waiting:
        return []
    try:
        return keep_notices(workspace.store, found, looked_up_to=last)
    except StoreBusy:
        return []  # nothing was kept, so the next look finds the same again


def notices(
    workspace: Workspace, *, problem: int | None = None, unseen: bool = False
) -> list[Notice]:
    """Notices of the open problems, or of one problem, which may be closed; newest first.

    Raises:
        NothingFound: There is no such problem.
    """
    require(workspace.actor, "read")
    if problem is not None:
        open_problem(workspace.store, problem)
    whole = problem is not None
    return problem_notices(workspace.store, problem=problem, unseen=unseen, closed=whole)


def see(workspace: Workspace, shown: Sequence[Notice]) -> None:
    """Note that somebody has looked at these notices."""
    require(workspace.actor, "read")
    see_notices(workspace.store, [one.id for one in shown if one.seen is None])


def last_indexed(workspace: Workspace) -> int:
    """Number of the last passage that is searched; all with lower ones are, or are gone."""
    return max(workspace.index.ids(), default=0)


def _newer(workspace: Workspace, kept: OpenProblem) -> Where:
    """The problem's filter, narrowed to the experiences that came since it was last looked at."""
    came = set(came_after(workspace.store, kept.looked_up_to))
    allowed = came if kept.where.ids is None else came & set(kept.where.ids)
    return replace(kept.where, ids=tuple(sorted(allowed)))


def _near(workspace: Workspace, problem: str, where: Where, *, most: int) -> dict[str, float]:
    """Experiences that are near enough to tell of, with their nearness, nearest first."""
    store = workspace.store
    typed = read_query(workspace, problem)
    where = resolved(workspace, both(workspace, typed.where, visible(workspace.actor, where)))
    if not workspace.index.count(where):
        return {}
    candidates = search(
        typed.problem,
        index=workspace.index,
        encoder=workspace.encoder,
        read=Reader(store.experiences, store.passages, store.outcomes, titles=store.titles),
        where=where,
        k=most,
    )
    if precedent(candidates, encoder=workspace.encoder.id) == "none":
        return {}
    near = _nearness(candidates, workspace.encoder.id)
    worth_telling = _worth_telling(candidates, workspace.encoder.id)
    nearest = max(near, key=lambda id_: near[id_])
    return {id_: by for id_, by in near.items() if id_ in worth_telling or id_ == nearest}


def _worth_telling(candidates: Candidates, encoder: str) -> set[str]:
    """The related experiences that are a precedent, weak at least, each by itself."""
    passages, ceiling = candidates.asked.index.count(), candidates.ceiling
    return {
        one.experience.id
        for one in candidates.related
        if strength(
            one.dense,
            min(one.lexical / ceiling, 1.0) if ceiling > 0 else 0.0,
            passages=passages,
            encoder=encoder,
        )
        != "none"
    }


def _nearness(candidates: Candidates, encoder: str) -> dict[str, float]:
    limits, ceiling = limits_of(encoder), candidates.ceiling
    near = {
        one.experience.id: nearness(
            one.dense, min(one.lexical / ceiling, 1.0) if ceiling > 0 else 0.0, limits
        )
        for one in candidates.related
    }
    return dict(sorted(near.items(), key=lambda pair: -pair[1]))
