"""Who found otherwise, and whether there is a precedent."""

import pytest

from pipeline.retrieval import counter_experiences, precedent
from pipeline.retrieval.limits import LIMITS, limits_of, nearness

PROBLEM = "The disk died and nobody can restore the backups."
FOREIGN = "Which marriage counsellor speaks French and takes couples on Saturdays?"


def verdict(candidates) -> str:
    return precedent(candidates, encoder="words-512")


def test_the_opposite_outcome_of_a_similar_problem_is_a_counter_experience(operations) -> None:
    counter = counter_experiences(operations.ask(PROBLEM))
    assert [related.experience.id for related in counter] == ["tape"]
    assert counter[0].why.difference == "here it worked, while in “dump” it failed"


def test_a_counter_experience_is_found_beyond_what_is_shown(operations) -> None:
    counter = counter_experiences(operations.ask(PROBLEM, k=1))
    assert [related.experience.id for related in counter] == ["tape"]


def test_there_is_none_when_all_turned_out_alike(made, community) -> None:
    texts = ("The disk died, backups restored.", "Disk died; we restored backups slowly.")
    here = community(*(made(f"e{n}", text, status="worked") for n, text in enumerate(texts)))
    assert counter_experiences(here.ask("disk died, restore backups")) == ()


def test_an_opposite_outcome_about_something_else_does_not_count(made, community) -> None:
    here = community(
        made("disk", "The disk died and we restored the backups.", status="worked"),
        made("choir", "The choir never found an audience.", status="failed"),
    )
    assert counter_experiences(here.ask("disk died, restore backups")) == ()


def test_a_filter_on_outcomes_holds_for_counter_experiences_too(operations) -> None:
    from pipeline.records import Where

    found = operations.ask(PROBLEM, where=Where(outcomes=("failed",)))
    assert counter_experiences(found) == ()


def test_a_problem_met_before_has_a_strong_precedent(operations) -> None:
    assert verdict(operations.ask(PROBLEM)) == "strong"


def test_a_problem_from_elsewhere_has_none_and_no_counter_experiences(operations) -> None:
    found = operations.ask(FOREIGN)
    assert verdict(found) == "none"
    assert counter_experiences(found) == ()


def test_nothing_found_is_no_precedent(community) -> None:
    assert verdict(community().ask(PROBLEM)) == "none"


def test_an_encoder_that_was_not_measured_is_never_believed_to_be_strong(operations) -> None:
    assert precedent(operations.ask(PROBLEM), encoder="someone/else") == "weak"


def test_the_cosine_of_an_unmeasured_encoder_does_not_count() -> None:
    assert nearness(0.99, 0.0, limits_of("someone/else")) == 0.0


@pytest.mark.parametrize("encoder", LIMITS)
def test_limits_stand_in_order(encoder: str) -> None:
    limits = LIMITS[encoder]
    assert 0 < limits.counter < limits.weak < limits.strong < 1
