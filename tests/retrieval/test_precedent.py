"""Whether there is a precedent, and what the answer is worth."""

import pytest

from pipeline.records import Where
from pipeline.retrieval.limits import FEWEST, LIMITS, limits_of, standing
from pipeline.retrieval.precedent import meaning, precedent, strength

MINILM = "all-MiniLM-L6-v2"
UNMEASURED = "someone/else"
WORDS = ("strong", "weak", "none")


def test_the_nearer_the_stronger() -> None:
    told = [strength(c, 0.1, passages=2000, encoder=MINILM) for c in (0.3, 0.45, 0.7)]
    assert told == ["none", "weak", "strong"]


def test_among_many_passages_the_same_cosine_says_less() -> None:
    told = [strength(0.42, 0.1, passages=n, encoder=MINILM) for n in (500, 50_000)]
    assert told == ["weak", "none"]


def test_a_small_community_is_judged_like_the_smallest_that_was_measured() -> None:
    limits = limits_of(MINILM)
    few, fewest = (standing(0.4, 0.0, passages=n, limits=limits) for n in (0, FEWEST))
    assert few == fewest


def test_nearly_the_same_words_are_worth_reading_whatever_their_meaning() -> None:
    assert strength(0.1, 0.7, passages=2000, encoder=MINILM) == "weak"
    assert strength(0.1, 0.4, passages=2000, encoder=MINILM) == "none"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_an_encoder_that_was_not_measured_is_never_believed_to_be_strong(share: float) -> None:
    assert strength(1.0, share, passages=10, encoder=UNMEASURED) != "strong"


def test_with_an_encoder_that_was_not_measured_only_shared_words_count() -> None:
    told = [strength(0.9, share, passages=10, encoder=UNMEASURED) for share in (0.2, 0.3)]
    assert told == ["none", "weak"]


def test_a_story_told_again_has_a_strong_precedent(operations) -> None:
    found = operations.ask("The disk died and nobody could restore the backups.")
    assert precedent(found, encoder="words-512") == "strong"


def test_a_problem_about_something_else_has_none(operations) -> None:
    found = operations.ask("Which marriage counsellor speaks French?")
    assert precedent(found, encoder="words-512") == "none"


def test_what_may_not_be_seen_is_no_precedent(operations) -> None:
    found = operations.ask("The disk died.", where=Where(nothing=True))
    assert precedent(found, encoder=UNMEASURED) == "none"


@pytest.mark.parametrize("encoder", [*LIMITS, UNMEASURED])
def test_every_answer_says_what_it_is_worth_in_words_of_its_own(encoder: str) -> None:
    said = {meaning(word, encoder=encoder) for word in WORDS}
    assert len(said) == len(WORDS)
    assert all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize("encoder", LIMITS)
def test_a_measured_encoder_gives_figures(encoder: str) -> None:
    assert all(any(map(str.isdigit, meaning(word, encoder=encoder))) for word in WORDS)


def test_an_encoder_that_was_not_measured_says_so() -> None:
    assert "not been measured" in meaning("weak", encoder=UNMEASURED)
