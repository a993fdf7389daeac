"""Patterns: claims with counts and receipts, made from the contrasts among experiences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.basics import digest
from pipeline.embeddings.base import Encoder
from pipeline.patterns.contrast import Contrast, find_contrasts
from pipeline.patterns.naming import field
from pipeline.patterns.subject import stems
from pipeline.patterns.verify import keep_verified
from pipeline.records import Experience, Pattern, Quote, Related, Stance

MOST_PATTERNS = 6

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def mine_patterns(
    problem: str, related: Sequence[Related], counter: Sequence[Related], encoder: Encoder
) -> tuple[Pattern, ...]:
    """What the experiences around a problem share or where they part, strongest first.

    At most six, of as many kinds as the evidence has, each from another pair of experiences.
    Every quote is verbatim; a pattern whose quotes fail that check is left out.
    """
    found = find_contrasts(problem, related, counter, encoder)
    return tuple(pattern_of(contrast) for contrast in varied(found, limit=MOST_PATTERNS))


def varied(contrasts: Sequence[Contrast], *, limit: int, spread: float = 1.0) -> list[Contrast]:
    """The strongest contrasts, no pair of experiences twice, kinds and experiences mixed.

    A larger `spread` gives strength away for variety.
    """
    chosen: list[Contrast] = []
    left = list(contrasts)
    while left and len(chosen) < limit:
        best = max(left, key=lambda c: c.strength - spread * _repetition(c, chosen))
        chosen.append(best)
        left = [c for c in left if c.key != best.key]
    return chosen


def _repetition(contrast: Contrast, chosen: Sequence[Contrast]) -> float:
    kinds = sum(contrast.kind == other.kind for other in chosen)
    again = sum(len(contrast.key & other.key) for other in chosen)
    return 0.3 * kinds + 0.35 * again


def pattern_of(contrast: Contrast) -> Pattern:
    """The pattern that a contrast shows, with its quotes and counts."""
    group = _counted(contrast)
    experiences = {e.id: e for e in (contrast.a.experience, contrast.b.experience)}
    quotes = keep_verified(stanced(contrast), experiences)
    claim = _claim(contrast, group)
    return Pattern(
        id=digest(contrast.kind, sorted(contrast.key))[:16],
        kind=contrast.kind,
        claim=claim,
        assumption=_assumption(contrast),
        quotes=quotes,
        experiences=len(group),
        authors=len({e.author for e in group if e.author}) or 1,
        holds_when=_holds_when(group),
    )


def stanced(contrast: Contrast) -> tuple[Quote, Quote]:
    """The two evidence sentences; where the sides disagree the second contradicts."""
    opposite = contrast.kind in ("tension", "outlier")
    second: Stance = "contradicts" if opposite else "supports"
    return (
        replace(contrast.a.sentence, stance="supports"),
        replace(contrast.b.sentence, stance=second),
    )


def _counted(contrast: Contrast) -> tuple[Experience, ...]:
    """The experiences that the claim speaks of: the two, and those of the group like them."""
    two = (contrast.a.experience, contrast.b.experience)
    seen = {e.id for e in two}
    if contrast.kind in ("tension", "outlier"):
        more = [e for e in contrast.group if e.status in ("worked", "partly", "failed")]
    else:
        roots = stems(" ".join(contrast.shared[:2]))
        more = [e for e in contrast.group if roots and roots <= stems(f"{e.title} {e.text}")]
    return two + tuple(e for e in more if e.id not in seen)


def number_word(count: int) -> str:
    """Small numbers in letters.

    >>> number_word(3), number_word(12)
    ('three', '12')
    """
    return _WORDS[count] if 0 <= count < len(_WORDS) else str(count)


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    >>> listed(["checklists", "training", "fear"])
    'checklists, training and fear'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _claim(contrast: Contrast, group: Sequence[Experience]) -> str:
    a, b = contrast.a.label, contrast.b.label
    about = listed([f"“{w}”" for w in contrast.shared[:2]]) if contrast.shared else "the problem"
    whole = number_word(len(group))
    if contrast.kind == "outlier":
        same = [e for e in group if e.status == contrast.a.experience.status]
        ended = "it worked" if contrast.a.polarity == 1 else "it failed"
        return f"In {number_word(len(same))} of {whole} experiences {ended}; {b} is the exception."
    if contrast.kind == "tension" and contrast.a.polarity == 1 and contrast.b.polarity == -1:
        worked = number_word(sum(e.status == "worked" for e in group))
        failed = number_word(sum(e.status == "failed" for e in group))
        return (
            f"Both speak of {about}, yet it worked in one ({a}) and failed in the other ({b});"
            f" of {whole} experiences with a known outcome {worked} worked and {failed} failed."
        )
    if contrast.kind == "tension":
        return f"Both speak of {about}, and they point in different directions ({a}; {b})."
    if contrast.kind == "drift":
        return f"{contrast.years} years lie between {a} and {b}, and both speak of {about}."
    if contrast.kind == "cross-field":
        one, two = field(contrast.a.experience), field(contrast.b.experience)
        return f"Two fields, {one} and {two}, met {about} on their own ({a}; {b})."
    endings = {1: ", and in these two it worked", -1: ", and in these two it failed"}
    how = endings.get(contrast.a.polarity or 0, "")
    speak = "experience speaks" if len(group) == 1 else "experiences speak"
    return f"{whole.capitalize()} {speak} of {about}{how} ({a}; {b})."


def _assumption(contrast: Contrast) -> str:
    about = listed(contrast.shared[:2]) if contrast.shared else "such a problem"
    return {
        "tension": f"What worked once with {about} will work under other conditions too.",
        "outlier": "The exception is a special case and needs no change of the rule.",
        "drift": f"What was learnt about {about} then has stayed learnt.",
        "cross-field": "What other fields went through is of another kind than our problem.",
        "agreement": f"These are separate cases, and no common habit with {about}.",
    }[contrast.kind]


def _holds_when(group: Sequence[Experience]) -> str:
    """Where and when the claim was seen, so that nobody stretches it further unawares."""
    fields = sorted({field(e) for e in group} - {""})
    years = sorted({e.year for e in group if e.year})
    many = f"{number_word(len(fields))} fields, among them "
    places = f"{many * (len(fields) > 3)}{listed(fields[:3])}" if fields else "this community"
    span = f", {years[0]}–{years[-1]}" if len(years) > 1 else f", {years[0]}" if years else ""
    return f"Seen in {places}{span}."
