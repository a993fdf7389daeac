from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import InputError, NothingFound
from pipeline.flow.contributing import Contribution, contribute
from pipeline.flow.importing import bring_in
from pipeline.flow.open_problems import close, keep_open, match_open, notices, open_problems, see
from pipeline.flow.workspace import Workspace
from pipeline.records import Where
from pipeline.settings import Settings

PROBLEM = "Infusion pumps alarm all night and nurses silence them"
NEAR = "Infusion pumps alarmed all night on our ward until nurses silenced every pump."
FAR = "The bakery threw away a third of its bread on rainy days."


@pytest.fixture
def ward(settings: Settings, tmp_path: Path) -> Iterator[Workspace]:
    bring_in(settings, "ward", notes(tmp_path, FAR))
    with Workspace(settings, "ward") as workspace:
        yield workspace


def notes(folder: Path, *texts: str) -> Path:
    path = folder / "notes.jsonl"
    rows = [json.dumps({"id": n, "title": f"Note {n}", "text": t}) for n, t in enumerate(texts)]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_an_import_notifies_the_problems_that_it_brings_a_precedent_for(
    ward: Workspace, tmp_path: Path
) -> None:
    pumps = keep_open(ward, PROBLEM)
    keep_open(ward, "Volunteers do not come back after the summer fair")

    bring_in(ward.settings, "ward", notes(tmp_path, FAR, NEAR))

    (notice,) = notices(ward, unseen=True)
    assert (notice.problem, notice.told, notice.title) == (pumps.id, PROBLEM, "Note 1")
    assert [(one.notices, one.unseen) for one in open_problems(ward)] == [(1, 1), (0, 0)]


def test_a_contribution_notifies_at_once(ward: Workspace) -> None:
    keep_open(ward, PROBLEM)

    contribute(ward, Contribution("Far", situation="The choir sang in the garden."))
    near = contribute(ward, Contribution("Near", situation=NEAR))

    assert [one.experience for one in notices(ward)] == [near.id]


def test_what_is_told_is_told_once(ward: Workspace, tmp_path: Path) -> None:
    keep_open(ward, PROBLEM)
    bring_in(ward.settings, "ward", notes(tmp_path, FAR, NEAR))
    bring_in(ward.settings, "ward", notes(tmp_path, FAR, f"{NEAR} It took months."))

    assert match_open(ward) == match_open(ward) == []
    assert len(notices(ward)) == 1


def test_what_was_near_when_the_problem_was_kept_is_not_told(
    ward: Workspace, tmp_path: Path
) -> None:
    bring_in(ward.settings, "ward", notes(tmp_path, FAR, NEAR))
    keep_open(ward, PROBLEM)

    bring_in(ward.settings, "ward", notes(tmp_path, FAR, f"{NEAR} It took months."))

    assert notices(ward) == []


def test_an_experience_that_is_changed_until_it_is_near_is_told(
    ward: Workspace, tmp_path: Path
) -> None:
    keep_open(ward, PROBLEM)

    bring_in(ward.settings, "ward", notes(tmp_path, NEAR))

    assert [one.title for one in notices(ward)] == ["Note 0"]


def test_a_look_that_was_missed_is_made_up_for(ward: Workspace, tmp_path: Path) -> None:
    from pipeline.flow.importing import import_source

    keep_open(ward, PROBLEM)
    import_source(ward, notes(tmp_path, FAR, NEAR))
    before = notices(ward)

    made = match_open(ward)

    assert before == []
    assert [one.title for one in made] == ["Note 1"]


def test_the_filter_of_a_problem_holds_for_what_comes(ward: Workspace) -> None:
    keep_open(ward, PROBLEM, where=Where(disciplines=("nursing",)))
    keep_open(ward, f"{PROBLEM}.", where=Where(phrases=("on our WARD",)))
    keep_open(ward, f"{PROBLEM}!", where=Where(phrases=("on no ward",)))

    contribute(ward, Contribution("Near", situation=NEAR, discipline="engineering"))

    assert [one.told for one in notices(ward)] == [f"{PROBLEM}."]


def test_operators_in_a_problem_hold_for_what_comes(ward: Workspace) -> None:
    contribute(ward, Contribution("Nurses", situation="A choir sang.", discipline="nursing"))
    nursing = keep_open(ward, "discipline:nursing infusion pumps alarm all night")

    for discipline in ("engineering", "nursing"):
        contribute(ward, Contribution("Near", situation=NEAR, discipline=discipline))

    (notice,) = notices(ward)
    assert notice.told == nursing.problem == "discipline:nursing infusion pumps alarm all night"
    assert ward.store.experience(notice.experience).discipline == "nursing"
    with pytest.raises(InputError, match="names no problem"):
        keep_open(ward, "discipline:nursing")


def test_a_closed_problem_is_not_looked_at_again(ward: Workspace) -> None:
    number = keep_open(ward, PROBLEM).id

    closed = close(ward, number)
    contribute(ward, Contribution("Near", situation=NEAR))

    assert closed.closed is not None
    assert close(ward, number).closed == closed.closed
    assert notices(ward, problem=number) == []
    assert open_problems(ward) == []
    assert [one.id for one in open_problems(ward, closed=True)] == [number]


def test_a_notice_that_was_seen_is_not_new(ward: Workspace) -> None:
    keep_open(ward, PROBLEM)
    contribute(ward, Contribution("Near", situation=NEAR))

    see(ward, notices(ward))

    assert notices(ward, unseen=True) == []
    assert len(notices(ward)) == 1


def test_a_problem_can_be_kept_before_there_is_any_experience(settings: Settings) -> None:
    with Workspace(settings, "new", create=True) as workspace:
        keep_open(workspace, PROBLEM)
        contribute(workspace, Contribution("Near", situation=NEAR))

        assert [one.title for one in notices(workspace)] == ["Near"]


def test_a_problem_without_words_or_that_is_not_there_is_refused(ward: Workspace) -> None:
    with pytest.raises(InputError, match="empty"):
        keep_open(ward, "  ")
    with pytest.raises(InputError, match="longer"):
        keep_open(ward, "x" * 20_001)
    with pytest.raises(NothingFound, match="no open problem 9"):
        close(ward, 9)
    with pytest.raises(NothingFound, match="no open problem 9"):
        notices(ward, problem=9)
