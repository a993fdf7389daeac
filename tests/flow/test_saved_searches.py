from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.errors import InputError, NothingFound
from pipeline.flow.contributing import Contribution, contribute
from pipeline.flow.saved_searches import delete, look, rename, run, save, searches
from pipeline.flow.workspace import Workspace
from pipeline.records import Actor, Where
from pipeline.settings import Settings

PUMP = "Infusion pumps alarmed all night and were silenced."


@pytest.fixture
def ward(settings: Settings) -> Iterator[Workspace]:
    with Workspace(settings, "ward", create=True) as workspace:
        contribute(workspace, Contribution("Pumps", situation=PUMP, discipline="nursing"))
        yield workspace


def test_a_saved_search_finds_what_its_query_finds_within_its_filter(ward: Workspace) -> None:
    contribute(ward, Contribution("Baking", situation=PUMP, discipline="baking"))
    save(ward, "pumps", "infusion pumps alarm", where=Where(disciplines=("baking",)))

    done = run(ward, "pumps")

    assert [one.experience.title for one in done.answer.related] == ["Baking"]
    assert done.answer.problem == "infusion pumps alarm"


def test_what_came_since_it_was_last_run_is_new_once(ward: Workspace) -> None:
    save(ward, "pumps", "infusion pumps alarm")
    at_first = run(ward, "pumps")
    later = contribute(ward, Contribution("More pumps", situation=f"{PUMP} Again, in May."))

    looked = look(ward, "pumps")
    again = run(ward, "Pumps")
    at_last = run(ward, "pumps")

    assert at_first.new == ()
    assert at_first.search.last_run is None
    assert looked.new == again.new == (later.id,)
    assert again.search.last_run is not None
    assert at_last.new == ()


def test_the_query_is_kept_as_it_was_typed(ward: Workspace) -> None:
    typed = '  discipline:nursing  "all night"\n pumps '

    assert save(ward, " My\n pumps ", typed, order="nearness").query == typed
    assert [(one.name, one.order) for one in searches(ward)] == [("My pumps", "nearness")]


def test_searches_belong_to_who_saved_them(settings: Settings, ward: Workspace) -> None:
    save(ward, "pumps", "infusion pumps")

    with Workspace(settings, "ward", actor=Actor("ann", "analyst")) as workspace:
        assert searches(workspace) == []
        save(workspace, "pumps", "bread")

    assert [one.query for one in searches(ward)] == ["infusion pumps"]


def test_a_search_is_renamed_and_deleted(ward: Workspace) -> None:
    save(ward, "pumps", "infusion pumps")

    rename(ward, "PUMPS", "alarms")
    delete(ward, "alarms")

    assert searches(ward) == []
    with pytest.raises(NothingFound, match="no saved search 'alarms'"):
        run(ward, "alarms")


@pytest.mark.parametrize(
    ("name", "query", "order", "told"),
    [
        ("", "pumps", "lived", "name of the search is missing"),
        ("x" * 101, "pumps", "lived", "name is longer"),
        ("pumps", " ", "lived", "nothing to search for"),
        ("pumps", "x" * 20_001, "lived", "search is longer"),
        ("pumps", "pumps", "newest", "'newest' is not an order"),
        ("taken", "pumps", "lived", "'taken' already"),
    ],
)
def test_a_search_that_cannot_be_kept_is_refused(
    ward: Workspace, name: str, query: str, order: str, told: str
) -> None:
    save(ward, "taken", "bread")

    with pytest.raises(InputError, match=told):
        save(ward, name, query, order=order)

    assert len(searches(ward)) == 1
