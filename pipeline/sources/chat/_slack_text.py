"""The words of a Slack message as people saw them: markup, blocks, attachments and files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.sources.reading.values import scalar

_MARK = re.compile(r"<([^<>\n]+)>")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:(?://)?[^\s|]+", re.IGNORECASE)
_SCHEMES = ("mailto:", "tel:", "https://", "http://")
_BULLET = "- "

Texts = Iterator[str]


def unescaped(text: str) -> str:
    """The text with the three signs that Slack escapes.

    >>> unescaped("a &lt; b &amp;amp; c")
    'a < b &amp; c'
    """
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass(slots=True)
class Wording:
    """Turns what a message holds into text, with the names of people and channels in it.

    `mentioned` collects whom the text at hand names.
    """

    people: Mapping[str, str]
    channels: Mapping[str, str] = field(default_factory=dict)
    mentioned: list[str] = field(default_factory=list)

    def resolved(self, text: str) -> str:
        """Text in Slack's own markup with its mentions, links and signs made readable."""
        if "<" in text:
            text = _MARK.sub(self._mark, text)
        return unescaped(text)

    def of_blocks(self, blocks: object) -> str:
        """The text of the blocks of a message, one paragraph a line."""
        lines = (line for block in _objects(blocks) for line in self._block(block))
        return "\n".join(line for line in lines if line.strip())

    def of_attachments(self, attachments: object) -> str:
        """The text of what a bot or a shared message attached."""
        return "\n".join(text for one in _objects(attachments) if (text := self._attachment(one)))

    def person(self, name: str, label: str = "") -> str:
        """A mention of a person by the name that stands as author elsewhere."""
        known = self.people.get(name) or label.removeprefix("@") or name
        self.mentioned.append(known)
        return f"@{known}"

    def _mark(self, match: re.Match[str]) -> str:
        inside, _, label = match[1].partition("|")
        sign = inside[0] if inside else ""
        if sign == "@":
            return self.person(inside[1:], label)
        if sign == "#":
            return "#" + (label or self.channels.get(inside[1:], inside[1:])).removeprefix("#")
        if sign == "!":
            return _command(inside[1:], label)
        return _link(inside, label) if _ADDRESS.match(inside) else match[0]

    def _block(self, block: Mapping[str, object]) -> Texts:
        kind = block.get("type")
        if kind == "rich_text":
            for element in _objects(block.get("elements")):
                yield from self._rich(element)
        elif kind == "table":
            rows = block.get("rows")
            for row in rows if isinstance(rows, list) else []:
                yield " | ".join(self.of_blocks([cell]) for cell in _objects(row))
        else:
            yield from self._texts(block, "title", "text", "alt_text")
            for name in ("fields", "elements"):
                for inner in _objects(block.get(name)):
                    if inner.get("type") in ("mrkdwn", "plain_text"):
                        yield self.resolved(scalar(inner.get("text")))

    def _texts(self, holder: Mapping[str, object], *names: str) -> Texts:
        """The texts under these names, whether plain or as an object with a `text`."""
        for name in names:
            value = holder.get(name)
            value = value.get("text") if isinstance(value, dict) else value
            if isinstance(value, str) and value.strip():
                yield self.resolved(scalar(value))

    def _rich(self, element: Mapping[str, object]) -> Texts:
        kind = element.get("type")
        inner = element.get("elements")
        if kind == "rich_text_list":
            depth = element.get("indent")
            space = "  " * min(depth, 9) if isinstance(depth, int) else ""
            for number, item in enumerate(_objects(inner), _offset(element)):
                sign = f"{number}. " if element.get("style") == "ordered" else _BULLET
                yield space + sign + self._inline(item.get("elements"))
        elif kind == "rich_text_preformatted":
            yield f"```{self._inline(inner)}```"
        elif kind == "rich_text_quote":
            yield "> " + self._inline(inner).replace("\n", "\n> ")
        else:
            yield self._inline(inner).strip("\n")

    def _inline(self, elements: object) -> str:
        return "".join(self._piece(piece) for piece in _objects(elements))

    def _piece(self, piece: Mapping[str, object]) -> str:
        kind = scalar(piece.get("type"))
        make = _PIECES.get(kind)
        text = piece.get("text")
        return make(self, piece) if make else text if isinstance(text, str) else ""

    def _attachment(self, one: Mapping[str, object]) -> str:
        lines = list(self._texts(one, "pretext", "title", "text"))
        for row in _objects(one.get("fields")):
            pair = (self.resolved(scalar(row.get(name))) for name in ("title", "value"))
            lines.append(": ".join(word for word in pair if word))
        lines = lines or [self.of_blocks(one.get("blocks"))]
        return "\n".join(filter(None, lines)) or self.resolved(scalar(one.get("fallback")))


def file_names(files: object) -> Iterable[str]:
    """What the files of a message are called."""
    for file in _objects(files):
        if name := scalar(file.get("name")) or scalar(file.get("title")):
            yield unescaped(name)


def _offset(element: Mapping[str, object]) -> int:
    offset = element.get("offset")
    return 1 + (offset if isinstance(offset, int) else 0)


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _command(command: str, label: str) -> str:
    """What `<!here>`, `<!subteam^S1|@group>` and `<!date^0^{date}|yesterday>` stand for."""
    kind, _, rest = command.partition("^")
    if kind == "date":
        return label or rest.partition("^")[2]
    return "@" + (label or rest or kind).removeprefix("@")


def _link(address: str, label: str) -> str:
    bare = address
    for scheme in _SCHEMES:
        bare = bare.removeprefix(scheme)
    if not label or label == address:
        return bare if address.startswith(("mailto:", "tel:")) else address
    return label if label.rstrip("/") == bare.rstrip("/") else f"{label} ({address})"


_PIECES: dict[str, Callable[[Wording, Mapping[str, object]], str]] = {
    "user": lambda words, piece: words.person(scalar(piece.get("user_id"))),
    "channel": lambda words, piece: words.resolved(f"<#{scalar(piece.get('channel_id'))}>"),
    "link": lambda _, piece: _link(scalar(piece.get("url")), scalar(piece.get("text"))),
    "emoji": lambda _, piece: f":{scalar(piece.get('name'))}:",
    "broadcast": lambda _, piece: f"@{scalar(piece.get('range'))}",
    "usergroup": lambda _, piece: f"@{scalar(piece.get('usergroup_id'))}",
    "date": lambda _, piece: scalar(piece.get("fallback")),
}
"""How the pieces of a line are written that are not text."""
