"""Sentences have exact places, and are not broken where a reader would not break them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.sentences import sentences


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@given(st.text(st.sampled_from("ab. !?\n😀é\ud800)\"'-:/3"), max_size=80))
def test_spans_are_trimmed_in_order_and_cover_every_word(text) -> None:
    at = 0
    left = []

    for start, end in sentences(text):
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        left.append(text[at:start])
        at = end

    assert not "".join([*left, text[at:]]).strip(" \n-")


@pytest.mark.parametrize(
    "text",
    [
        "See https://a.org/b.c?d=e.f!g for more.",
        "It cost 3.5 million, or 1.234,50 in all.",
        "Dr. Smith of the U.S. Forest Service left.",
        "Use v1.2.3 of pipeline.records.Document here.",
        "Write to a.b@c.org about it.",
    ],
)
def test_addresses_numbers_and_short_forms_are_not_broken(text) -> None:
    assert told(text) == [text]


def test_bullets_and_paragraphs_are_sentences_of_their_own() -> None:
    assert told("Do this:\n\n- one thing\n- another\n\nThen stop. Wait!") == [
        "Do this:",
        "one thing",
        "another",
        "Then stop.",
        "Wait!",
    ]
