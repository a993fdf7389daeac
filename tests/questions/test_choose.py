"""The judge ranks, and the choice is varied."""

from dataclasses import replace

import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.patterns import find_contrasts
from pipeline.questions.assemble import Candidate, assemble
from pipeline.questions.choose import choose
from pipeline.questions.gate import GateContext
from pipeline.questions.judge import judge
from pipeline.records import Question
from tests.patterns.made import BOMBER, EIGHT, LAUNCH, ONTARIO, PROBLEM, WARD, related

EVERYONE = (EIGHT, ONTARIO, BOMBER, LAUNCH, WARD)
CONTEXT = GateContext({e.id: e for e in EVERYONE})
CONTRASTS = find_contrasts(PROBLEM, related(*EVERYONE), (), WordCountEncoder())
CANDIDATES = assemble(PROBLEM, CONTRASTS)


def scored(text: str) -> float:
    question = replace(CANDIDATES[0].question, text=text)
    return judge(question, PROBLEM, CONTEXT).total


def test_more_is_assembled_than_is_shown() -> None:
    assert len(CANDIDATES) >= 12
    assert len({c.question.text for c in CANDIDATES}) == len(CANDIDATES)


def test_assembling_is_deterministic() -> None:
    assert assemble(PROBLEM, CONTRASTS) == CANDIDATES


def test_another_problem_meets_other_frames() -> None:
    other = assemble("Another problem with our checklist.", CONTRASTS)
    assert [c.frame for c in other] != [c.frame for c in CANDIDATES]


def test_no_frame_and_no_lens_twice_in_a_set() -> None:
    chosen = choose(CANDIDATES, 7)
    assert len({c.frame for c in chosen}) == len({c.question.lens for c in chosen}) == 7


def test_of_equal_questions_the_better_judged_is_taken() -> None:
    one = CANDIDATES[0]
    poor = Candidate(replace(one.question, score=3.0), one.contrast, None, one.fit, one.turn)
    good = replace(poor, question=replace(one.question, score=15.0, id="good"))
    assert choose([poor, good], 1)[0].question.id == "good"


@pytest.mark.parametrize(
    "planted",
    [
        "How can we communicate better?",
        "Which tool would make our handover faster?",
        "Shouldn't we involve users earlier?",
        "Why didn't the night shift follow the rule?",
        "How should the sector reform?",
        "What did we learn?",
        "What are the benefits of our checklist?",
    ],
)
def test_planted_bad_questions_are_not_usable(planted: str) -> None:
    question = Question("q", planted, "assumption", "double", "", ())
    assert not judge(question, PROBLEM, CONTEXT).usable
    assert judge(question, PROBLEM, CONTEXT).total < 11


def test_assembled_questions_are_usable() -> None:
    verdicts = [judge(c.question, PROBLEM, CONTEXT) for c in CANDIDATES]
    assert all(v.usable for v in verdicts)


def test_a_contrast_counts_for_more_than_a_fix() -> None:
    fix = "How can we improve our checklist at night?"
    assert scored(CANDIDATES[0].question.text) > scored(fix) + 3
