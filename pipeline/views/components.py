"""The pieces that pages are made of: headings, chips, quotes, and what to say when it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import streamlit as st

from pipeline.errors import DoubleloopError, IndexMismatch, NothingFound
from pipeline.flow.ledger import summary
from pipeline.records import Experience, Outcome, OutcomeStatus, Passage, Quote
from pipeline.views.repair import rebuild_offer
from pipeline.views.safe_text import escaped, highlighted, link, merged, shortened, web_address

CHIPS: dict[OutcomeStatus, tuple[str, str]] = {
    "worked": ("green", ":material/check_circle:"),
    "partly": ("orange", ":material/contrast:"),
    "failed": ("red", ":material/cancel:"),
    "too early": ("blue", ":material/schedule:"),
    "unknown": ("gray", ":material/help:"),
}
WORDS: dict[OutcomeStatus, str] = {
    "worked": "worked",
    "partly": "worked in part",
    "failed": "failed",
    "too early": "too early to tell",
    "unknown": "outcome not told",
}
AROUND = 120  # characters shown on either side of a sentence that matches
TITLE_LENGTH = 140


def heading(title: str, lead: str) -> None:
    """The top of a page: its name and, in one line, what it is good for."""
    st.title(title, anchor=False)
    st.markdown(f":gray[{lead}]")


@contextmanager
def telling() -> Iterator[None]:
    """Show an error meant for a user as one clear line, and go on below it."""
    try:
        yield
    except NothingFound as error:
        st.info(_line(error), icon=":material/search_off:")
    except IndexMismatch as error:
        st.error(_line(error), icon=":material/error:")
        rebuild_offer()
    except DoubleloopError as error:
        st.error(_line(error), icon=":material/error:")


def outcome_chip(status: OutcomeStatus) -> str:
    """How it turned out, as Markdown: colour, sign and words say the same."""
    colour, sign = CHIPS[status]
    return f":{colour}-badge[{sign} {WORDS[status]}]"


def ledger_line(outcomes: Sequence[Outcome]) -> str:
    """How often each outcome was recorded; empty when there is no more than one entry.

    >>> ledger_line([Outcome("worked"), Outcome("failed"), Outcome("worked")])
    '2 worked · 1 failed'
    """
    return summary(outcomes) if len(outcomes) > 1 else ""


def facts_line(experience: Experience, outcomes: Sequence[Outcome] = ()) -> str:
    """Discipline, year, author and outcome of an experience, as Markdown."""
    told = (experience.discipline, str(experience.year or ""), experience.author)
    facts = [escaped(shortened(fact, 60)) for fact in told if fact]
    if experience.kind == "reflection":
        facts.append("a reflection made here")
    ledger = ledger_line(outcomes)
    chip = outcome_chip(experience.status) + (f" :small[({ledger})]" if ledger else "")
    return " · ".join([*facts, chip])


def origin_line(experience: Experience) -> str:
    """Where it comes from: a link when it can be followed, else the locator as text."""
    address = web_address(experience.origin)
    if address:
        return link(f"Source: {shortened(address.split('://', 1)[1], 60)}", address)
    return f"Source: {escaped(shortened(experience.origin, 90))}" if experience.origin else ""


def title_of(experience: Experience) -> str:
    """Its title, safe and not longer than a heading can bear."""
    return escaped(shortened(experience.title, TITLE_LENGTH)) or "Without a title"


def quote_block(text: str) -> str:
    """Words of the community as a Markdown quotation."""
    return "> " + escaped(f"“{text}”")


def excerpt(passage: Passage, sentences: Sequence[Quote]) -> str:
    """The part of a passage around the sentences that match, these highlighted, as Markdown.

    Without such sentences it is the beginning of the passage.
    """
    spans = [
        (quote.start - passage.start, quote.end - passage.start)
        for quote in sentences
        if passage.start <= quote.start and quote.end <= passage.end
    ]
    if not spans:
        return escaped(shortened(passage.text, 3 * AROUND))
    windows = merged([_window(passage.text, *span) for span in spans], len(passage.text))
    shown = [
        highlighted(passage.text[start:end], [(s - start, e - start) for s, e in spans])
        for start, end in windows
    ]
    before = "… " if windows[0][0] else ""
    after = " …" if windows[-1][1] < len(passage.text) else ""
    return f"{before}{' … '.join(shown)}{after}"


def day(moment: datetime | None) -> str:
    """A date as people write it; empty without one.

    >>> day(datetime(2021, 3, 4))
    '4 March 2021'
    """
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def how_many(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> how_many(1, "experience"), how_many(2400, "experience")
    ('1 experience', '2,400 experiences')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    if left:
        space = text.find(" ", left, start)
        left = space + 1 if space >= 0 else start
    if right < len(text):
        space = text.rfind(" ", end, right)
        right = space if space >= 0 else end
    return left, right


def _line(error: DoubleloopError) -> str:
    return f"{escaped(error.message)} {escaped(error.hint)}".strip()
