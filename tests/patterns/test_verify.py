"""No receipt, no claim."""

from dataclasses import replace

import pytest

from pipeline.patterns import keep_verified, verified
from pipeline.records import Experience, Quote

TEXT = Experience("e", "Title", "It rained all day. We left early.")
LEFT = Quote("e", "We left early.", 19, 33)


def test_words_at_their_offsets_are_verified() -> None:
    assert verified(LEFT, TEXT)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(LEFT, text="We left late.."),
        replace(LEFT, text="we left early."),
        replace(LEFT, start=18),
        replace(LEFT, start=-14, end=0),
        replace(LEFT, end=34),
        replace(LEFT, experience="other"),
        replace(LEFT, text="   ", start=3, end=6),
        replace(LEFT, text="", start=3, end=3),
    ],
)
def test_anything_else_is_not(wrong: Quote) -> None:
    assert not verified(wrong, TEXT)


def test_a_quote_of_an_experience_that_is_gone_is_left_out() -> None:
    gone = replace(LEFT, experience="withdrawn")
    assert keep_verified([gone, LEFT], {"e": TEXT}) == (LEFT,)
