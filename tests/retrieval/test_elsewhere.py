"""The same pattern in another field."""

import pytest

from pipeline.records import Where
from pipeline.retrieval.elsewhere import elsewhere, field_of, rank_elsewhere
from pipeline.retrieval.masking import Fields, learn_fields

PROBLEM = "Nurses on our ward skip a step of the checklist because signing is what counts."
COUNTS = {"health care": 3, "aviation": 3, "software": 2}


@pytest.fixture
def fields_of(community):
    """Learns the fields of a community."""

    def learned(here) -> Fields:
        return learn_fields(here.index, here.read, disciplines=COUNTS)

    return learned


@pytest.fixture
def hospital(made, community):
    """Stories of nurses, pilots and engineers; one of the pilots' has the nurses' pattern."""
    return community(
        made("ward", "Nurses on the ward skip a step of the round.", discipline="health care"),
        made("shift", "Nurses on the ward hand over at night.", discipline="health care"),
        made("drug", "Nurses on the ward count a drug twice.", discipline="health care"),
        made(
            "signed",
            "Pilots in the cockpit skip a step of the checklist when signing counts.\n\n"
            "A checklist that only counts as signing is skipped, step by step.",
            discipline="aviation",
            status="failed",
            year=1988,
        ),
        made("ice", "Pilots in the cockpit saw ice on the wing.", discipline="aviation"),
        made("fuel", "Pilots in the cockpit ran out of fuel.", discipline="aviation"),
        made("deploy", "Engineers skip a step of the deploy checklist.", discipline="software"),
        made("disk", "Engineers lost a disk and its server.", discipline="software"),
    )


def ids(found) -> list[str]:
    return [related.experience.id for related in found]


def ask(here, fields: Fields, problem: str = PROBLEM, **given):
    candidates = here.ask(problem, where=given.pop("where", Where()))
    given.setdefault("own", "health care")
    return elsewhere(candidates, encoder=here.encoder, fields=fields, **given)


def test_the_pilots_story_is_found_for_the_nurses_problem(hospital, fields_of) -> None:
    assert ids(ask(hospital, fields_of(hospital)))[0] == "signed"


def test_nothing_of_the_own_field_is_among_it(hospital, fields_of) -> None:
    found = ask(hospital, fields_of(hospital))
    assert found
    assert all(r.experience.discipline != "health care" for r in found)


def test_the_reason_names_the_other_field_and_the_words_that_no_field_owns(
    hospital, fields_of
) -> None:
    line = ask(hospital, fields_of(hospital))[0].why.line
    assert line.startswith("In aviation, 1988: both speak of ")
    assert "checklist" in line
    assert "nurses" not in line.lower()
    assert line.endswith("there it failed.")


def test_every_sentence_stands_word_for_word_in_the_experience(hospital, fields_of) -> None:
    for related in ask(hospital, fields_of(hospital)):
        for quote in related.why.sentences:
            assert related.experience.text[quote.start : quote.end] == quote.text != ""


def test_the_field_of_the_problem_is_that_of_most_related_experiences(hospital, fields_of) -> None:
    fields = fields_of(hospital)
    candidates = hospital.ask("Nurses on the ward hand over a drug at night.")
    assert fields.names[field_of(candidates, fields)] == "health care"
    found = elsewhere(candidates, encoder=hospital.encoder, fields=fields)
    assert all(r.experience.discipline != "health care" for r in found)


def test_the_field_can_be_given(hospital, fields_of) -> None:
    found = ask(hospital, fields_of(hospital), own="Aviation")
    assert found
    assert all(r.experience.discipline != "aviation" for r in found)


def test_a_field_that_is_not_known_finds_nothing(hospital, fields_of) -> None:
    assert ask(hospital, fields_of(hospital), own="farming") == ()


def test_a_filter_on_the_own_field_does_not_hide_the_others(hospital, fields_of) -> None:
    found = ask(hospital, fields_of(hospital), where=Where(disciplines=("health care",)))
    assert "signed" in ids(found)


def test_other_filters_hold_elsewhere_too(hospital, fields_of) -> None:
    found = ask(hospital, fields_of(hospital), where=Where(not_ids=("signed",)))
    assert found
    assert "signed" not in ids(found)


def test_no_permission_finds_nothing(hospital, fields_of) -> None:
    fields = fields_of(hospital)
    assert ask(hospital, fields, where=Where(nothing=True)) == ()


def test_no_more_are_told_than_asked_for(hospital, fields_of) -> None:
    assert len(ask(hospital, fields_of(hospital), most=1)) == 1


def test_a_community_without_fields_has_nothing_elsewhere(hospital) -> None:
    assert ask(hospital, Fields()) == ()


def test_a_problem_about_something_else_finds_nothing_elsewhere(hospital, fields_of) -> None:
    foreign = "Which violin strings sound best outdoors?"
    assert ask(hospital, fields_of(hospital), foreign) == ()


def test_the_ranking_is_the_order_of_what_is_told(hospital, fields_of) -> None:
    fields = fields_of(hospital)
    ranked = rank_elsewhere(
        hospital.ask(PROBLEM), encoder=hospital.encoder, fields=fields, own="health care"
    )
    assert [name for name, _ in ranked][: len(ask(hospital, fields))] == ids(ask(hospital, fields))
    assert all(0 <= score <= 1 for _, score in ranked)
