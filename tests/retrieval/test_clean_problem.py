"""Long problems."""

import numpy as np

from pipeline.embeddings.words import WordCountEncoder
from pipeline.retrieval.clean_problem import (
    LONGEST_HEADLINE,
    clean_problem,
    headline,
    problem_vector,
    spread_sentences,
)

STORY = (
    "The pump lost pressure while the crew was behind the ridge. Nobody heard the radio call. "
    "We found out only when the hose went flat, and by then the fire had crossed the line. "
    "How have others kept contact with a pump operator whom they could not see?"
)


class Short(WordCountEncoder):
    """A word-count encoder that reads only the first words of a text."""

    max_tokens = 20

    def encode(self, texts, **_others):
        return super().encode([" ".join(text.split()[: self.max_tokens]) for text in texts])


def test_short_problems_are_left_as_they_are() -> None:
    assert clean_problem("Hi, thanks!") == "Hi, thanks!"


def test_greeting_thanks_and_signature_are_left_out_of_a_story() -> None:
    polite = f"Hello everyone,\n{STORY}\nThanks a lot for any help!\nKind regards,\n-- \nRobin"
    assert clean_problem(polite) == STORY


def test_a_story_without_politeness_is_left_whole() -> None:
    assert clean_problem(STORY) == STORY


def test_thanks_in_the_middle_stay() -> None:
    story = STORY.replace("Nobody", "Thanks to a fault nobody")
    assert clean_problem(story) == story


def test_a_story_of_nothing_but_thanks_is_not_emptied() -> None:
    thanks = "Thanks a lot! " * 30
    assert clean_problem(thanks)


def test_the_sentences_of_a_very_long_story_are_taken_from_all_of_it() -> None:
    story = " ".join(f"On day {number} the pump lost pressure." for number in range(100))
    found = spread_sentences(story, most=5)
    assert len(found) == 5
    assert found[0].startswith("On day 0 ")
    assert found[-1].startswith("On day 99 ")


def test_the_end_of_a_long_problem_is_read() -> None:
    text = "We walked on and on through the dry valley. " * 10 + "Then the telescope cracked."
    encoder = Short()
    end = encoder.encode(["telescope cracked"])[0]
    assert encoder.encode([text])[0] @ end == 0
    assert problem_vector(text, encoder) @ end > 0


def test_the_vector_of_a_problem_has_length_1() -> None:
    for text in (STORY, "short one", STORY * 3):
        assert np.isclose(np.linalg.norm(problem_vector(text, Short())), 1.0, atol=1e-5)


def test_a_short_first_line_of_its_own_is_the_title() -> None:
    assert headline(f"Pump lost behind the ridge\r\n\r\n{STORY}") == "Pump lost behind the ridge"


def test_a_greeting_before_the_title_is_left_out_of_it() -> None:
    assert headline(f"Hi all, pump lost behind the ridge\n{STORY}") == "pump lost behind the ridge"


def test_what_is_no_title_is_not_taken_for_one() -> None:
    assert headline(STORY) == ""
    assert headline("Pump lost behind the ridge\n  ") == ""
    assert headline(f"Hello everyone!\n{STORY}") == ""
    assert headline(f"???\n{STORY}") == ""
    assert headline(f"{'a pump ' * LONGEST_HEADLINE}\n{STORY}") == ""
