"""HTML to readable text with its places in the source.

The standard library's parser takes quadratic time or worse on hostile input (minutes for 100 KB)
and BeautifulSoup builds on it, so the tags are found here, in one pass and in linear time.
"""

from __future__ import annotations

import re

from pipeline.documents.runs import Builder

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)")
_TAG_END = re.compile(r"""(?:=\s*+(?:"[^"]*+"|'[^']*+')|[^>])*+>""")
_CLASS = re.compile(r"""\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LONGEST_ATTRIBUTES = 4096

_RAW = {"script", "style", "textarea", "title", "xmp", "noembed", "noframes"}
_DROPPED = {"nav", "head", "template", "noscript", "svg", "iframe", "object", "button", "select"}
_DROPPED_CLASSES = {
    "aside": {"quote", "onebox"},
    "div": {"meta", "quote-controls"},
    "span": {"filename", "informations"},
}
_PARAGRAPHS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "dl", "table",
    "article", "section", "figure", "hr", "details", "aside",
}  # fmt: skip
_LINES = {"div", "li", "tr", "dt", "dd", "br", "summary", "figcaption", "header", "footer"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "source", "area", "col", "embed"}


def html_into(builder: Builder, start: int, end: int) -> None:
    """Add the readable text of a stretch of HTML to a builder.

    Scripts, navigation, pictures with their captions of file names, previews of links and
    quotes of other posts are left out; lists get bullets, code keeps its lines.
    """
    _Reader(builder, end).read(start)


class _Reader:
    """One pass over the tags of a stretch of HTML."""

    def __init__(self, builder: Builder, end: int) -> None:
        self.builder = builder
        self.raw = builder.raw
        self.end = end
        self.dropping = ""
        self.depth = 0
        self.pre = 0
        self.mention = -1
        self.quotes_close = True
        self.tags_close = True

    def read(self, start: int) -> None:
        at = look = start
        while (sign := self.raw.find("<", look, self.end)) >= 0:
            after = self._markup(sign)
            if after is None:  # a lone sign: the text goes on behind it
                look = sign + 1
                continue
            self._text(at, sign)
            at = look = self._open_or_close(sign, after)
        self._text(at, self.end)

    def _markup(self, sign: int) -> int | None:
        """Where the markup that begins at `sign` ends; None when it is no markup."""
        if self.raw.startswith("<!--", sign):
            close = self.raw.find("-->", sign + 4, self.end)
            return close + 3 if close >= 0 else self.end
        if self.raw.startswith(("<!", "<?"), sign):
            close = self.raw.find(">", sign, self.end)
            return close + 1 if close >= 0 else self.end
        tag = _TAG.match(self.raw, sign, self.end)
        return self._tag_end(tag.end()) if tag else None

    def _tag_end(self, at: int) -> int | None:
        if self.quotes_close:
            found = _TAG_END.match(self.raw, at, self.end)
            if found:
                return found.end()
            self.quotes_close = False  # one scan to the end is enough to know
        close = self.raw.find(">", at, self.end) if self.tags_close else -1
        self.tags_close = close >= 0
        return close + 1 if self.tags_close else None

    def _open_or_close(self, sign: int, after: int) -> int:
        tag = _TAG.match(self.raw, sign, after)
        if not tag:
            return after
        name, closing = tag[2].lower(), bool(tag[1])
        if name in _RAW and not closing:
            return self._past_raw(name, after)
        if self.dropping:
            self._while_dropping(name, closing=closing, after=after)
        elif closing:
            self._close(name)
        else:
            self._open(name, self._classes(tag.end(), after), after)
        return after

    def _past_raw(self, name: str, at: int) -> int:
        close = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(self.raw, at, self.end)
        return close.start() if close else self.end

    def _while_dropping(self, name: str, *, closing: bool, after: int) -> None:
        if name == self.dropping and self.raw[after - 2 : after] != "/>":
            self.depth += -1 if closing else 1
            if self.depth == 0:
                self.dropping = ""

    def _open(self, name: str, classes: set[str], after: int) -> None:
        if name in _DROPPED or classes & _DROPPED_CLASSES.get(name, set()):
            if self.raw[after - 2 : after] != "/>":
                self.dropping, self.depth = name, 1
            return
        self._break(name)
        if name == "pre":
            self.pre += 1
        elif name == "li":
            self.builder.mark("- ")
        elif name == "blockquote":
            self.builder.mark("> ")
        elif name in ("a", "span") and "mention" in classes:
            self.mention = self.builder.next_start

    def _close(self, name: str) -> None:
        if name == "pre":
            self.pre = max(0, self.pre - 1)
        elif name in ("a", "span") and self.mention >= 0:
            self.builder.mark_mention(self.mention)
            self.mention = -1
        if name in ("li", "blockquote"):
            self.builder.unmark()
        if name not in _VOID:
            self._break(name)

    def _break(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self.builder.at_least(2)
        elif name == "br":
            self.builder.newline()
        elif name in _LINES:
            self.builder.at_least(1)
        elif name in ("td", "th"):
            self.builder.space()

    def _classes(self, start: int, end: int) -> set[str]:
        found = _CLASS.search(self.raw, start, min(end, start + _LONGEST_ATTRIBUTES))
        return set((found[1] or found[2] or found[3] or "").split()) if found else set()

    def _text(self, start: int, end: int) -> None:
        if self.dropping or start >= end:
            return
        if self.pre:
            self.builder.lines(start, end, entities=True)
        else:
            self.builder.flow(start, end)
