"""Passages stand in their experience exactly, cover it, and fit an encoder."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.split import split_experience, weight
from pipeline.records import Experience, Part, PartName

PROSE = "The crew waited for the wind to turn before they lit the line. "
SOME = st.lists(
    st.sampled_from(["word ", "Word. ", "\n", "\n\n", "x" * 70, "0x7f,", "é😀", " - ", "\u3000"]),
    max_size=80,
).map("".join)


def experience(*parts: str, name: PartName = "post") -> Experience:
    text = "\n\n".join(parts)
    spans = []
    at = 0
    for part in parts:
        spans.append(Part(name, at, at + len(part)))
        at += len(part) + 2
    return Experience("e1", "t", text, tuple(spans))


@given(st.lists(SOME, min_size=1, max_size=4), st.sampled_from([40, 120, 900]))
def test_passages_are_exact_in_order_and_leave_no_word_out(parts, size) -> None:
    made = experience(*parts)
    at = 0
    left = []

    for passage in split_experience(made, size=size):
        assert passage.text == made.text[passage.start : passage.end] == passage.text.strip()
        assert passage.start >= at
        left.append(made.text[at : passage.start])
        at = passage.end

    assert not "".join([*left, made.text[at:]]).strip()


@given(st.lists(SOME, min_size=1, max_size=4))
def test_no_passage_is_heavier_than_the_size(parts) -> None:
    assert all(weight(p.text) <= 400 for p in split_experience(experience(*parts), size=400))


@given(SOME)
def test_passages_that_overlap_are_exact_too(text) -> None:
    made = experience(text)
    passages = split_experience(made, size=100, overlap=30)

    assert all(p.text == made.text[p.start : p.end] for p in passages)
    assert [p.start for p in passages] == sorted({p.start for p in passages})


def test_four_short_parts_make_one_passage() -> None:
    (passage,) = split_experience(experience("We waited.", "We left.", "It held.", "Wait longer."))

    assert passage.text == "We waited.\n\nWe left.\n\nIt held.\n\nWait longer."


def test_long_parts_are_not_mixed() -> None:
    made = experience(PROSE * 10, PROSE * 12)

    assert [p.start for p in split_experience(made)] == [part.start for part in made.parts]


def test_a_long_part_is_cut_between_sentences_into_about_equal_pieces() -> None:
    passages = split_experience(experience(PROSE * 18))

    assert all(p.text.endswith("the line.") for p in passages)
    assert max(len(p.text) for p in passages) < 1.5 * min(len(p.text) for p in passages)


def test_code_and_numbers_weigh_more_than_prose() -> None:
    log = "[0x7f3a] 12:01:55.3 {a=1; b=[2,3]}\n" * 40

    assert weight(PROSE) == len(PROSE)
    assert weight(log) > 1.5 * len(log)
    assert len(split_experience(experience(log))) > len(log) / 900 * 1.5


def test_text_outside_of_the_parts_is_not_lost() -> None:
    made = Experience("e", "t", "before part after", (Part("action", 7, 11),))

    assert split_experience(made)[0].text == "before part after"
    assert split_experience(Experience("e", "t", "no parts"))[0].part == "body"


def test_a_passage_is_named_for_the_part_it_has_most_of() -> None:
    made = Experience(
        "e", "t", "It rained.\n\nWe went home.", (Part("situation", 0, 10), Part("action", 12, 25))
    )

    assert [p.part for p in split_experience(made)] == ["action"]


def test_an_address_is_not_cut_where_it_can_be_helped() -> None:
    link = "https://example.org/a/b?c=d"
    passages = split_experience(experience(f"{PROSE}{link} " * 20), size=300)

    assert sum(len(re.findall(re.escape(link), p.text)) for p in passages) == 20
