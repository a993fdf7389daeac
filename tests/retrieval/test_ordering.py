from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import OUTCOME_STATUSES, Outcome
from pipeline.retrieval.candidates import Ranked
from pipeline.retrieval.ledger import counted, summary
from pipeline.retrieval.ordering import MOST_LIVED, MOST_RECENT, known, reordered

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORKED = Outcome("worked", "on our ward")
FAILED = Outcome("failed", "on our ward")


def ranked(*scores: float) -> list[Ranked]:
    return [Ranked(f"e{n}", score, score, 0.0, (n,)) for n, score in enumerate(scores)]


def told(*years: int | None) -> dict[str, datetime | None]:
    return {f"e{n}": datetime(y, 1, 1, tzinfo=UTC) if y else None for n, y in enumerate(years)}


def order(
    found: list[Ranked], dates: dict[str, datetime | None], **ledgers: Sequence[Outcome]
) -> list[tuple[str, str]]:
    return [(r.experience, why) for r, why in reordered(found, dates, ledgers, now=NOW)]


def test_nothing_moves_without_dates_and_outcomes() -> None:
    found = ranked(0.5, 0.5, 0.7, 0.1)  # not even where the order given is not that of the scores

    assert order(found, told(None, None, None, None)) == [(f"e{n}", "") for n in range(4)]


def test_what_was_not_read_does_not_move() -> None:
    found = ranked(0.5, 0.499, 0.498)

    assert order(found, {}, e2=[WORKED]) == [("e0", ""), ("e1", ""), ("e2", "")]


def test_what_was_tried_since_moves_up_and_says_so() -> None:
    tries = [WORKED, WORKED, FAILED, WORKED]

    moved = order(ranked(0.5, 0.499), told(None, None), e1=tries)

    assert moved == [("e1", "tried 4 times since: 3 worked · 1 failed"), ("e0", "")]


def test_a_failure_counts_as_much_as_a_success() -> None:
    apart = ranked(0.5, 0.499, 0.4985)

    failed = order(apart, told(None, None, None), e1=[FAILED] * 3)
    worked = order(apart, told(None, None, None), e1=[WORKED] * 3)

    assert [id_ for id_, _ in failed] == [id_ for id_, _ in worked] == ["e1", "e0", "e2"]


def test_an_entry_with_its_context_counts_more_than_what_a_source_says() -> None:
    source = Outcome("worked", from_source=True)
    entries = [
        Outcome("unknown"),
        Outcome("too early", from_source=True),
        source,
        Outcome("worked"),
        WORKED,
    ]

    weights = [known([entry]) for entry in entries]

    assert weights == sorted(weights)
    assert len(set(weights)) == len(weights)
    assert order(ranked(0.5, 0.4999), told(None, None), e1=[source])[0] == (
        "e1",
        "how it turned out is known: 1 worked",
    )


def test_nobody_moves_an_experience_by_recording_it_again_and_again() -> None:
    mine = Outcome("worked", "on our ward", author="member-1")
    other = Outcome("worked", "elsewhere", author="member-2")

    assert known([mine] * 50) == known([mine])
    assert known([mine, other]) > known([mine])


def test_the_old_gives_way_to_the_new_and_says_so() -> None:
    moved = order(ranked(0.5, 0.499, 0.3), told(1999, 2024, 2015))

    assert moved == [
        ("e1", "from 2024, newer than most here"),
        ("e0", "from 1999, older than most here"),
        ("e2", ""),
    ]


def test_what_is_old_and_was_tried_lately_counts_as_recent() -> None:
    lately = Outcome("failed", "on our ward", datetime(2025, 3, 1, tzinfo=UTC))

    moved = order(ranked(0.5, 0.499, 0.3), told(2010, 1999, 2010), e1=[lately])

    assert moved[0] == (
        "e1",
        "tried once since: 1 failed; last tried in 2025, newer than most here",
    )


def test_experiences_of_the_same_age_do_not_move() -> None:
    assert order(ranked(0.5, 0.4999, 0.4998), told(2001, 2001, 2001)) == [
        ("e0", ""),
        ("e1", ""),
        ("e2", ""),
    ]


def test_two_dates_are_too_few_to_compare() -> None:
    assert order(ranked(0.5, 0.4999), told(1950, 2025)) == [("e0", ""), ("e1", "")]


outcomes = st.builds(
    Outcome,
    st.sampled_from(OUTCOME_STATUSES),
    st.sampled_from(["", "on a ward"]),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([None, "member-1", "member-2"]),
    st.booleans(),
)
experiences = st.tuples(
    st.floats(0, 1), st.none() | st.integers(1, 9999), st.lists(outcomes, max_size=30)
)


@given(st.lists(experiences, max_size=12))
def test_an_experience_never_moves_further_than_the_bounds(
    given_: list[tuple[float, int | None, list[Outcome]]],
) -> None:
    scores = sorted((score for score, _, _ in given_), reverse=True)
    found = ranked(*scores)
    ledgers = {f"e{n}": entries for n, (_, _, entries) in enumerate(given_)}

    moved = reordered(found, told(*(year for _, year, _ in given_)), ledgers, now=NOW)

    assert sorted(r for r, _ in moved) == sorted(found)
    span = (1 + MOST_LIVED + MOST_RECENT) / (1 - MOST_RECENT)
    for place, (one, why) in enumerate(moved):
        assert all(later.score <= one.score * span + 1e-12 for later, _ in moved[place:])
        assert not why or moved[place][0] != found[place]


def test_a_ledger_is_summed_up_in_a_line() -> None:
    entries = [FAILED, Outcome("too early"), WORKED, WORKED, Outcome("unknown")]

    assert summary(entries) == "2 worked · 1 failed · 1 too early"
    assert counted(entries) == {"worked": 2, "failed": 1, "too early": 1}
    assert summary([]) == summary([Outcome("unknown")]) == ""
