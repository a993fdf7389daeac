"""What was said in a transcript, and the labels that name who said it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_NAME = r"[^\W\d_](?:[\w .,'’()&/-]{0,47}[\w.)])?"
_LABEL = re.compile(
    rf"\s*(?:[\[(](?P<before>{_CLOCK})[\])]\s*|(?P<bare>{_CLOCK})\s+)?\*{{0,2}}(?P<name>{_NAME}?)"
    rf"\s*(?:[\[(](?P<after>{_CLOCK})[\])])?\*{{0,2}}(?::|：)\*{{0,2}}(?:\s+|$|(?<=：))(?P<text>.*)",
    re.DOTALL,
)
_HEADING = re.compile(rf"\s*\*{{0,2}}(?P<name>{_NAME}?)\*{{0,2}}\s+[\[(]?(?P<at>{_CLOCK})[\])]?\s*")
_MOST_WORDS = 6
_PARTICLES = frozenset(
    """
    de da di do dos del della van von der den ter la le el al bin ibn of y e i und and
    """.split()  # noqa: SIM905
)
_NO_SPEAKERS = frozenset(
    """
    note notes warning caution tip hint important example examples e.g i.e usage see todo fixme
    http https ftp mailto title author authors date time subject from to cc re sent by name type
    description version license licence error info debug warn trace fatal summary abstract tags
    keywords source url link id status category categories step result output input returns
    args arguments parameters params raises default options requirements installation problem
    solution situation action outcome insight context decision consequences location place
    participants present attendees apologies agenda topic chapter section part table figure
    address phone email tel fax isbn doi ps p.s ingredients total price file path host port user
    password key value files copyright comment system compiler created updated modified deadline
    duration language encoding
    """.split()  # noqa: SIM905 - a list of a hundred words reads better so
)
"""Words before a colon that are no speakers."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said: who, the words, seconds from the beginning, and the line in the file."""

    speaker: str
    text: str
    start: float | None
    line: int


def seconds(clock: str) -> float | None:
    """Seconds of a time such as 01:02:03; None when it is none.

    >>> seconds("01:02:03"), seconds("2:03"), seconds("soon")
    (3723.0, 123.0, None)
    """
    if not re.fullmatch(_CLOCK, clock):
        return None
    total = 0
    for part in re.split(r"[.,]", clock)[0].split(":"):
        total = total * 60 + int(part)
    return float(total)


def speaker_label(line: str) -> tuple[str, str]:
    """The label at the beginning of a line and what follows; ("", line) when it has none.

    >>> speaker_label("Ann Bee: Hello"), speaker_label("Note: Hello")
    (('Ann Bee', 'Hello'), ('', 'Note: Hello'))
    """
    found = _LABEL.match(line[:200])
    if not found or not is_speaker(found["name"]):
        return "", line
    return found["name"], line[found.start("text") :]


def said_at(line: str) -> tuple[str, str, float | None] | None:
    """Speaker, words and seconds of a line that begins a turn; None when it begins none.

    >>> said_at("[00:01:02] Ann: Hello"), said_at("Ann Bee  0:03")
    (('Ann', 'Hello', 62.0), ('Ann Bee', '', 3.0))
    """
    if found := _LABEL.match(line[:300]):
        if not is_speaker(found["name"]):
            return None
        clock = found["before"] or found["bare"] or found["after"] or ""
        return found["name"], line[found.start("text") :].strip(), seconds(clock)
    heading = _HEADING.fullmatch(line[:200])
    if heading and is_speaker(heading["name"]):
        return heading["name"], "", seconds(heading["at"])
    return None


def is_speaker(label: str) -> bool:
    """Whether a label can be a person: a few words, each as names are written.

    >>> is_speaker("Ann de Bee"), is_speaker("Interviewer 2"), is_speaker("Area to improve")
    (True, True, False)
    """
    words = label.split()
    if not 0 < len(words) <= _MOST_WORDS or label.casefold().strip(" .") in _NO_SPEAKERS:
        return False
    if words[-1].casefold() in _NO_SPEAKERS:  # "Start Date", "Operating system"
        return False
    return not words[0][0].islower() and all(_of_a_name(word) for word in words)


def _of_a_name(word: str) -> bool:
    return not word.strip("(.'’")[:1].islower() or word.casefold() in _PARTICLES
