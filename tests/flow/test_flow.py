from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import InputError, NotAllowed, NothingFound, UnreadableSource
from pipeline.flow.asking import ask, example_problems, more_like
from pipeline.flow.contributing import Contribution, contribute, record_outcome
from pipeline.flow.demo import EXAMPLES, PROBLEM, SAMPLE, load_sample
from pipeline.flow.exploring import browse, topic_map, topics_csv
from pipeline.flow.importing import bring_in, import_source
from pipeline.flow.indexing import index_community
from pipeline.flow.opening import formats, table_columns
from pipeline.flow.reflecting import as_markdown, patterns_of, problems_asked, questions
from pipeline.flow.workspace import Workspace, communities
from pipeline.records import Actor, Outcome, Where
from pipeline.settings import Settings

HOSE = Contribution(
    "Hose burst twice", situation="The hydraulic hose burst during the night shift."
)


def notes(folder: Path, *texts: str) -> Path:
    path = folder / "notes.jsonl"
    rows = [json.dumps({"id": n, "title": f"Note {n}", "text": t}) for n, t in enumerate(texts)]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_the_sample_answers_its_own_problem(sample: Workspace) -> None:
    found = ask(sample, PROBLEM)

    assert any("checklist" in one.experience.title for one in found.related[:3])
    assert [one.score for one in found.related] == sorted(
        (one.score for one in found.related), reverse=True
    )


def test_every_quote_stands_in_its_experience(sample: Workspace) -> None:
    for problem in EXAMPLES:
        for one in ask(sample, problem).related:
            for quote in (*one.why.sentences, *one.passages):
                assert one.experience.text[quote.start : quote.end] == quote.text


def test_a_filter_holds_for_every_answer(sample: Workspace) -> None:
    where = Where(disciplines=("aviation",), outcomes=("failed",))

    found = ask(sample, PROBLEM, where=where)

    assert {(o.experience.discipline, o.experience.status) for o in found.related} == {
        ("aviation", "failed")
    }


def test_what_nobody_lived_through_has_no_precedent(sample: Workspace) -> None:
    found = ask(sample, "Zebras knitting marmalade quilts underwater")

    assert found.precedent == "none"
    assert found.counter == ()


def test_questions_cite_two_experiences_and_are_kept_in_the_bank(settings: Settings) -> None:
    load_sample(settings)
    with Workspace(settings, SAMPLE) as workspace:
        drafted = questions(workspace, PROBLEM)
        asked = problems_asked(workspace)
        told = as_markdown(workspace, drafted)

    assert 3 <= len(drafted.questions) <= 5
    assert drafted.rejected
    assert all(question.reasons for question in drafted.rejected)
    for question in drafted.questions:
        assert len({quote.experience for quote in question.evidence}) >= 2
        assert question.drafted_by == "assembled"
        assert question.text in told
    assert asked == (PROBLEM,)


def test_questions_of_one_set_have_different_lenses(sample: Workspace) -> None:
    for problem in EXAMPLES:
        lenses = [q.lens for q in questions(sample, problem, count=4).questions]
        assert len(set(lenses)) >= len(lenses) - 1


def test_patterns_show_only_quotes_that_stand_in_their_experience(sample: Workspace) -> None:
    found = patterns_of(sample, PROBLEM)

    assert found
    for pattern in found:
        known = sample.store.experiences([quote.experience for quote in pattern.quotes])
        for quote in pattern.quotes:
            assert known[quote.experience].text[quote.start : quote.end] == quote.text


def test_a_contribution_is_found_at_once_without_a_rebuild(settings: Settings) -> None:
    load_sample(settings)
    with Workspace(settings, SAMPLE) as workspace:
        before = workspace.store.passage_ids()
        kept = contribute(workspace, replace(HOSE, author="Ada Example"))
        found = ask(workspace, "hydraulic hose burst")
        assert workspace.store.passage_ids() > before

    assert found.related[0].experience.id == kept.id
    assert kept.author is not None
    assert "Ada" not in kept.author


def test_what_another_process_brings_in_is_found_without_reopening(
    settings: Settings, tmp_path: Path
) -> None:
    bring_in(settings, "club", notes(tmp_path, "The pump failed.", "The valve stuck."))
    with Workspace(settings, "club") as first:
        assert len(ask(first, "pump").related) == 2
        with Workspace(settings, "club") as second:
            contribute(second, HOSE)

        assert ask(first, "hydraulic hose").related[0].experience.title == "Hose burst twice"


def test_an_outcome_is_a_filter_at_once(settings: Settings, tmp_path: Path) -> None:
    bring_in(settings, "club", notes(tmp_path, "The pump failed.", "The valve stuck."))
    with Workspace(settings, "club") as workspace:
        first = ask(workspace, "pump").related[0].experience
        record_outcome(workspace, first.id, Outcome("worked", "with oil", datetime.now(UTC)))

        found = ask(workspace, "pump", where=Where(outcomes=("worked",)))

    assert [one.experience.id for one in found.related] == [first.id]


def test_an_index_that_was_lost_is_built_again_from_the_store(
    settings: Settings, tmp_path: Path
) -> None:
    bring_in(settings, "club", notes(tmp_path, "The pump failed.", "The valve stuck."))
    with Workspace(settings, "club") as workspace:
        before = [o.experience.id for o in ask(workspace, "pump").related]
        rebuilt = index_community(workspace, rebuild=True)
        after = [o.experience.id for o in ask(workspace, "pump").related]

    assert before == after
    assert (rebuilt.passages, rebuilt.cached, rebuilt.embedded) == (2, 2, 0)


def test_a_first_import_that_fails_leaves_no_community(settings: Settings, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("")

    with pytest.raises(UnreadableSource):
        bring_in(settings, "club", bad)

    assert communities(settings) == []


def test_a_community_that_is_not_there_is_named_with_those_that_are(
    settings: Settings, tmp_path: Path
) -> None:
    bring_in(settings, "club", notes(tmp_path, "The pump failed."))

    with pytest.raises(NothingFound, match="There are: club"):
        Workspace(settings, "clubb")


def test_two_exports_of_the_same_name_do_not_overwrite_each_other(
    settings: Settings, tmp_path: Path
) -> None:
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        bring_in(settings, "club", notes(tmp_path / name, f"The pump of the {name} failed."))

    with Workspace(settings, "club") as workspace:
        assert workspace.store.count() == 2


def test_a_member_may_not_import(settings: Settings, tmp_path: Path) -> None:
    with (
        Workspace(settings, "club", actor=Actor("m", "member"), create=True) as workspace,
        pytest.raises(NotAllowed),
    ):
        import_source(workspace, notes(tmp_path, "The pump failed."))


@pytest.mark.parametrize(
    "given",
    [replace(HOSE, title=" "), replace(HOSE, situation=" "), replace(HOSE, action="x" * 60_000)],
)
def test_a_contribution_without_title_or_text_is_refused(
    settings: Settings, given: Contribution
) -> None:
    with Workspace(settings, "club", create=True) as workspace, pytest.raises(InputError):
        contribute(workspace, given)


def test_topics_are_the_same_until_something_changes(settings: Settings) -> None:
    load_sample(settings)
    with Workspace(settings, SAMPLE) as workspace:
        first = topic_map(workspace)
        again = topic_map(workspace)
        members = [m for topic in first.topics for m in topic.members]

    assert first == again
    assert len(members) == len(set(members)) == 192
    assert {point.experience for point in first.points} == set(members)


def test_too_few_experiences_have_no_topics(settings: Settings, tmp_path: Path) -> None:
    bring_in(settings, "club", notes(tmp_path, "The pump failed."))

    with Workspace(settings, "club") as workspace, pytest.raises(NothingFound, match="at least 5"):
        topic_map(workspace)


def test_an_exported_cell_is_never_a_formula(settings: Settings, tmp_path: Path) -> None:
    texts = [f"The pump number {n} failed in the night." for n in range(6)]
    bring_in(settings, "club", notes(tmp_path, *texts))
    with Workspace(settings, "club") as workspace:
        contribute(workspace, replace(HOSE, title="=HYPERLINK(1)"))
        rows = list(csv.reader(io.StringIO(topics_csv(workspace, topic_map(workspace)))))

    assert len(rows) == 8
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_more_like_this_leaves_itself_out(sample: Workspace) -> None:
    one = ask(sample, PROBLEM).related[0].experience

    found = more_like(sample, one.id)

    assert found
    assert one.id not in {other.experience.id for other in found}


def test_example_problems_come_from_the_community(settings: Settings, tmp_path: Path) -> None:
    text = "The coolant pump of the second press failed during the night shift in March."
    bring_in(settings, "club", notes(tmp_path, text))

    with Workspace(settings, "club") as workspace:
        assert example_problems(workspace) == (text,)


def test_browsing_shows_the_newest_first(sample: Workspace) -> None:
    years = [one.year or 0 for one in browse(sample, limit=30)]

    assert years == sorted(years, reverse=True)


def test_the_formats_and_columns_are_told(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("Title,What we did,colour\nA,We moved the bed.,red\n")

    assert {"csv", "jsonl", "discourse", "markdown", "beir"} <= {name for name, *_ in formats()}
    assert table_columns(table) == {"Title": "title", "What we did": "action", "colour": ""}
