"""Plain readable text from HTML, Markdown or text, with the place of every word in the source."""

from __future__ import annotations

import re

from pipeline.documents.html_text import html_into
from pipeline.documents.markdown_text import markdown_into
from pipeline.documents.runs import PLAIN, Builder, CleanText
from pipeline.records import TextFormat

_LONGEST_MARKDOWN = 1 << 20
_MOST_BRACKETS = 5000


def clean(body: str, format: TextFormat = "text") -> CleanText:  # noqa: A002
    r"""The readable text of a body, and where in the body it stands.

    Markup, scripts, navigation, quoted posts and characters that nobody sees are left out;
    entities are read, white space is evened out, lists get bullets. Takes time in proportion
    to the length for any input and never fails.

    >>> made = clean("<p>Salt &amp; <b>ice</b></p><ul><li>one</li></ul>", "html")
    >>> made.text
    'Salt & ice\n\n- one'
    >>> made.raw_span(0, 6)
    (3, 13)
    """
    if format == "text" and PLAIN.fullmatch(body):
        return CleanText(body, ((0, len(body), 0, len(body)),))
    builder = Builder(body)
    if format == "html":
        html_into(builder, 0, len(body))
    elif format == "markdown" and not _too_much(body):
        markdown_into(builder)
    else:
        builder.lines(0, len(body))
    return builder.done()


def _too_much(markdown: str) -> bool:
    """Whether reading it as Markdown could take minutes; such a body is read as plain text."""
    if len(markdown) > _LONGEST_MARKDOWN:
        return True
    return any(block.count("[") > _MOST_BRACKETS for block in re.split(r"\n\s*\n", markdown))
