"""From a problem to related experiences."""

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.records import Where
from pipeline.retrieval import rank, related_to_experience

PROBLEM = "The disk died and nobody can restore the backups."


def ids(candidates):
    return [related.experience.id for related in candidates.related]


def test_the_nearest_experience_stands_first_with_falling_scores(operations) -> None:
    found = operations.ask(PROBLEM)
    assert ids(found)[:2] == ["dump", "tape"]
    scores = [related.score for related in found.related]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_at_most_k_are_given(operations) -> None:
    assert len(operations.ask(PROBLEM, k=2).related) == 2


def test_near_duplicates_are_named_with_the_best_of_them(operations) -> None:
    found = operations.ask(PROBLEM)
    assert found.related[0].duplicates == ("dump again",)
    assert "dump again" not in ids(found)


def test_the_same_words_with_the_opposite_outcome_are_no_duplicates(made, community) -> None:
    text = "We moved the handover to noon and wrote it down."
    here = community(made("a", text, status="worked"), made("b", text, status="failed"))
    assert ids(here.ask("handover at noon")) == ["a", "b"]


def test_equal_texts_under_different_titles_are_duplicates(made, community) -> None:
    here = community(
        made("a", "Pumps failed on the ridge."), made("b", "pumps  failed on the RIDGE.")
    )
    assert here.ask("pumps on the ridge").related[0].duplicates == ("b",)


def test_nothing_is_found_where_nothing_may_be_seen(operations) -> None:
    assert operations.ask(PROBLEM, where=Where(nothing=True)).related == ()


def test_only_what_the_filter_lets_through_is_found(operations) -> None:
    found = operations.ask(PROBLEM, where=Where(outcomes=("worked",)))
    assert ids(found) == ["tape"]


def test_only_older_experiences_are_found_under_the_date_rule(operations) -> None:
    found = operations.ask(PROBLEM, where=Where(before=datetime(2015, 1, 1, tzinfo=UTC)))
    assert ids(found) == ["tape"]


def test_an_empty_community_gives_no_related_experiences(community) -> None:
    assert community().ask(PROBLEM).related == ()


def test_a_problem_without_words_raises_nothing(operations) -> None:
    assert operations.ask("???").related is not None


def test_an_experience_that_has_gone_from_the_store_is_left_out(operations) -> None:
    there = {k: v for k, v in operations.experiences.items() if k != "dump"}
    assert "dump" not in ids(replace(operations, experiences=there).ask(PROBLEM))


def test_ranking_gives_what_searching_gives_before_duplicates_are_merged(operations) -> None:
    parts = {"index": operations.index, "encoder": operations.encoder, "read": operations.read}
    ranked = rank(PROBLEM, k=3, **parts)
    assert [name for name, _ in ranked] == ["dump", "dump again", "tape"]
    assert ranked[0][1] == operations.ask(PROBLEM).related[0].score


def test_experiences_like_a_known_one_leave_it_out(operations) -> None:
    parts = {"index": operations.index, "encoder": operations.encoder, "read": operations.read}
    found = related_to_experience(operations.experiences["tape"], **parts)
    assert ids(found)[0] == "dump"
    assert "tape" not in ids(found)
