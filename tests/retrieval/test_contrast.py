"""What speaks against what, and what differs between two experiences."""

from datetime import UTC, datetime

import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.index.brute_force import BruteForceIndex
from pipeline.records import Experience, Outcome, Part, Passage, Votes
from pipeline.retrieval.against import claims_of, exclude_each_other, opposed
from pipeline.retrieval.claims import read_claim
from pipeline.retrieval.contrast import differences, own_differences, proof, result_clause
from pipeline.retrieval.opposites import Opposed, leaning, surest
from pipeline.retrieval.scale import scale_difference

EXCLUDE = [
    ("Every ward should keep a paper copy.", "Wards should not keep a paper copy."),
    ("Short checklists help nurses.", "Short checklists harm nurses."),
    ("More rehearsals reduce accidents.", "More rehearsals increase accidents."),
    ("Reports must be mandatory for pilots.", "Reports must be voluntary for pilots."),
    ("Audits by outsiders are reliable.", "Audits by outsiders are unreliable."),
    ("Local teams know better than head office.", "Head office knows better than local teams."),
    ("Small steps are safer than one leap.", "Small steps are more dangerous than one leap."),
    ("Never skip the rehearsal of a restore.", "Skip the restore rehearsal, it should wait."),
    ("Bonuses improve teaching in schools.", "Bonuses do not improve teaching in schools."),
    ("We should allow cars on the bridge.", "We should ban cars on the bridge."),
    ("Nurses no longer need paper lists.", "Nurses need paper lists."),
]
AGREE = [
    ("More training brings fewer accidents.", "Less training brings more accidents."),
    ("Do not skip the restore test.", "Skipping the restore test causes losses."),
    ("Villages have no clinic of their own.", "Every village should have its own clinic."),
    ("Checklists should not be long.", "Long checklists should not be used."),
    ("Checklists help nurses on wards.", "Checklists improve the work of nurses on wards."),
    ("Do not require reports from pilots.", "Should we require reports from pilots?"),
    ("Not only nurses should read checklists.", "Nurses should read checklists."),
    ("Parties no longer support the reform.", "Parties oppose the reform."),
    ("We should keep the wall, so people do not fall.", "The wall helps when people fall."),
    ("No ward should open without a nurse.", "Every ward should open with a nurse."),
    ("Wards have lists and do not lack lists.", "Wards have lists."),
    ("Schools will not lack teachers.", "Schools lack teachers and rooms."),
    ("Audits should not be announced.", "Radios should be charged before each shift."),
    ("Local teams know better than head office.", "Local teams know more than head office."),
]


def claim(text: str, owner: str, *, drawn: bool = True):
    return read_claim(owner, text, 0, len(text), drawn=drawn)


def excluded(one: str, other: str) -> bool:
    claims = [c for text in (one, other) for c in claims_of(Passage(1, text, text, 0, len(text)))]
    return bool(opposed(claims, lambda stems: [1.0] * len(stems)))


@pytest.mark.parametrize(("one", "other"), EXCLUDE)
def test_claims_that_exclude_each_other_are_found_from_either_side(one: str, other: str) -> None:
    assert excluded(one, other)
    assert excluded(other, one)


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_claims_that_agree_or_speak_of_something_else_are_not(one: str, other: str) -> None:
    assert not excluded(one, other)
    assert not excluded(other, one)


def test_what_was_lacking_in_one_story_and_there_in_another_is_no_contradiction() -> None:
    one, other = "The crews carry no shelter.", "The crews carry a shelter."
    told = [claim(text, text, drawn=False) for text in (one, other)]
    drawn = [claim(text, text) for text in (one, other)]
    assert not exclude_each_other(*told)
    assert exclude_each_other(*drawn)


def test_a_claim_stands_verbatim_at_its_place_in_the_experience() -> None:
    text = "It rained. Checklists do not help nurses."
    passage = Passage(1, "e", text[11:], 11, len(text), part="insight")
    (found,) = claims_of(passage)
    assert text[found.start : found.end] == "Checklists do not help nurses."


def test_two_claims_of_one_experience_are_not_held_against_each_other() -> None:
    text = "Checklists help nurses. Checklists do not help nurses."
    claims = claims_of(Passage(1, "e", text, 0, len(text), part="insight"))
    assert opposed(claims, lambda stems: [1.0] * len(stems)) == []


@pytest.mark.parametrize("text", ["Why do checklists not help?", "", "No.", "İİ ﬁ ß not İ help"])
def test_questions_and_scraps_claim_nothing_or_are_read_without_failing(text: str) -> None:
    found = claim(text, "e", drawn=False)
    assert found is None or found.stems


def place(text: str, span) -> str:
    return text[span.start : span.end]


def test_the_same_thing_counted_is_a_difference_of_scale_and_verbatim() -> None:
    one = "In 2009 eight hospitals and 12 nurses took part for 6 months."
    other = "By 2014 all 101 hospitals had to report within 3 months."
    ours, theirs = scale_difference(one, other)
    assert place(one, ours) == "eight hospitals"
    assert place(other, theirs) == "101 hospitals"


def test_numbers_that_are_alike_or_count_time_and_money_are_no_difference_of_scale() -> None:
    assert (
        scale_difference("It took 2 years and 40 teams.", "It took 9 years and 50 teams.") is None
    )
    assert scale_difference("It cost 5 dollars.", "It cost 900 dollars.") is None


def test_words_for_small_and_large_tell_the_scale_where_nothing_is_counted() -> None:
    one, other = "It began as a pilot project.", "The nationwide roll-out came at once."
    ours, theirs = scale_difference(one, other)
    assert (place(one, ours), place(other, theirs)) == ("pilot project", "nationwide")


@pytest.fixture
def index() -> BruteForceIndex:
    return BruteForceIndex(WordCountEncoder())


def test_what_differs_is_told_facet_by_facet_for_both(index) -> None:
    here = Experience(
        "a",
        "Checklist on the wards",
        "Nurses of 4 hospitals wrote the list themselves.",
        discipline="health care",
        date=datetime(2009, 5, 1, tzinfo=UTC),
        status="worked",
        votes=Votes(9, 1),
    )
    there = Experience(
        "b",
        "Checklist by decree",
        "A ministry ordered 90 hospitals to report ticks.",
        discipline="public policy",
        date=datetime(2014, 5, 1, tzinfo=UTC),
        status="failed",
        votes=Votes(2, 8),
    )
    told = {d.facet: (d.here, d.there) for d in differences(here, there, index=index)}
    assert told["outcome"] == ("it worked", "it failed")
    assert told["field"] == ("health care", "public policy")
    assert told["scale"] == ("4 hospitals", "90 hospitals")
    assert told["date"] == ("2009", "2014")
    assert told["votes"] == ("9 agreed and 1 disagreed", "2 agreed and 8 disagreed")
    ours, theirs = told["context"]
    assert "ministry" not in ours
    assert "ministry" in theirs


def test_the_context_noted_with_the_outcome_is_told_instead_of_words(index) -> None:
    one, other = Experience("a", "One", "A list."), Experience("b", "Other", "A list.")
    ledgers = ([Outcome("worked", "day shift")], [Outcome("failed", "night shift")])
    told = differences(one, other, index=index, ledgers=ledgers)
    assert [(d.facet, d.here, d.there) for d in told] == [("context", "day shift", "night shift")]


def test_nothing_differs_between_what_tells_nothing(index) -> None:
    assert differences(Experience("a", "", ""), Experience("b", "", ""), index=index) == ()


def test_one_that_only_worked_does_not_differ_from_itself() -> None:
    assert own_differences([Outcome("worked"), Outcome("worked"), Outcome("too early")]) == ()


def test_a_ledger_with_both_is_told_as_both() -> None:
    tried = [Outcome("worked"), Outcome("failed"), Outcome("worked")]
    told = result_clause(Experience("e", "t", "x", status="partly"), tried)
    assert told == "it worked 2 times and failed once"


def test_the_proof_comes_from_the_outcome_and_is_verbatim() -> None:
    text = "We lost data. We tried a drill. The drill worked and nothing was lost."
    found = proof(Experience("e", "t", text, (Part("outcome", 32, len(text)),)), "contradicts")
    assert found is not None
    assert found.text == "The drill worked and nothing was lost."
    assert text[found.start : found.end] == found.text


def test_without_text_there_is_no_proof() -> None:
    assert proof(Experience("e", "t", ""), "context") is None


def test_a_majority_needs_votes_and_a_clear_side() -> None:
    assert [leaning(v) for v in (None, Votes(2, 0), Votes(5, 4), Votes(6, 3), Votes(1, 9))] == [
        0, 0, 0, 1, -1,
    ]  # fmt: skip


def test_of_several_reasons_the_surest_stays_for_each_experience() -> None:
    found = surest(
        [
            Opposed("a", "x", "outcome", 0.6),
            Opposed("a", "y", "outcome", 0.9),
            Opposed("b", "x", "stance", 1.2),
        ]
    )
    assert [(o.experience, o.against) for o in found.values()] == [("b", "x"), ("a", "y")]
