import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Passage, Quote
from pipeline.views.components import excerpt
from pipeline.views.safe_text import (
    JOINER,
    escaped,
    highlighted,
    link,
    merged,
    paragraphs,
    shortened,
    visible,
    web_address,
)

HOSTILE = (
    "[x](javascript:alert(1))",
    "![](http://tracker.example/p.png)",
    "$$x^2$$ costs $5",
    ":smile: :material/home:",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    ":red[shout] :blue-badge[fake]",
    "# heading",
    "`code` **bold** _it_ ~~gone~~",
    "a | b\n--|--\n1 | 2",
    "[^1]: note",
    "http://tracker.example www.tracker.example bob@example.com",
    "a -> b <- c -- d >= e",
)
ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")


def undone(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(JOINER, "")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_mark_of_hostile_text_is_left_unescaped(text):
    left = ESCAPED.sub("", escaped(text))

    assert not re.search(r"[!-/:-@\[-`{-~]", left)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_the_reader_sees_is_what_was_written(text):
    assert undone(escaped(text)) == " ".join(text.split())


@given(st.text())
def test_any_text_keeps_its_visible_characters(text):
    kept = "".join(visible(text).split())

    assert "".join(undone(escaped(text)).split()) == kept.replace(JOINER, "")


@given(st.text())
def test_no_address_shortcode_or_arrow_survives_in_one_piece(text):
    shown = re.sub(r"\\", "", escaped(text))

    assert not re.search(r":\w+:|://|www\.|@\w|->|<-|--|[<>~]=", shown)


def test_line_breaks_are_kept_where_paragraphs_are_wanted():
    assert paragraphs("one\n    two\n\n# three") == "one  \ntwo\n\n\\# three"


def test_direction_marks_and_control_characters_are_taken_out():
    assert visible("a\u202eb\x00c\r\nd") == "abc\nd"


def test_overlapping_highlights_become_one():
    assert merged([(5, 9), (0, 6), (90, 99)], 20) == [(0, 9)]


def test_brackets_inside_a_highlight_cannot_close_it():
    shown = highlighted("see [1] there", [(4, 7)])

    assert shown == r"see :primary-background[\[1\]] there"


def test_an_excerpt_marks_the_sentence_in_its_surroundings():
    text = "It began well. The alarm was off. Nobody asked."
    passage = Passage(1, "e", text, 100, 100 + len(text))

    shown = excerpt(passage, [Quote("e", text[15:33], 115, 133)])

    assert ":primary-background[The alarm was off\\.]" in shown
    assert shown.startswith("It began well")


def test_an_excerpt_of_a_long_passage_is_cut_at_words():
    text = "word " * 100 + "The alarm was off. " + "word " * 100
    passage = Passage(1, "e", text, 0, len(text))

    shown = excerpt(passage, [Quote("e", text[500:518], 500, 518)])

    assert shown.startswith("… word")
    assert shown.endswith("word …")
    assert len(shown) < 500


@pytest.mark.parametrize(
    "origin",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://",
        "https://user:pw@bank.example/",
        "https://a.example/ onclick=x",
        "https://a.example/\u202ex",
        "http://[broken",
        "discourse:topic/7#2",
        "",
    ],
)
def test_an_origin_that_cannot_be_trusted_is_no_link(origin):
    assert web_address(origin) is None


def test_a_link_cannot_be_closed_early():
    made = link("a](http://x)", "https://en.wikipedia.org/wiki/Checklist_(aviation)")

    assert made.endswith("](<https://en.wikipedia.org/wiki/Checklist_%28aviation%29>)")
    assert made.startswith(r"[a\]\(http\:")


def test_a_long_title_is_cut_at_a_word():
    assert shortened("word " * 100, 30) == "word word word word word…"
