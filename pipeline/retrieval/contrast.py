"""Two experiences side by side: what differs between them, with words of each as proof."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from pipeline.documents.sentences import sentences
from pipeline.index.base import Index
from pipeline.records import Difference, Experience, Outcome, PartName, Quote, Stance, Votes
from pipeline.retrieval.readable import telling_words
from pipeline.retrieval.sayings import joined, outcome_clause, plain
from pipeline.retrieval.scale import scale_difference
from pipeline.retrieval.why import LONGEST_QUOTE, ONCE_UNKNOWN, SLIP

TELLING_LENGTH = 30
CONTEXT_WORDS = 3
READ = 4000
"""Characters of an experience that are read for what it speaks of and for its quote."""

_turned_out = re.compile(
    r"\b(?:work(?:s|ed)|fail(?:s|ed|ure)?|success\w*|succeed\w*|improv\w+|wors\w+|fell|rose|dropped|"
    r"halved|doubled|collapsed|abandoned|cancelled|withdrawn|stopped|no longer|result\w*|"
    r"led to|never|lost|saved|broke|crashed|lesson|learn\w*|turned out)\b",
    re.IGNORECASE,
)
_PROOF: tuple[PartName, ...] = ("outcome", "insight")


def differences(
    here: Experience,
    there: Experience,
    *,
    index: Index,
    ledgers: tuple[Sequence[Outcome], Sequence[Outcome]] = ((), ()),
) -> tuple[Difference, ...]:
    """What differs between two experiences: outcome, field, scale, date, context, votes.

    Only what both tell is compared. Sizes are verbatim in the two texts; the context is what
    was noted with the outcome, or else words that tell most about one and that the other lacks.

    Args:
        here: The counter-experience.
        there: The one that it contradicts.
        index: Says how rare words are.
        ledgers: Outcomes recorded for the two, in the same order.
    """
    found = [_outcomes(here, there, ledgers), _fields(here, there), _scales(here, there)]
    found += [_dates(here, there), _contexts(here, there, index, ledgers), _votes(here, there)]
    return tuple(difference for difference in found if difference)


def own_differences(outcomes: Sequence[Outcome]) -> tuple[Difference, ...]:
    """What differs between two tries of the same thing, of which one worked and one failed.

    Empty unless a ledger has both. The latest of each is told.

    >>> tried = [Outcome("worked", "a ward of 20 beds"), Outcome("failed", "a night shift")]
    >>> [(d.facet, d.here, d.there) for d in own_differences(tried)]
    [('outcome', 'it failed', 'it worked'), ('context', 'a night shift', 'a ward of 20 beds')]
    """
    failed = next((o for o in reversed(outcomes) if o.status == "failed"), None)
    worked = next((o for o in reversed(outcomes) if o.status == "worked"), None)
    if failed is None or worked is None:
        return ()
    found = [Difference("outcome", outcome_clause("failed"), outcome_clause("worked"))]
    if failed.context.strip() and worked.context.strip():
        found.append(Difference("context", plain(failed.context, 120), plain(worked.context, 120)))
    if failed.date and worked.date and failed.date.date() != worked.date.date():
        found.append(Difference("date", str(failed.date.date()), str(worked.date.date())))
    return tuple(found)


def proof(experience: Experience, stance: Stance) -> Quote | None:
    """The sentence that tells how it turned out, verbatim; None when there is no text.

    From the part that tells the outcome, else from what was drawn from it, else the sentence
    that speaks most of how it went.
    """
    spans = list(_proof_sentences(experience))
    if not spans:
        return None
    start, end = max(spans, key=lambda span: (_telling(experience.text[slice(*span)]), -span[0]))
    if end - start > LONGEST_QUOTE:
        cut = experience.text.rfind(" ", start + 1, start + LONGEST_QUOTE)
        end = cut if cut > start else start + LONGEST_QUOTE
    return Quote(experience.id, experience.text[start:end], start, end, stance)


def votes_clause(votes: Votes) -> str:
    """How people voted, as a clause.

    >>> votes_clause(Votes(agree=30, disagree=10, passed=5))
    '30 agreed and 10 disagreed'
    """
    return f"{votes.agree:,} agreed and {votes.disagree:,} disagreed"


def result_clause(experience: Experience, outcomes: Sequence[Outcome]) -> str:
    """How it turned out, as a clause; tells both where a ledger has both.

    >>> result_clause(Experience("e", "t", "x", status="partly"), ())
    'it worked in part'
    >>> tried = [Outcome("worked"), Outcome("failed"), Outcome("failed")]
    >>> result_clause(Experience("e", "t", "x", status="partly"), tried)
    'it worked once and failed 2 times'
    """
    counts = Counter(outcome.status for outcome in outcomes)
    if counts["worked"] and counts["failed"]:
        return f"it worked {_often(counts['worked'])} and failed {_often(counts['failed'])}"
    return outcome_clause(experience.status)


def _often(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _outcomes(
    here: Experience, there: Experience, ledgers: tuple[Sequence[Outcome], Sequence[Outcome]]
) -> Difference | None:
    ours, theirs = result_clause(here, ledgers[0]), result_clause(there, ledgers[1])
    return Difference("outcome", ours, theirs) if ours and theirs and ours != theirs else None


def _fields(here: Experience, there: Experience) -> Difference | None:
    if not here.discipline or not there.discipline or here.discipline == there.discipline:
        return None
    return Difference("field", plain(here.discipline), plain(there.discipline))


def _scales(here: Experience, there: Experience) -> Difference | None:
    found = scale_difference(here.text, there.text)
    if not found:
        return None
    ours, theirs = found
    return Difference(
        "scale", here.text[ours.start : ours.end], there.text[theirs.start : theirs.end]
    )


def _dates(here: Experience, there: Experience) -> Difference | None:
    if not here.year or not there.year or here.year == there.year:
        return None
    return Difference("date", str(here.year), str(there.year))


def _contexts(
    here: Experience,
    there: Experience,
    index: Index,
    ledgers: tuple[Sequence[Outcome], Sequence[Outcome]],
) -> Difference | None:
    noted = [
        next((o.context for o in reversed(ledger) if o.context.strip()), "") for ledger in ledgers
    ]
    if all(noted):
        return Difference("context", plain(noted[0], 120), plain(noted[1], 120))
    ours, theirs = _peculiar(here, there, index), _peculiar(there, here, index)
    return Difference("context", ours, theirs) if ours and theirs else None


def _peculiar(own: Experience, other: Experience, index: Index) -> str:
    """The lower-case words that tell most about one text and that the other lacks.

    Capitalised words are left out: many are names of people.
    """
    known = _spoken(f"{other.title} {other.text[:READ]}")
    spoken = _spoken(f"{own.title} {own.text[:READ]}")
    forms = {stem: form for stem, (form, _) in spoken.items() if form and stem not in known}
    if not forms:
        return ""
    *rarity, highest = index.idf([*forms, ONCE_UNKNOWN])
    rare = dict(zip(forms, rarity, strict=True))
    kept = [stem for stem in forms if rare[stem] < highest - SLIP] or list(forms)
    top = sorted(kept, key=lambda stem: (-spoken[stem][1] * rare[stem], stem))[:CONTEXT_WORDS]
    return joined([forms[stem] for stem in top])


@lru_cache(maxsize=512)
def _spoken(text: str) -> Mapping[str, tuple[str, int]]:
    """Telling words by stem: a form in lower case, if the text has one, and how often."""
    found: dict[str, tuple[str, int]] = {}
    for word in telling_words(text):
        form, number = found.get(word.stem, ("", 0))
        plain_form = word.text.isalpha() and word.text.islower()
        found[word.stem] = (form or (word.text if plain_form else ""), number + 1)
    return found


def _votes(here: Experience, there: Experience) -> Difference | None:
    if here.votes is None or there.votes is None or here.votes == there.votes:
        return None
    return Difference("votes", votes_clause(here.votes), votes_clause(there.votes))


def _proof_sentences(experience: Experience) -> Iterator[tuple[int, int]]:
    for name in _PROOF:
        for part in experience.parts:
            if part.name == name and part.start < part.end:
                told = experience.text[part.start : part.end]
                yield from ((part.start + a, part.start + b) for a, b in sentences(told[:READ]))
                return
    yield from sentences(experience.text[:READ])


def _telling(sentence: str) -> float:
    """How much a sentence says about how it went; a very short one says little."""
    cues = len(set(_turned_out.findall(sentence.casefold())))
    return min(cues, 3) + (len(sentence) >= TELLING_LENGTH)
