from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import InputError, NotAllowed, NothingFound
from pipeline.flow.contributing import Contribution, contribute
from pipeline.flow.ledger import LONGEST_CONTEXT, ledger, summary, tried
from pipeline.flow.workspace import Workspace
from pipeline.records import Actor, Where
from pipeline.settings import Settings

HOSE = Contribution("Hose burst", situation="The hydraulic hose burst in the night shift.")


@pytest.fixture
def club(settings: Settings) -> Iterator[Workspace]:
    with Workspace(settings, "club", create=True) as workspace:
        yield workspace


def test_what_was_tried_stands_in_the_ledger_with_its_context(club: Workspace) -> None:
    hose = contribute(club, HOSE).id
    day = datetime(2026, 5, 1, tzinfo=UTC)

    tried(club, hose, "worked", context="  in a\n cold hall ", date=day, author="Ada Example")
    changed = tried(club, hose, "failed")

    first, second = ledger(club, hose)
    assert (first.context, first.date, first.author) == (
        "in a cold hall",
        day,
        club.pseudonyms.name("Ada Example"),
    )
    assert second.author is None
    assert second.date is not None
    assert datetime.now(UTC) - second.date < timedelta(minutes=5)
    assert changed.status == "partly"
    assert summary([first, second]) == "1 worked · 1 failed"


def test_a_filter_knows_what_was_tried_at_once(club: Workspace) -> None:
    hose = contribute(club, HOSE).id

    tried(club, hose, "failed")

    assert club.index.count(Where(outcomes=("failed",))) == 1


def test_a_day_to_come_is_refused(club: Workspace) -> None:
    hose = contribute(club, HOSE).id

    with pytest.raises(InputError, match="still to come"):
        tried(club, hose, "worked", date=datetime.now(UTC) + timedelta(days=3))

    assert ledger(club, hose) == ()


def test_an_entry_that_says_nothing_is_refused(club: Workspace) -> None:
    hose = contribute(club, HOSE).id

    with pytest.raises(InputError, match="says nothing"):
        tried(club, hose, "unknown")
    with pytest.raises(InputError, match="longer than"):
        tried(club, hose, "worked", context="x" * (LONGEST_CONTEXT + 1))
    with pytest.raises(NothingFound, match="e404"):
        tried(club, "e404", "worked")

    assert ledger(club, hose) == ()


def test_an_analyst_reads_the_ledger_and_adds_nothing(settings: Settings, club: Workspace) -> None:
    hose = contribute(club, HOSE).id

    with Workspace(settings, "club", actor=Actor("a", "analyst")) as workspace:
        assert ledger(workspace, hose) == ()
        with pytest.raises(NotAllowed):
            tried(workspace, hose, "worked")
