"""The few sentences in which a reason is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.records import Experience, OutcomeStatus

_OUTCOMES: Mapping[OutcomeStatus, str] = {
    "worked": "it worked",
    "partly": "it worked in part",
    "failed": "it failed",
    "too early": "it is too early to tell",
    "unknown": "",
}


def outcome_clause(status: OutcomeStatus) -> str:
    """How it turned out, as a clause; empty when that is not known.

    >>> outcome_clause("partly")
    'it worked in part'
    """
    return _OUTCOMES[status]


def joined(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    >>> joined(["backups", "restore", "drills"])
    'backups, restore and drills'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def reason(terms: Sequence[str], experience: Experience, difference: str) -> str:
    """One plain sentence: what is shared, then when, where and how it turned out there.

    >>> reason(["backups", "restore"], Experience("e", "t", "x", discipline="aviation"), "")
    'Both speak of backups and restore; there it was in aviation.'
    """
    if terms:
        opening = f"Both speak of {joined(terms)}"
    else:
        opening = "Few words are shared, yet it is among the nearest in meaning"
    rest = circumstances(experience) or difference
    return f"{opening}; {rest}." if rest else f"{opening}."


def circumstances(experience: Experience) -> str:
    """When and where it was and how it turned out, as a clause; empty when nothing is known.

    >>> circumstances(Experience("e", "t", "x", status="failed"))
    'there it failed'
    """
    year = str(experience.year) if experience.year else ""
    field = f"in {plain(experience.discipline)}" if experience.discipline else ""
    setting = " ".join(filter(None, (year, field)))
    outcome = outcome_clause(experience.status)
    if not setting:
        return f"there {outcome}" if outcome else ""
    return f"there it was {setting}, and {outcome}" if outcome else f"there it was {setting}"


def readable(form: str, other: str) -> str:
    """A word in mid-sentence: lower case, unless it is a name or an acronym.

    >>> readable("Backups", "backups"), readable("DICOM", "DICOM"), readable("Doha", "Doha")
    ('backups', 'DICOM', 'Doha')
    """
    return form if form == other else form.lower()


def plain(text: str, most: int = 60) -> str:
    """Text of others on one line, cut at a word."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "…"
