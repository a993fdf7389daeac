"""Cleaning gives readable text, and every word of it can be found again in the source."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.clean import clean
from pipeline.documents.runs import CleanText
from pipeline.records import TextFormat

FORMATS = get_args(TextFormat)
SIGNS = [
    "<p>", "</p>", "<", ">", "<b", "</", "<!--", "-->", "<script>", "</script>", "<pre>",
    "</pre>", '<aside class="quote">', "</aside>", '<a class="mention" href="x">', "</a>", "<li>",
    "</ul>", "<br>", "&amp;", "&lt;", "&#0;", "&nbsp;", "&bogus;", "&", '"', "'", "=", "\n",
    "\r\n", "\t", "  ", "\0", "\u200b", "\ud800", "# ", "- ", "> ", "```", "`", "*", "**", "_",
    "[", "](", ")", "![", "|", "\\", "---\n", ":::", "@ada", "word", "ünï", "😀",
]  # fmt: skip
MESSY = st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=5)), max_size=60).map("".join)


@given(MESSY, st.sampled_from(FORMATS))
def test_any_input_gives_text_whose_runs_are_in_order_and_in_bounds(raw, kind) -> None:
    made = clean(raw, kind)

    clean_at = raw_at = 0
    for start, end, raw_start, raw_end in made.runs:
        assert clean_at <= start < end <= len(made.text)
        assert raw_at <= raw_start < raw_end <= len(raw)
        clean_at, raw_at = end, raw_end


@given(MESSY, st.sampled_from(FORMATS))
def test_every_run_shows_what_stands_in_the_source(raw, kind) -> None:
    made = clean(raw, kind)

    for start, end, raw_start, raw_end in made.runs:
        assert made.text[start:end] in {raw[raw_start:raw_end], unescape(raw[raw_start:raw_end])}


@given(MESSY, st.sampled_from(FORMATS))
def test_clean_text_is_trimmed_and_holds_nothing_that_nobody_sees(raw, kind) -> None:
    text = clean(raw, kind).text

    assert not re.search("[\0-\x08\x0e-\x1b\x7f\u200b\u202e\ud800-\udfff]", text)
    assert text == text.rstrip()
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<p>One</p>\n<p>two<br>\nthree</p>", "One\n\ntwo\nthree"),
        ("<ul>\n<li>a</li>\n<li><p>b</p></li>\n</ul>", "- a\n- b"),
        ("a &lt;tag&gt; &amp; b&nbsp;c", "a <tag> & b c"),
        ("<pre><code>if x:\n    y()\n</code></pre>", "if x:\n    y()"),
        ("x<script>bad()</script><style>p{}</style>y", "xy"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ('<a title="a > b">link</a> text', "link text"),
        ("<p>a<!-- hidden --> b", "a b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<blockquote><p>said</p></blockquote><p>so", "> said\n\nso"),
        ("<p>un<b>bro</b>ken", "unbroken"),
        ("<nav>menu</nav><p>text", "text"),
    ],
)
def test_html_reads_as_a_person_sees_it(raw, expected) -> None:
    assert clean(raw, "html").text == expected


def test_quotes_of_other_posts_and_captions_of_pictures_are_left_out() -> None:
    raw = (
        '<aside class="quote no-group" data-username="ada"><div class="title">ada:</div>'
        "<blockquote><p>their words</p></blockquote></aside><p>My words"
        '<div class="lightbox-wrapper"><a class="lightbox"><img alt="shot.png"><div class="meta">'
        '<svg><use></use></svg><span class="filename">shot.png</span>'
        '<span class="informations">1920×1080 120 KB</span></div></a></div> go on</p>'
    )

    assert clean(raw, "html").text.split() == ["My", "words", "go", "on"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("# Title\n\nSome *em* and **strong** text.", "Title\n\nSome em and strong text."),
        ("- a\n- b\n  more", "- a\n- b more"),
        ("see [the page](http://a.b/c 'd') now", "see the page now"),
        ("[ref][r] and [r]\n\n[r]: http://a.b", "ref and r"),
        ("<http://a.b/c> is [it](x)", "http://a.b/c is it"),
        ("![a fine chart](x.png) ![shot.png](y.png)", "a fine chart"),
        ("```py\nif x:\n    y\n```\nafter", "if x:\n    y\n\nafter"),
        ("use `a  b` \\*here\\* &amp; there", "use a b *here* & there"),
        ("---\ntitle: x\n---\ntext", "text"),
        ("| a | b |\n|---|---|\n| 1 | 2\\|3 |", "a b\n1 2|3"),
        ("> quoted\n\nnot", "> quoted\n\nnot"),
        ("a<br>b <b>c</b>", "a\nb c"),
        ("<div>\n<p>block</p>\n</div>\n\nnext", "block\n\nnext"),
        ("::: tip\nmind this\n:::", "mind this"),
    ],
)
def test_markdown_reads_as_a_person_sees_it(raw, expected) -> None:
    assert clean(raw, "markdown").text == expected


def test_plain_text_keeps_its_lines_and_signs() -> None:
    assert clean("a\r\n  b <c> &amp; *d*\n\n\n\ne \0").text == "a\n  b <c> &amp; *d*\n\ne"


def test_a_span_leads_back_over_entities_and_white_space() -> None:
    raw = "<p>Salt   &amp; <b>ice</b> cost</p>"
    made = clean(raw, "html")
    start = made.text.index("Salt")

    span = made.raw_span(start, start + len("Salt & ice"))

    assert span is not None
    assert raw[slice(*span)] == "Salt   &amp; <b>ice"


def test_a_span_of_nothing_from_the_source_leads_nowhere() -> None:
    made = clean("<ul><li>a", "html")

    assert made.text == "- a"
    assert made.raw_span(0, 2) is None


def test_replaced_text_keeps_the_places_of_the_rest() -> None:
    made = CleanText("hi bob and bob", ((0, 14, 10, 24),)).replaced([(3, 6, "x"), (11, 14, "x")])

    assert made.text == "hi x and x"
    assert made.raw_span(5, 8) == (17, 20)
    assert made.raw_span(9, 10) == (21, 24)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<a ",
        "<!--",
        "</",
        '<a b="',
        "<",
        "&",
        "&amp;",
        "[",
        "![",
        "*a ",
        "> ",
        "`",
        "<li>",
        "\n",
    ],
)
def test_hostile_input_takes_no_more_than_its_length_deserves(kind, unit) -> None:
    began = time.process_time()

    clean(unit * (100_000 // len(unit)), kind)

    assert time.process_time() - began < 8
