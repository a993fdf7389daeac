"""A Mattermost export gives posts with their replies, and accounts for every line."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat.mattermost import CONNECTOR
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

START = 1_577_836_800_000
LONG = "the pump on line three stopped again"
HEAD: list[dict[str, object]] = [
    {"type": "version", "version": 1},
    {"type": "team", "team": {"name": "crew", "display_name": "Crew", "type": "O"}},
    {
        "type": "channel",
        "channel": {"team": "crew", "name": "pumps", "display_name": "Pumps", "type": "O"},
    },
    {"type": "user", "user": {"username": "ana", "email": "a@example.org"}},
    {"type": "user", "user": {"username": "ben.o", "email": "b@example.org"}},
]


def post(at: int, message: str = LONG, user: str = "ana", **more: object) -> dict[str, object]:
    inside = {"team": "crew", "channel": "pumps", "user": user, "message": message}
    return {"type": "post", "post": {**inside, "create_at": START + at, **more}}


def reply(at: int, message: str, user: str = "ben.o", **more: object) -> dict[str, object]:
    return {"user": user, "message": message, "create_at": START + at, **more}


def texts(document: Document) -> list[str]:
    return [part.body for part in document.parts]


def test_a_post_with_its_replies_is_one_document(made) -> None:
    path = made.lines(
        "import.jsonl",
        *HEAD,
        post(0, replies=[reply(5000, "@ana a new seal helped"), reply(6000, "thanks", "ana")]),
    )

    (document,), skipped = made.read(path, "mattermost")

    assert recognise(path).name == "mattermost"
    assert texts(document) == [LONG, "@ana a new seal helped", "thanks"]
    assert [part.author for part in document.parts] == ["ana", "ben.o", "ana"]
    assert document.key == f"crew/pumps/{START}-ana"
    assert document.origin == f"mattermost:crew/pumps/{START}-ana"
    assert document.parts[1].origin == f"mattermost:crew/pumps/{START + 5000}-ben.o"
    assert document.tags == ("Pumps",)
    assert document.created is not None
    assert document.created.isoformat() == "2020-01-01T00:00:00+00:00"
    assert {part.format for part in document.parts} == {"markdown"}
    assert not skipped


def test_posts_without_replies_are_told_apart_in_the_order_of_time(made) -> None:
    day = 86_400_000
    path = made.lines(
        "import.jsonl",
        *HEAD,
        post(90 * day, "much later somebody asks something else"),
        post(60_000, "@ana did you try another seal", "ben.o"),
        post(0),
    )

    documents, _ = made.read(path, "mattermost")

    assert [texts(document) for document in documents] == [
        [LONG, "@ana did you try another seal"],
        ["much later somebody asks something else"],
    ]


def test_notices_of_the_system_are_counted(made) -> None:
    path = made.lines(
        "import.jsonl",
        *HEAD,
        post(0, "ana joined the channel.", type="system_join_channel"),
        post(1, "ana joined the channel.", props={"username": "ana"}),
        post(2, "new header", props='{"new_header": "x", "old_header": ""}'),
        post(3, "ana joined the discussion about pumps.", props={"username": "ana"}),
        post(4, ""),
    )

    documents, skipped = made.read(path, "mattermost")

    assert [texts(one) for one in documents] == [["ana joined the discussion about pumps."]]
    assert skipped == [
        Skipped("channel Pumps: 3 messages", "joins and other notices of the system", 3),
        Skipped("channel Pumps: 1 message", "messages without text"),
    ]


def test_direct_messages_are_left_out_and_counted(made) -> None:
    direct = {
        "channel_members": ["ana", "ben.o"],
        "user": "ana",
        "message": "nobody else should read this here",
        "create_at": START,
        "replies": [reply(5, "nor this here of course")],
    }
    path = made.lines(
        "import.jsonl",
        *HEAD,
        {"type": "direct_channel", "direct_channel": {"members": ["ana", "ben.o"]}},
        {"type": "direct_post", "direct_post": direct},
        post(0),
    )

    documents, skipped = made.read(path, "mattermost")

    assert [texts(one) for one in documents] == [[LONG]]
    assert skipped == [Skipped("direct messages: 2 messages", "direct messages are private", 2)]


def test_private_channels_are_told_of(made) -> None:
    private = {"team": "crew", "name": "core", "display_name": "Core", "type": "P"}
    path = made.lines("import.jsonl", *HEAD, {"type": "channel", "channel": private}, post(0))
    notes: list[str] = []

    list(connector("mattermost").read(path, ReadOptions(notice=notes.append)))

    assert notes == ["Read with 1 private channels: Core."]


@pytest.mark.parametrize(("by", "status"), [("ana", "worked"), ("ben.o", "unknown")])
def test_a_check_mark_of_the_asker_says_what_solved_it(made, by, status) -> None:
    marks = [{"user": by, "emoji_name": "white_check_mark", "create_at": START}]
    answer = reply(5000, "a new seal helped", reactions=marks)
    path = made.lines("import.jsonl", *HEAD, post(0, replies=[answer]))

    (document,), _ = made.read(path, "mattermost")

    assert document.status == status
    assert document.parts[1].name == ("action" if status == "worked" else "post")


def test_what_a_bot_attaches_is_read(made) -> None:
    props = {
        "from_webhook": "true",
        "override_username": "Alarm",
        "attachments": [{"title": "Line three", "text": "pressure fell a lot"}],
    }
    path = made.lines("import.jsonl", *HEAD, post(0, "", props=props))

    (document,), _ = made.read(path, "mattermost")

    assert (document.author, texts(document)) == ("Alarm", ["Line three\npressure fell a lot"])


def test_the_folder_of_an_export_is_recognised_as_a_whole(made) -> None:
    made.lines("export/import.jsonl", *HEAD, post(0))
    made.file("export/data/20200101/plan.pdf", b"%PDF")
    folder = made.folder / "export"

    documents, skipped = made.read(folder, "mattermost")

    assert recognise(folder).name == "mattermost"
    assert len(documents) == 1
    assert skipped == [Skipped("other files: 1 file", "files that were shared are not read")]


def test_other_lines_are_not_recognised(made) -> None:
    for content in (
        '{"type": "post", "text": "a"}\n',
        '{"type": "version", "version": 1}\n',
        '{"post": {"message": "a"}}\n',
        "[]",
        "",
    ):
        assert CONNECTOR.recognise(look_at(made.file("a.jsonl", content + " x"))) == 0.0
    made.lines("mixed/a.jsonl", *HEAD, post(0))
    made.file("mixed/b.csv", "a,b\n")
    assert CONNECTOR.recognise(look_at(made.folder / "mixed")) == 0.0


def test_broken_lines_cost_only_themselves(made) -> None:
    path = made.file(
        "import.jsonl",
        "".join(json.dumps(line) + "\n" for line in HEAD)
        + "{broken\n"
        + json.dumps({"type": "post", "post": []})
        + "\n"
        + json.dumps({"type": "riddle", "riddle": {}})
        + "\n"
        + json.dumps(post(0, replies=[1, reply(5, "read all the same")]))
        + "\n",
    )

    documents, skipped = made.read(path, "mattermost")

    assert [texts(one) for one in documents] == [[LONG, "read all the same"]]
    assert [one.where for one in skipped] == [
        "import.jsonl:6",
        "import.jsonl:7",
        "import.jsonl:8",
        "channel Pumps: 1 message",
    ]


def test_a_folder_without_lines_is_refused(made) -> None:
    made.file("none/a.txt", "words")

    with pytest.raises(UnreadableSource, match=r"holds no \.jsonl file"):
        made.read(made.folder / "none", "mattermost")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["user", "message", "create_at", "emoji_name"]), inner)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["team", "channel", "user", "message", "create_at", "props", "replies", "reactions", "type"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(st.dictionaries(FIELDS, ANYTHING), max_size=4), other=ANYTHING)
def test_no_post_makes_it_fail(tmp_path_factory, changes, other) -> None:
    path = tmp_path_factory.mktemp("export") / "import.jsonl"
    lines = [*HEAD, {"type": "user", "user": other}, *(post(n, **c) for n, c in enumerate(changes))]
    path.write_text("".join(json.dumps(line) + "\n" for line in [*lines, post(99)]))

    records = list(connector("mattermost").read(path, ReadOptions()))

    assert any(isinstance(record, Document) for record in records)


@pytest.mark.shared
def test_an_export_of_a_server_is_accounted_for(shared_data, made) -> None:
    folder = shared_data / "formats_chat_fixtures" / "mattermost"

    documents, skipped = made.read(folder, "mattermost")

    assert recognise(folder).name == "mattermost"
    assert recognise(folder / "bulk_export.jsonl").name == "mattermost"
    assert sorted(texts(one)[0] for one in documents) == [
        "Looks like this channel is empty",
        "The weather is so hot!",
    ]
    assert sum(len(one.parts) for one in documents) + len(skipped) - 1 == 4
