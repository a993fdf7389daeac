"""Exported chats of WhatsApp are read in the forms that phones give them."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat._whatsapp_lines import first_line
from pipeline.sources.chat._whatsapp_text import DELETED, EMPTY, NOTICES, written
from pipeline.sources.chat.whatsapp import CONNECTOR, NO_MESSAGE
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import recognise

CHAT = """\
31/12/2023, 09:00 - Messages and calls are end-to-end encrypted. Tap to learn more.
31/12/2023, 09:01 - Mara created group "Pumps"
31/12/2023, 09:02 - Mara: The seal leaks after a week
and nobody knows why
31/12/2023, 09:03 - Tim: <Media omitted>
31/12/2023, 09:04 - Tim: @Mara which seal is that? <This message was edited>
"""


def bodies(documents: list[Document]) -> list[str]:
    return [part.body for document in documents for part in document.parts]


@pytest.mark.parametrize(
    ("line", "day_first", "created"),
    [
        ("31/12/2023, 21:05 - Mara: hello", True, (2023, 12, 31, 21, 5, 0)),
        ("12/31/23, 9:05 PM - Mara: hello", False, (2023, 12, 31, 21, 5, 0)),
        ("12/31/23, 9:05\u202fPM - Mara: hello", False, (2023, 12, 31, 21, 5, 0)),
        ("12/31/23, 12:05 AM - Mara: hello", False, (2023, 12, 31, 0, 5, 0)),
        ("31/12/23, 9:05 p. m. - Mara: hello", True, (2023, 12, 31, 21, 5, 0)),
        ("31.12.23, 21:05 - Mara: hello", True, (2023, 12, 31, 21, 5, 0)),
        ("[31.12.23, 21:05:09] Mara: hello", True, (2023, 12, 31, 21, 5, 9)),
        ("\u200e[31.12.23, 21:05:09] Mara: hello", True, (2023, 12, 31, 21, 5, 9)),
        ("[31.12.2023 klo 21.05.09] Mara: hello", True, (2023, 12, 31, 21, 5, 9)),
        ("2023-12-31 21:05 - Mara: hello", False, (2023, 12, 31, 21, 5, 0)),
        ("[2023-12-31, 21:05:09] Mara: hello", False, (2023, 12, 31, 21, 5, 9)),
        ("31-12-2023 21:05 - Mara: hello", True, (2023, 12, 31, 21, 5, 0)),
        ("2023/12/31 下午9:05 - Mara: hello", False, (2023, 12, 31, 21, 5, 0)),
        ("2023. 12. 31. 오후 9:05, Mara : hello", False, (2023, 12, 31, 21, 5, 0)),
        ("٣١\u200f/١٢\u200f/٢٠٢٣، ٩:٠٥ م - Mara: hello", True, (2023, 12, 31, 21, 5, 0)),
        ("31/12/23, 21:05:09: Mara: hello", True, (2023, 12, 31, 21, 5, 9)),
        ("[31.12.23, 21:05:09] ~\u202fMara: hello", True, (2023, 12, 31, 21, 5, 9)),
    ],
)
def test_the_first_line_of_a_message_is_read_in_every_form(line, day_first, created) -> None:
    first = first_line(line)

    assert first.said() == ("Mara", "hello")
    assert first.created(day_first=day_first) == datetime(*created, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "2023-12-31 21:05:09 - server - INFO: started",
        "2023-12-31 21:05:09,123 ERROR: stopped",
        "[2023-12-31 21:05:09] <mara> hello: there",
        "[21:05] <mara> hello",
        "31/12/2023, 25:05 - Mara: hello",
        "31/12/2023, 21:75 - Mara: hello",
        "1/2/3 of them: yes",
        "hello",
    ],
)
def test_other_lines_begin_no_message(line) -> None:
    assert first_line(line) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("it leaks\u200e <This message was edited>", "it leaks"),
        ("es leckt <Diese Nachricht wurde bearbeitet.>", "es leckt"),
        ("IMG-20231231-WA0001.jpg (file attached)\nthe broken seal", "the broken seal"),
        ("<Media omitted>\nthe broken seal", "the broken seal"),
        ("\u200e<attached: 001-PHOTO.jpg>\nthe broken seal", "the broken seal"),
        ("we use <seal> and <nut>", "we use <seal> and <nut>"),
        ("he left", "he left"),
        ("the image omitted a detail", "the image omitted a detail"),
        ("\u200ePOLL:\nWhich seal?\n\u200eOPTION: ceramic", "POLL:\nWhich seal?\nOPTION: ceramic"),
        ("\u200fשלום לכולם", "שלום לכולם"),
    ],
)
def test_what_people_wrote_is_kept(text, kept) -> None:
    assert written(text) == (kept, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<Media omitted>", EMPTY),
        ("<media omitted>", EMPTY),
        ("<Medien ausgeschlossen>", EMPTY),
        ("<Multimedia omitido>", EMPTY),
        ("<Médias omis>", EMPTY),
        ("\u200eimage omitted", EMPTY),
        ("\u200eBild weggelassen", EMPTY),
        ("Report.pdf • \u200e12 pages \u200edocument omitted", EMPTY),
        ("\u200e<attached: 001-PHOTO.jpg>", EMPTY),
        ("IMG-1.jpg (Datei angehängt)", EMPTY),
        ("Location: https://maps.google.com/?q=1.0,2.0", EMPTY),
        ("", EMPTY),
        ("This message was deleted", DELETED),
        ("You deleted this message.", DELETED),
        ("\u200eDiese Nachricht wurde gelöscht.", DELETED),
        ("Se eliminó este mensaje", DELETED),
        ("\u200eMessages and calls are end-to-end encrypted.", NOTICES),
        ("\u200eMara created this group", NOTICES),
        ("\u200eMissed voice call", NOTICES),
    ],
)
def test_what_nobody_wrote_is_left_out(text, reason) -> None:
    assert written(text) == ("", reason)


def test_a_chat_becomes_conversations_with_locators_and_counts(made) -> None:
    path = made.file("chat.txt", CHAT)

    documents, skipped = made.read(path, "whatsapp")

    assert recognise(path).name == "whatsapp"
    assert bodies(documents) == [
        "The seal leaks after a week\nand nobody knows why",
        "@Mara which seal is that?",
    ]
    assert documents[0].origin == "chat.txt:3"
    assert documents[0].created == datetime(2023, 12, 31, 9, 2, tzinfo=UTC)
    assert {(left.where, left.reason) for left in skipped} == {
        ("chat chat.txt: 2 messages", NOTICES),
        ("chat chat.txt: 1 message", EMPTY),
    }


def dated(*days: str) -> str:
    return "".join(f"{day}, 09:00 - Mara: The seal leaks on {day}\n" for day in days)


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("01/02/2023", "13/02/2023"), (1, 2)),
        (("01/02/2023", "02/13/2023"), (2, 1)),
        (("1/2/23", "1/3/23", "1/4/23", "2/1/23"), (2, 1)),
        (("1/2/23", "2/2/23", "3/2/23", "1/3/23"), (1, 2)),
        (("03.04.23",), (3, 4)),
        (("03/04/2023",), (3, 4)),
        (("3/4/23",), (4, 3)),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_other_dates(made, days, first) -> None:
    documents, _ = made.read(made.file("chat.txt", dated(*days)), "whatsapp")

    created = min(part.created for one in documents for part in one.parts if days[0] in part.body)
    assert (created.day, created.month) == first


def test_dates_that_can_be_read_two_ways_are_told(made) -> None:
    path = made.file("chat.txt", dated("3/4/23"))
    notices: list[str] = []

    made.read(path, "whatsapp", ReadOptions(notice=notices.append))
    told, _ = made.read(path, "whatsapp", ReadOptions(day_first=True))

    assert any("two ways" in notice for notice in notices)
    assert told[0].created.month == 4


def test_a_message_out_of_order_stands_where_its_time_belongs(made) -> None:
    lines = [
        "31/12/2023, 09:02 - Mara: The seal leaks after a week",
        "31/12/2023, 09:05 - Mara: and now the pump stops too",
        "31/12/2023, 09:03 - Mara: it is the ceramic one",
    ]

    documents, _ = made.read(made.file("chat.txt", "\n".join(lines)), "whatsapp")

    for document in documents:
        created = [part.created for part in document.parts]
        assert created == sorted(created)
    assert len(bodies(documents)) == 3


def test_a_notice_with_a_colon_in_a_quote_is_no_message(made) -> None:
    text = CHAT + '31/12/2023, 09:05 - Mara changed the subject to "Pumps: seals"\n'

    documents, _ = made.read(made.file("chat.txt", text), "whatsapp")

    assert len(bodies(documents)) == 2


def test_mentions_are_named_by_number_and_by_name(made) -> None:
    text = (
        "[31.12.23, 09:02:00] +49 170 1234567: The seal leaks after a week\n"
        "[31.12.23, 09:03:00] Mara: ask @491701234567 or @\u2068Tim B\u2069 about it\n"
    )

    documents, _ = made.read(made.file("chat.txt", text), "whatsapp")

    assert bodies(documents)[-1] == "ask @+49 170 1234567 or @Tim B about it"


def test_keys_stay_when_the_chat_grows(made) -> None:
    before, _ = made.read(made.file("a.txt", dated("13/02/2023")), "whatsapp")
    after, _ = made.read(made.file("b.txt", dated("13/02/2023", "14/02/2023")), "whatsapp")

    assert before[0].key in {document.key for document in after}


def test_a_folder_with_pictures_is_one_chat(made) -> None:
    made.file("_chat.txt", CHAT)
    made.file("001-PHOTO.jpg", b"\xff\xd8\xff")

    documents, skipped = made.read(made.folder, "whatsapp")

    assert recognise(made.folder).name == "whatsapp"
    assert len(bodies(documents)) == 2
    assert "attachments: 1 file" in {left.where for left in skipped}


def test_a_damaged_file_gives_what_stands_before(made) -> None:
    lines = "".join(
        f"31/12/2023, {n // 60:02}:{n % 60:02} - Mara: the seal leaks {n * n * 7919 % 100_003}\n"
        for n in range(1400)
    )
    whole = gzip.compress(lines.encode())
    path = made.file("chat.txt.gz", whole[: len(whole) * 2 // 3])

    documents, skipped = made.read(path, "whatsapp")

    assert 100 < len(bodies(documents)) < 1400
    assert "ends early" in skipped[0].reason


def test_lines_before_the_first_message_are_counted(made) -> None:
    _, skipped = made.read(made.file("chat.txt", "Chat history\n" + CHAT), "whatsapp")

    assert Skipped("chat chat.txt: 1 message", NO_MESSAGE) in skipped


@pytest.mark.parametrize(
    "text", ["# Notes\n\n31/12/2023, 09:02 - Mara: hello\n", "name,text\n1,2\n", "[12:18] <a> hi\n"]
)
def test_other_texts_are_not_recognised(made, text) -> None:
    assert CONNECTOR.recognise(look_at(made.file("a.txt", text))) == 0.0


def test_a_text_without_messages_is_refused(made) -> None:
    with pytest.raises(UnreadableSource):
        made.read(made.file("a.txt", "no chat at all\n"), "whatsapp")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "messages", "authors"), [("2A_5M.txt", 4, {"A", "B"}), ("4A_11M.txt", 11, None)]
)
def test_the_small_chats_are_read_to_the_last_message(shared_data, name, messages, authors) -> None:
    path = shared_data / "formats_chat_fixtures" / "whatsapp" / name

    records = list(CONNECTOR.read(path, ReadOptions()))
    documents = [one for one in records if isinstance(one, Document)]
    skipped = [one for one in records if isinstance(one, Skipped)]

    assert recognise(path).name == "whatsapp"
    alone = sum("on its own" in left.reason for left in skipped)
    assert len(bodies(documents)) + alone == messages
    notices = [left.where for left in skipped if left.reason == NOTICES]
    assert notices == ([] if authors else [f"chat {name}: 3 messages"])
