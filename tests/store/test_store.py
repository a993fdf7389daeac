from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import NothingFound, StoreBusy, StoreError
from pipeline.records import Document, Experience, Outcome, Part, Passage, SourcePart, Where
from pipeline.store import (
    Prepared,
    Store,
    contribute,
    incoming,
    kept_problems,
    remove_experience,
    source_name,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "club", community="club") as opened:
        yield opened


def document(key: str = "1", words: str = "We tried a checklist.") -> Document:
    return Document(key, f"Title {key}", (SourcePart("body", words),), f"file:{key}")


def experience(id_: str = "e1", **changes: object) -> Experience:
    given: dict[str, object] = {
        "title": "Title",
        "text": "We tried a checklist. It helped.",
        "parts": (Part("action", 0, 21), Part("outcome", 22, 32)),
        "discipline": "Health care",
        "tags": ("checklist", "Team"),
        "date": datetime(2010, 5, 1, tzinfo=UTC),
        "status": "worked",
        "author": "member-1",
    }
    return Experience(id_, **{**given, **changes})  # type: ignore[arg-type]


def put(store: Store, doc: Document, exp: Experience, *, source: str = "notes") -> None:
    spans = [Passage(0, exp.id, "", 0, 21, "action"), Passage(0, exp.id, "", 22, 32, "outcome")]
    with incoming(store, source=source, connector="csv", path=f"/x/{source}", mapping={}) as into:
        into.put(doc, doc.content_hash, [Prepared(exp, spans)])


def test_an_experience_comes_back_as_it_was_put(store: Store) -> None:
    given = experience()

    put(store, document(), given)

    kept = store.experience("e1")
    assert (kept.text, kept.parts, kept.date, kept.status) == (
        given.text,
        given.parts,
        given.date,
        given.status,
    )
    assert set(kept.tags) == set(given.tags)
    assert (kept.document, kept.source) == ("1", "notes")


def test_dates_are_read_alone(store: Store) -> None:
    put(store, document(), experience())
    put(store, document("2", "Other."), experience("e2", date=None))

    assert store.dates(["e1", "e2", "e3"]) == {"e1": datetime(2010, 5, 1, tzinfo=UTC), "e2": None}


def test_a_passage_is_the_stretch_of_its_experience(store: Store) -> None:
    put(store, document(), experience(text="Wé tried a checklist. Ît helped."))

    found = store.passages(sorted(store.passage_ids()))

    assert [p.text for p in found.values()] == ["Wé tried a checklist.", "Ît helped."]


def test_passage_ids_are_never_used_twice(store: Store) -> None:
    put(store, document(), experience())
    before = store.passage_ids()

    put(store, document(words="Changed."), experience())

    assert store.passage_ids().isdisjoint(before)


def test_the_same_content_is_known_here_and_elsewhere(store: Store) -> None:
    put(store, document(), experience())

    with incoming(store, source="notes", connector="csv", path="/x", mapping={}) as into:
        assert into.change(document(), document().content_hash) == "unchanged"
        assert into.change(document(words="New."), "another") == "changed"
        assert into.missing == {"1"}
    with incoming(store, source="other", connector="csv", path="/y", mapping={}) as into:
        assert into.change(document(), document().content_hash) == "elsewhere"


def test_a_failure_in_the_middle_changes_nothing(store: Store) -> None:
    put(store, document(), experience())
    version = store.database.version()

    def half() -> None:
        with incoming(store, source="notes", connector="csv", path="/x", mapping={}) as into:
            into.put(document("2"), "h", [Prepared(experience("e2"), [])])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()

    assert store.ids() == ["e1"]
    assert store.database.version() == version


def test_what_people_recorded_survives_a_changed_document(store: Store) -> None:
    put(store, document(), experience())
    store.record_outcome("e1", Outcome("failed", "in our clinic"))

    put(store, document(words="Changed."), experience())

    assert [o.status for o in store.outcomes(["e1"])["e1"]] == ["worked", "failed"]


def test_the_ledger_decides_the_status(store: Store) -> None:
    put(store, document(), experience(status="unknown"))

    assert store.record_outcome("e1", Outcome("worked")).status == "worked"
    assert store.record_outcome("e1", Outcome("failed")).status == "partly"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outcomes SET status = 'failed'",
        "DELETE FROM outcomes",
        "DELETE FROM outcomes WHERE experience = 'e1'",
        "INSERT OR REPLACE INTO outcomes SELECT * FROM outcomes",
        "REPLACE INTO outcomes SELECT * FROM outcomes",
    ],
)
def test_the_ledger_cannot_be_altered(store: Store, statement: str) -> None:
    put(store, document(), experience())
    store.record_outcome("e1", Outcome("failed", "in our clinic"))
    before = store.outcomes(["e1"])

    with pytest.raises(StoreError, match="append-only"), store.database.write() as connection:
        connection.execute(text(statement))

    assert store.outcomes(["e1"]) == before


def test_an_experience_is_not_written_over_with_its_ledger(store: Store) -> None:
    put(store, document(), experience())
    store.record_outcome("e1", Outcome("failed", "in our clinic"))

    with pytest.raises(StoreError, match="not written over"), store.database.write() as connection:
        connection.execute(text("REPLACE INTO experiences SELECT * FROM experiences"))

    assert len(store.outcomes(["e1"])["e1"]) == 2


def test_an_entry_tells_where_it_comes_from_and_when_it_was_made(store: Store) -> None:
    put(store, document(), experience())
    day = datetime(2024, 5, 1, tzinfo=UTC)

    store.record_outcome("e1", Outcome("failed", "in our clinic", day, "member-2"))

    said, tried = store.outcomes(["e1"])["e1"]
    assert (said.from_source, tried.from_source) == (True, False)
    assert (tried.context, tried.date, tried.author) == ("in our clinic", day, "member-2")
    assert tried.recorded is not None
    assert tried.recorded > day


def test_a_database_from_before_the_ledger_was_closed_gets_the_rest(
    store: Store, tmp_path: Path
) -> None:
    put(store, document(), experience())
    with store.database.write() as connection:
        for name in ("outcomes_stay", "outcomes_not_replaced", "experiences_not_replaced"):
            connection.execute(text(f"DROP TRIGGER {name}"))
        for name in ("notices", "open_problems", "people", "saved_searches"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("DELETE FROM migrations WHERE number = 4"))

    with Store(tmp_path / "club", community="club") as again:
        assert again.outcomes(["e1"])
        assert kept_problems(again) == []
        with pytest.raises(StoreError, match="append-only"), again.database.write() as connection:
            connection.execute(text("DELETE FROM outcomes"))


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Where(), ["e1", "e2"]),
        (Where(nothing=True), []),
        (Where(ids=()), []),
        (Where(tags=("CHECKLIST",)), ["e1"]),
        (Where(disciplines=("health CARE",)), ["e1"]),
        (Where(outcomes=("failed",)), ["e2"]),
        (Where(since=datetime(2010, 5, 1, tzinfo=UTC)), ["e1"]),
        (Where(before=datetime(2010, 5, 1, tzinfo=UTC)), []),
        (Where(until=datetime(2010, 5, 1, tzinfo=UTC)), ["e1"]),
        (Where(authors=("member-1",)), ["e1"]),
        (Where(sources=("minutes",)), ["e2"]),
        (Where(not_ids=("e1",)), ["e2"]),
    ],
)
def test_a_filter_lets_through_what_it_says(store: Store, where: Where, found: list[str]) -> None:
    put(store, document(), experience())
    other = experience(
        "e2", tags=(), discipline="Law", status="failed", date=None, author="member-2"
    )
    put(store, document("2", "Other."), other, source="minutes")

    assert store.ids(where) == found
    assert store.count(where) == len(found)


def test_facets_count_experiences(store: Store) -> None:
    put(store, document(), experience())
    put(store, document("2"), experience("e2", status="failed"))

    facets = store.facets()

    assert facets.disciplines == {"Health care": 2}
    assert facets.outcomes == {"worked": 1, "failed": 1}
    assert facets.years == {2010: 2}


def test_a_removed_experience_leaves_no_row(store: Store) -> None:
    kept = contribute(store, Prepared(experience(), [Passage(0, "e1", "", 0, 5)]))

    remove_experience(store, kept.id)

    assert store.passage_ids() == set()
    assert store.outcomes(["e1"]) == {}
    with pytest.raises(NothingFound, match="e1"):
        store.experience("e1")


def test_a_second_writer_is_told_to_wait(store: Store, tmp_path: Path) -> None:
    with (
        Store(tmp_path / "club", community="club") as second,
        store.database.writing(),
        pytest.raises(StoreBusy, match="club"),
    ):
        put(second, document(), experience())

    assert store.ids() == []


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "club"
    folder.mkdir()
    (folder / "community.db").write_bytes(b"not a database, far from it" * 100)

    with pytest.raises(StoreError, match=r"community\.db is not a readable database"):
        Store(folder, community="club")


def test_a_database_of_a_newer_version_is_refused(store: Store, tmp_path: Path) -> None:
    with store.database.write() as connection:
        connection.execute(text("INSERT INTO migrations VALUES (99, 'later', 'now')"))

    with pytest.raises(StoreError, match="newer doubleloop"):
        Store(tmp_path / "club", community="club")


def test_migrations_are_recorded_once(store: Store, tmp_path: Path) -> None:
    with Store(tmp_path / "club", community="club") as again, again.database.read() as connection:
        numbers = connection.execute(text("SELECT number FROM migrations")).scalars().all()

    assert list(numbers) == [1, 2, 3, 4]


def test_two_exports_with_the_same_stem_stay_apart(store: Store) -> None:
    put(store, document(), experience(), source="notes")

    assert source_name(store, "/x/notes", stem="notes") == "notes"
    assert source_name(store, "/elsewhere/notes", stem="notes").startswith("notes-")
    assert source_name(store, "/x/minutes", stem="minutes") == "minutes"


def test_one_view_sees_one_state_whatever_is_written_meanwhile(
    store: Store, tmp_path: Path
) -> None:
    put(store, document(), experience())

    with Store(tmp_path / "club", community="club") as other:
        with store.database.one_view():
            before = store.ids()
            put(other, document("2", "Other."), experience("e2"))
            during = store.ids()
        after = store.ids()

    assert before == during == ["e1"]
    assert after == ["e1", "e2"]
