"""Clean text that knows where in its source each stretch of it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

Run = tuple[int, int, int, int]
"""Start and end in the clean text, start and end in the source. Equally long: the same text."""

_HIDDEN = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    r"\ufeff\U000e0000-\U000e007f\ud800-\udfff"
)
"""Characters that nobody sees: controls, marks of direction, tags, halves of characters."""

_ENTITY = r"&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)"
_WORDS = rf"[^&\s{_HIDDEN}]+(?: [^&\s{_HIDDEN}]+)*"
PLAIN = re.compile(_WORDS)
"""Text that is clean as it is: one line without entities, hidden signs or needless space."""

_PIECES = re.compile(
    rf"(?P<words>{_WORDS})"
    rf"|(?P<space>\s+)|(?P<entity>{_ENTITY})|(?P<hidden>[{_HIDDEN}]+)|(?P<sign>&)"
)


@dataclass(frozen=True, slots=True)
class CleanText:
    """Readable plain text, and where each stretch of it stands in the source.

    `runs` are in order and do not overlap; text between them was put in (bullets, line ends).
    `mentions` are the spans that the source marks as the handle of a person.
    """

    text: str
    runs: tuple[Run, ...] = ()
    mentions: tuple[tuple[int, int], ...] = ()

    def raw_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where in the source the clean characters `start` to `end` stand.

        None when that stretch holds nothing of the source.

        >>> CleanText("a b", ((0, 1, 4, 5), (2, 3, 9, 10))).raw_span(0, 3)
        (4, 10)
        """
        first = bisect_right(self.runs, start, key=lambda run: run[1])
        last = bisect_right(self.runs, end - 1, key=lambda run: run[0]) - 1
        if first > last or start >= end:
            return None
        return self._raw_start(self.runs[first], start), self._raw_end(self.runs[last], end)

    @staticmethod
    def _raw_start(run: Run, at: int) -> int:
        same = run[1] - run[0] == run[3] - run[2]
        return run[2] + max(0, at - run[0]) if same else run[2]

    @staticmethod
    def _raw_end(run: Run, at: int) -> int:
        same = run[1] - run[0] == run[3] - run[2]
        return run[3] - max(0, run[1] - at) if same else run[3]

    def replaced(self, spans: Iterable[tuple[int, int, str]]) -> CleanText:
        """The same with some spans of the text replaced; spans in order, without overlap."""
        cuts = [span for span in spans if span[0] < span[1]]
        if not cuts:
            return self
        made = _Joiner()
        at = 0
        for start, end, new in cuts:
            made.keep(self, at, start)
            made.put(new, self.raw_span(start, end))
            at = end
        made.keep(self, at, len(self.text))
        return CleanText("".join(made.pieces), tuple(made.runs), self._mentions_left(cuts))

    def _mentions_left(self, cuts: list[tuple[int, int, str]]) -> tuple[tuple[int, int], ...]:
        """Mentions before the first cut; those behind it have moved or are replaced."""
        return tuple(span for span in self.mentions if span[1] <= cuts[0][0])


class _Joiner:
    """Puts stretches of a clean text and replacements one after the other."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.runs: list[Run] = []
        self.length = 0

    def keep(self, clean: CleanText, start: int, end: int) -> None:
        """Take over the text from `start` to `end` with its runs."""
        first = bisect_right(clean.runs, start, key=lambda run: run[1])
        for run in clean.runs[first:]:
            low, high = max(run[0], start), min(run[1], end)
            if low >= high:
                break
            raw = CleanText._raw_start(run, low), CleanText._raw_end(run, high)
            shift = self.length - start
            self.runs.append((low + shift, high + shift, *raw))
        self._add(clean.text[start:end])

    def put(self, text: str, raw: tuple[int, int] | None) -> None:
        """Add new text that stands for a span of the source."""
        if raw and text:
            self.runs.append((self.length, self.length + len(text), *raw))
        self._add(text)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


class Builder:
    """Collects clean text from stretches of one source. White space is pending until needed."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._pieces: list[str] = []
        self._runs: list[Run] = []
        self._mentions: list[tuple[int, int]] = []
        self._length = 0
        self._newlines = 0
        self._space = False
        self._mark = ""

    def flow(self, start: int, end: int, *, entities: bool = True) -> None:
        """Add a stretch of the source in which white space counts as one space."""
        for piece in _PIECES.finditer(self.raw, start, end):
            kind = piece.lastgroup
            if kind == "space":
                self._space = True
            elif kind == "entity" and entities:
                self._entity(piece)
            elif kind != "hidden":
                self._verbatim(piece.start(), piece.end())

    def lines(self, start: int, end: int, *, entities: bool = False) -> None:
        """Add a stretch of the source whose line ends and indents count."""
        at = start
        for line_end in re.finditer(r"\r\n?|\n", self.raw[start:end]):
            self._line(at, start + line_end.start(), entities=entities)
            self.newline()
            at = start + line_end.end()
        self._line(at, end, entities=entities)

    def insert(self, text: str) -> None:
        """Add text whose place in the source is not known."""
        shown = re.sub(rf"[{_HIDDEN}]+", "", text)
        if shown.strip():
            self._flush()
            self._add(shown)

    def mark(self, sign: str) -> None:
        """A bullet or the like before whatever follows, which stays on its line."""
        if not self._mark.endswith(sign):
            self._mark += sign

    def unmark(self) -> None:
        """Forget the signs that nothing followed."""
        self._mark = ""

    def space(self) -> None:
        """A space before whatever follows on this line."""
        self._space = True

    def newline(self) -> None:
        """One more line end; two in a row make a paragraph, more make no difference."""
        if not self._mark:
            self._newlines = min(2, self._newlines + 1)

    def at_least(self, newlines: int) -> None:
        """What follows stands at least that many line ends further down."""
        if not self._mark:
            self._newlines = max(self._newlines, newlines)

    def mark_mention(self, start: int) -> None:
        """What was added since position `start` of the clean text is a person's handle."""
        if start < self._length:
            self._mentions.append((start, self._length))

    @property
    def next_start(self) -> int:
        """Where in the clean text the next word will start."""
        gap = self._newlines or int(self._space)
        return self._length + (gap if self._length else 0) + len(self._mark)

    def done(self) -> CleanText:
        """The clean text."""
        made = CleanText("".join(self._pieces), tuple(self._runs), tuple(self._mentions))
        end = len(made.text.rstrip())
        return made if end == len(made.text) else made.replaced([(end, len(made.text), "")])

    def _line(self, start: int, end: int, *, entities: bool) -> None:
        stripped = end - start - len(self.raw[start:end].rstrip())
        end -= stripped
        for piece in _PIECES.finditer(self.raw, start, end):
            kind = piece.lastgroup
            if kind == "entity" and entities:
                self._entity(piece)
            elif kind == "space" and piece[0].strip(" \t\u00a0\u3000"):
                self._space = True
            elif kind != "hidden":
                self._verbatim(piece.start(), piece.end())

    def _entity(self, piece: re.Match[str]) -> None:
        shown = unescape(piece[0])
        if not shown.strip():
            self._space = True
        elif shown == piece[0]:
            self._verbatim(piece.start(), piece.end())
        elif not re.fullmatch(rf"[{_HIDDEN}]+", shown):
            self._flush()
            self._runs.append((self._length, self._length + len(shown), *piece.span()))
            self._add(shown)

    def _verbatim(self, start: int, end: int) -> None:
        text = self.raw[start:end]
        if not self._length and text.isspace():
            return
        before = self._length
        gap = self._flush()
        last = self._runs[-1] if self._runs else None
        if last and last[1] == before and _same(last) and self.raw[last[3] : start] == gap:
            self._runs[-1] = (last[0], self._length + len(text), last[2], end)
        else:
            self._runs.append((self._length, self._length + len(text), start, end))
        self._add(text)

    def _flush(self) -> str:
        """Add what is pending before the next words, and give it back."""
        gap = ("\n" * self._newlines or " " * self._space) if self._length else ""
        gap += self._mark
        if gap:
            self._add(gap)
        self._newlines, self._space, self._mark = 0, False, ""
        return gap

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)


def _same(run: Run) -> bool:
    return run[1] - run[0] == run[3] - run[2]
