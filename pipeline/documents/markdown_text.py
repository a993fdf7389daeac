"""Markdown to readable text with its places in the source, by the tokens of markdown-it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.documents.html_text import html_into
from pipeline.documents.runs import Builder

_LINE_END = re.compile(r"\r\n?|\n")
_MATTER = re.compile(r"\A---[ \t]*\r?\n.{0,65536}?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_FENCED_DIV = re.compile(r"^:{3,}.*$", re.MULTILINE)
_PICTURE_NAME = re.compile(r"[^\s]+\.(png|jpe?g|gif|svg|webp)|.*\|\d+x\d+.*", re.IGNORECASE)
_LINK_END = re.compile(
    r"[*_~`\s]*+\](?:\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)|\[[^\]]*+\])?", re.DOTALL
)
_MOST_MISSES = 100
_NEARBY = 1000
_PARAGRAPHS = (
    "paragraph_open", "heading_open", "blockquote_open", "bullet_list_open", "ordered_list_open",
    "table_open", "hr",
)  # fmt: skip


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])
    return parser.disable("text_join")  # so that each text token stands in the source as it is


def markdown_into(builder: Builder) -> None:
    """Add the readable text of a Markdown source to its builder.

    Front matter, signs of markup, addresses of links and names of pictures are left out; the
    words of links, code and tables stay.
    """
    _Reader(builder).read()


class _Reader:
    """Walks over the tokens and finds the words of each in the source."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.raw = _masked(builder.raw)
        self.starts = [0, *(found.end() for found in _LINE_END.finditer(self.raw)), len(self.raw)]
        self.at = 0
        self.misses = 0
        self.tight = False

    def read(self) -> None:
        for token in _parser().parse(self.raw):
            self._block(token)

    def _block(self, token: Token) -> None:
        if token.map:
            self.at = max(self.at, self._line(token.map[0]))
        if token.type == "inline":
            self._inline(token.children or [], self._line(token.map[1]) if token.map else 0)
        elif token.type in ("fence", "code_block"):
            self._code(token)
        elif token.type == "html_block" and token.map:
            end = self._line(token.map[1])
            self.builder.at_least(2)
            html_into(self.builder, self.at, end)
            self.at = end
            self.builder.at_least(2)
        else:
            self._layout(token)

    def _layout(self, token: Token) -> None:
        if token.type in _PARAGRAPHS:
            self.builder.at_least(1 if token.hidden or self.tight else 2)
            self.tight = False
        if token.type == "list_item_open":
            self.builder.at_least(1)
            self.builder.mark("- ")
            self.tight = True
        elif token.type == "blockquote_open":
            self.builder.mark("> ")
        elif token.type in ("list_item_close", "blockquote_close"):
            self.builder.unmark()
        elif token.type == "tr_open":
            self.builder.at_least(1)
        elif token.type in ("td_close", "th_close"):
            self.builder.space()

    def _code(self, token: Token) -> None:
        self.builder.at_least(2)
        end = self._line(token.map[1]) if token.map else len(self.raw)
        if token.type == "fence" and token.map:
            self.at = max(self.at, self._line(token.map[0] + 1))
        for line in token.content.split("\n"):
            self._words(line, end, kept=True)
            self.builder.newline()
        self.builder.at_least(2)

    def _inline(self, children: Sequence[Token], end: int) -> None:
        for child in children:
            if child.type == "text":
                self._words(child.content, end)
            elif child.type == "text_special":
                self._special(child, end)
            elif child.type == "code_inline":
                self._words(child.content, end)
            elif child.type == "softbreak":
                self.builder.space()
            elif child.type == "hardbreak":
                self.builder.newline()
            elif child.type == "html_inline":
                self._tag(child.content, end)
            elif child.type == "image":
                self._picture(child, end)
            elif child.type == "link_close" and child.markup != "autolink":
                self._past_link(end)

    def _special(self, token: Token, end: int) -> None:
        """An escaped sign, of which the backslash is left out, or an entity."""
        if token.info == "escape" and token.content != token.markup:
            self._find("\\", end)
            self._words(token.content, end)
        else:
            self._words(token.markup, end, entities=True)

    def _tag(self, tag: str, end: int) -> None:
        self._find(tag, end)
        if tag.lower().startswith("<br"):
            self.builder.newline()

    def _picture(self, token: Token, end: int) -> None:
        if not _PICTURE_NAME.fullmatch(token.content):
            self._inline(token.children or [], end)
        else:
            self._find(token.content, end)
        self._past_link(end)

    def _past_link(self, end: int) -> None:
        found = _LINK_END.match(self.raw, self.at, end)
        if found:
            self.at = found.end()

    def _words(self, words: str, end: int, *, kept: bool = False, entities: bool = False) -> None:
        found = self._find(words, end)
        if found is None:
            self._word_by_word(words, end)
        elif kept:
            self.builder.lines(found, self.at)
        else:
            self.builder.flow(found, self.at, entities=entities)

    def _word_by_word(self, words: str, end: int) -> None:
        """Words that stand in the source otherwise: across lines, or with escapes."""
        for word in words.split():
            found = self._find(word, end)
            if found is None:
                self.builder.insert(word)
            else:
                self.builder.flow(found, self.at, entities=False)
            self.builder.space()

    def _find(self, text: str, end: int) -> int | None:
        """Where a text stands next; moves behind it. After many misses it looks only nearby."""
        near = end if self.misses < _MOST_MISSES else min(end, self.at + len(text) + _NEARBY)
        found = self.raw.find(text, self.at, near)
        if found < 0:
            self.misses += 1
            return None
        self.at = found + len(text)
        return found

    def _line(self, number: int) -> int:
        return self.starts[min(number, len(self.starts) - 1)]


def _masked(raw: str) -> str:
    """The source with blanks in place of what is no text: front matter, marks of divisions."""
    text = _MATTER.sub(_blank, raw, count=1).replace("\0", " ")
    return _FENCED_DIV.sub(_blank, text) if ":::" in text else text


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\r\n]", " ", found[0])
