"""Whether the community has been in such a place before."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.records import Precedent
from pipeline.retrieval.candidates import Candidates
from pipeline.retrieval.limits import SAME_WORDS, limits_of, standing

_MEANINGS: Mapping[str, Mapping[Precedent, str]] = {
    "all-MiniLM-L6-v2": {
        "strong": (
            "The community has lived this before: of 1,000 problems about something else, one at "
            "most comes this near, and in 9 of 10 such cases people judged one of the first ten "
            "as related."
        ),
        "weak": (
            "The community has lived something like it: of 100 problems about something else, "
            "8 come this near, so read these with care."
        ),
        "none": (
            "Nobody here has told of this yet, and these are only the nearest: of 100 answers "
            "like this one, 98 were right to say so."
        ),
    },
    "words-512": {
        "strong": (
            "The community has told of this in much the same words: of 200 problems about "
            "something else, one at most comes this near."
        ),
        "weak": (
            "The community has told of something in partly the same words: so do 4 of 10 "
            "problems about something else, so read these with care."
        ),
        "none": (
            "Nobody here has told of this in such words, and these are only the nearest: of 100 "
            "answers like this one, 92 were right to say so."
        ),
    },
}
_UNMEASURED: Mapping[Precedent, str] = {
    "strong": "The community has lived this before.",
    "weak": (
        "Some of the words are shared. How near the meaning is has not been measured for this "
        "search model, so read these with care."
    ),
    "none": (
        "Few words are shared, and how near the meaning is has not been measured for this search "
        "model: these are only the nearest."
    ),
}


def precedent(candidates: Candidates, *, encoder: str) -> Precedent:
    """Whether the community has met such a problem; `meaning` says what each answer is worth.

    Args:
        candidates: What a search found.
        encoder: Id of the encoder that it used.
    """
    if not candidates.ranked:
        return "none"
    passages = candidates.asked.index.count()
    return strength(candidates.cosine, candidates.share, passages=passages, encoder=encoder)


def strength(cosine: float, share: float, *, passages: int, encoder: str) -> Precedent:
    """What a passage at that distance is to a problem.

    Args:
        cosine: To the problem; 1 is identical.
        share: How much of the problem's words the passage has, from 0 to 1.
        passages: How many the whole community has: among many, one comes near by chance.
        encoder: Id of the encoder. With one that was not measured it is never "strong".
    """
    limits = limits_of(encoder)
    stands = standing(cosine, share, passages=passages, limits=limits)
    if stands >= limits.strong:
        return "strong"
    return "weak" if stands >= limits.weak or share >= SAME_WORDS else "none"


def meaning(found: Precedent, *, encoder: str = "all-MiniLM-L6-v2") -> str:
    """What a precedent is worth, in a sentence, with the figures that were measured.

    Args:
        found: What `precedent` gave.
        encoder: Id of the encoder that the search used.

    >>> meaning("none", encoder="someone/else").startswith("Few words are shared")
    True
    """
    return _MEANINGS.get(encoder, _UNMEASURED)[found]
