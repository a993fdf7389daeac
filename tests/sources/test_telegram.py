"""Exports of Telegram Desktop become conversations; private chats of an account stay out."""

from __future__ import annotations

import io
import json

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat._telegram_account import mended
from pipeline.sources.chat.telegram import CONNECTOR, EMPTY, NOTICES, PRIVATE
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import recognise


def message(number: int, text: object, author: str | None = "Mara", **more: object):
    return {
        "id": number,
        "type": "message",
        "date": "2024-05-01T12:00:00",
        "date_unixtime": str(1_714_557_600 + number * 60),
        "from": author,
        "from_id": f"user{len(author or '')}",
        "text": text,
        **more,
    }


def chat(*messages: object, kind: str = "private_supergroup", **more: object) -> dict[str, object]:
    return {"name": "Pumps", "type": kind, "id": 1234, **more, "messages": list(messages)}


def test_a_group_becomes_conversations_with_links(made) -> None:
    told = chat(
        message(1, "The seal leaks after a week"),
        message(2, "Which one?", "Tim", reply_to_message_id=1),
    )
    path = made.file("result.json", json.dumps(told))

    documents, skipped = made.read(path, "telegram")

    assert recognise(path).name == "telegram"
    assert skipped == []
    assert documents[0].key == "1234/1"
    assert documents[0].origin == "https://t.me/c/1234/1"
    assert documents[0].created.isoformat() == "2024-05-01T10:01:00+00:00"
    assert [part.author for part in documents[0].parts] == ["Mara", "Tim"]


def test_ids_of_old_versions_give_the_same_links(made) -> None:
    told = chat(message(1, "The seal leaks after a week"), id=(1 << 33) + 1234)

    [document], _ = made.read(made.file("result.json", json.dumps(told)), "telegram")

    assert document.origin == "https://t.me/c/1234/1"


def test_marked_words_are_put_together_and_people_are_named(made) -> None:
    pieces = [
        "ask ",
        {"type": "mention_name", "text": "the boss", "user_id": 4},
        " about ",
        {"type": "text_link", "text": "seals", "href": "https://x.org/s"},
        {"type": "bold", "text": " now"},
    ]
    told = chat(message(1, "The seal leaks after a week"), message(2, pieces, "Tim"))

    documents, _ = made.read(made.file("result.json", json.dumps(told)), "telegram")

    assert documents[-1].parts[-1].body == "ask @Mara about seals (https://x.org/s) now"


def test_a_reply_joins_the_message_that_it_answers(made) -> None:
    told = chat(
        message(1, "The pump stops every night"),
        message(9000, "It was the strainer after all", reply_to_message_id=1),
    )

    documents, _ = made.read(made.file("result.json", json.dumps(told)), "telegram")

    assert [len(document.parts) for document in documents] == [2]


def test_topics_of_a_forum_are_threads_with_titles(made) -> None:
    topic = {"id": 10, "type": "service", "action": "topic_created", "title": "Seals"}
    told = chat(
        topic,
        message(11, "Which seal lasts in salt water?", reply_to_message_id=10),
        message(12, "Something else is wrong here"),
        message(5000, "Ceramic ones do", "Tim", reply_to_message_id=11),
    )

    documents, _ = made.read(made.file("result.json", json.dumps(told)), "telegram")

    [seals] = [document for document in documents if document.title == "Seals"]
    assert [part.author for part in seals.parts] == ["Mara", "Tim"]


def test_notices_and_pictures_are_counted_and_polls_are_text(made) -> None:
    poll = {"question": "Which seal?", "answers": [{"text": "ceramic"}, {"text": "rubber"}]}
    told = chat(
        {"id": 1, "type": "service", "action": "invite_members", "text": ""},
        message(2, "", photo="(File not included.)"),
        message(3, "", poll=poll),
    )

    documents, skipped = made.read(made.file("result.json", json.dumps(told)), "telegram")

    assert documents[0].parts[0].body == "Which seal?\n- ceramic\n- rubber"
    assert {left.reason: left.where for left in skipped} == {
        NOTICES: "chat Pumps: 1 message",
        EMPTY: "chat Pumps: 1 message",
    }


def test_deleted_accounts_have_their_number_as_a_name(made) -> None:
    told = chat(message(1, "The seal leaks after a week", None))

    [document], _ = made.read(made.file("result.json", json.dumps(told)), "telegram")

    assert document.author == "user0"


def account(*chats: object, **more: object) -> str:
    about = "Here is the data you requested from Telegram."
    lists = {"about": "", "list": list(chats)}
    return json.dumps({"about": about, "personal_information": {}, "chats": lists, **more})


def test_of_an_account_only_groups_and_channels_are_read(made) -> None:
    secret = [message(n, "a secret between us two") for n in range(3)]
    text = account(
        chat(*secret, kind="personal_chat", name="Mara Kent"),
        chat(message(1, "The seal leaks after a week")),
        left_chats={"list": [chat(message(1, "We close this group now"), id=99)]},
    )
    path = made.file("result.json", text)

    documents, skipped = made.read(path, "telegram")

    assert recognise(path).name == "telegram"
    assert [document.key for document in documents] == ["1234/1", "99/1"]
    assert skipped == [Skipped("result.json: 1 direct chats with 3 messages", PRIVATE)]


def test_a_direct_chat_on_its_own_is_read_with_a_notice(made) -> None:
    told = chat(message(1, "The seal leaks after a week"), kind="personal_chat", name="Mara Kent")
    notices: list[str] = []

    [document], _ = made.read(
        made.file("result.json", json.dumps(told)),
        "telegram",
        ReadOptions(notice=notices.append),
    )

    assert "direct chat" in notices[0]
    assert document.tags == ()


@pytest.mark.parametrize("whole", [True, False])
def test_control_characters_are_read_as_telegram_writes_them(made, whole) -> None:
    told = chat(message(1, "The seal ^ leaks \\x41 after a week"))
    text = account(told) if whole else json.dumps(told)

    [document], _ = made.read(made.file("result.json", text.replace("^", r"\x1B")), "telegram")

    assert document.parts[0].body == "The seal \x1b leaks \\x41 after a week"


@pytest.mark.parametrize("size", range(1, 12))
def test_mending_does_not_depend_on_where_the_stream_is_cut(size) -> None:
    stream = mended(io.BytesIO(rb'"a\\x1B \x1B\" \\\x0A"'))

    pieces = b"".join(iter(lambda: stream.read(size), b""))

    assert pieces == rb'"a\\x1B \u001B\" \\\u000A"'


def test_an_account_that_breaks_off_gives_what_stands_before(made) -> None:
    text = account(chat(message(1, "The seal leaks after a week"), message(2, "Which one?")))
    text = text[: text.index('"id": 2')]

    documents, skipped = made.read(made.file("result.json", text), "telegram")

    assert len(documents[0].parts) == 1
    assert "breaks off at message 2 of chat 1" in skipped[-1].reason


def test_an_account_without_anything_readable_is_refused(made) -> None:
    path = made.file("result.json", account()[:-20])

    with pytest.raises(UnreadableSource):
        made.read(path, "telegram")


@pytest.mark.parametrize(
    "value", [{"type": "personal", "id": 1, "messages": []}, {"chats": {"list": [1]}}, {"a": 1}, []]
)
def test_other_json_is_not_recognised(made, value) -> None:
    assert CONNECTOR.recognise(look_at(made.file("a.json", json.dumps(value)))) == 0.0


@pytest.mark.shared
def test_the_small_export_is_read_to_the_last_message(shared_data) -> None:
    path = shared_data / "formats_chat_fixtures" / "telegram" / "DM_2A_7M.json"

    records = list(CONNECTOR.read(path, ReadOptions()))
    skipped = [one for one in records if isinstance(one, Skipped)]
    said = sum(len(one.parts) for one in records if isinstance(one, Document))

    assert recognise(path).name == "telegram"
    assert said + sum("on its own" in left.reason for left in skipped) == 4
    assert [(left.where, left.reason) for left in skipped[-2:]] == [
        ("chat 700000000: 2 messages", NOTICES),
        ("chat 700000000: 2 messages", EMPTY),
    ]
