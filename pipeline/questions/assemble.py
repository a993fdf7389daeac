"""Questions assembled in code: a frame, a contrast and verbatim quotes. No model is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.basics import digest
from pipeline.patterns import Contrast, Side, pattern_of, stanced, varied
from pipeline.patterns.naming import UNNAMED, field
from pipeline.patterns.words import noun_like, word_list
from pipeline.questions.frames import FRAMES, Frame
from pipeline.questions.gate import MOST_WORDS
from pipeline.records import LENSES, Lens, PatternKind, Question

CONTRASTS = 6
SPREAD = 0.4  # of the variety that patterns have: better the best pair twice than a poor one
FRAMES_PER_LENS = 2
HEADLINE = 2  # words of a title, in small letters, that can tell what happened


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question on its way through gates and judge, with what it was made from.

    `fit` is the strength of its evidence (higher is better, about 1 to 6); `turn` differs for
    each frame and problem, so that ties are not always broken the same way.
    """

    question: Question
    contrast: Contrast
    frame: Frame | None
    fit: float
    turn: str = ""


def assemble(problem: str, contrasts: Sequence[Contrast]) -> tuple[Candidate, ...]:
    """Over-generated candidates: contrasts × lenses × frames, always in the same order.

    Of each contrast and lens at most two frames are filled; which ones depends on the problem,
    so that different problems are met with different frames.
    """
    chosen = varied(contrasts, limit=CONTRASTS, spread=SPREAD)
    return tuple(
        _candidate(problem, contrast, frame)
        for contrast in chosen
        for lens in LENSES
        for frame in _frames_for(contrast, lens, problem)
    )


def frame_kind(contrast: Contrast) -> PatternKind:
    """The kind of frame that says no more than the evidence does.

    An exception that worked is told as a tension, where the better outcome comes first.
    """
    good_exception = contrast.kind == "outlier" and (contrast.b.polarity or 0) > 0
    return "tension" if good_exception else contrast.kind


def fits(frame: Frame, contrast: Contrast) -> bool:
    """True if the contrast has everything that the frame speaks of."""
    contrast = told(contrast)
    if frame_kind(contrast) not in frame.kinds:
        return False
    if frame.ended == "badly" and not _ended_badly(contrast):
        return False
    if frame.ended == "well" and {contrast.a.polarity, contrast.b.polarity} != {1}:
        return False
    if contrast.b.fragment is None:
        return False
    if "{field_b}" in frame.text and not field(contrast.b.experience):
        return False
    return "{years}" not in frame.text or contrast.years > 0


def _ended_badly(contrast: Contrast) -> bool:
    """True if `b` failed, and `a` did not work either where both are said to be alike."""
    alike = contrast.kind in ("agreement", "cross-field", "drift")
    return contrast.b.polarity == -1 and not (alike and contrast.a.polarity == 1)


def told(contrast: Contrast) -> Contrast:
    """The contrast in the order in which frames tell it."""
    if contrast.kind == "outlier" and (contrast.b.polarity or 0) > 0:
        return replace(contrast, a=contrast.b, b=contrast.a)
    return contrast


def _frames_for(contrast: Contrast, lens: Lens, problem: str) -> list[Frame]:
    """Frames that fit; those that speak of one experience only where none speaks of both."""
    fitting = [f for f in FRAMES if f.lens == lens and fits(f, contrast)]
    of_both = [f for f in fitting if "{a}" in f.text]
    salt = sorted(contrast.key)
    ordered = sorted(of_both or fitting, key=lambda f: digest(problem, salt, f.id))
    return ordered[:FRAMES_PER_LENS]


def _candidate(problem: str, contrast: Contrast, frame: Frame) -> Candidate:
    text = fill(frame.text, contrast)
    question = Question(
        id=digest("assembled", problem, frame.id, sorted(contrast.key), text)[:16],
        text=text,
        lens=frame.lens,
        loop="double",
        assumption=fill(frame.assumption, contrast),
        evidence=stanced(contrast),
        sibling=fill(frame.sibling, contrast),
        drafted_by="assembled",
        pattern=pattern_of(contrast).id,
    )
    return Candidate(question, contrast, frame, contrast.strength, digest(problem, frame.id)[:8])


def fill(template: str, contrast: Contrast, *, clause: str = "") -> str:
    """A template with its slots filled from a contrast, in one pass.

    One experience is quoted where both titles tell what happened, else both are, as far as 60
    words reach.
    What a slot brings in is never read as a template again.
    """
    contrast = told(contrast)
    first = _quotes_first(template, contrast)
    both = not (_speaks(contrast.a) and _speaks(contrast.b))
    slots = {
        "subject": contrast.subject,
        "field_b": field(contrast.b.experience),
        "years": str(contrast.years),
        "clause": clause,
    }
    for quote_a, quote_b in ((first or both, both or not first), (not contrast.a.title, True)):
        a = mention(contrast.a, with_quote=quote_a)
        text = template.format_map({**slots, "a": a, "b": _second(contrast, with_quote=quote_b)})
        if len(word_list(text)) <= MOST_WORDS:
            break
    return text


def _quotes_first(template: str, contrast: Contrast) -> bool:
    """True for about one frame in three, so that a set does not quote the same words throughout.

    Both experiences need a title for it: the one that is not quoted has nothing else to tell.
    """
    titled = _speaks(contrast.a) and _speaks(contrast.b) and contrast.a.fragment
    both = "{a}" in template and "{b}" in template
    return bool(titled and both) and int(digest(template, sorted(contrast.key))[:4], 16) % 3 == 0


def _speaks(side: Side) -> bool:
    """True if the title alone tells what happened: a headline, and no mere name."""
    return sum(word.islower() and noun_like(word) for word in word_list(side.title)) >= HEADLINE


def _second(contrast: Contrast, *, with_quote: bool) -> str:
    """The second experience; "another account" where both are without a name."""
    told_b = mention(contrast.b, with_quote=with_quote)
    unnamed = contrast.a.label.startswith(UNNAMED) and not contrast.a.title
    return told_b.replace(UNNAMED, "another account", 1) if unnamed else told_b


def mention(side: Side, *, with_quote: bool) -> str:
    """An experience in a few words: its title and year or a short reference, and its words.

    For example «Checklist lowers deaths» (2009: “The list was the smallest part”).
    """
    year = str(side.experience.year or "")
    quote = f"“{side.fragment.text}”" if with_quote and side.fragment else ""
    if not side.title:
        return f"{side.label} ({quote})" if quote else side.label
    inside = ": ".join(part for part in (year, quote) if part)
    return f"«{side.title}» ({inside})" if inside else f"«{side.title}»"
