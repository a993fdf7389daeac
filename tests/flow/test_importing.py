"""An import that is stopped goes on, one that fails changes nothing, and one can be taken back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError, NothingFound, StoreBusy, UnreadableSource
from pipeline.flow.asking import ask
from pipeline.flow.contributing import record_outcome
from pipeline.flow.history import imports, undo
from pipeline.flow.importing import bring_in, import_source
from pipeline.flow.indexing import index_community
from pipeline.flow.jobs import ImportJob, forget_job, import_job, running_imports, start_import
from pipeline.flow.preparing import Privacy
from pipeline.flow.workspace import Workspace
from pipeline.records import Outcome
from pipeline.settings import Settings
from pipeline.store import remove_experience

WAIT = 60.0


@pytest.fixture
def club(settings: Settings) -> Iterator[Workspace]:
    with Workspace(settings, "club", create=True) as workspace:
        yield workspace


def notes(folder: Path, texts: dict[int, str], **more: Any) -> Path:
    path = folder / "notes.jsonl"
    rows = [
        json.dumps({"id": n, "title": f"Note {n}", "text": text, **more})
        for n, text in texts.items()
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def texts(workspace: Workspace) -> dict[str, str]:
    return {one.title: one.text for one in workspace.store.all_experiences()}


# --- taking back -------------------------------------------------------------------------


def test_undoing_an_import_removes_what_it_added(club: Workspace, tmp_path: Path) -> None:
    import_source(club, notes(tmp_path, {1: "The pump broke."}))
    done = import_source(club, notes(tmp_path, {1: "The pump broke.", 2: "The hose burst."}))
    index_community(club)

    undone = undo(club, done.run)

    assert texts(club) == {"Note 1": "The pump broke."}
    assert undone.undone is not None
    assert [one.run for one in imports(club) if one.can_undo] == [1]
    assert len(ask(club, "hose burst").related) <= 1


def test_undoing_brings_back_what_an_import_changed_and_removed(
    club: Workspace, tmp_path: Path
) -> None:
    import_source(club, notes(tmp_path, {1: "The pump broke.", 2: "The hose burst."}, tags=["wet"]))
    before = {one.id: one for one in club.store.all_experiences()}
    done = import_source(club, notes(tmp_path, {1: "The pump was fixed."}), prune=True)
    assert (done.changed, done.removed) == (1, 1)
    assert texts(club) == {"Note 1": "The pump was fixed."}

    undo(club, done.run)

    assert {one.id: one for one in club.store.all_experiences()} == before


def test_outcomes_that_people_recorded_survive_both_ways(club: Workspace, tmp_path: Path) -> None:
    import_source(club, notes(tmp_path, {1: "The pump broke."}))
    index_community(club)
    (id_,) = club.store.ids()
    done = import_source(club, notes(tmp_path, {1: "The pump was fixed."}))
    index_community(club)
    record_outcome(club, id_, Outcome("worked", "on our ward"))

    undo(club, done.run)

    assert [entry.context for entry in club.store.outcomes([id_])[id_]] == ["on our ward"]
    assert texts(club) == {"Note 1": "The pump broke."}


def test_undoing_what_people_built_on_has_to_be_said_twice(club: Workspace, tmp_path: Path) -> None:
    done = import_source(club, notes(tmp_path, {1: "The pump broke."}))
    index_community(club)
    (id_,) = club.store.ids()
    record_outcome(club, id_, Outcome("worked"))

    with pytest.raises(InputError, match="1 outcomes"):
        undo(club, done.run)
    assert len(club.store.ids()) == 1

    undo(club, done.run, lose_entries=True)
    assert club.store.ids() == []


def test_imports_of_a_source_are_undone_newest_first_and_once(
    club: Workspace, tmp_path: Path
) -> None:
    first = import_source(club, notes(tmp_path, {1: "a pump"}))
    second = import_source(club, notes(tmp_path, {1: "a hose"}))

    with pytest.raises(InputError, match=f"Undo import {second.run} first"):
        undo(club, first.run)
    undo(club, second.run)
    with pytest.raises(InputError, match="undone already"):
        undo(club, second.run)
    undo(club, first.run)
    with pytest.raises(NothingFound):
        undo(club, 99)

    assert club.store.ids() == []


def test_a_withdrawn_experience_does_not_come_back(club: Workspace, tmp_path: Path) -> None:
    import_source(club, notes(tmp_path, {1: "The pump broke."}))
    done = import_source(club, notes(tmp_path, {1: "The pump was fixed."}))
    (id_,) = club.store.ids()

    remove_experience(club.store, id_)
    undo(club, done.run)

    assert club.store.ids() == []


# --- again -------------------------------------------------------------------------------


def test_a_dry_run_tells_what_an_import_would_do(club: Workspace, tmp_path: Path) -> None:
    import_source(club, notes(tmp_path, {1: "The pump broke.", 2: "The hose burst.", 3: "Fog."}))
    path = notes(
        tmp_path, {1: "The pump was fixed.", 2: "The hose burst.", 4: "Ask a@example.org."},
        author="ada", date="2020-05-01", discipline="water",
    )  # fmt: skip

    told = import_source(club, path, dry_run=True)
    did = import_source(club, path)

    assert (told.added, told.changed, told.unchanged, told.removed) == (1, 2, 0, 1)
    assert (did.added, did.changed, did.unchanged, did.removed) == (1, 2, 0, 1)
    assert (told.authors, dict(told.disciplines)) == (1, {"water": 3})
    assert f"{told.first:%Y-%m-%d}" == "2020-05-01"
    assert dict(told.redacted) == {"e-mail address": 1}
    assert len(told.samples) == 3
    assert told.dry_run
    assert len(imports(club)) == 2


def test_what_is_gone_at_the_source_stays_unless_it_is_pruned(
    club: Workspace, tmp_path: Path
) -> None:
    import_source(club, notes(tmp_path, {1: "The pump broke.", 2: "The hose burst."}))

    kept = import_source(club, notes(tmp_path, {1: "The pump broke."}))
    assert (kept.removed, len(club.store.ids())) == (1, 2)

    pruned = import_source(club, notes(tmp_path, {1: "The pump broke."}), prune=True)
    assert (pruned.removed, len(club.store.ids())) == (1, 1)


def test_a_limited_import_neither_prunes_nor_counts_the_rest_as_gone(
    club: Workspace, tmp_path: Path
) -> None:
    path = notes(tmp_path, {n: f"pump {n}" for n in range(6)})
    import_source(club, path)

    told = import_source(club, path, limit=2, prune=True)

    assert (told.documents, told.removed, told.limited) == (2, 0, True)
    assert len(club.store.ids()) == 6


def test_how_people_are_treated_is_remembered_with_the_source(
    club: Workspace, tmp_path: Path
) -> None:
    path = notes(tmp_path, {1: "Ask ada@example.org."}, author="Ada")
    import_source(club, path, privacy=Privacy(keep_names=True, keep_contacts=True))
    (one,) = club.store.all_experiences()
    assert (one.author, one.text) == ("Ada", "Ask ada@example.org.")

    again = import_source(club, path)
    assert again.unchanged == 1

    import_source(club, path, privacy=Privacy())
    (one,) = club.store.all_experiences()
    assert one.author is not None
    assert one.author.startswith("member-")
    assert one.text == "Ask [e-mail address]."


def test_a_zip_is_imported_as_what_it_holds_and_continued_as_the_same_source(
    club: Workspace, tmp_path: Path
) -> None:
    archive = tmp_path / "export.zip"
    for text in ("The pump broke.", "The pump was fixed."):
        with zipfile.ZipFile(archive, "w") as packed:
            packed.write(notes(tmp_path, {1: text}), "export/notes.jsonl")
        told = import_source(club, archive)

    assert (told.source, told.changed) == ("export", 1)
    assert texts(club) == {"Note 1": "The pump was fixed."}


def test_an_error_in_an_archive_names_the_archive(club: Workspace, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("a.xyz", "\x01\x02" * 100)

    with pytest.raises(UnreadableSource) as refused:
        import_source(club, tmp_path / "export.zip")

    assert "doubleloop-unpacked" not in str(refused.value)
    assert "export.zip" in str(refused.value)


# --- stopped and busy --------------------------------------------------------------------

SLOW = """
import sys, time
from pathlib import Path
from pipeline.flow import importing
from pipeline.flow.workspace import Workspace
from pipeline.settings import Settings
put = importing.document_rows
def slowly(*given):
    time.sleep(0.001)
    return put(*given)
importing.document_rows = slowly
with Workspace(Settings(home=Path(sys.argv[1]), encoder="words"), "club", create=True) as workspace:
    importing.import_source(workspace, Path(sys.argv[2]))
"""


def test_a_killed_import_goes_on_where_it_was_and_nobody_sees_half_of_it(
    settings: Settings, tmp_path: Path
) -> None:
    path = notes(tmp_path, {n: f"The pump number {n} broke." for n in range(8000)})
    other = subprocess.Popen([sys.executable, "-c", SLOW, str(settings.home), str(path)])
    staged = settings.home / "club" / "importing"
    until = time.monotonic() + WAIT
    while time.monotonic() < until and sum(f.stat().st_size for f in staged.glob("*")) < 200_000:
        time.sleep(0.02)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    ready = sum(f.stat().st_size for f in staged.glob("*"))

    with Workspace(settings, "club", create=True) as workspace:
        seen = workspace.store.count()
        told = import_source(workspace, path)
        kept = workspace.store.count()

    assert ready >= 200_000, "the victim had not done anything yet"
    assert seen == 0
    assert 0 < told.resumed < 8000
    assert (told.added, kept) == (8000, 8000)
    assert not list(staged.glob("*"))


def test_an_import_that_was_resumed_is_like_one_that_was_not(
    settings: Settings, tmp_path: Path
) -> None:
    path = notes(tmp_path, {n: f"The pump number {n} broke." for n in range(120)})

    def stop(stage: str, done: int, total: int | None) -> None:
        if stage == "Reading" and done >= 100:
            raise KeyboardInterrupt

    with Workspace(settings, "stopped", create=True) as workspace:
        with pytest.raises(KeyboardInterrupt):
            import_source(workspace, path, progress=stop)
        assert workspace.store.count() == 0
        told = import_source(workspace, path)
        resumed = texts(workspace)
    with Workspace(settings, "whole", create=True) as workspace:
        import_source(workspace, path)
        whole = texts(workspace)

    assert told.resumed > 0
    assert resumed == whole


def test_only_one_import_at_a_time_and_contributing_goes_on(
    club: Workspace, settings: Settings, tmp_path: Path
) -> None:
    path = notes(tmp_path, {n: f"pump {n}" for n in range(60)})
    refused: list[str] = []

    def meanwhile(stage: str, done: int, total: int | None) -> None:
        if stage != "Reading" or refused:
            return
        with Workspace(settings, "club") as second:
            with pytest.raises(StoreBusy) as busy:
                import_source(second, path)
            refused.append(str(busy.value))
            second.store.record_run("index", actor="owner", seconds=0, detail={})

    import_source(club, path, progress=meanwhile)

    assert "Another doubleloop process" in refused[0]
    assert club.store.count() == 60


# --- in the background -------------------------------------------------------------------


def ended(job: ImportJob) -> ImportJob:
    until = time.monotonic() + WAIT
    while job.state == "running" and time.monotonic() < until:
        time.sleep(0.01)
    return job


def test_an_import_in_the_background_tells_how_far_it_is_and_what_it_did(
    settings: Settings, tmp_path: Path
) -> None:
    path = notes(tmp_path, {n: f"pump {n}" for n in range(300)})
    after: list[str] = []

    job = start_import(settings, "club", path, afterwards=lambda: after.append("done"))
    assert import_job(settings, "club") is job

    assert ended(job).state == "done", job.error
    assert job.report is not None
    assert job.indexed is not None
    assert (job.report.added, job.indexed.passages) == (300, 300)
    assert after == ["done"]
    assert running_imports(settings) == []
    forget_job(settings, "club")
    assert import_job(settings, "club") is None


def test_a_background_import_that_fails_says_why_in_one_line(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text("{}")

    job = ended(start_import(settings, "club", tmp_path / "a.jsonl"))

    assert job.state == "failed"
    assert "a.jsonl" in job.error
    assert "\n" not in job.error
    assert not (settings.home / "club").exists()


def test_a_background_import_can_be_stopped_and_changes_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    bring_in(settings, "club", notes(tmp_path, {1: "a pump"}))
    more = notes(tmp_path, {n: f"pump {n}" for n in range(3000)})

    job = start_import(settings, "club", more)
    job.stop()

    assert ended(job).state == "stopped"
    with Workspace(settings, "club") as workspace:
        assert workspace.store.count() == 1
