"""Every frame, filled with a typical pair, is a question that passes every gate."""

from collections import Counter
from dataclasses import replace

import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.patterns import Contrast, find_contrasts
from pipeline.questions.assemble import _candidate, fill, fits
from pipeline.questions.frames import FRAMES, Frame
from pipeline.questions.gate import GateContext, gates
from pipeline.questions.judge import judge
from pipeline.records import LENSES, PatternKind
from tests.patterns.made import BOMBER, EIGHT, LAUNCH, ONTARIO, PROBLEM, WARD, related

EVERYONE = {e.id: e for e in (EIGHT, ONTARIO, BOMBER, LAUNCH, WARD)}
CONTEXT = GateContext(EVERYONE)


def contrast_for(frame: Frame, kind: PatternKind) -> Contrast:
    """A contrast of that kind whose outcomes suit the frame."""
    first, second = (BOMBER, LAUNCH) if kind == "cross-field" else (EIGHT, ONTARIO)
    status = {"badly": "failed", "well": "worked", "either way": "partly"}[frame.ended]
    if kind in ("tension", "outlier"):
        first, second = replace(EIGHT, status="worked"), replace(ONTARIO, status="failed")
    else:
        first, second = replace(first, status=status), replace(second, status=status)
    second = replace(second, date=second.date.replace(year=first.year + 12))
    found = find_contrasts(PROBLEM, related(first, second), (), WordCountEncoder())
    return replace(found[0], kind=kind)


CASES = [(frame, kind) for frame in FRAMES for kind in frame.kinds]


@pytest.mark.parametrize(("frame", "kind"), CASES, ids=[f"{f.id}-{k}" for f, k in CASES])
def test_a_filled_frame_passes_every_gate(frame: Frame, kind: PatternKind) -> None:
    contrast = contrast_for(frame, kind)
    assert fits(frame, contrast)
    question = _candidate(PROBLEM, contrast, frame).question
    assert gates(question, CONTEXT) == ()
    assert judge(question, PROBLEM, CONTEXT).usable


WITH_CLAUSE = [frame for frame in FRAMES if frame.with_clause]


@pytest.mark.parametrize("frame", WITH_CLAUSE, ids=[f.id for f in WITH_CLAUSE])
def test_a_frame_with_a_clause_passes_too(frame: Frame) -> None:
    contrast = contrast_for(frame, frame.kinds[0])
    text = fill(frame.with_clause, contrast, clause="a complete checklist means a safe night")
    question = replace(_candidate(PROBLEM, contrast, frame).question, text=text)
    assert gates(question, CONTEXT) == ()


def test_there_are_at_least_eight_frames_for_each_lens() -> None:
    counts = Counter(frame.lens for frame in FRAMES)
    assert all(counts[lens] >= 8 for lens in LENSES)


def test_each_lens_has_a_frame_for_a_clause() -> None:
    assert {frame.lens for frame in WITH_CLAUSE} == set(LENSES)


def test_no_frame_is_there_twice() -> None:
    assert len({f.id for f in FRAMES}) == len({f.text for f in FRAMES}) == len(FRAMES)


@pytest.mark.parametrize("frame", FRAMES, ids=[f.id for f in FRAMES])
def test_siblings_are_plain_questions_and_assumptions_plain_sentences(frame: Frame) -> None:
    assert frame.sibling.endswith("?")
    assert frame.assumption.endswith(".")
    assert "{a}" not in frame.sibling + frame.assumption


@pytest.mark.parametrize("kind", ["tension", "outlier", "drift", "cross-field", "agreement"])
def test_each_kind_of_contrast_can_be_asked_through_most_lenses(kind: PatternKind) -> None:
    assert len({f.lens for f in FRAMES if kind in f.kinds and f.ended == "either way"}) >= 5


def test_a_slot_that_looks_like_a_template_is_not_filled_again() -> None:
    contrast = replace(contrast_for(FRAMES[0], "tension"), subject="{b} list")
    assert "{b} list" in fill("What about our {subject}?", contrast)
