"""Messages become the documents of a chat: nothing is lost, and keys stay."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.records import Document, Skipped
from pipeline.sources.chat.gathering import IN_MEMORY
from pipeline.sources.chat.message import (
    LONGEST,
    Channel,
    Message,
    conversations,
    in_time,
    says_little,
)

START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
CHANNEL = Channel("works/general", "general")
TALK = "The north pump trips at night"


def said(id_: str, minute: float | None = 0, text: str = TALK, **more) -> Message:
    created = None if minute is None else START + timedelta(minutes=minute)
    return Message(id_, text, more.pop("author", "Ada"), created, f"chat:general/{id_}", **more)


def made(
    messages: Iterable[Message | Skipped], channel: Channel = CHANNEL
) -> tuple[list[Document], list[Skipped]]:
    records = list(conversations(messages, channel))
    documents = [record for record in records if isinstance(record, Document)]
    return documents, [record for record in records if isinstance(record, Skipped)]


def origins(document: Document) -> list[str]:
    return [(part.origin or "").rsplit("/", 1)[1] for part in document.parts]


def test_a_thread_is_a_document_with_a_part_per_message() -> None:
    documents, skipped = made(
        [
            said("1", 0, thread="1", title="Pumps"),
            said("2", 1, "It was the float switch", thread="1", author="Ben", solution=True),
        ]
    )

    (document,) = documents
    assert (document.key, document.title) == ("works/general/1", "Pumps")
    assert (document.author, document.created) == ("Ada", START)
    assert [(part.name, part.author) for part in document.parts] == [
        ("post", "Ada"),
        ("action", "Ben"),
    ]
    assert (document.status, document.tags, skipped) == ("worked", ("general",), [])


def test_parts_are_in_the_order_of_time_when_clocks_are_skewed() -> None:
    documents, _ = made(
        [said("1", 0, thread="t"), said("2", 5, thread="t"), said("3", 3, thread="t")]
    )

    assert [origins(document) for document in documents] == [["1", "3", "2"]]


def test_messages_without_a_time_stay_beside_their_neighbours() -> None:
    documents, _ = made(
        [
            said("1", 9, thread="t"),
            said("2", None, thread="t"),
            said("3", 2, thread="t"),
            said("4", None, thread="t"),
        ]
    )

    assert [origins(document) for document in documents] == [["3", "4", "1", "2"]]


def test_messages_without_any_time_keep_their_order() -> None:
    messages = [said(str(number), None) for number in range(3)]

    assert list(in_time(messages)) == messages


def test_the_first_without_a_time_goes_with_the_one_behind_it() -> None:
    messages = [said("1", None), said("2", 5), said("3", 1)]

    assert [message.id for message in in_time(messages)] == ["3", "1", "2"]


def test_a_message_that_comes_a_second_time_is_kept_once_and_told() -> None:
    documents, skipped = made([said("1", thread="t"), said("1", thread="t")])

    assert [origins(document) for document in documents] == [["1"]]
    assert skipped == [Skipped("channel general: 1 message", "the same as an earlier message")]


def test_two_texts_with_one_id_are_both_kept() -> None:
    documents, skipped = made([said("1", 0), said("1", 1, "The south pump is fine, though")])

    bodies = sorted(part.body for document in documents for part in document.parts)
    assert bodies == [TALK, "The south pump is fine, though"]
    assert not skipped


def test_messages_without_an_id_are_all_kept() -> None:
    texts = [f"{TALK}, for the time number {number}" for number in range(5)] + [TALK, TALK]

    documents, skipped = made([said("", 600 * n, text) for n, text in enumerate(texts)])

    assert sum(len(document.parts) for document in documents) == 7
    assert not skipped


def test_a_reply_in_a_thread_belongs_to_it_months_later() -> None:
    filler = [said(f"f{i}", 10 + 600 * i, f"{TALK} in week {i}") for i in range(50)]
    root, late = said("1", 0, thread="1"), said("2", 60 * 24 * 150, "Solved now", thread="1")

    documents, _ = made([root, *filler, late])

    assert origins(documents[0]) == ["1", "2"]


def test_a_reply_joins_the_thread_of_what_it_answers() -> None:
    documents, _ = made([said("1", 0, thread="t"), said("2", 9000, "Solved now", reply_to="1")])

    assert [origins(document) for document in documents] == [["1", "2"]]


def test_what_a_reply_came_before_is_joined_to_it_and_the_key_is_that_of_the_first_to_come() -> (
    None
):
    documents, _ = made([said("2", 1, "It was the switch", reply_to="1"), said("1", 0)])

    assert [(document.key, origins(document)) for document in documents] == [
        ("works/general/2", ["1", "2"])
    ]


def test_a_long_conversation_is_cut_and_nothing_of_it_lost() -> None:
    number = 2 * LONGEST + 1

    documents, skipped = made(said(str(i), i, "ok", thread="t") for i in range(number))

    assert [len(document.parts) for document in documents] == [LONGEST, LONGEST, 1]
    assert [document.key for document in documents] == [
        "works/general/0",
        f"works/general/{LONGEST}",
        f"works/general/{2 * LONGEST}",
    ]
    assert not skipped


def test_keys_of_a_long_conversation_stay_when_more_of_it_comes() -> None:
    chance = random.Random(3)
    messages = [said(str(i), i + chance.uniform(-9, 9), thread="t") for i in range(5 * LONGEST)]

    before, _ = made(messages[: 3 * LONGEST + 7])
    after, _ = made(messages)

    kept = {document.key for document in before}
    assert kept <= {document.key for document in after}
    assert before[:3] == after[:3]


@pytest.mark.parametrize("seed", range(3))
def test_every_message_is_accounted_for_whatever_the_clocks_say(seed) -> None:
    chance = random.Random(seed)
    messages = [
        said(
            str(i),
            chance.choice([None, i, i - 3, i, i - 60 * 24 * 365 * 20, i + 60 * 24 * 365 * 20]),
            " ".join(chance.choices(["ok", "pump", "why", "night"], k=chance.randrange(0, 6))),
            author=chance.choice(["Ada", "Ben", "Cleo", ""]),
            reply_to=str(chance.randrange(900)) if chance.random() < 0.2 else "",
            thread=f"t{chance.randrange(9)}" if chance.random() < 0.2 else "",
        )
        for i in range(800)
    ]

    documents, skipped = made(messages)

    kept = [part.origin for document in documents for part in document.parts]
    assert sorted([*kept, *(left.where for left in skipped)]) == sorted(m.origin for m in messages)
    for document in documents:
        times = [part.created for part in document.parts if part.created]
        assert times == sorted(times)


def test_what_goes_to_disk_comes_back_the_same() -> None:
    def message(i: int) -> Message:
        text, mentions = f"{TALK}, case {i} «é» 🙂", ("Ben",) if i % 3 else ()
        thread = f"t{i % 20_000}"
        return said(str(i), None if i % 7 == 0 else i, text, thread=thread, mentions=mentions)

    total = IN_MEMORY + 10_000
    documents, skipped = made(message(i) for i in range(total))
    few, _ = made([message(5), message(20_005), message(40_005)])

    assert sum(len(document.parts) for document in documents) == total
    assert len(documents) == 20_000
    assert next(d for d in documents if d.key == "works/general/5") == few[0]
    assert not skipped


def test_a_short_message_on_its_own_is_skipped_with_its_place() -> None:
    documents, skipped = made([said("1", 0, "good morning all")])

    assert not documents
    assert skipped == [Skipped("chat:general/1", "a message on its own with fewer than 4 words")]


@pytest.mark.parametrize(
    ("text", "little"),
    [
        ("", True),
        ("ok", True),
        ("good morning all", True),
        ("the pump is broken", False),
        ("谢谢", True),
        ("水泵又坏了", False),
        ("ポンプが壊れた", False),
        ("ปั๊มน้ำเสียอีกแล้ว", False),
        ("펌프 고장", True),
        ("🙂🙂🙂🙂🙂", True),
        ("إنها معطلة", True),
    ],
)
def test_words_are_counted_and_characters_where_there_are_no_spaces(text, little) -> None:
    assert says_little(text) is little


def test_what_was_skipped_before_is_passed_on() -> None:
    left = Skipped("chat:general/9", "no text")

    _, skipped = made([left, said("1")])

    assert skipped == [left]
