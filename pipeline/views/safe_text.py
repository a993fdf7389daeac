"""Community text made safe to show: nothing in it is ever read as Markdown, HTML or a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

JOINER = "\u2060"  # word joiner: invisible, has no width, and breaks up what is acted on
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# What Streamlit acts on even behind a backslash, since it looks at the parsed text again:
# :smile: and :material/icon:, bare addresses, and arrows or dashes that it redraws.
REVIVED = re.compile(
    r"(?<=:)(?=[\w+/-])|(?<=[wW])(?=\.)|(?<=@)(?=\w)|(?<=[<>~-])(?=[=-])|(?<=[=-])(?=>)|(?<=<)(?=-)"
)


def visible(text: str) -> str:
    r"""The text without control characters and without marks that reverse its direction.

    >>> visible("safe\x07 \u202etext")
    'safe text'
    """
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> str:
    r"""Text for a place that reads Markdown, so that it looks as it was written; one line.

    >>> escaped("[x](javascript:alert)")
    '\\[x\\]\\(javascript\\:\u2060alert\\)'
    >>> escaped("two\nlines")
    'two lines'
    """
    line = " ".join(visible(text).split())
    return PUNCTUATION.sub(r"\\\1", REVIVED.sub(JOINER, line))


def paragraphs(text: str) -> str:
    r"""The same for text of several lines: its line breaks and paragraphs are kept.

    >>> paragraphs("one\ntwo\n\n\nthree")
    'one  \ntwo\n\nthree'
    """
    blocks = re.split(r"\n[ \t]*\n\s*", visible(text).strip())
    return "\n\n".join("  \n".join(escaped(line) for line in b.split("\n")) for b in blocks)


def highlighted(text: str, spans: Iterable[tuple[int, int]]) -> str:
    r"""Escaped text with some stretches of it marked, told by character offsets into it.

    Spans that overlap are merged; what lies outside the text is cut off.

    >>> highlighted("It rained. We left.", [(11, 19)])
    'It rained\\. :primary-background[We left\\.]'
    """
    shown, at = [], 0
    for start, end in merged(spans, len(text)):
        shown += [paragraphs_inside(text[at:start]), _marked(text[start:end])]
        at = end
    shown.append(paragraphs_inside(text[at:]))
    return "".join(shown).strip()


def merged(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Spans in order, within 0 and `length`, none empty and none touching another.

    >>> merged([(4, 9), (2, 5), (20, 30)], 12)
    [(2, 9)]
    """
    kept: list[tuple[int, int]] = []
    for start, end in sorted((max(0, s), min(length, e)) for s, e in spans):
        if start >= end:
            continue
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def paragraphs_inside(text: str) -> str:
    """`paragraphs` of a stretch in the middle of a text: the space at its ends is kept."""
    if not text.strip():
        return "\n\n" if "\n\n" in text else " " if text else ""
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return _gap(before) + paragraphs(text) + _gap(after)


def shortened(text: str, length: int) -> str:
    """One line of at most `length` characters, cut at a word and marked as cut.

    >>> shortened("a long way to go", 9)
    'a long…'
    """
    line = " ".join(visible(text).split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.·") + "…"


def web_address(origin: str) -> str | None:
    """The origin if it can be followed: http or https, with a host, in plain characters.

    >>> web_address("https://example.org/a?b=1")
    'https://example.org/a?b=1'
    >>> web_address("javascript:alert(1)") is None
    True
    """
    if UNSEEN.search(origin) or re.search(r"[\s<>\"'`\\]", origin):
        return None
    try:
        parts = urlsplit(origin)
        known = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return origin if known and parts.username is None else None


def link(label: str, address: str) -> str:
    """A Markdown link with a safe label to an address that `web_address` let through."""
    target = address.replace("(", "%28").replace(")", "%29")
    return f"[{escaped(label)}](<{target}>)"


def listed(words: Sequence[str]) -> str:
    """Words as people list them.

    >>> listed(["fog", "hierarchy", "radio"])
    'fog, hierarchy and radio'
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _gap(space: str) -> str:
    return "\n\n" if space.count("\n") > 1 else "  \n" if "\n" in space else " " if space else ""


def _marked(text: str) -> str:
    blocks = [block for block in re.split(r"\n[ \t]*\n\s*", text) if block.strip()]
    return "\n\n".join(f":primary-background[{escaped(block)}]" for block in blocks)
