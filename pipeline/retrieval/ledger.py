"""What a ledger of outcomes says, in a few words."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.records import OUTCOME_STATUSES, Outcome, OutcomeStatus


def counted(outcomes: Iterable[Outcome]) -> dict[OutcomeStatus, int]:
    """How often each outcome stands in a ledger, in the order of the words; unknown ones do not.

    >>> counted([Outcome("failed"), Outcome("worked"), Outcome("worked")])
    {'worked': 2, 'failed': 1}
    """
    told = [outcome.status for outcome in outcomes]
    counts = {status: told.count(status) for status in OUTCOME_STATUSES if status != "unknown"}
    return {status: number for status, number in counts.items() if number}


def summary(outcomes: Iterable[Outcome]) -> str:
    """A ledger in a line; empty when nothing is known.

    >>> summary([Outcome("failed"), Outcome("worked"), Outcome("worked")])
    '2 worked · 1 failed'
    """
    return " · ".join(f"{number} {status}" for status, number in counted(outcomes).items())
