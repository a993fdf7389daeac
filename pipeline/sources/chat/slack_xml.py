"""Slack channels in the XML in which research releases them, told apart into conversations."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.chat._slack_text import Wording
from pipeline.sources.chat.message import Channel, Message, conversations
from pipeline.sources.reading.files import Sample, opened
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.reading.values import moment, scalar

_ROOT = re.compile(r"\s*+(<\?xml[^<>]*\?>)?\s*+(<!DOCTYPE[^\]]{0,5000}\]\s*>)?\s*+<slack[\s>]")
_DEEPEST = 200


class SlackXml:
    """Reads one document from each conversation; messages without one are told apart here."""

    name = "slack-xml"
    title = "Slack channel in XML"
    description = "a Slack channel as XML with a conversation_id on each message"

    def recognise(self, sample: Sample) -> float:
        """Certain of `slack` with messages in it."""
        return 1.0 if _ROOT.match(sample.text) and "<message" in sample.text else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document, and what was left out."""
        return accounted(_documents(path), options)


@dataclass(slots=True)
class _Head:
    """What stands before the messages, and where reading has come to."""

    names: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def channel(self) -> Channel:
        team, name = self.names.get("team_domain", ""), self.names.get("channel_name", "")
        key = "/".join(filter(None, (team, name))) or "slack"
        return Channel(key=key, name=name, origin=f"slack:{key}")


def _documents(path: Path) -> Iterator[Document | Skipped]:
    head = _Head()
    elements = _elements(path, head)
    first = next(elements, None)
    if first is None:
        raise UnreadableSource(f"{path} holds no messages of a Slack channel.")
    left = LeftOut(f"channel {head.channel.name or path.name}")
    yield from conversations(_messages(first, elements, head, left), head.channel)
    yield from left.told()


def _messages(
    first: Element | Skipped, rest: Iterator[Element | Skipped], head: _Head, left: LeftOut
) -> Iterator[Message | Skipped]:
    words = Wording({})
    place = head.channel.origin
    one: Element | Skipped | None = first
    while one is not None:
        if isinstance(one, Skipped):
            yield one
        elif (message := _message(one, words, place)) is not None:
            yield message
        else:
            left.add("messages without text")
        one = next(rest, None)


def _message(element: Element, words: Wording, place: str) -> Message | None:
    text = words.resolved(scalar(element.findtext("text")))
    mentions, words.mentioned = tuple(dict.fromkeys(words.mentioned)), []
    if not text:
        return None
    author, written = scalar(element.findtext("user")), scalar(element.findtext("ts"))
    key = written or content_key(author, text)
    return Message(
        id=key,
        text=text,
        author=author,
        created=moment(written),
        origin=f"{place}/{key}",
        thread=scalar(element.get("conversation_id")),
        mentions=mentions,
    )


def _elements(path: Path, head: _Head) -> Iterator[Element | Skipped]:
    """The messages as they end; nothing that has ended is kept."""
    try:
        with opened(path) as raw:
            yield from _parsed(raw, head)
    except DefusedXmlException:
        raise UnreadableSource(
            f"{path} declares a document type or entities, which may be a trap; it was not read.",
            hint="An export has no such lines: take them out if you trust it.",
        ) from None
    except (ParseError, ValueError, LookupError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = " ".join(str(error).split())[:120]
        if head.number == 0:
            raise UnreadableSource(f"{path} is broken XML: {why}.") from None
        yield Skipped(
            f"{path.name} after message {head.number:,}",
            f"broken XML, and the rest of the file was not read: {why}",
        )


def _parsed(raw: IO[bytes], head: _Head) -> Iterator[Element]:
    above: list[Element] = []
    for event, element in iterparse(raw, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            above.append(element)
            if len(above) > _DEEPEST:
                raise ValueError(f"elements nested more than {_DEEPEST} deep")
            continue
        above.pop()
        if element.tag == "message":
            head.number += 1
            yield element
        elif len(above) == 1 and not len(element):
            head.names[str(element.tag)] = scalar(element.text)
        if len(above) == 1:
            above[0].remove(element)


CONNECTOR = SlackXml()
