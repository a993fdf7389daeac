"""A Slack channel in XML gives its annotated conversations."""

from __future__ import annotations

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.chat.slack_xml import CONNECTOR
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import recognise

HEAD = "<slack><team_domain>fitters</team_domain><channel_name>pumps</channel_name>"


def message(group: str, second: int, user: str, text: str) -> str:
    return (
        f'<message conversation_id="{group}"><ts>2019-01-01T10:00:{second:02}.000100</ts>'
        f"<user>{user}</user><text>{text}</text></message>"
    )


CHANNEL = (
    HEAD
    + message("1", 1, "Ana", "the pump stopped again, any idea")
    + message("2", 2, "Cleo", "who has the key of the store")
    + message("1", 3, "Ben", "&lt;@Ana&gt; is p &amp;lt; 2 bar")
    + message("1", 4, "Ana", "")
    + "</slack>"
)


def test_each_conversation_is_a_document_with_its_messages(made) -> None:
    path = made.packed("pumps.xml.gz", CHANNEL)

    documents, skipped = made.read(path, "slack-xml")

    assert recognise(path).name == "slack-xml"
    assert [[part.body for part in one.parts] for one in documents] == [
        ["the pump stopped again, any idea", "@Ana is p < 2 bar"],
        ["who has the key of the store"],
    ]
    assert documents[0].key == "fitters/pumps/2019-01-01T10:00:01.000100"
    assert documents[0].origin == "slack:fitters/pumps/2019-01-01T10:00:01.000100"
    assert [part.author for part in documents[0].parts] == ["Ana", "Ben"]
    assert documents[0].created is not None
    assert documents[0].created.isoformat() == "2019-01-01T10:00:01.000100+00:00"
    assert skipped == [Skipped("channel pumps: 1 message", "messages without text")]


def test_a_file_that_ends_early_keeps_what_was_read(made) -> None:
    documents, skipped = made.read(made.file("cut.xml", CHANNEL[:-90]), "slack-xml")

    assert len(documents) == 2
    assert skipped[0].where == "cut.xml after message 3"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('<!DOCTYPE slack [<!ENTITY a "aaaa">]>' + CHANNEL, "may be a trap"),
        ("<slack>" + "<a>" * 10_000, "nested more than 200 deep"),
        ("<slack><message", "broken XML"),
        (HEAD + "</slack>", "holds no messages"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(made, content, why) -> None:
    with pytest.raises(UnreadableSource, match=why):
        made.read(made.file("bad.xml", content), "slack-xml")


def test_other_xml_is_not_recognised(made) -> None:
    for content in (
        "<slackers><message/></slackers>",
        "<rss><slack><message/></slack></rss>",
        "<slack/>",
    ):
        assert CONNECTOR.recognise(look_at(made.file("a.xml", content))) == 0.0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "messages", "conversations"),
    [
        ("clojurians-clojure-2019", 16_057, 1_222),
        ("racket-general-2017", 6_757, 425),
        ("racket-general-2018", 9_709, 800),
        ("racket-general-2019", 5_706, 490),
    ],
)
def test_released_channels_are_accounted_for(
    shared_data, made, name, messages, conversations
) -> None:
    path = shared_data / "formats_slack_disentangled" / "xml" / f"{name}.xml.gz"

    documents, skipped = made.read(path, "slack-xml")

    assert recognise(path).name == "slack-xml"
    assert sum(len(one.parts) for one in documents) + len(skipped) == messages
    assert sum(len(one.parts) > 1 for one in documents) >= conversations
    assert all(one.created for one in documents)
