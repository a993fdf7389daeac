"""Exports of DiscordChatExporter become conversations with links."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat.discord import CONNECTOR, EMPTY, NOTICES, TWICE
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import recognise

MARA = {"id": "11", "name": "mara_k", "nickname": "Mara", "isBot": False}
TIM = {"id": "12", "name": "tim", "nickname": "tim", "isBot": False}
HELPER = {"id": "13", "name": "helper", "nickname": "helper", "isBot": True}
GUILD = {"id": "7", "name": "Pumps"}


def message(number: int, content: str, author: object = MARA, **more: object) -> dict[str, object]:
    return {
        "id": str(number),
        "type": "Default",
        "timestamp": f"2024-05-01T10:{number % 60:02}:00+02:00",
        "content": content,
        "author": author,
        "embeds": [],
        "mentions": [],
        **more,
    }


def export(*messages: object, kind: str = "GuildTextChat", guild=GUILD, **channel: str) -> str:
    about = {"id": "70", "type": kind, "category": "Help", "name": "seals", **channel}
    return json.dumps({"guild": guild, "channel": about, "messages": messages})


def bodies(documents: list[Document]) -> list[str]:
    return [part.body for document in documents for part in document.parts]


def test_a_channel_becomes_conversations_with_links_and_times_in_utc(made) -> None:
    path = made.file(
        "any.json",
        export(
            message(1, "The seal leaks after a week"),
            message(2, "Which one is it?", TIM, reference={"messageId": "1"}),
        ),
    )

    documents, skipped = made.read(path, "discord")

    assert recognise(path).name == "discord"
    assert skipped == []
    [document] = documents
    assert document.key == "7/70/1"
    assert document.origin == "https://discord.com/channels/7/70/1"
    assert document.created == datetime(2024, 5, 1, 8, 1, tzinfo=UTC)
    assert document.tags == ("seals",)
    assert [part.author for part in document.parts] == ["Mara", "tim"]
    assert document.parts[1].origin == "https://discord.com/channels/7/70/2"


def test_a_reply_joins_the_message_that_it_answers(made) -> None:
    late = message(3, "It was the strainer after all", TIM, timestamp="2024-06-01T10:00:00Z")
    late |= {"type": "Reply", "reference": {"messageId": "1", "channelId": "70"}}
    path = made.file("a.json", export(message(1, "The pump stops every night"), late))

    documents, _ = made.read(path, "discord")

    assert [len(document.parts) for document in documents] == [2]


@pytest.mark.parametrize("kind", ["GuildPublicThread", "GuildPrivateThread", "GuildNewsThread"])
def test_a_thread_is_one_conversation_with_its_title(made, kind) -> None:
    late = message(2, "Solved by cleaning it", TIM, timestamp="2025-01-01T00:00:00Z")
    text = export(message(1, "My pump stops"), late, kind=kind, name="Pump stops", category="forum")

    documents, _ = made.read(made.file("t.json", text), "discord")

    [document] = documents
    assert document.title == "Pump stops"
    assert len(document.parts) == 2
    assert document.tags == ("forum",)


def test_notices_pictures_and_repeated_messages_are_counted(made) -> None:
    join = message(1, "Joined the server.", type="GuildMemberJoin")
    picture = message(2, "", attachments=[{"fileName": "a.png"}])
    said = message(3, "The seal leaks after a week")
    path = made.file("a.json", export(join, picture, said, said))

    documents, skipped = made.read(path, "discord")

    assert len(documents[0].parts) == 1
    assert {left.reason for left in skipped} == {NOTICES, EMPTY, TWICE}
    assert {left.where for left in skipped} == {"channel seals: 1 message"}


def test_mentions_name_people_as_they_write_under(made) -> None:
    one = message(1, "ask @mara_k or <@12> about <:seal:99> it", HELPER, mentions=[MARA, TIM])

    documents, _ = made.read(made.file("a.json", export(one)), "discord")

    assert documents[0].parts[0].body == "ask @Mara or @tim about :seal: it"


def test_cards_of_bots_are_text_and_of_link_previews_only_the_title(made) -> None:
    card = {"title": "Deploy", "description": "failed", "fields": [{"name": "Step", "value": "3"}]}
    preview = {"title": "Seals", "url": "https://x.org/s", "description": "long words"}
    bot = message(1, "", HELPER, embeds=[card])
    link = message(2, "more of it at https://x.org/s", embeds=[preview])

    documents, _ = made.read(made.file("a.json", export(bot, link)), "discord")

    assert bodies(documents) == ["Deploy\nfailed\nStep: 3", "more of it at https://x.org/s\nSeals"]


def test_deleted_accounts_are_told_apart(made) -> None:
    gone = [{"id": number, "name": "Deleted User", "nickname": "Deleted User"} for number in "89"]
    path = made.file("a.json", export(*(message(n, "It works again", gone[n]) for n in (0, 1))))

    documents, _ = made.read(path, "discord")

    authors = {part.author for part in documents[0].parts}
    assert authors == {"Deleted User 8", "Deleted User 9"}


def test_a_direct_chat_is_read_with_a_notice_and_without_the_name_of_a_person(made) -> None:
    text = export(
        message(1, "The seal leaks after a week"),
        kind="DirectTextChat",
        guild={"id": "0"},
        name="Mara Kent",
    )
    path = made.file("dm.json", text)
    notices: list[str] = []

    [document], _ = made.read(path, "discord", ReadOptions(notice=notices.append))

    assert "direct chat" in notices[0]
    assert document.tags == ()
    assert document.origin == "discord:0/70/1"


def test_parts_of_a_channel_are_read_in_their_order(made) -> None:
    answer = message(2, "Which one is it?", TIM, reference={"messageId": "1"})
    made.file("seals [part 2].json", export(answer))
    last = message(3, "The ceramic one", reference={"messageId": "2"})
    made.file("seals [part 10].json", export(last))
    made.file("seals.json", export(message(1, "The seal leaks after a week")))
    made.file("seals.json_Files/a.png", b"\x89PNG")

    documents, skipped = made.read(made.folder, "discord")

    assert recognise(made.folder).name == "discord"
    assert [len(document.parts) for document in documents] == [3]
    assert [left.where for left in skipped] == ["attachments: 1 file"]


def test_an_export_that_breaks_off_gives_what_stands_before(made) -> None:
    whole = export(message(1, "The seal leaks after a week"), message(2, "Which one is it?"))

    documents, skipped = made.read(made.file("a.json", whole[:-40]), "discord")

    assert len(documents[0].parts) == 1
    assert "broken JSON" in skipped[0].reason


def test_what_is_no_message_is_skipped(made) -> None:
    path = made.file("a.json", export("text", message(1, "The seal leaks after a week")))

    _, skipped = made.read(path, "discord")

    assert skipped == [Skipped("a.json[1]", "no message")]


@pytest.mark.parametrize(
    "text",
    [
        '{"messages": [], "guild": {}}',
        '{"guild": 1, "channel": 2, "messages": 3}',
        '{"id": 1}',
        "[" * 10_000,
        '{"guild": ' * 10_000,
    ],
)
def test_other_json_is_not_recognised(made, text) -> None:
    assert CONNECTOR.recognise(look_at(made.file("a.json", text))) == 0.0


@pytest.mark.shared
def test_the_small_exports_are_read_to_the_last_message(shared_data) -> None:
    folder = shared_data / "formats_chat_fixtures" / "discord"

    records = list(CONNECTOR.read(folder, ReadOptions()))
    documents = [one for one in records if isinstance(one, Document)]
    skipped = [one for one in records if isinstance(one, Skipped)]

    alone = sum("on its own" in left.reason for left in skipped)
    assert len(bodies(documents)) + alone == 2 + 3 + 4
    assert sum(left.reason == NOTICES for left in skipped) == 2
    assert [left.where for left in skipped if left.reason == TWICE] == [
        "channel general-chiptune: 1 message"
    ]
    group = [one for one in documents if one.key.startswith("0/1064990764406419508/")]
    assert {part.author for one in group for part in one.parts} == {"theplant", "lombi", "mlomb"}
