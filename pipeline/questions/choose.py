"""Choose a few questions that differ: in lens, frame, pattern and the experiences they cite."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.basics import digest
from pipeline.questions.assemble import Candidate
from pipeline.questions.gate import quoted_words


def choose(candidates: Sequence[Candidate], count: int) -> tuple[Candidate, ...]:
    """At most `count` candidates, best first; the order of `candidates` breaks ties.

    A frame is never used twice, and no lens twice before every lens had its turn.
    """
    chosen: list[Candidate] = []
    left = list(candidates)
    top = max((c.fit for c in left), default=1.0) or 1.0
    while left and len(chosen) < count:
        best = max(left, key=lambda c: _worth(c, top) - _sameness(c, chosen))
        chosen.append(best)
        left = [c for c in left if c is not best and not _same_frame(c, best)]
    return tuple(chosen)


def _worth(candidate: Candidate, top: float) -> float:
    """Judged score, strength of evidence, and a turn for every frame as problems change."""
    turn = int(digest(candidate.question.lens, candidate.turn)[:4], 16) / 0xFFFF
    return candidate.question.score / 16 + 0.9 * candidate.fit / top + 0.12 * turn


def _same_frame(one: Candidate, other: Candidate) -> bool:
    return one.frame is not None and one.frame is other.frame


def _sameness(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    cost = 0.0
    words = set(quoted_words(candidate.question.text))
    opening = candidate.question.text.split()[0]
    for other in chosen:
        cost += 1.5 * (candidate.question.lens == other.question.lens)
        cost += 0.1 * (candidate.contrast.key == other.contrast.key)
        cost += 0.05 * len(candidate.contrast.key & other.contrast.key)
        cost += 0.15 * len(words & set(quoted_words(other.question.text)))
        cost += 0.06 * (candidate.contrast.kind == other.contrast.kind)
        cost += 0.05 * (opening == other.question.text.split()[0])
    return cost
