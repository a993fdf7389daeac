"""A Slack export gives its threads and conversations, and accounts for every message."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat import gathering
from pipeline.sources.chat.slack import CONNECTOR
from pipeline.sources.reading.archive import unpacked
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

ANA, BEN, CLEO = "U00000ANA", "U00000BEN", "U0000CLEO"
PEOPLE = [
    {"id": ANA, "name": "ana.k", "real_name": "Ana Kovac", "profile": {"display_name": "Ana"}},
    {"id": BEN, "name": "ben.o", "real_name": "Ben Osei", "profile": {"display_name": ""}},
    {"id": CLEO, "name": "cleo"},
]
CHANNELS = [{"id": "C0000PUMP", "name": "pumps"}, {"id": "C000VALVE", "name": "valves"}]
LONG = "the pump on line three stopped again"


def said(ts: float | str, text: str = LONG, user: str = ANA, **more: object) -> dict[str, object]:
    stamp = ts if isinstance(ts, str) else f"{ts:.6f}"
    return {"type": "message", "user": user, "text": text, "ts": stamp, **more}


def reply(ts: float, root: float, text: str = LONG, **more: object) -> dict[str, object]:
    return said(ts, text, **{"user": BEN, "thread_ts": f"{root:.6f}", **more})


@pytest.fixture
def export(made):
    """Writes an export: files by their name below it."""

    def write(files: dict[str, object], *, lists: bool = True) -> Path:
        known = {"channels.json": CHANNELS, "users.json": PEOPLE} if lists else {}
        for name, content in {**known, **files}.items():
            made.file(f"export/{name}", json.dumps(content))
        return made.folder / "export"

    return write


def read(path: Path, **options: object) -> tuple[list[Document], list[Skipped]]:
    records = list(connector("slack").read(path, ReadOptions(**options)))
    return (
        [record for record in records if isinstance(record, Document)],
        [record for record in records if isinstance(record, Skipped)],
    )


def texts(document: Document) -> list[str]:
    return [part.body for part in document.parts]


def only_text(export, **message: object) -> str:
    path = export({"pumps/2020-01-01.json": [{**said(1577836800.0001), **message}]})
    documents, skipped = read(path)
    assert len(documents) == 1, skipped
    return documents[0].parts[0].body


# --- what is recognised ------------------------------------------------------------------


def test_an_export_folder_is_recognised_as_a_whole(export) -> None:
    path = export({"pumps/2020-01-01.json": [said(1577836800.0001)]})

    assert CONNECTOR.recognise(look_at(path)) == 1.0
    assert recognise(path).name == "slack"


def test_one_channel_and_one_day_are_recognised(export) -> None:
    path = export({"pumps/2020-01-01.json": [said(1577836800.0001)]})

    assert CONNECTOR.recognise(look_at(path / "pumps")) >= 0.8
    assert recognise(path / "pumps" / "2020-01-01.json").name == "slack"


def test_other_json_is_not_recognised(made, export) -> None:
    export({"pumps/2020-01-01.json": [said(1577836800.0001)]})
    (made.folder / "export" / "notes.md").write_text("words beside it")
    made.file("a.json", '[{"ts": "yesterday", "text": "x"}]')
    made.file("b.json", '[{"ts": 12.5, "user": "x"}]')
    made.file("other/2020-01-01.json", '[{"id": 1, "text": "no time stamp"}]')
    made.file("other/channels.json", "[]")

    assert CONNECTOR.recognise(look_at(made.folder)) == 0.0
    assert CONNECTOR.recognise(look_at(made.folder / "a.json")) == 0.0
    assert CONNECTOR.recognise(look_at(made.folder / "b.json")) == 0.0
    assert CONNECTOR.recognise(look_at(made.folder / "other")) == 0.0
    assert CONNECTOR.recognise(look_at(made.folder / "export" / "users.json")) == 0.0


def test_a_day_may_be_empty_and_packed(made, export) -> None:
    path = export({"pumps/2020-01-01.json": []})
    made.packed("export/pumps/2020-01-02.json.gz", json.dumps([said(1577836800.0001)]))

    assert CONNECTOR.recognise(look_at(path)) == 1.0
    assert texts(read(path)[0][0]) == [LONG]


# --- threads -----------------------------------------------------------------------------


def test_a_thread_is_one_document_however_late_its_replies_are(export) -> None:
    path = export(
        {
            "pumps/2020-01-01.json": [
                said(1577836800.0001, thread_ts="1577836800.000100"),
                said(1577836900.0, "something else was written here", user=CLEO),
            ],
            "pumps/2020-06-01.json": [reply(1590969600.0, 1577836800.0001, "a new seal helped")],
        }
    )

    documents, skipped = read(path)

    assert [texts(document) for document in documents] == [
        [LONG, "a new seal helped"],
        ["something else was written here"],
    ]
    assert [part.author for part in documents[0].parts] == ["Ana", "Ben Osei"]
    assert documents[0].key == "C0000PUMP/1577836800.000100"
    assert documents[0].tags == ("pumps",)
    assert documents[0].created is not None
    assert documents[0].created.isoformat() == "2020-01-01T00:00:00.000100+00:00"
    assert not skipped


def test_a_broadcast_is_in_its_thread_once(export) -> None:
    root = 1577836800.0
    both = reply(root + 9, root, "everybody should read this", subtype="thread_broadcast")
    copy = {**both, "subtype": None}
    path = export({"pumps/2020-01-01.json": [said(root, thread_ts=f"{root:.6f}"), both, copy]})

    documents, skipped = read(path)

    assert [texts(document) for document in documents] == [[LONG, "everybody should read this"]]
    assert skipped == [Skipped("channel pumps: 1 message", "the same message a second time")]


def test_replies_of_a_deleted_message_stay_together(export) -> None:
    root = 1577836800.0
    gone = said(root, "This message was deleted.", thread_ts=f"{root:.6f}", subtype="tombstone")
    path = export(
        {"pumps/2020-01-01.json": [gone, reply(root + 5, root), reply(root + 90000, root, "yes")]}
    )

    documents, skipped = read(path)

    assert [texts(document) for document in documents] == [[LONG, "yes"]]
    assert skipped == [Skipped("channel pumps: 1 message", "deleted messages")]


def test_of_an_edited_message_the_later_text_counts(export) -> None:
    first = said(1577836800.0, "the pump is brokken again today")
    later = {**first, "text": LONG, "edited": {"user": ANA, "ts": "1577836900.000000"}}
    path = export({"pumps/2020-01-01.json": [later, first]})

    documents, skipped = read(path)

    assert [texts(document) for document in documents] == [[LONG]]
    assert [one.reason for one in skipped] == ["earlier versions of messages that were edited"]


def test_two_messages_with_one_time_stamp_are_both_kept(export) -> None:
    path = export(
        {
            "pumps/2020-01-01.json": [
                said(1577836800.0),
                said(1577836800.0, "another one altogether"),
            ]
        }
    )

    documents, _ = read(path)

    assert sorted(text for one in documents for text in texts(one)) == [
        "another one altogether",
        LONG,
    ]


def test_a_large_channel_gives_the_same_documents_as_a_small_one(export, monkeypatch) -> None:
    messages = []
    for number in range(400):
        root = 1577836800.0 + number * 100_000
        last = f"{root + 30:.6f}" if number % 3 else None
        more = {"thread_ts": f"{root:.6f}", **({"latest_reply": last} if last else {})}
        messages += [said(root, f"{LONG} {number}", **more), reply(root + 30, root)]
        messages.append(said(root + 50_000, f"nobody answers number {number} here", user=CLEO))
    messages.append(reply(messages[0]["ts"] and 1990000000.0, 1577836800.0, "very late indeed"))
    path = export({"pumps/2020-01-01.json": sorted(messages, key=lambda m: m["ts"])})

    small, _ = read(path)
    monkeypatch.setattr(gathering, "IN_MEMORY", 50)
    large, _ = read(path)

    assert len(small) == 800
    assert sorted(large, key=lambda d: d.key) == sorted(small, key=lambda d: d.key)
    assert [one.key for one in large] != [one.key for one in small]


# --- words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"<@{BEN}> look at this please", "@Ben Osei look at this please"),
        (f"<@{BEN}|benny> look at this please", "@Ben Osei look at this please"),
        ("<@U0GONE|zoe> look at this please", "@zoe look at this please"),
        ("<@U0GONE> look at this please", "@U0GONE look at this please"),
        ("ask in <#C000VALVE> or <#C0000PUMP|pumps> today", "ask in #valves or #pumps today"),
        ("<!here> and <!channel> read this", "@here and @channel read this"),
        ("<!subteam^S012|@fitters> read this now", "@fitters read this now"),
        ("due <!date^1577836800^{date}|1 January> at noon", "due 1 January at noon"),
        ("it is at <https://a.org/?b=1&amp;c=2> now", "it is at https://a.org/?b=1&c=2 now"),
        ("see <https://a.org/m|the manual> now", "see the manual (https://a.org/m) now"),
        ("see <http://example.org|example.org> for more", "see example.org for more"),
        ("write to <mailto:a@b.org|a@b.org> please", "write to a@b.org please"),
        ("if a &lt; b &amp;&amp; b &gt; c then", "if a < b && b > c then"),
        ("run ```if (a &lt; b) {\n  stop;\n}```", "run ```if (a < b) {\n  stop;\n}```"),
        ("a <not a link> stays as it is", "a <not a link> stays as it is"),
    ],
)  # fmt: skip
def test_markup_becomes_readable(export, text, shown) -> None:
    assert only_text(export, text=text) == shown


def test_blocks_are_read_where_there_is_no_text(export) -> None:
    def section(*elements: object) -> dict[str, object]:
        return {"type": "rich_text_section", "elements": list(elements)}

    def text(words: str) -> dict[str, object]:
        return {"type": "text", "text": words}

    rich = {
        "type": "rich_text",
        "elements": [
            section(text("Ask "), {"type": "user", "user_id": BEN}, text(" about a < b:")),
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [section(text("drain")), section(text("refill"))],
            },
            {"type": "rich_text_preformatted", "elements": [text("reset --hard")]},
            {"type": "rich_text_quote", "elements": [text("it hums")]},
            section({"type": "link", "url": "https://example.org", "text": "manual"}),
        ],
    }
    header = {"type": "header", "text": {"type": "plain_text", "text": "Pump report"}}

    shown = only_text(export, text="", blocks=[header, rich, {"type": "divider"}])

    assert shown.split("\n") == [
        "Pump report",
        "Ask @Ben Osei about a < b:",
        "1. drain",
        "2. refill",
        "```reset --hard```",
        "> it hums",
        "manual (https://example.org)",
    ]


def test_a_bot_that_only_attaches_is_read(export) -> None:
    path = export(
        {
            "pumps/2020-01-01.json": [
                {
                    "type": "message",
                    "subtype": "bot_message",
                    "bot_id": "B1",
                    "username": "Alarm",
                    "text": "",
                    "ts": "1577836800.000100",
                    "attachments": [
                        {
                            "pretext": "Line three",
                            "text": "pressure fell",
                            "fields": [{"title": "Bar", "value": "2 &lt; 3"}],
                        }
                    ],
                }
            ]
        }
    )

    documents, _ = read(path)

    assert texts(documents[0]) == ["Line three\npressure fell\nBar: 2 < 3"]
    assert documents[0].author == "Alarm"


def test_shared_files_are_named_and_their_comment_is_kept(export) -> None:
    text = "<@U1> uploaded a file: <https://x.slack.com/files/1|log.txt> and commented: hm"
    old = {
        "subtype": "file_share",
        "text": text,
        "file": {"name": "log.txt", "initial_comment": {"comment": "the log of last night"}},
    }
    new = {"text": "the plan as drawn", "files": [{"name": "plan.pdf"}, {"mode": "tombstone"}]}

    assert only_text(export, **old) == "the log of last night\n(file: log.txt)"
    assert only_text(export, **new) == "the plan as drawn\n(file: plan.pdf)"


def test_mentions_bear_the_name_that_stands_as_author(export) -> None:
    path = export(
        {
            "pumps/2020-01-01.json": [
                said(1577836800.0, f"<@{BEN}> what did you change here"),
                said(1577836860.0, f"<@{ANA}> only the seal of it", user=BEN),
            ]
        }
    )

    (document,), _ = read(path)

    assert {part.author for part in document.parts} == {"Ana", "Ben Osei"}
    assert texts(document) == ["@Ben Osei what did you change here", "@Ana only the seal of it"]


def test_names_come_from_messages_where_no_users_are_listed(export) -> None:
    profile = {"display_name": "", "real_name": "Dora Lind", "name": "dora"}
    notes: list[str] = []
    path = export(
        {
            "pumps/2020-01-01.json": [said(1577836800.0, "<@U0DORA> will know about that")],
            "pumps/2020-01-09.json": [said(1578528000.0, user="U0DORA", user_profile=profile)],
        },
        lists=False,
    )

    documents, _ = read(path, notice=notes.append)

    assert texts(documents[0]) == ["@Dora Lind will know about that"]
    assert documents[1].author == "Dora Lind"
    assert "no users" in notes[0]


# --- what is left out --------------------------------------------------------------------


def test_notices_are_counted_by_channel_and_kind(export) -> None:
    joins = [said(1577836800.0 + n, "has joined", subtype="channel_join") for n in range(3)]
    topic = said(1577836900.0, "set the topic", subtype="channel_topic")
    empty = said(1577836950.0, "")
    path = export(
        {"pumps/2020-01-01.json": [*joins, topic, empty], "valves/2020-01-01.json": joins[:1]}
    )

    documents, skipped = read(path)

    assert documents == []
    assert skipped == [
        Skipped("channel pumps: 1 message", "messages without text"),
        Skipped("channel pumps: 3 messages", "notices of the system: channel join", 3),
        Skipped("channel pumps: 1 message", "notices of the system: channel topic"),
        Skipped("channel valves: 1 message", "notices of the system: channel join"),
    ]


def test_direct_messages_are_left_out_and_counted(export) -> None:
    whispered = "nobody else should read this here"
    path = export(
        {
            "dms.json": [{"id": "D1", "members": [ANA, BEN]}],
            "mpims.json": [{"id": "G1", "name": "mpdm-ana--ben--cleo-1"}],
            "D1/2020-01-01.json": [said(1577836800.0, whispered), said(1577836801.0, whispered)],
            "mpdm-ana--ben--cleo-1/2020-01-01.json": [said(1577836800.0, whispered)],
            "D0123456789/2020-01-01.json": [said(1577836800.0, whispered)],
            "pumps/2020-01-01.json": [said(1577836800.0)],
        }
    )

    documents, skipped = read(path)

    assert [texts(document) for document in documents] == [[LONG]]
    assert skipped == [Skipped("direct messages: 4 messages", "direct messages are private", 4)]


def test_private_channels_are_read_and_told_of(export) -> None:
    notes: list[str] = []
    path = export(
        {
            "groups.json": [{"id": "G0000CREW", "name": "crew"}],
            "crew/2020-01-01.json": [said(1577836800.0)],
        }
    )

    documents, _ = read(path, notice=notes.append)

    assert documents[0].key.startswith("G0000CREW/")
    assert notes == ["Read with 1 private channels: crew."]


def test_files_that_hold_no_messages_are_told(export, made) -> None:
    made.file("export/README.txt", "about")
    made.file("export/attachments/a/plan.pdf", b"%PDF")
    made.file("export/attachments/b/plan.pdf", b"%PDF")
    path = export({"integration_logs.json": [], "pumps/2020-01-01.json": [said(1577836800.0)]})

    _, skipped = read(path)

    assert [one.where for one in skipped] == [
        "README.txt",
        "attachments: 2 files",
        "integration_logs.json",
    ]


# --- where it stood ----------------------------------------------------------------------


def test_without_an_address_origins_are_locators(export) -> None:
    documents, _ = read(export({"pumps/2020-01-01.json": [said(1577836800.0001)]}))

    assert documents[0].origin == "slack:pumps/1577836800.000100"


@pytest.mark.parametrize(
    ("files", "base_url", "address"),
    [
        ({"team.json": {"team": {"domain": "fitters"}}}, "", "https://fitters.slack.com"),
        ({"team.json": {"url": "https://fitters.slack.com/"}}, "", "https://fitters.slack.com"),
        ({}, "https://own.slack.com/", "https://own.slack.com"),
        (
            {
                "valves/2020-01-01.json": [
                    said(
                        1577836800.0, files=[{"permalink": "https://crew.slack.com/files/U1/F1/a"}]
                    )
                ]
            },
            "",
            "https://crew.slack.com",
        ),
    ],
)
def test_with_an_address_origins_are_links(export, files, base_url, address) -> None:
    root = 1577836800.0001
    path = export(
        {
            **files,
            "pumps/2020-01-01.json": [said(root, thread_ts=f"{root:.6f}"), reply(root + 1, root)],
        }
    )

    documents, _ = read(path, base_url=base_url)

    assert [part.origin for part in documents[0].parts] == [
        f"{address}/archives/C0000PUMP/p1577836800000100",
        f"{address}/archives/C0000PUMP/p1577836801000100?thread_ts=1577836800.000100&cid=C0000PUMP",
    ]


# --- what solved it ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "by", "status"),
    [
        ("white_check_mark", ANA, "worked"),
        ("white_check_mark", CLEO, "unknown"),
        ("solved", CLEO, "worked"),
        ("+1", ANA, "unknown"),
    ],
)
def test_a_mark_on_a_reply_says_what_solved_it(export, mark, by, status) -> None:
    root = 1577836800.0
    marked = reply(
        root + 9,
        root,
        "a new seal helped",
        parent_user_id=ANA,
        reactions=[{"name": mark, "users": [by], "count": 1}],
    )
    path = export({"pumps/2020-01-01.json": [said(root, thread_ts=f"{root:.6f}"), marked]})

    (document,), _ = read(path)

    assert document.status == status
    assert document.parts[1].name == ("action" if status == "worked" else "post")


def test_a_mark_outside_of_a_thread_says_nothing(export) -> None:
    marks = [{"name": "white_check_mark", "users": [ANA], "count": 1}]
    path = export({"pumps/2020-01-01.json": [said(1577836800.0, user=BEN, reactions=marks)]})

    assert read(path)[0][0].status == "unknown"


# --- what is broken ----------------------------------------------------------------------


def test_a_damaged_day_costs_only_what_is_damaged(export, made) -> None:
    path = export({"pumps/2020-01-01.json": [said(1577836800.0)]})
    whole = json.dumps([said(1577936800.0, "the first one can be read"), said(1577936900.0)])
    made.file("export/pumps/2020-01-02.json", whole[:-20])
    made.file("export/pumps/2020-01-03.json", "")
    made.file("export/pumps/2020-01-04.json", json.dumps([1, None, said(1578200000.0), {"a": 1}]))
    made.file("export/pumps/2020-01-05.json", "[" * 10_000)

    documents, skipped = read(path)

    assert [texts(document)[0] for document in documents] == [
        LONG,
        "the first one can be read",
        LONG,
    ]
    assert Counter(one.where.partition("[")[0] for one in skipped) == {
        "pumps/2020-01-02.json": 1,
        "pumps/2020-01-03.json": 1,
        "pumps/2020-01-04.json": 3,
        "pumps/2020-01-05.json": 1,
    }


def test_odd_values_are_read_as_far_as_they_make_sense(export) -> None:
    odd = [
        said("1577836800.000100", "half \ud83d a character and \0 a NUL"),
        {"ts": 1577836805.25, "user": 7, "text": "numbers where text should be"},
        said("1577836810.000100", blocks="none", files={"a": 1}, reactions=[[]], user_profile=[]),
        said("-5.000100", "before all time there was this"),
        said("nan", "at no time at all was this"),
    ]
    path = export({"pumps/2020-01-01.json": odd})

    documents, skipped = read(path)

    found = sorted(text for one in documents for text in texts(one))
    assert found == sorted(
        [
            "half \ufffd a character and  a NUL",
            "numbers where text should be",
            LONG,
            "before all time there was this",
            "at no time at all was this",
        ]
    )
    assert skipped == []


def test_a_day_alone_is_read_and_nonsense_is_refused(made) -> None:
    day = [said(1577836800.0, user_profile={"display_name": "Ana"}, channel_name="pumps")]
    path = made.file("2020-01-01.json", json.dumps(day))
    bad = made.file("bad.json", "[1, 2, {}]")

    (document,), _ = read(path)

    assert (document.author, document.origin) == ("Ana", "slack:pumps/1577836800.000000")
    with pytest.raises(UnreadableSource, match="holds no Slack messages"):
        read(bad)
    with pytest.raises(UnreadableSource, match="holds no messages"):
        read(made.file("none/users.json", "[]").parent)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "elements", "text", "name", "users", "ts"]), inner
        )
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["ts", "text", "user", "thread_ts", "subtype", "blocks", "attachments", "files", "file",
     "reactions", "edited", "latest_reply", "bot_profile", "user_profile", "comment"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(messages=st.lists(st.dictionaries(FIELDS, ANYTHING), max_size=4), lists=ANYTHING)
def test_no_message_makes_it_fail_or_goes_missing(tmp_path_factory, messages, lists) -> None:
    folder = tmp_path_factory.mktemp("export")
    (folder / "pumps").mkdir()
    (folder / "users.json").write_text(json.dumps(lists))
    (folder / "channels.json").write_text(json.dumps(lists))
    day = [said(1577836800.0), *({**said(1577836900.0 + n), **m} for n, m in enumerate(messages))]
    (folder / "pumps" / "2020-01-01.json").write_text(json.dumps(day))

    documents, skipped = read(folder)

    told = [
        one for one in skipped if one.where.partition("[")[0] not in ("users.json", "channels.json")
    ]
    assert accounted_for(documents, told) == len(day)


# --- real exports ------------------------------------------------------------------------


def accounted_for(documents: list[Document], skipped: list[Skipped]) -> int:
    """Messages that are in documents or were told to be left out."""
    counts = [re.search(r": ([\d,]+) messages?$", one.where) for one in skipped]
    left = sum(int(found[1].replace(",", "")) if found else 1 for found in counts)
    return left + sum(len(document.parts) for document in documents)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "messages", "threads", "users"),
    [("racket", 22_171, 1_721, 352), ("clojurians", 16_057, 1_222, 633)],
)
def test_released_workspaces_are_accounted_for(shared_data, name, messages, threads, users) -> None:
    archive = shared_data / "formats_slack_disentangled" / f"slack_export_{name}.zip"

    with unpacked(archive) as inside:
        assert recognise(inside.path).name == "slack"
        documents, skipped = read(inside.path)
        listed = len(json.loads((inside.path / "users.json").read_text()))

    assert accounted_for(documents, skipped) == messages
    assert sum(len(document.parts) > 1 for document in documents) >= threads
    assert len({document.key for document in documents}) == len(documents)
    assert listed == users
    assert 0.9 * users < len({p.author for d in documents for p in d.parts}) <= users


@pytest.mark.shared
def test_an_export_with_every_kind_of_message_is_read(shared_data) -> None:
    folder = shared_data / "formats_chat_fixtures" / "slack_zulip_fixture"

    documents, skipped = read(folder)

    held = {text for document in documents for text in texts(document)}
    assert recognise(folder).name == "slack"
    assert accounted_for(documents, skipped) == 16 + 1  # and the README beside the channels
    assert "test upload attachment\n(file: dirac72.md)" in held
    assert {"everyone should see this", "first reply", "thread message"} <= held
