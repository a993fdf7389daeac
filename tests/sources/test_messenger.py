"""Downloads of Messenger and Instagram become conversations; their text is put right."""

from __future__ import annotations

import json

import pytest

from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat.messenger import (
    CONNECTOR,
    EMPTY,
    NOTICES,
    PRIVATE,
    REACTIONS,
    TWICE,
    UNSENT,
)
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import recognise

START = 1_714_557_600_000


def as_meta_writes(text: str) -> str:
    return text.encode().decode("latin-1")


def message(minute: int, text: str | None, author: str = "Mara", **more: object):
    about = {"sender_name": as_meta_writes(author), "timestamp_ms": START + minute * 60_000}
    content = {} if text is None else {"content": as_meta_writes(text)}
    return {**about, **content, "is_geoblocked_for_viewer": False, **more}


def chat(*messages: object, people=("Mara", "Tim", "Zoë"), place="inbox/pumps_aaaaaa123"):
    """The newest message first, as in a download."""
    return json.dumps(
        {
            "participants": [{"name": as_meta_writes(name)} for name in people],
            "messages": sorted(messages, key=lambda one: -one["timestamp_ms"]),
            "title": "Pumps",
            "thread_path": place,
        }
    )


def bodies(documents: list[Document]) -> list[str]:
    return [part.body for document in documents for part in document.parts]


def test_a_group_becomes_conversations_in_the_order_of_time(made) -> None:
    path = made.file(
        "message_1.json",
        chat(
            message(1, "The seal leaks after a week"),
            message(2, "@Mara which seal is that?", "Tim"),
            message(3, "@Tim the ceramic one of course"),
        ),
    )

    documents, skipped = made.read(path, "messenger")

    assert recognise(path).name == "messenger"
    assert skipped == []
    assert documents[0].origin == f"messenger:aaaaaa123/{START + 60_000}"
    assert documents[0].key.startswith("aaaaaa123/")
    assert documents[0].tags == ("Pumps",)
    assert bodies(documents)[0] == "The seal leaks after a week"
    created = [part.created for document in documents for part in document.parts]
    assert created == sorted(created)


def test_text_written_as_latin_1_is_put_right(made) -> None:
    path = made.file("a.json", chat(message(1, "naïve 😀 “quoted” שלום text", "Zoë")))

    [document], _ = made.read(path, "messenger")

    assert document.parts[0].body == "naïve 😀 “quoted” שלום text"
    assert document.author == "Zoë"


def test_older_parts_of_a_chat_come_before_newer_ones(made) -> None:
    made.file(
        "inbox/pumps_aaaaaa123/message_1.json", chat(message(9, "and now it runs fine again"))
    )
    made.file(
        "inbox/pumps_aaaaaa123/message_2.json", chat(message(5, "we cleaned it this morning"))
    )
    made.file("inbox/pumps_aaaaaa123/message_10.json", chat(message(1, "the pump stops at night")))

    documents, _ = made.read(made.folder, "messenger")

    assert recognise(made.folder).name == "messenger"
    assert bodies(documents) == [
        "the pump stops at night",
        "we cleaned it this morning",
        "and now it runs fine again",
    ]


def test_a_chat_longer_than_a_portion_is_turned_round(made) -> None:
    said = [message(n, f"this is message number {n}") for n in range(1700)]

    documents, _ = made.read(made.file("message_1.json", chat(*said)), "messenger")

    assert bodies(documents) == [f"this is message number {n}" for n in range(1700)]
    assert {document.tags for document in documents} == {("Pumps",)}


def test_what_nobody_wrote_is_counted_and_links_stay(made) -> None:
    link = {"link": "https://x.org/seals", "share_text": "All about seals"}
    path = made.file(
        "a.json",
        chat(
            message(1, None, photos=[{"uri": "a.jpg"}]),
            message(2, "Tim sent an attachment.", "Tim", share=link),
            message(3, "Tim missed your call.", "Tim", call_duration=0),
            message(4, "Tim named the group Pumps.", "Tim"),
            message(5, as_meta_writes("Reacted 👍 to your message "), "Tim"),
            message(6, "an unkind word or two", "Tim", is_unsent=True),
            message(7, "You sent a photo."),
        ),
    )

    documents, skipped = made.read(path, "messenger")

    assert bodies(documents) == ["All about seals\nhttps://x.org/seals"]
    told = {left.reason: left.where for left in skipped}
    assert told[EMPTY] == told[NOTICES] == "chat Pumps: 2 messages"
    assert told[REACTIONS] == told[UNSENT] == "chat Pumps: 1 message"


def test_words_that_look_like_notices_are_kept(made) -> None:
    said = ["I called the supplier and he left", "Who removed the cover from pump four?"]
    path = made.file("a.json", chat(*(message(n, text) for n, text in enumerate(said))))

    documents, _ = made.read(path, "messenger")

    assert bodies(documents) == said


def test_the_same_message_twice_is_read_once(made) -> None:
    one = message(1, "The seal leaks after a week")

    documents, skipped = made.read(made.file("a.json", chat(one, one)), "messenger")

    assert len(bodies(documents)) == 1
    assert skipped == [Skipped("chat Pumps: 1 message", TWICE)]


def test_end_to_end_encrypted_chats_are_read_as_they_are(made) -> None:
    said = [("Mara", "The seal leaks – Ã© stays", 1), ("Tim", "Is it the ceramic one, @Mara?", 2)]
    told = {
        "participants": ["Mara", "Tim", "Zoë"],
        "threadName": "Pumps_55512345",
        "messages": [
            {
                "senderName": author,
                "text": text,
                "timestamp": START + minute,
                "isUnsent": False,
                "media": [],
                "reactions": [],
                "type": "text",
            }
            for author, text, minute in said
        ],
    }
    path = made.file("Pumps_1.json", json.dumps(told, ensure_ascii=False))

    documents, _ = made.read(path, "messenger")

    assert recognise(path).name == "messenger"
    assert bodies(documents) == [text for _, text, _ in said]
    assert documents[0].key.startswith("55512345/")


def test_of_many_chats_only_groups_are_read(made) -> None:
    direct = chat(
        message(1, "a secret between us two"),
        people=("Mara Kent", "Tim"),
        place="inbox/marakent_bbbbbb123",
    )
    made.file("inbox/marakent_bbbbbb123/message_1.json", direct)
    made.file("inbox/pumps_aaaaaa123/message_1.json", chat(message(1, "The seal leaks a bit")))

    documents, skipped = made.read(made.folder, "messenger")

    assert bodies(documents) == ["The seal leaks a bit"]
    assert skipped == [Skipped("direct chats: 1 message", PRIVATE)]


def test_a_direct_chat_on_its_own_is_read_with_a_notice(made) -> None:
    path = made.file("a.json", chat(message(1, "The seal leaks a bit"), people=("Mara", "Tim")))
    notices: list[str] = []

    [document], _ = made.read(path, "messenger", ReadOptions(notice=notices.append))

    assert "direct chat" in notices[0]
    assert document.tags == ()


@pytest.mark.parametrize(
    "value",
    [
        {"participants": [{"name": "a"}], "messages": [{"text": "b"}]},
        {"participants": ["a"], "messages": []},
        {"participants": 5, "messages": 5, "thread_path": 5},
        {"messages": []},
        [],
    ],
)
def test_other_json_is_not_recognised(made, value) -> None:
    assert CONNECTOR.recognise(look_at(made.file("a.json", json.dumps(value)))) == 0.0


@pytest.mark.shared
def test_the_small_download_is_read_to_the_last_message(shared_data) -> None:
    path = shared_data / "formats_chat_fixtures" / "messenger" / "2A_7M.json"

    records = list(CONNECTOR.read(path, ReadOptions()))
    alone = [one for one in records if isinstance(one, Skipped) and "on its own" in one.reason]
    documents = [one for one in records if isinstance(one, Document)]

    assert recognise(path).name == "messenger"
    assert len(bodies(documents)) + len(alone) == 3
    assert Skipped("chat aaaaaaaaaa: 4 messages", EMPTY, 4) in records
