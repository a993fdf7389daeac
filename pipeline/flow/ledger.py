"""The outcome ledger: what happened when somebody tried what an experience tells of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.access import require
from pipeline.errors import InputError
from pipeline.flow.indexing import refresh_rows
from pipeline.flow.workspace import Workspace
from pipeline.records import OUTCOME_STATUSES, Experience, Outcome, OutcomeStatus
from pipeline.retrieval.ledger import counted as counted
from pipeline.retrieval.ledger import summary as summary

TRIED: tuple[OutcomeStatus, ...] = tuple(s for s in OUTCOME_STATUSES if s != "unknown")
"""How something that was tried can have turned out."""

LONGEST_CONTEXT = 2_000  # characters
A_DAY = timedelta(days=1)  # it is tomorrow already somewhere


def tried(
    workspace: Workspace,
    experience: str,
    status: OutcomeStatus,
    *,
    context: str = "",
    date: datetime | None = None,
    author: str = "",
) -> Experience:
    """Append that somebody tried what an experience tells of; returns it with its new status.

    Args:
        workspace: The community.
        experience: Id of the experience.
        status: worked, partly, failed or too early.
        context: Where and how it was tried.
        date: When it was tried; today unless said.
        author: Who tried it; kept as a pseudonym.

    Raises:
        InputError: The status is none of the four, the date lies in the future, or the context
            is too long.
        NothingFound: There is no such experience.
    """
    name = workspace.pseudonyms.name(author) if author.strip() else None
    return record_outcome(
        workspace, experience, Outcome(status, context, date or datetime.now(UTC), name)
    )


def record_outcome(workspace: Workspace, experience: str, outcome: Outcome) -> Experience:
    """Append an entry whose author is a pseudonym already; see `tried`."""
    require(workspace.actor, "contribute")
    if outcome.status not in TRIED:
        raise InputError(
            f"'{outcome.status}' says nothing of how it turned out.",
            hint=f"Use {', '.join(TRIED)}.",
        )
    context = " ".join(outcome.context.split())
    if len(context) > LONGEST_CONTEXT:
        raise InputError(f"The context is longer than {LONGEST_CONTEXT:,} characters.")
    if outcome.date and outcome.date > datetime.now(UTC) + A_DAY:
        raise InputError(
            f"{outcome.date:%Y-%m-%d} is still to come.",
            hint="Give the day when it was tried, or leave it out for today.",
        )
    entry = Outcome(outcome.status, context, outcome.date, outcome.author)
    changed = workspace.store.record_outcome(experience, entry)
    refresh_rows(workspace, [experience])
    return changed


def ledger(workspace: Workspace, experience: str) -> tuple[Outcome, ...]:
    """What is known of how an experience turned out, in the order in which it was recorded.

    Raises:
        NothingFound: There is no such experience.
    """
    require(workspace.actor, "read")
    found = workspace.store.experience(experience)
    return workspace.store.outcomes([found.id]).get(found.id, ())
