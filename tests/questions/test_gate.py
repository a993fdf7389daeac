"""The gates: what a question must not be, each with its reason."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.questions.gate import GateContext, gates, with_vectors
from pipeline.records import Experience, Question, Quote
from tests.patterns.made import EIGHT, ONTARIO

TICK = "What was made compulsory was the tick"
GOOD = (
    "Which rules around our checklist would we rewrite if “What was made compulsory was the tick”"
    " (Ontario, 2014) were the normal case?"
)
CONTEXT = GateContext({"eight": EIGHT, "ontario": ONTARIO})


def cite(experience: Experience, words: str) -> Quote:
    start = experience.text.index(words)
    return Quote(experience.id, words, start, start + len(words))


EVIDENCE = (cite(ONTARIO, TICK), cite(EIGHT, "Volunteers who adapted the checklist believed in it"))


def asked(text: str, **changes: object) -> Question:
    question = Question("q", text, "frame", "double", "A belief.", EVIDENCE)
    return replace(question, **changes)  # type: ignore[arg-type]


LONG = "What " + "very " * 40 + "long question is this?"
BAD = [
    ("What do we protect? And what do we lose?", "asks more than one question"),
    ("What do we protect in our checklist", "does not end with a question mark"),
    ("What do we protect in our checklist? Tell us.", "does not end with a question mark"),
    (LONG, "words of its own"),
    ("What now, then?", "too short"),
    ("Is our checklist complete at the end of a shift?", "does not begin as an open question"),
    ("Are we sure that our checklist is read?", "does not begin as an open question"),
    ("Do we know who reads our checklist?", "does not begin as an open question"),
    ("Should we drop a line of our checklist?", "does not begin as an open question"),
    ("Why didn't the night shift read our checklist?", "does not begin as an open question"),
    ("Could a shorter checklist help all of us?", "does not begin as an open question"),
    ("The checklist is there: do we read it at night?", "does not begin as an open question"),
    ("What does “nobody ever wrote these words” mean for us?", "nobody wrote"),
    ("What would anna@example.org change in our checklist?", "a handle or an address"),
    ("What would @anna change in our checklist?", "a handle or an address"),
    ("What would member-4f2a change in our checklist?", "a handle or an address"),
    ("What would Maria Lopez change in our checklist?", "names a person"),
    ("What would Dr. Chen change in our checklist?", "names a person"),
    ("How come, and why did the nurses skip our checklist?", "whose fault"),
    ("Whose fault was it that our checklist was skipped?", "whose fault"),
    ("What made it right to ask who is to blame for our checklist?", "whose fault"),
    ("How careless were we with our checklist at night?", "whose fault"),
    ("What about involving users, shouldn't we ask them earlier?", "presses an answer"),
    ("Which double-loop question does our checklist raise?", "repeats the instructions"),
    ("What does account A tell us about our checklist here?", "repeats the instructions"),
    ("What do the provided experiences tell us about lists?", "repeats the instructions"),
    ("What **rule** would we change in our checklist?", "markup"),
    ("What does {subject} protect in the way we work?", "markup"),
    ("What does https://example.org say about our checklist?", "markup"),
    ("What if a rule made the checklist compulsory for every operation within a year?",
     "copies a sentence"),
    ("Was schützen wir, wenn wir die Liste nicht so kurz wie möglich halten?", "another language"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), BAD, ids=[text[:40] for text, _ in BAD])
def test_a_bad_question_is_rejected_with_its_reason(text: str, reason: str) -> None:
    assert any(reason in found for found in gates(asked(text), CONTEXT))


GOOD_ONES = [
    GOOD,
    "At what point does involving users change what we build, rather than only confirm it?",
    "What are we protecting by treating speed as the measure of good triage, and when has that"
    " worked against us?",
    "In three of four handovers the checklist was complete, yet the allergy was missed: what do we"
    " let our checklist stand for?",
    "The May and September rollouts used the same plan with opposite results: which conditions did"
    " we treat as irrelevant?",
    "What made skipping the rule look reasonable at that moment?",
    "Which of our own intake criteria would we drop if we trusted the referring teams?",
    "What would we need to see in the next three cases to give up the two-signature rule?",
    "By what route would a warning reach those who decide about our checklist?",
    "What would “What was made compulsory was the tick” have us ask: who ticks, and for whom?",
]


@pytest.mark.parametrize("text", GOOD_ONES, ids=[text[:40] for text in GOOD_ONES])
def test_a_good_question_passes(text: str) -> None:
    assert gates(asked(text), CONTEXT) == ()


def test_quoted_words_do_not_count_as_own() -> None:
    experience = replace(ONTARIO, text="word " * 24)
    quote = Quote("ontario", experience.text[:119], 0, 119)
    text = f"What would we change in our own list if “{quote.text}” were true of us here?"
    context = GateContext({"eight": EIGHT, "ontario": experience})
    assert gates(asked(text, evidence=(quote, EVIDENCE[1])), context) == ()


def test_a_question_mark_inside_a_quote_is_allowed() -> None:
    experience = replace(ONTARIO, text="Who reads it at night?")
    quote = Quote("ontario", experience.text, 0, 22)
    context = GateContext({"eight": EIGHT, "ontario": experience})
    text = "What would we change if “Who reads it at night?” were asked of us?"
    assert gates(asked(text, evidence=(quote, EVIDENCE[1])), context) == ()


def test_evidence_of_one_experience_is_too_little() -> None:
    reasons = gates(asked(GOOD, evidence=EVIDENCE[:1]), CONTEXT)
    assert reasons == ("cites fewer than two experiences",)


def test_evidence_that_was_changed_is_rejected() -> None:
    changed = replace(EVIDENCE[0], text=TICK.upper())
    reasons = gates(asked(GOOD, evidence=(changed, EVIDENCE[1])), CONTEXT)
    assert "cites words that are not in the experience" in reasons


class Compass:
    """Knows two directions: what speaks of rules, and everything else."""

    id, revision, dimension, normalised = "compass", "1", 2, True
    max_tokens, described = 100, "compass"

    def encode(self, texts, *, progress=None):
        return np.array([[1, 0] if "rules" in t else [0, 1] for t in texts], np.float32)


def test_what_was_asked_before_is_offered_as_rephrasing() -> None:
    before = "Which rules would we drop?"
    context = with_vectors(CONTEXT, [GOOD, before], Compass())
    rows = np.stack([context.vectors[before]])
    context = replace(context, asked=(before,), asked_vectors=rows)
    assert gates(asked(GOOD), context) == (f"rephrases “{before}”",)


def test_what_is_far_from_all_asked_before_passes() -> None:
    before = "Who brings the cake?"
    context = with_vectors(CONTEXT, [GOOD, before], Compass())
    rows = np.stack([context.vectors[before]])
    assert gates(asked(GOOD), replace(context, asked=(before,), asked_vectors=rows)) == ()


def test_a_question_in_the_language_asked_for_passes() -> None:
    context = replace(CONTEXT, language="de")
    text = "Was schützen wir, wenn wir die Liste nicht so kurz wie möglich halten?"
    assert gates(asked(text), context) == ()
