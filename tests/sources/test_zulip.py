"""A Zulip export gives the topics of its streams; direct messages stay where they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat import _zulip_realm
from pipeline.sources.chat.zulip import CONNECTOR
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

LONG = "the pump on line three stopped again"
REALM = {
    "zerver_realm": [{"id": 1, "string_id": "crew", "name": "Crew"}],
    "zerver_userprofile": [
        {"id": 11, "full_name": "Ana Kovac", "email": "user11@crew.example", "is_bot": False},
        {"id": 12, "full_name": "Ben Osei", "email": "user12@crew.example", "is_bot": False},
    ],
    "zerver_userprofile_crossrealm": [{"id": 1, "email": "notification-bot@zulip.com"}],
    "zerver_stream": [
        {"id": 21, "name": "pumps and valves", "invite_only": False},
        {"id": 22, "name": "core", "invite_only": True},
    ],
    "zerver_recipient": [
        {"id": 31, "type": 2, "type_id": 21},
        {"id": 32, "type": 2, "type_id": 22},
        {"id": 33, "type": 1, "type_id": 11},
        {"id": 34, "type": 3, "type_id": 77},
    ],
}


def said(number: int, content: str = LONG, **more: object) -> dict[str, object]:
    known = {"id": number, "sender": 11, "recipient": 31, "subject": "seals", "content": content}
    return {**known, "date_sent": 1_577_836_800.5 + number, "edit_history": None, **more}


@pytest.fixture
def export(made):
    """Writes an export with its messages in one file for each list."""

    def write(*files: list[dict[str, object]], **realm: object) -> Path:
        made.file("export/realm.json", json.dumps({**REALM, **realm}))
        for number, messages in enumerate(files, 1):
            content = {"zerver_message": messages, "zerver_usermessage": []}
            made.file(f"export/messages-{number:06}.json", json.dumps(content))
        return made.folder / "export"

    return write


def read(path: Path, **options: object) -> tuple[list[Document], list[Skipped]]:
    records = list(connector("zulip").read(path, ReadOptions(**options)))
    return (
        [record for record in records if isinstance(record, Document)],
        [record for record in records if isinstance(record, Skipped)],
    )


def texts(document: Document) -> list[str]:
    return [part.body for part in document.parts]


def test_a_topic_is_one_document_across_files(export) -> None:
    path = export(
        [said(1), said(2, "who knows the code", subject="doors", sender=12)],
        [said(3, "a new seal helped", sender=12, subject="Seals")],
    )

    documents, skipped = read(path)

    assert recognise(path).name == "zulip"
    assert [(one.title, texts(one)) for one in documents] == [
        ("seals", [LONG, "a new seal helped"]),
        ("doors", ["who knows the code"]),
    ]
    assert [part.author for part in documents[0].parts] == ["Ana Kovac", "Ben Osei"]
    assert documents[0].key == "21/1"
    assert documents[0].tags == ("pumps and valves",)
    assert documents[0].origin == "zulip:pumps and valves/1"
    assert documents[0].created is not None
    assert documents[0].created.isoformat() == "2020-01-01T00:00:01.500000+00:00"
    assert {part.format for part in documents[0].parts} == {"markdown"}
    assert not skipped


def test_a_resolved_topic_worked(export) -> None:
    path = export([said(1, subject="✔ seals"), said(2, subject="open question here")])

    documents, _ = read(path)

    assert [(one.title, one.status) for one in documents] == [
        ("seals", "worked"),
        ("open question here", "unknown"),
    ]
    assert {part.name for one in documents for part in one.parts} == {"post"}


def test_messages_without_a_topic_are_told_apart(export) -> None:
    late = 1_577_836_800.0 + 90 * 86400
    path = export(
        [said(1, subject=""), said(2, "a question of much later here", subject="", date_sent=late)]
    )

    documents, _ = read(path)

    assert [texts(one) for one in documents] == [[LONG], ["a question of much later here"]]
    assert {one.title for one in documents} == {""}


def test_direct_messages_are_left_out_and_counted(export) -> None:
    whispered = "nobody else should read this here"
    path = export(
        [
            said(1),
            said(2, whispered, recipient=33, subject=""),
            said(3, whispered, recipient=34, subject="\x07"),
            said(4, whispered, recipient=99, subject=""),
        ]
    )

    documents, skipped = read(path)

    assert [texts(one) for one in documents] == [[LONG]]
    assert skipped == [
        Skipped("direct messages: 2 messages", "direct messages are private", 2),
        Skipped("streams: 1 message", "messages to a stream that the export does not list"),
    ]


def test_notices_of_the_system_are_counted(export) -> None:
    path = export([said(1), said(2, "Ana marked this as resolved", sender=1), said(3, " ")])

    documents, skipped = read(path)

    assert [texts(one) for one in documents] == [[LONG]]
    assert skipped == [
        Skipped("stream pumps and valves: 1 message", "messages without text"),
        Skipped("stream pumps and valves: 1 message", "notices of the system"),
    ]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("@**Ben Osei** can you look", "@Ben Osei can you look"),
        ("@**Ben Osei|12** can you look", "@Ben Osei can you look"),
        ("@_**Somebody Else|12** can you look", "@Ben Osei can you look"),
        ("@**all** read this and @*fitters* too", "@all read this and @fitters too"),
        ("it is in #**core>keys** or #**core**", "it is in #core>keys or #core"),
        (
            "@_**Ben Osei|12** [said](https://crew.example/#narrow/stream/21-p/topic/a/near/7):\n"
            "```quote\nis it the seal\n```\nyes it was that",
            "yes it was that",
        ),
    ],
)
def test_markup_becomes_readable_and_quotes_go(export, content, shown) -> None:
    (document,), _ = read(export([said(1, content)]))

    assert texts(document) == [shown]


@pytest.mark.parametrize("base_url", ["", "https://chat.crew.example/"])
def test_with_an_address_origins_are_links(export, base_url) -> None:
    quoting = (
        "@_**Ana Kovac|11** [said](https://chat.crew.example/#narrow/stream/21-p/near/1):\n"
        "```quote\nx\n```\nindeed"
    )
    path = export([said(1, subject="v2.0 seals"), said(2, quoting, subject="v2.0 seals")])

    (document,), _ = read(path, base_url=base_url)

    assert document.origin == (
        "https://chat.crew.example/#narrow/stream/21-pumps-and-valves/topic/v2.2E0.20seals/near/1"
    )


def test_private_streams_are_told_of(export) -> None:
    notes: list[str] = []

    read(export([said(1, recipient=32)]), notice=notes.append)

    assert notes == ["Read with 1 private streams: core."]


def test_one_file_alone_is_refused_since_it_does_not_tell_what_is_private(export) -> None:
    path = export([said(1)])

    for name in ("messages-000001.json", "realm.json"):
        assert CONNECTOR.recognise(look_at(path / name)) >= 0.9
        with pytest.raises(UnreadableSource, match="alone does not tell"):
            read(path / name)


def test_other_folders_are_not_recognised(made) -> None:
    made.file("a/realm.json", '{"name": "x"}')
    made.file("a/messages-000001.json", "{}")
    made.file("b/messages-000001.json", '{"zerver_message": []}')

    assert CONNECTOR.recognise(look_at(made.folder / "a")) == 0.0
    assert CONNECTOR.recognise(look_at(made.folder / "b")) == 0.0
    assert CONNECTOR.recognise(look_at(made.file("c.json", '{"messages": []}'))) == 0.0


def test_a_damaged_file_costs_only_itself(export, made) -> None:
    path = export([said(1)], [said(2)])
    made.file("export/messages-000002.json", '{"zerver_message": [{"id": 2,')
    made.file("export/attachment.json", "{}")

    documents, skipped = read(path)

    assert [texts(one) for one in documents] == [[LONG]]
    assert [one.where for one in skipped] == ["messages-000002.json", "other files: 1 file"]


def test_files_that_are_large_are_streamed_to_the_same_end(export, monkeypatch) -> None:
    path = export([said(1), said(2, sender=12), said(3, subject="other")])
    at_once = read(path)

    monkeypatch.setattr(_zulip_realm, "AT_ONCE", 0)

    assert read(path) == at_once
    assert len(at_once[0]) == 2


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "type_id", "name"]), inner)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(["id", "sender", "recipient", "subject", "content", "date_sent"])
TABLES = st.sampled_from(["zerver_userprofile", "zerver_realm", "zerver_userprofile_crossrealm"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(st.dictionaries(FIELDS, ANYTHING), max_size=4),
    tables=st.dictionaries(TABLES, ANYTHING),
)
def test_no_message_makes_it_fail(tmp_path_factory, changes, tables) -> None:
    folder = tmp_path_factory.mktemp("export")
    messages = [said(0), *({**said(n), **change} for n, change in enumerate(changes, 1))]
    (folder / "realm.json").write_text(json.dumps({**REALM, **tables}))
    (folder / "messages-000001.json").write_text(json.dumps({"zerver_message": messages}))

    documents, _ = read(folder)

    assert LONG in {text for one in documents for text in texts(one)}
