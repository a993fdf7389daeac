"""How to refer to an experience in a few words: a place or name, else its field, else a number.

`label` gives what stands in brackets after a quotation, such as "Bering Sea, 1984" or
"health care, 2009". Names of persons are avoided as far as the list of given names reaches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.patterns.given_names import looks_like_person
from pipeline.patterns.words import FUNCTION_WORDS, may_be_verb, noun_like, word_list, word_set
from pipeline.records import Experience

UNNAMED = "an account"
SHORT_TITLE = 5  # words
LONG_TITLE = 11
_EMPTY = re.compile(r"[(\[][\W_]*[)\]]")
_CODES = re.compile(r"\b[A-Z]{2,}-[A-Z0-9-]*\d+\b|\b\d{4,}\b|[#_/\\]")
_NATIONAL = re.compile(r"(?:ish|ese|ian|ican|rean|rman|utch|rench|al|ic|ive|ous|ary|ed|ing)$")
_GENERIC = word_set(
    "january february march april may june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday crew mars help error problem"
)


def labels(experiences: Sequence[Experience]) -> tuple[str, ...]:
    """One short reference for each experience.

    No two are the same, save those that have nothing to be named by: "an account of 2004".

    >>> a = Experience("a", "Managers near the Bering Sea fix a ceiling", "It held.")
    >>> b = Experience("b", "help please", "It broke.")
    >>> labels([a, b])
    ('Bering Sea', 'an account')
    """
    taken: list[str] = []
    for experience in experiences:
        options = [option for option in _options(experience) if option not in taken]
        year = f" of {experience.year}" if experience.year else ""
        taken.append(options[0] if options else f"{UNNAMED}{year}")
    return tuple(taken)


def _options(experience: Experience) -> list[str]:
    """References from most to least telling, each with the year where it is known."""
    title = readable_title(experience.title)
    bare = [proper_name(title, experience.text), _short(title), field(experience), _cut(title)]
    return [_with_year(name, experience) for name in bare if name]


def field(experience: Experience) -> str:
    """The discipline in words fit for a sentence, or nothing."""
    name = " ".join((experience.discipline or "").replace("_", " ").split())
    return name if 0 < len(name) <= 30 and not _CODES.search(name) else ""


def _with_year(name: str, experience: Experience) -> str:
    year = experience.year
    return f"{name}, {year}" if year and str(year) not in name else name


def readable_title(title: str) -> str:
    """The title without codes, quotation marks and shouting.

    >>> readable_title("OR-UPF-000406   Umpqua North Complex"), readable_title("PILE BURNING")
    ('Umpqua North Complex', 'Pile Burning')
    >>> readable_title("Damage to the transmitter (~ 1977)")
    'Damage to the transmitter'
    """
    without = _EMPTY.sub(" ", _CODES.sub(" ", re.sub(r"[“”\"«»<>]", "", title)))
    plain = " ".join(without.split()).strip(" .:;,-–—")
    letters = [c for c in plain if c.isalpha()]
    shouting = len(letters) > 3 and sum(c.isupper() for c in letters) > 0.8 * len(letters)
    return plain.title() if shouting else plain


def telling_title(title: str) -> str:
    """The title, if it tells a reader what the experience is about; else an empty string.

    Long titles are cut after eleven words; a question loses its mark.

    >>> telling_title("Mandatory surgical checklist changes little in Ontario")
    'Mandatory surgical checklist changes little in Ontario'
    >>> telling_title("Re: help please"), telling_title("thread_20190411.json")
    ('', '')
    """
    if re.search(r"\.\w{2,5}$|\w_\w", title):
        return ""
    title = title.rstrip(" ?!.")
    plain = readable_title(re.sub(r"^(?:(?:re|fwd?|aw)\s*:\s*)+", "", title, flags=re.I))
    words = plain.split()
    telling = [w for w in word_list(plain) if noun_like(w) or may_be_verb(w)]
    empty = {"help", "question", "problem", "issue", "error", "please", "untitled", "unknown"}
    if len({w.lower() for w in telling} - empty) < 2 or looks_like_person(plain):
        return ""
    if "?" in plain or "@" in plain or not plain[0].isalnum():
        return ""
    return plain if len(words) <= LONG_TITLE else f"{' '.join(words[:LONG_TITLE])} …"


def proper_name(title: str, text: str) -> str:
    """The longest run of capitalised words in a headline that is a name in the text as well.

    Headlines that capitalise every word tell nothing and give an empty string.

    >>> proper_name("Mandatory checklist changes little in Ontario", "In Ontario, 2010 ...")
    'Ontario'
    """
    words = title.split()
    rest = [w for w in words[1:] if w.lower() not in FUNCTION_WORDS and w[0].isalpha()]
    if rest and all(w[0].isupper() for w in rest):
        return ""
    runs = [r for r in _capital_runs(words) if _is_name(r, title, text)]
    best = max(runs, key=lambda run: (len(run.split()), len(run)), default="")
    return best if best and not looks_like_person(best) else ""


def _capital_runs(words: Sequence[str]) -> list[str]:
    runs: list[list[str]] = [[]]
    for word in words:
        core = re.sub(r"(?:'s|’s)?[.,:;!?]*$", "", word)
        small = core.lower() in FUNCTION_WORDS and not (runs[-1])
        capital = core[:1].isupper() and not small
        if capital:
            runs[-1].append(core)
        if (not capital or core != word) and runs[-1]:
            runs.append([])
    return [" ".join(run) for run in runs if run and len(run) <= 4]


def _is_name(run: str, title: str, text: str) -> bool:
    """True if the run is a name and no adjective: capitalised in the text as well."""
    if run.lower() in _GENERIC or len(run) < 2 or not run[0].isalpha():
        return False
    placed = re.search(rf"\b(?:in|at|of|off|near|from|across|by) {re.escape(run)}\b", text)
    adjective = _NATIONAL.search(run) and re.search(rf"{re.escape(run)}s? [a-z]", title)
    if adjective and not placed:
        return False
    if not title.startswith(run):
        return True
    lower = re.search(rf"\b{re.escape(run.lower())}\b", text)
    return re.search(rf"\b{re.escape(run)}\b", text) is not None and not lower


def _cut(title: str) -> str:
    """The first words of a long title, where nothing better tells two experiences apart."""
    words = title.split()
    long = len(words) > SHORT_TITLE and telling_title(title)
    return f"{' '.join(words[:SHORT_TITLE])} …" if long else ""


def _short(title: str) -> str:
    """A title that is short enough to serve as the reference itself."""
    words = word_list(title)
    short = 1 < len(words) <= SHORT_TITLE and len(title) <= 40 and not title.endswith("?")
    greeting = {"help", "hello", "hi", "please", "question", "thanks"} & {w.lower() for w in words}
    return title if short and not greeting and not looks_like_person(title) else ""
