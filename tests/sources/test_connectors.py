"""Each connector accounts for every record: a document, or what was skipped and why."""

from __future__ import annotations

import gzip
import json

import pytest

from pipeline.errors import InputError, UnreadableSource
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, connectors, recognise
from pipeline.sources.sample import sample_folder
from pipeline.sources.tables.beir import read_qrels, read_queries


def topic(number: int, *posts: dict[str, object], **more: object) -> dict[str, object]:
    numbered = [{"post_number": i, "username": f"u{i}", **p} for i, p in enumerate(posts, 1)]
    return {"id": number, "slug": "s", "title": "T", "post_stream": {"posts": numbered}, **more}


# --- the registry ------------------------------------------------------------------------


def test_every_connector_says_what_it_reads() -> None:
    for found in connectors():
        assert found.name
        assert found.title
        assert found.description


def test_an_unknown_format_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"'doc'.*csv, .*discourse, .*jsonl"):
        connector("doc")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", "id,text\n1,hello\n", "csv"),
        ("a.txt", "id;title;text\n1;a;b\n2;c;d\n", "csv"),
        ("a.tsv", "id\ttext\n1\thello\n", "csv"),
        ("a.dat", '{"text": "hello"}\n', "jsonl"),
        ("a.json", '[\n {"text": "hello"}\n]', "jsonl"),
        ("a.json", json.dumps(topic(1, {"cooked": "x"})), "discourse"),
        ("a.md", "# A page\n\nwith text, and, commas\n", "markdown"),
        ("a.txt", "Just a page of text.\nNothing else.\n", "markdown"),
    ],
)
def test_a_file_is_recognised_by_its_content(made, name, content, expected) -> None:
    assert recognise(made.file(name, content)).name == expected
    assert recognise(made.packed("packed-" + name, content)).name == expected


def test_a_long_topic_is_recognised_from_its_beginning(made) -> None:
    long = json.dumps(topic(1, {"cooked": "x" * 400_000}))

    assert recognise(made.file("t.json", long)).name == "discourse"


def test_folders_are_recognised_by_what_is_in_them(made, tmp_path) -> None:
    made.file("pages/a.md", "text")
    made.lines("records/a.jsonl", {"text": "x"})
    made.lines("test/corpus.jsonl", {"_id": "1", "text": "x"})
    made.lines("test/queries.jsonl", {"_id": "1", "text": "x"})

    assert recognise(tmp_path / "pages").name == "markdown"
    assert recognise(tmp_path / "records").name == "collection"
    assert recognise(tmp_path / "test").name == "beir"


def test_what_nobody_knows_is_refused_with_what_was_tried(made) -> None:
    with pytest.raises(UnreadableSource, match=r"Tried: beir, .*csv"):
        recognise(made.file("a.xyz", "hello there\n"))
    with pytest.raises(UnreadableSource, match="is an image"):
        recognise(made.file("a.png", b"\x89PNG ..."))


# --- tables ------------------------------------------------------------------------------


def test_a_quoted_cell_may_hold_lines_and_the_row_keeps_its_number(made) -> None:
    path = made.file("r.csv", 'id,text\r\n1,"two\r\nlines"\r\n2,\r\n3,last\r\n')

    documents, skipped = made.read(path, "csv")

    assert [d.parts[0].body for d in documents] == ["two\r\nlines", "last"]
    assert [s.where for s in skipped] == ["r.csv:4"]
    assert documents[1].origin == "r.csv:5"


def test_a_row_wider_than_the_header_is_skipped(made) -> None:
    documents, skipped = made.read(made.file("r.csv", "id,text\n1,a\n2,b,c,d\n3,e\n"), "csv")

    assert len(documents) == 2
    assert skipped[0].where == "r.csv:3"
    assert "4 cells under a header of 2" in skipped[0].reason


def test_a_table_in_latin_1_is_read(made) -> None:
    content = "id;text\n" + "".join(f"{i};Die Prüfung für Kühler {i}\n" for i in range(30))

    documents, _ = made.read(made.file("r.csv", content.encode("latin-1")), "csv")

    assert documents[3].parts[0].body == "Die Prüfung für Kühler 3"


def test_a_line_beyond_the_bound_is_skipped_and_the_table_goes_on(made) -> None:
    path = made.file("r.csv", "id,text\n1,a\n2," + "x" * 999 + "\n3,c\n")

    documents, skipped = made.read(path, "csv", ReadOptions(longest_line=100))

    assert [d.key for d in documents] == ["1", "3"]
    assert skipped[0].where == "r.csv:3"


def test_an_open_quote_does_not_swallow_the_account(made) -> None:
    documents, skipped = made.read(made.file("r.csv", 'id,text\n1,a\n2,"open\n3,c\n'), "csv")

    assert len(documents) + len(skipped) == 2
    assert "c" in documents[-1].parts[0].body


# --- JSON --------------------------------------------------------------------------------


def test_bad_lines_are_skipped_with_their_number(made) -> None:
    path = made.file("r.jsonl", '{"text": "a"}\n{"text": \n[1]\n\n{"text": "b"}\n')

    documents, skipped = made.read(path, "jsonl")

    assert len(documents) == 2
    assert [s.where for s in skipped] == ["r.jsonl:2", "r.jsonl:3"]


def test_a_file_of_nothing_but_bad_lines_is_refused(made) -> None:
    with pytest.raises(UnreadableSource, match=r"no JSON records; r.jsonl:1"):
        made.read(made.file("r.jsonl", "nope\n" * 25), "jsonl")


@pytest.mark.parametrize(
    "line",
    ['{"text": ' + "[" * 99_999, '{"text": ' + "9" * 9999 + "}"],
    ids=["deep", "long number"],
)
def test_hostile_json_is_one_skipped_line(made, line) -> None:
    _, skipped = made.read(made.file("r.jsonl", '{"text": "a"}\n' + line), "jsonl")

    assert [s.where for s in skipped] == ["r.jsonl:2"]


def test_an_array_may_span_lines_or_stand_on_one(made) -> None:
    records = [{"id": i, "text": f"text {i}"} for i in range(300)]
    for indent in (None, 2):
        path = made.file(f"{indent}.json", json.dumps(records, indent=indent))
        assert len(made.read(path, "jsonl")[0]) == 300


def test_an_array_that_is_cut_tells_how_far_it_could_be_read(made) -> None:
    whole = json.dumps([{"id": i, "text": "t"} for i in range(9)])

    with pytest.raises(UnreadableSource, match="after record 8"):
        made.read(made.file("r.json", whole[:-6]), "jsonl")


def test_a_folder_of_files_is_read_as_one_with_places(made, tmp_path) -> None:
    made.lines("f/a.jsonl", {"text": "a"})
    made.packed("f/sub/b.jsonl.gz", '{"text": "b"}')

    documents, _ = made.read(tmp_path / "f", "jsonl")

    assert [d.origin for d in documents] == ["a.jsonl:1", "sub/b.jsonl.gz:1"]


def test_the_same_record_twice_is_skipped_and_another_with_its_id_is_kept(made) -> None:
    one, other = {"id": "1", "text": "a"}, {"id": "1", "text": "b"}

    documents, skipped = made.read(made.lines("r.jsonl", one, one, other, one), "jsonl")

    assert [(d.key, d.parts[0].body) for d in documents] == [("1", "a"), ("1#2", "b")]
    assert len(skipped) == 2
    assert "same as an earlier record" in skipped[0].reason


def test_a_limit_stops_the_reading(made) -> None:
    path = made.lines("r.jsonl", *({"text": str(i)} for i in range(9)))

    assert len(made.read(path, "jsonl", ReadOptions(limit=4))[0]) == 4


def test_unused_columns_are_told(made) -> None:
    told: list[str] = []

    made.read(
        made.lines("r.jsonl", {"text": "a", "shoe": 1}), "jsonl", ReadOptions(notice=told.append)
    )

    assert told == ["r.jsonl: unused columns 'shoe'."]


def test_the_sample_community_is_read_whole_with_all_parts(made) -> None:
    documents, skipped = made.read(sample_folder(), "jsonl")

    assert not skipped
    assert all(len(d.parts) == 4 and d.created and d.discipline and d.tags for d in documents)
    assert all(d.origin.startswith("https://") for d in documents)
    assert {d.status for d in documents} >= {"worked", "failed", "partly"}


# --- Markdown ----------------------------------------------------------------------------


def test_front_matter_gives_title_date_and_tags(made) -> None:
    path = made.file(
        "p.md", "---\ntitle: Pumps\ndate: 2020-05-01\ntags: [a, b]\n---\n# Other\n\nText"
    )

    (page,), _ = made.read(path, "markdown")

    assert (page.title, page.tags, page.key) == ("Pumps", ("a", "b"), "p.md")
    assert str(page.created)[:10] == "2020-05-01"
    assert page.parts[0].body.strip() == "# Other\n\nText"


def test_without_front_matter_the_heading_is_the_title_and_then_the_name(made) -> None:
    (page,), _ = made.read(made.file("a.md", "# A *page*\n\ntext"), "markdown")
    (bare,), _ = made.read(made.file("bare.md", "text"), "markdown")

    assert (page.title, bare.title) == ("A *page*", "bare")


@pytest.mark.parametrize(
    "matter", ["!!python/object/apply:os.getcwd []", "a: [", "- only\n- a list"]
)
def test_front_matter_that_is_unsafe_or_broken_does_no_harm(made, matter) -> None:
    documents, _ = made.read(made.file("p.md", f"---\n{matter}\n---\ntext"), "markdown")

    assert documents[0].parts[-1].body.endswith("text")


def test_a_folder_of_pages_skips_what_is_empty_or_binary_by_name(made, tmp_path) -> None:
    made.file("f/a.md", "text")
    made.file("f/empty.md", "")
    made.file("f/sub/bin.md", b"a\0b")
    made.file("f/picture.png", b"\x89PNG")

    documents, skipped = made.read(tmp_path / "f", "markdown")

    assert [d.key for d in documents] == ["a.md"]
    assert {s.where for s in skipped} == {"empty.md", "sub/bin.md"}


# --- Discourse ---------------------------------------------------------------------------


def test_each_post_is_a_part_with_author_date_and_place(made) -> None:
    path = made.lines(
        "t.jsonl",
        topic(7, {"cooked": "<p>q</p>", "created_at": "2020-01-01"}, {"cooked": "<p>a</p>"}),
    )

    (found,), _ = made.read(path, "discourse")

    assert found.key == "topic/7"
    assert [(p.name, p.author, p.origin) for p in found.parts] == [
        ("post", "u1", "discourse:topic/7#1"),
        ("post", "u2", "discourse:topic/7#2"),
    ]
    assert str(found.created)[:4] == "2020"


def test_the_address_of_the_forum_makes_links(made) -> None:
    path = made.lines("t.jsonl", topic(7, {"cooked": "x"}))

    (found,), _ = made.read(path, "discourse", ReadOptions(base_url="https://f.org/"))

    assert found.origin == "https://f.org/t/s/7"
    assert found.parts[0].origin == "https://f.org/t/s/7/1"


@pytest.mark.parametrize(
    ("post", "more"),
    [({"accepted_answer": True}, {}), ({}, {"accepted_answer": {"post_number": 2}})],
)
def test_an_accepted_answer_is_the_action_that_worked(made, post, more) -> None:
    path = made.lines("t.jsonl", topic(7, {"cooked": "q"}, {"cooked": "a", **post}, **more))

    (found,), _ = made.read(path, "discourse")

    assert found.status == "worked"
    assert [part.name for part in found.parts] == ["post", "action"]


def test_deleted_posts_and_notices_of_the_system_are_no_parts(made) -> None:
    hidden = {"cooked": "x", "hidden": True}, {"cooked": "x", "post_type": 3}
    path = made.lines("t.jsonl", topic(7, {"cooked": "q"}, *hidden), topic(8, *hidden))

    documents, skipped = made.read(path, "discourse")

    assert [len(d.parts) for d in documents] == [1]
    assert skipped[0].reason == "no posts with text in topic 8"


def test_tags_and_category_are_kept_and_missing_posts_told(made) -> None:
    told: list[str] = []
    one = topic(
        7, {"cooked": "q"}, tags=["a", {"name": "b"}], category={"name": "C"}, posts_count=9
    )

    (found,), _ = made.read(
        made.lines("t.jsonl", one), "discourse", ReadOptions(notice=told.append)
    )

    assert (found.tags, found.discipline) == (("a", "b"), "C")
    assert told == ["Topic 7: 1 of its 9 posts are in the export."]


def test_a_folder_of_topics_is_read(made, tmp_path) -> None:
    for number in (1, 2):
        made.file(f"f/{number}.json", json.dumps(topic(number, {"cooked": "q"})))

    assert recognise(tmp_path / "f").name == "discourse"
    assert [d.key for d in made.read(tmp_path / "f", "discourse")[0]] == ["topic/1", "topic/2"]


# --- test collections --------------------------------------------------------------------


def test_a_test_collection_gives_documents_queries_and_judgements(made, tmp_path) -> None:
    made.file("c/corpus.jsonl.gz", gzip.compress(b'{"_id":"d1","title":"T","text":""}\n'))
    made.lines(
        "c/queries.jsonl", {"_id": "q1", "text": "x", "created": "2020-01-01"}, {"_id": "q2"}
    )
    made.file("c/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\n")

    (found,), _ = made.read(tmp_path / "c", "beir")
    (query,) = read_queries(tmp_path / "c", "test")

    assert (found.key, found.parts[0].body) == ("d1", "T")
    assert (query.id, str(query.created)[:4]) == ("q1", "2020")
    assert read_qrels(tmp_path / "c", "test") == {"q1": {"d1": 2}}


def test_a_missing_split_is_answered_with_those_there_are(made, tmp_path) -> None:
    made.file("qrels/dev.tsv", "q1\td1\t2\n")

    with pytest.raises(InputError, match=r"no split 'test'.*dev"):
        read_qrels(tmp_path, "test")


def test_halves_of_characters_reach_no_document(made) -> None:
    page = made.file(
        "a.md", '---\ntitle: "x\\ud800"\nauthor: "a\\ud83d"\n---\nSome words \\ud800 here.'
    )
    documents, _ = made.read(page, "markdown")

    for document in documents:
        document.title.encode()
        (document.author or "").encode()
        for part in document.parts:
            part.body.encode()
            (part.author or "").encode()
    assert documents


def test_a_file_of_nothing_but_a_mark_and_a_tab_is_no_table_of_statements(made) -> None:
    for name in ("sensemaker", "talk-to-the-city", "kouchou-ai"):
        sample = look_at(made.file("a.csv", "\ufeff\ufeff\t\ufeff\n"))
        assert connector(name).recognise(sample) == 0
