"""What members keep: filters as JSON, notices, people, saved searches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError, NothingFound
from pipeline.records import OUTCOME_STATUSES, Consent, Experience, Outcome, Part, Passage, Where
from pipeline.store import (
    Prepared,
    Store,
    authors_in,
    came_after,
    close_problem,
    contribute,
    delete_search,
    has_told,
    join_people,
    keep_notices,
    keep_problem,
    kept_problems,
    kept_searches,
    last_passage,
    leave_people,
    named_people,
    problem_notices,
    remove_experience,
    rename_search,
    save_search,
    see_notices,
    told_in,
    where_from_json,
    where_to_json,
)

TODAY = datetime(2026, 5, 1, tzinfo=UTC)
EVERYTHING = Where()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "club", community="club") as opened:
        yield opened


def put(store: Store, id_: str, **changes: object) -> None:
    told = Experience(id_, f"Title of {id_}", "We tried a list.", **changes)  # type: ignore[arg-type]
    contribute(store, Prepared(told, [Passage(0, id_, "", 0, 16)]))


def keep(store: Store, problem: str = "Lists are lost", where: Where = EVERYTHING) -> int:
    return keep_problem(
        store, problem, where=where, actor="owner", looked_up_to=0, known={"old": 0.9}
    ).id


texts = st.lists(st.text(max_size=5), max_size=3).map(tuple)
moments = st.none() | st.datetimes(timezones=st.just(UTC))


@given(
    st.builds(
        Where,
        since=moments,
        until=moments,
        before=moments,
        disciplines=texts,
        tags=texts,
        outcomes=st.lists(st.sampled_from(OUTCOME_STATUSES), max_size=2).map(tuple),
        authors=texts,
        sources=texts,
        phrases=texts,
        ids=st.none() | texts,
        not_ids=texts,
        nothing=st.booleans(),
    )
)
def test_a_filter_comes_back_as_it_was_kept(where: Where) -> None:
    assert where_from_json(where_to_json(where)) == where


def test_the_same_problem_is_kept_once_while_it_is_open(store: Store) -> None:
    first = keep(store)

    assert keep(store) == first
    assert keep(store, where=Where(tags=("ward",))) != first
    close_problem(store, first)
    assert keep(store) != first
    assert len(kept_problems(store)) == 2
    assert len(kept_problems(store, closed=True)) == 3


def test_an_experience_is_noticed_once_for_a_problem(store: Store) -> None:
    number = keep(store)
    for id_ in ("old", "new", "newer"):
        put(store, id_)

    first = keep_notices(store, {number: {"old": 0.9, "new": 0.7}}, looked_up_to=2)
    second = keep_notices(store, {number: {"new": 0.8, "newer": 0.6}}, looked_up_to=3)

    assert [one.experience for one in first] == ["new"]
    assert [one.experience for one in second] == ["newer"]
    assert [(o.notices, o.unseen, o.looked_up_to) for o in kept_problems(store)] == [(2, 2, 3)]


def test_a_look_that_began_earlier_takes_nothing_back(store: Store) -> None:
    number = keep(store)

    keep_notices(store, {number: {}}, looked_up_to=5)
    keep_notices(store, {number: {}}, looked_up_to=3)

    assert kept_problems(store)[0].looked_up_to == 5


def test_a_notice_is_seen_when_it_was_first_seen(store: Store) -> None:
    number = keep(store)
    put(store, "new")
    made = keep_notices(store, {number: {"new": 0.7}}, looked_up_to=1)

    see_notices(store, [made[0].id])
    once = problem_notices(store)[0].seen
    see_notices(store, [made[0].id])

    assert once is not None
    assert problem_notices(store)[0].seen == once
    assert problem_notices(store, unseen=True) == []
    assert kept_problems(store)[0].unseen == 0


def test_a_closed_problem_gets_no_notices(store: Store) -> None:
    number = keep(store)
    put(store, "new")

    close_problem(store, number)

    assert keep_notices(store, {number: {"new": 0.7}}, looked_up_to=1) == []


def test_a_removed_experience_takes_its_notices_along(store: Store) -> None:
    number = keep(store)
    put(store, "new")
    keep_notices(store, {number: {"new": 0.7}}, looked_up_to=1)

    remove_experience(store, "new")
    put(store, "new")

    assert problem_notices(store) == []
    assert kept_problems(store)[0].notices == 0


def test_what_came_after_a_passage_is_told_by_its_number(store: Store) -> None:
    put(store, "first")
    last = last_passage(store)
    put(store, "second")

    assert came_after(store, last) == ["second"]
    assert came_after(store, 0) == ["first", "second"]
    assert came_after(store, last_passage(store)) == []


def test_whoever_leaves_is_in_no_file_any_more(store: Store, tmp_path: Path) -> None:
    consent = Consent("member-1", "Wilhelmina Q.", TODAY, "owner", "room 4711")
    join_people(store, consent)
    before = list(named_people(store).values())

    leave_people(store, "member-1")

    written = b"".join(path.read_bytes() for path in (tmp_path / "club").glob("community.db*"))
    assert before == [consent]
    assert named_people(store) == {}
    assert b"Wilhelmina" not in written
    assert b"4711" not in written
    with pytest.raises(NothingFound, match="member-1"):
        leave_people(store, "member-1")


def test_joining_again_replaces_name_and_contact(store: Store) -> None:
    join_people(store, Consent("member-1", "Ada", TODAY, "owner", "room 4"))
    join_people(store, Consent("member-1", "Ada L.", TODAY, "owner"))

    assert [(c.name, c.contact) for c in named_people(store).values()] == [("Ada L.", "")]


def test_an_author_is_known_by_experience_part_or_entry(store: Store) -> None:
    part = Part("post", 0, 5, author="Zoë")
    put(store, "e1", author="member-1", parts=(part,))
    store.record_outcome("e1", Outcome("worked", author="member-2"))

    assert all(has_told(store, name) for name in ("member-1", "Zoë", "member-2"))
    assert not has_told(store, "member-3")
    assert not has_told(store, "Zo")


def test_what_people_told_in_a_field_is_found_and_the_others_counted(store: Store) -> None:
    put(store, "e1", author="member-1", discipline="nursing", tags=("list",))
    put(store, "e2", author="member-2", discipline="law", tags=("list",))
    put(store, "e3", author="member-3", discipline="nursing")
    put(store, "e4", author="member-1", discipline="baking")
    where = {"disciplines": ["nursing"], "tags": ["list"]}

    told = told_in(store, authors=["member-1"], **where)

    assert [(one.experience, one.kind) for one in told] == [("e1", "discipline"), ("e1", "tag")]
    assert authors_in(store, but=["member-1"], **where) == 2


def test_names_of_searches_differ_in_more_than_case(store: Store) -> None:
    how = {"query": "tag:ward  lists", "where": Where(tags=("a",)), "order": "lived"}
    kept = save_search(store, "My Ward", owner="owner", **how)  # type: ignore[arg-type]

    assert (kept.query, kept.where, kept.last_run) == ("tag:ward  lists", Where(tags=("a",)), None)
    with pytest.raises(InputError, match="already"):
        save_search(store, "my  ward", owner="owner", **how)  # type: ignore[arg-type]
    save_search(store, "My Ward", owner="somebody else", **how)  # type: ignore[arg-type]
    assert [one.name for one in kept_searches(store, owner="owner")] == ["My Ward"]


def test_a_search_is_renamed_and_deleted_by_its_name(store: Store) -> None:
    for name in ("one", "two"):
        save_search(store, name, owner="o", query="lists", where=Where(), order="lived")

    with pytest.raises(InputError, match="'TWO' already"):
        rename_search(store, "one", "TWO", owner="o")
    assert rename_search(store, "one", "One", owner="o").name == "One"
    assert delete_search(store, "ONE", owner="o").name == "One"
    with pytest.raises(NothingFound, match="'one'") as error:
        delete_search(store, "one", owner="o")
    assert error.value.hint == "There are: two."
