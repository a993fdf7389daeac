from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.errors import InputError, NotAllowed
from pipeline.flow.contributing import Contribution, contribute
from pipeline.flow.finding import both, names, read_query, resolved, suggest
from pipeline.flow.importing import bring_in
from pipeline.flow.indexing import catch_up
from pipeline.flow.people import join
from pipeline.flow.workspace import Workspace
from pipeline.index.base import Index
from pipeline.index.brute_force import BruteForceIndex
from pipeline.records import Actor, Where
from pipeline.settings import Settings

TEXTS = {
    "Restart": "The shift change\n   went wrong: 100%_sure nobody asked.",
    "Shift changes": "SHIFT CHANGE again, and we don’t know why.",
    "Éclair": "L’ÉTÉ DERNIER it was the reshift change of plans.",
    "Shift change": "Nothing was told in it.",
    "Other": "A change of shift. 100 xsure.",
}


@pytest.fixture
def club(settings: Settings, tmp_path: Path) -> Workspace:
    rows = [
        {
            "id": str(number),
            "title": title,
            "text": text,
            "author": f"Person {number % 2}",
            "tags": [["Ward", "Éclair"], ["ward"], ["night"]][number % 3],
            "date": f"202{number}-01-01",
        }
        for number, (title, text) in enumerate(TEXTS.items())
    ]
    path = tmp_path / "club.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    bring_in(settings, "club", path)
    return Workspace(settings, "club")


def titles(workspace: Workspace, *phrases: str) -> set[str]:
    """Titles of what says the phrases, found both ways, which must agree."""
    where = Where(phrases=phrases)
    listed = {one.id: one.title for one in workspace.store.all_experiences(where)}
    assert set(resolved(workspace, where).ids or ()) == set(listed)
    assert workspace.store.count(where) == len(listed)
    return set(listed.values())


def test_a_phrase_is_found_word_for_word_whatever_its_case_and_spaces(club: Workspace) -> None:
    assert titles(club, "shift change") == {"Restart", "Shift changes", "Shift change"}
    assert titles(club, "Shift  CHANGES") == {"Shift changes"}
    assert titles(club, "don't know") == {"Shift changes"}
    assert titles(club, "l'été dernier") == {"Éclair"}


def test_signs_that_databases_and_patterns_treat_specially_are_words(club: Workspace) -> None:
    assert titles(club, "100%_sure") == {"Restart"}
    assert titles(club, "went wrong: 100%_sure") == {"Restart"}
    assert titles(club, "100 .sure") == set()
    assert titles(club, "wr[o]ng") == set()
    assert titles(club, "\\") == set()
    assert titles(club, "  ") == set()


def test_every_phrase_must_be_said(club: Workspace) -> None:
    assert titles(club, "shift change", "nobody asked") == {"Restart"}
    assert titles(club, "shift change", "dernier") == set()


def test_a_phrase_found_through_the_index_is_the_same_as_without_it(sample: Workspace) -> None:
    catch_up(sample)
    pick = random.Random(3)
    texts = [one.text.split() for one in sample.store.all_experiences()]
    for _ in range(40):
        words = pick.choice(texts)
        start = pick.randrange(len(words) - 3)
        phrase = " ".join(words[start : start + pick.randint(1, 3)])
        where = Where(phrases=(phrase,))
        through_index = set(resolved(sample, where).ids or ())
        assert through_index == set(sample.store.ids(where)), phrase


def test_phrases_are_looked_up_anew_when_experiences_change(club: Workspace) -> None:
    before = titles(club, "hose burst")
    contribute(club, Contribution("Hose", situation="The hose burst at noon, twice that week."))

    assert (before, titles(club, "hose burst")) == (set(), {"Hose"})


def test_resolving_keeps_the_rest_of_the_filter(club: Workspace) -> None:
    where = Where(tags=("ward",), phrases=("shift change",), ids=())

    assert resolved(club, where) == replace(where, phrases=(), ids=())
    assert resolved(club, Where(nothing=True, phrases=("x",))) == Where(nothing=True)
    assert resolved(club, Where()) == Where()


def test_no_index_ignores_a_phrase(club: Workspace) -> None:
    catch_up(club)
    plain: list[Index] = [club.index, BruteForceIndex(club.encoder)]
    for index in plain:
        with pytest.raises(InputError, match="exact phrases"):
            index.count(Where(phrases=("shift change",)))
        with pytest.raises(InputError, match="exact phrases"):
            index.delete(where=Where(phrases=("shift change",)))


def test_names_are_matched_in_any_case_beyond_ascii_too(club: Workspace) -> None:
    assert club.store.count(Where(tags=("Éclair",))) == 2
    assert club.store.count(Where(tags=("WARD",))) == 4
    assert read_query(club, "tag:éclair x").where.tags == ("Éclair",)
    assert set(read_query(club, "tag:WARD x").where.tags) == {"Ward", "ward"}


def test_people_are_found_by_the_name_they_agreed_to_show(club: Workspace) -> None:
    before = read_query(club, 'author:"Ada Lovelace" x')
    consent = join(club, "Person 1", name="Ada Lovelace")
    after = read_query(club, 'author:"Ada Lovelace" x')

    assert before.unknown == ('author:"Ada Lovelace"'.replace('"', ""),)
    assert after.where.authors == (consent.author,)
    assert club.store.count(after.where) == 2


def test_names_are_kept_until_experiences_change(club: Workspace) -> None:
    first = names(club)
    again = names(club)
    contribute(club, Contribution("Hose", situation="The hose burst.", tags=("hydraulics",)))

    assert again is first
    assert "hydraulics" in names(club).tag.counts


def test_suggestions_come_from_names_and_titles_of_the_community(club: Workspace) -> None:
    offered = suggest(club, "shift ch", searches={"Mine": "shift change tag:night"})

    assert [(one.kind, one.label) for one in offered] == [
        ("search", "Mine"),
        ("experience", "Shift change"),
        ("experience", "Shift changes"),
    ]
    assert [one.text for one in suggest(club, "tag:ni")] == ["tag:night"]


def test_a_contribution_is_suggested_at_once(club: Workspace) -> None:
    assert suggest(club, "hydraulic") == ()
    kept = contribute(club, Contribution("Hydraulic hose", situation="It burst at noon."))

    assert [one.experience for one in suggest(club, "hydraulic")] == [kept.id]


def test_what_was_typed_and_what_was_chosen_must_both_hold(club: Workspace) -> None:
    early, late = datetime(2020, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
    one = Where(tags=("ward",), authors=("a", "b"), since=early, until=late, not_ids=("x",))
    other = Where(tags=("Éclair",), authors=("B", "c"), since=late, before=late, not_ids=("y",))

    found = both(club, one, other)

    assert (found.tags, found.authors, found.since, found.until) == (("ward",), ("b",), late, late)
    assert (found.before, found.not_ids, found.nothing) == (late, ("x", "y"), False)
    assert set(found.ids or ()) == set(club.store.ids(Where(tags=("Éclair",))))


def test_what_shares_no_value_lets_nothing_through(club: Workspace) -> None:
    assert both(club, Where(outcomes=("worked",)), Where(outcomes=("failed",))).nothing
    assert both(club, Where(nothing=True), Where()).nothing
    assert both(club, Where(), Where(tags=("ward",))) == Where(tags=("ward",))
    assert both(club, Where(ids=("a",)), Where(ids=("b",))).ids == ()


def test_a_query_is_read_on_the_day_that_is_given(club: Workspace) -> None:
    assert read_query(club, "after:2024 x", today=date(2023, 1, 1)).notes
    assert not read_query(club, "after:2024 x", today=date(2025, 1, 1)).notes


def test_who_may_not_read_is_told_nothing(settings: Settings, club: Workspace) -> None:
    stranger = Actor("somebody", "visitor")  # type: ignore[arg-type]
    with Workspace(settings, "club", actor=stranger) as closed:
        for ask in (suggest, read_query):
            with pytest.raises(NotAllowed):
                ask(closed, "shift")


def test_a_filter_may_name_more_ids_than_a_database_takes_one_by_one(club: Workspace) -> None:
    there = tuple(club.store.ids())
    many = tuple(f"x{number}" for number in range(300_000))

    assert club.store.count(Where(ids=(*many, *there))) == len(there)
    assert club.store.count(Where(not_ids=(*many, there[0]))) == len(there) - 1
    assert club.store.count(Where(ids=())) == 0
