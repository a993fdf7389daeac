"""Searches with a name: kept as they were typed, run again, with what came since counted."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.access import require
from pipeline.basics import one_line
from pipeline.errors import InputError
from pipeline.flow.asking import ask
from pipeline.flow.open_problems import last_indexed
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.records import Answer, SavedSearch, Where
from pipeline.retrieval.ordering import ORDERS
from pipeline.store import (
    came_after,
    delete_search,
    kept_searches,
    rename_search,
    save_search,
    saved_search,
    search_was_run,
)

LONGEST_NAME, LONGEST_QUERY = 100, 20_000  # characters
EVERYTHING = Where()


@dataclass(frozen=True, slots=True)
class SearchRun:
    """A saved search as it was before it was run, what it found, and what of that is new.

    `new` are ids of related experiences that were added or changed since it was last run.
    """

    search: SavedSearch
    answer: Answer
    new: tuple[str, ...] = ()


def save(
    workspace: Workspace,
    name: str,
    query: str,
    *,
    where: Where = EVERYTHING,
    order: str = ORDERS[0],
) -> SavedSearch:
    """Keep a search under a name.

    Args:
        workspace: The community.
        name: What it is called; two names that differ in case only are the same.
        query: What is typed to search, operators included; kept as it is.
        where: The filter beside it.
        order: "lived" or "nearness".

    Raises:
        InputError: A text is missing or too long, the name is taken, or the order is unknown.
    """
    require(workspace.actor, "read")
    if not query.strip():
        raise InputError("There is nothing to search for.", hint="Say what the search looks for.")
    if len(query) > LONGEST_QUERY:
        raise InputError(f"The search is longer than {LONGEST_QUERY:,} characters.")
    if order not in ORDERS:
        raise InputError(f"'{order}' is not an order.", hint=f"Use {' or '.join(ORDERS)}.")
    return save_search(
        workspace.store,
        _name(name),
        owner=workspace.actor.name,
        query=query,
        where=where,
        order=order,
    )


def searches(workspace: Workspace) -> list[SavedSearch]:
    """The actor's saved searches, by name."""
    require(workspace.actor, "read")
    return kept_searches(workspace.store, owner=workspace.actor.name)


def run(workspace: Workspace, name: str, *, k: int = 10, progress: Progress = silent) -> SearchRun:
    """Run a saved search, and note that it was run.

    Raises:
        NothingFound: There is no search of that name, or the community is empty.
    """
    done = look(workspace, name, k=k, progress=progress)
    search_was_run(workspace.store, done.search, looked_up_to=last_indexed(workspace))
    return done


def seen(workspace: Workspace, name: str) -> None:
    """Note that a saved search was run, where its answer was shown already.

    Raises:
        NothingFound: There is no search of that name.
    """
    require(workspace.actor, "read")
    search = saved_search(workspace.store, name, owner=workspace.actor.name)
    search_was_run(workspace.store, search, looked_up_to=last_indexed(workspace))


def look(workspace: Workspace, name: str, *, k: int = 10, progress: Progress = silent) -> SearchRun:
    """As `run`, but what is new stays new: to tell how many there are before it is run.

    Raises:
        NothingFound: There is no search of that name, or the community is empty.
    """
    require(workspace.actor, "read")
    search = saved_search(workspace.store, name, owner=workspace.actor.name)
    answer = _asked(workspace, search, k=k, progress=progress)
    came = set(came_after(workspace.store, search.looked_up_to))
    new = tuple(one.experience.id for one in answer.related if one.experience.id in came)
    return SearchRun(search, answer, new)


def rename(workspace: Workspace, name: str, new: str) -> SavedSearch:
    """Give a saved search another name.

    Raises:
        NothingFound: There is no search of that name.
        InputError: The new name is taken, missing or too long.
    """
    require(workspace.actor, "read")
    return rename_search(workspace.store, name, _name(new), owner=workspace.actor.name)


def delete(workspace: Workspace, name: str) -> SavedSearch:
    """Forget a saved search; returns it as it was.

    Raises:
        NothingFound: There is no search of that name.
    """
    require(workspace.actor, "read")
    return delete_search(workspace.store, name, owner=workspace.actor.name)


def _asked(workspace: Workspace, search: SavedSearch, *, k: int, progress: Progress) -> Answer:
    return ask(
        workspace,
        search.query,
        k=k,
        where=search.where,
        order=search.order,
        progress=progress,
    )


def _name(given: str) -> str:
    name = one_line(" ".join(given.split()), 10 * LONGEST_NAME)
    if not name:
        raise InputError("The name of the search is missing.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"The name is longer than {LONGEST_NAME} characters.")
    return name
