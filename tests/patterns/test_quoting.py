"""What is quoted says something, and stands letter by letter in its source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.patterns.quoting import best_fragment, quotable, telling_sentences
from pipeline.records import Experience, Part


@pytest.mark.parametrize(
    "sentence",
    [
        "Thanks a lot for your quick help with this!",
        "Hello everybody, I have a small problem here.",
        "Does anyone know why the export failed yesterday?",
        "See https://example.org/page for the whole report.",
        "I run slicer.util.loadVolume(path) and it crashed.",
        "ERROR 12:01:44 the worker was killed again.",
        "WE LOST CONTACT WITH DISPATCH FOR AN HOUR.",
        "Write to jane@example.org when it was done.",
        "@anna said that it worked for her.",
        "Maria Lopez decided that the valve was safe.",
        "It failed.",
        "The long red checklist of the ward",
        "There were three steps that we followed:",
    ],
)
def test_small_talk_code_links_and_names_are_not_quoted(sentence: str) -> None:
    assert not quotable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The checklist was complete, yet the allergy was missed.",
        "We lost radio contact with dispatch for an hour.",
        "Success was defined as the absence of bad news.",
    ],
)
def test_what_happened_and_what_was_learnt_is_quoted(sentence: str) -> None:
    assert quotable(sentence)


@pytest.mark.parametrize(
    ("sentence", "fragment"),
    [
        (
            "The clock measured leaving, so staff managed leaving; whether anyone came sooner was"
            " never asked of them at all.",
            "The clock measured leaving, so staff managed leaving",
        ),
        (
            "What was made compulsory and published was the tick, so hospitals delivered ticks.",
            "What was made compulsory and published was the tick",
        ),
    ],
)
def test_a_fragment_is_a_clause_that_stands_alone(sentence: str, fragment: str) -> None:
    found = best_fragment(sentence, frozenset())
    assert found is not None
    assert sentence[found[0] : found[1]] == fragment


@pytest.mark.parametrize(
    "sentence",
    [
        "A margin that does not depend on the estimate of this very year being right in every"
        " respect protects a stock better than a sharper estimate could ever do for anyone",
        "Long, dry, empty.",
    ],
)
def test_nothing_is_cut_where_no_clause_can_stand_alone(sentence: str) -> None:
    assert best_fragment(sentence, frozenset()) is None


def test_insights_come_before_what_was_done() -> None:
    text = "We moved the list to the door.\n\nThe list worked because the ward owned it."
    parts = (Part("action", 0, 30), Part("insight", 32, len(text)))
    best = telling_sentences(Experience("e", "Title", text, parts), frozenset())[0]
    assert text[best.start : best.end] == "The list worked because the ward owned it."


@given(st.text(alphabet=st.sampled_from("ab T.,;:()\n“”'-“thewasand1?"), max_size=300))
def test_offsets_are_always_inside_the_text(text: str) -> None:
    for told in telling_sentences(Experience("e", "t", text), frozenset()):
        assert text[told.start : told.end].strip() == text[told.start : told.end]
        if told.fragment:
            start, end = told.fragment
            assert told.start <= start < end <= told.end


def test_list_marks_do_not_become_part_of_a_quote() -> None:
    text = "1) The crew was working without any lookout.\n- They felt pressured to finish early."
    found = telling_sentences(Experience("e", "t", text), frozenset())
    assert {text[t.start] for t in found} == {"T"}
