"""Who found otherwise, and whether there is a precedent."""

from dataclasses import replace

import pytest

from pipeline.records import Outcome, Votes, Where
from pipeline.retrieval import counter_experiences, precedent, search
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


def test_the_contrast_names_the_other_what_differs_and_quotes_both(operations) -> None:
    (counter,) = counter_experiences(operations.ask(PROBLEM))
    contrast = counter.contrast
    assert (contrast.kind, contrast.against, contrast.title) == ("outcome", "dump", "dump")
    facets = {d.facet: (d.here, d.there) for d in contrast.differs}
    assert facets["outcome"] == ("it worked", "it failed")
    assert facets["date"] == ("2011", "2017")
    assert "field" not in facets
    assert contrast.shares == ("both in software operations",)
    assert [quote.experience for quote in contrast.words] == ["tape", "dump"]
    assert [quote.stance for quote in contrast.words] == ["contradicts", "supports"]
    for quote in contrast.words:
        text = operations.experiences[quote.experience].text
        assert text[quote.start : quote.end] == quote.text


def test_what_worked_in_part_stands_against_what_failed_behind_what_worked(made, community) -> None:
    text = "The disk died and we restored the backups from tape"
    here = community(
        made("failed", f"{text}.", status="failed"),
        made("partly", f"{text}, half of them.", status="partly"),
        made("worked", f"{text}, all of them.", status="worked"),
    )
    found = counter_experiences(here.ask(f"{text}."))
    against_failed = [c.experience.id for c in found if c.contrast.against == "failed"]
    assert against_failed == ["worked", "partly"]


def test_an_experience_that_worked_for_some_and_failed_for_others_is_held_against_itself(
    made, community
) -> None:
    here = community(made("drill", "We rehearsed the restore of backups.", status="partly"))
    ledger = (Outcome("worked", "a team of 4"), Outcome("failed", "night shift"))
    read = replace(here.read, outcomes=lambda ids: dict.fromkeys(ids, ledger))
    found = search(
        "We rehearse the restore of backups", index=here.index, encoder=here.encoder, read=read
    )
    (counter,) = counter_experiences(found)
    assert counter.contrast.against == "drill"
    assert counter.why.difference == "tried more than once: it worked once and failed once"
    told = [(d.facet, d.here, d.there) for d in counter.contrast.differs]
    assert ("context", "night shift", "a team of 4") in told


def statements(made, community, votes):
    texts = ("Cars should be allowed on the old bridge.", "Cars should use the old bridge.")
    found = [
        replace(made(f"s{n}", text), votes=cast)
        for n, (text, cast) in enumerate(zip(texts, votes, strict=True))
    ]
    return community(*found)


def test_a_statement_that_the_majority_took_the_other_way_is_a_counter_experience(
    made, community
) -> None:
    here = statements(made, community, (Votes(30, 10, 5), Votes(8, 40)))
    (counter,) = counter_experiences(here.ask("Cars should be allowed on the old bridge"))
    assert (counter.experience.id, counter.contrast.kind) == ("s1", "stance")
    assert counter.why.difference.startswith("here 8 agreed and 40 disagreed, while on “s0” 30")


@pytest.mark.parametrize("votes", [(Votes(30, 10), Votes(40, 8)), (Votes(30, 10), Votes(2, 2))])
def test_votes_that_lean_the_same_way_or_are_too_few_are_no_counter_experience(
    made, community, votes
) -> None:
    here = statements(made, community, votes)
    assert counter_experiences(here.ask("Cars should be allowed on the old bridge")) == ()


def test_an_insight_that_says_the_opposite_is_a_counter_experience_with_both_sentences(
    made, community
) -> None:
    here = community(
        made("for", "Reports of near misses must be mandatory for pilots."),
        made("against", "Reports of near misses must be voluntary for pilots."),
        made("beside", "Reports of near misses are read by pilots on the ground."),
    )
    (counter,) = counter_experiences(here.ask("Must pilots make mandatory reports of near misses?"))
    assert (counter.experience.id, counter.contrast.kind) == ("against", "insight")
    assert counter.contrast.against == "for"
    assert [quote.text for quote in counter.contrast.words] == [
        here.experiences["against"].text,
        here.experiences["for"].text,
    ]
    assert counter.why.difference == "what is said here speaks against “for”"


def test_no_more_are_given_than_are_asked_for(made, community) -> None:
    text = "The disk died and we restored the backups from tape number"
    words = ("alpha", "beta", "gamma", "delta", "epsilon")
    failed = [made(word, f"{text} {word} {word[::-1]}.", status="failed") for word in words]
    here = community(made("worked", f"{text} one.", status="worked"), *failed)
    found = here.ask(f"{text} one.")
    assert len(counter_experiences(found)) == len(words)
    assert len(counter_experiences(found, most=2)) == 2


def test_a_filter_on_outcomes_holds_for_counter_experiences_too(operations) -> None:
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
    assert 0 < limits.counter < 1
    assert 0 <= limits.weak < limits.strong < 1
