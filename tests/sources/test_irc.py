"""IRC logs of many clients are read; joins are counted, times and addressees understood."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat._irc_lines import entry
from pipeline.sources.chat.irc import CONNECTOR, EMPTY, NO_CHAT, NOTICES, messages_of
from pipeline.sources.reading.files import look_at, read_lines
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.registry import recognise

PUMP = [
    "[10:01] <mara> the pump stops after ten minutes, every time",
    "=== tim [~tim@example.org]  has joined #pumps",
    "[10:02] <tim> mara: is the strainer clean?",
    "[10:03] <mara> tim, no - cleaned it and it runs again",
]


@pytest.mark.parametrize(
    ("line", "kind", "author", "text"),
    [
        ("[10:01] <mara> it leaks", "said", "mara", "it leaks"),
        ("[10:01] <[mara] > it leaks", "said", "[mara]", "it leaks"),
        ("10:01 <@mara> it leaks", "said", "mara", "it leaks"),
        ("10:01 < mara> it leaks", "said", "mara", "it leaks"),
        ("[2015-03-01 10:01:09] <mara> it leaks", "said", "mara", "it leaks"),
        ("[2015-03-01T10:01:09+0100] <mara> it leaks", "said", "mara", "it leaks"),
        ("2006-01-02 15:04:05\t@mara\tit leaks", "said", "mara", "it leaks"),
        ("Jan 02 15:04:05 <mara>\tit leaks", "said", "mara", "it leaks"),
        ("[3:04 PM] <mara> it leaks", "said", "mara", "it leaks"),
        ("[10:01] <mara> \x0304it\x03 \x02leaks\x0f", "said", "mara", "it leaks"),
        ("10:01  * mara waves", "did", "mara", "waves"),
        ("2006-01-02 15:04:05\t *\tmara waves", "did", "mara", "waves"),
        ("[00:00] Action: mara waves", "did", "mara", "waves"),
        ("=== mara waves", "maybe did", "mara", "waves"),
        ("10:01 -!- tim [~t@host] has joined #pumps", "notice", "", None),
        ("10:01 -!- mode/#pumps [+o tim] by mara", "notice", "", None),
        ("[10:01:02] *** Joins: tim (~t@host)", "notice", "", None),
        ("[10:01] * tim (~t@host) has quit (gone)", "notice", "", None),
        ("[10:01] * Now talking in #pumps", "notice", "", None),
        ("2006-01-02 15:04:05\t-->\ttim (~t@h) has joined #pumps", "notice", "", None),
        ("Jan 02 15:04:05 *\tmara sets mode +o tim", "notice", "", None),
        ("[10:01] tim (~t@host) joined #pumps.", "notice", "", None),
        ("=== tim is now known as tim_away", "notice", "", None),
        ("the pump was mended in May", "other", "", None),
    ],
)
def test_a_line_of_any_client_is_understood(line, kind, author, text) -> None:
    said = entry(line)

    assert (said.kind, said.author) == (kind, author)
    assert text is None or said.text == text


@pytest.mark.parametrize(
    "line",
    [
        "--- Day changed Mon Jan 02 2006",
        "--- Log opened Mon Jan 02 15:04:05 2006",
        "**** BEGIN LOGGING AT Mon Jan  2 15:04:05 2006",
        "Session Start: Mon Jan 02 15:04:05 2006",
        "[00:00] --- Mon Jan  2 2006",
    ],
)
def test_a_line_that_tells_the_day_gives_it(line) -> None:
    assert entry(line).day == date(2006, 1, 2)


def test_a_log_becomes_conversations_with_locators_and_counted_joins(made) -> None:
    path = made.file("#pumps_20060102.log", "\n".join(PUMP) + "\n")

    documents, skipped = made.read(path, "irc")

    assert recognise(path).name == "irc"
    assert [part.author for part in documents[0].parts] == ["mara", "tim", "mara"]
    assert documents[0].origin == "#pumps_20060102.log:1"
    assert documents[0].created == datetime(2006, 1, 2, 10, 1, tzinfo=UTC)
    assert documents[0].tags == ("#pumps",)
    assert skipped == [Skipped("#pumps_20060102.log: 1 line", NOTICES)]


def test_only_people_who_were_seen_are_addressees(made) -> None:
    lines = [*PUMP, "[10:04] <tim> note: the seal is fine", "[10:05] <tim> mara, tim: bye"]

    said = list(messages_of(lines))

    assert [message.mentions for message in said] == [(), ("mara",), ("tim",), (), ("mara", "tim")]
    assert said[1].text == "@mara: is the strainer clean?"
    assert said[3].text == "note: the seal is fine"


def test_the_number_of_the_line_can_be_had_from_the_locator() -> None:
    said = list(messages_of(PUMP, file="a.txt", day=date(2006, 1, 2)))

    assert [message.origin for message in said] == ["a.txt:1", "a.txt:3", "a.txt:4"]


def test_after_midnight_it_is_the_next_day() -> None:
    lines = ["[23:58] <a> late", "[00:03] <b> early", "[00:02] <c> clocks differ"]

    days = [message.created.day for message in messages_of(lines, day=date(2006, 1, 31))]

    assert days == [31, 1, 1]


def test_a_day_changed_line_does_not_count_the_day_twice() -> None:
    lines = ["23:58 <a> late", "--- Day changed Wed Feb 01 2006", "00:03 <b> early"]

    said = list(messages_of(lines, day=date(2006, 1, 31)))

    assert said[1].created == datetime(2006, 2, 1, 0, 3, tzinfo=UTC)


def test_a_clock_of_twelve_hours_goes_on_after_noon() -> None:
    lines = [f"[{hour:02}:30] <a> it is {hour}" for hour in (12, 1, 11, 12, 1)]

    hours = [message.created.hour for message in messages_of(lines, day=date(2004, 11, 15))]

    assert hours == [0, 1, 11, 12, 13]


def test_lines_without_a_year_take_that_of_the_day_before() -> None:
    lines = [
        "**** BEGIN LOGGING AT Sun Dec 31 23:00:00 2006",
        "Dec 31 23:59:00 <a>\thappy",
        "Jan 01 00:01:00 <b>\tnew year",
    ]

    assert [message.created.year for message in messages_of(lines)] == [2006, 2007]


def test_a_zone_in_the_line_is_used() -> None:
    [message] = messages_of(["[2015-03-01T00:30:00+0100] <a> hello"])

    assert message.created == datetime(2015, 2, 28, 23, 30, tzinfo=UTC)


def test_actions_in_old_public_logs_need_someone_who_was_seen() -> None:
    left = LeftOut("log")
    lines = ["[10:01] <mara> hello", "=== mara reboots", "=== Topic for #pumps: seals"]

    said = list(messages_of(lines, left=left))

    assert [message.text for message in said] == ["hello", "reboots"]
    assert left[NOTICES] == 1


def test_empty_lines_and_lines_of_no_chat_are_counted() -> None:
    left = LeftOut("log")

    said = list(messages_of(["[10:01] <mara>", "prose", "", "[10:02] <mara> yes"], left=left))

    assert len(said) == 1
    assert (left[EMPTY], left[NO_CHAT]) == (1, 1)


def test_keys_stay_when_the_log_grows(made) -> None:
    short = made.file("2006-01-02.txt", "\n".join(PUMP[:3]) + "\n")
    long = made.file("on/2006-01-02.txt", "\n".join(PUMP) + "\n")

    (before,), _ = made.read(short, "irc")
    (after,), _ = made.read(long, "irc")

    assert before.key == after.key
    assert len(after.parts) == 3


def test_the_same_words_twice_in_a_minute_are_two_messages() -> None:
    said = list(messages_of(["[10:01] <a> hi", "[10:01] <a> hi"]))

    assert len({message.id for message in said}) == 2


def test_of_two_forms_of_a_log_the_raw_one_is_read(made) -> None:
    for form in ("raw", "ascii"):
        made.file(f"2006-01-02.{form}.txt", "\n".join(PUMP))
    made.file("2006-01-02.annotation.txt", "1 2 -\n2 3 -\n")

    documents, skipped = made.read(made.folder, "irc")

    assert recognise(made.folder).name == "irc"
    assert len(documents) == 1
    assert {(left.where, left.reason) for left in skipped} >= {
        ("2006-01-02.ascii.txt", "another form of the log 2006-01-02.raw.txt"),
        ("2006-01-02.annotation.txt", "notes on which message answers which, no chat"),
    }


def test_logs_of_one_channel_go_on_over_midnight(made) -> None:
    made.file("#pumps/2006-01-02.log", "23:58 <mara> the pump stops again tonight\n")
    made.file("#pumps/2006-01-03.log", "00:02 <tim> mara: try the strainer\n")

    documents, _ = made.read(made.folder, "irc")

    assert [len(document.parts) for document in documents] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "1002 1003 -\n1010 1011 -\n",
        "00:01:02.000 --> 00:01:04.000\nhello\n",
        "12/9/20, 23:55 - Bob: hello\n12/9/20, 23:56 - Eve: hi\n",
        "# Minutes\n\n10:00 we met\n",
        "<p>hello</p>\n<b>there</b>\n",
    ],
)
def test_other_texts_are_no_log(made, text) -> None:
    path = made.file("log.txt", text)

    assert CONNECTOR.recognise(look_at(path)) == 0.0
    with pytest.raises(UnreadableSource):
        list(CONNECTOR.read(made.file("other.txt", "1 2 -\n"), ReadOptions()))


@pytest.mark.shared
def test_every_line_of_the_annotated_logs_is_accounted_for(shared_data) -> None:
    folder = shared_data / "formats_irc_disentangled"
    logs = sorted(folder.glob("*/*.raw.txt.gz"))
    for log in logs:
        left = LeftOut(log.name)
        lines = [line.text for line in read_lines(log)]
        said = list(messages_of(lines, file=log.name, left=left))
        assert len(lines) == len(said) + left[NOTICES] + left[EMPTY]
        assert len({message.id for message in said}) == len(said)
        assert all(message.created for message in said)
    assert len(logs) == 20


@pytest.mark.shared
def test_the_folder_of_annotated_logs_is_read_as_a_whole(shared_data) -> None:
    folder = shared_data / "formats_irc_disentangled"

    records = list(CONNECTOR.read(folder, ReadOptions()))
    documents = [record for record in records if isinstance(record, Document)]
    reasons = [record.reason for record in records if isinstance(record, Skipped)]

    assert recognise(folder).name == "irc"
    alone = sum("on its own" in reason for reason in reasons)
    assert sum(len(document.parts) for document in documents) + alone == 25_579
    assert sum("another form" in reason for reason in reasons) == 20
    assert sum("answers which" in reason for reason in reasons) == 20
