"""Every form in which a Discourse forum gives its topics is read, and nothing left untold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.records import Document, Link
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import recognise


def topic(number: int, *posts: dict[str, Any], **more: object) -> dict[str, Any]:
    numbered = [{"post_number": i, "username": f"u{i}", **p} for i, p in enumerate(posts, 1)]
    return {"id": number, "slug": "s", "title": "T", "post_stream": {"posts": numbered}, **more}


def read(made, record: object) -> tuple[list[Document], dict[str, str]]:
    documents, skipped = made.read(made.file("t.json", json.dumps(record)), "discourse")
    return documents, {s.where: s.reason for s in skipped}


def test_every_reason_is_told_with_its_count(made) -> None:
    posts = [{"cooked": "q"}, {"cooked": "x", "post_type": 3}, {"cooked": "x", "hidden": True}]
    posts += [{"cooked": "x", "post_type": 3}, {"raw": '[quote="u1"]\nq\n[/quote]'}, {"cooked": ""}]
    posts += [{"cooked": "x", "post_type": 4}, {"cooked": "x", "user_deleted": True}]
    posts += [{"cooked": "by a moderator", "post_type": 2}]

    (found,), skipped = made.read(made.file("t.json", json.dumps(topic(7, *posts))), "discourse")

    assert [part.body for part in found.parts] == ["q", "by a moderator"]
    assert [(s.where, s.reason) for s in skipped] == [
        ("t.json: 1 post", "deleted posts"),
        ("t.json: 2 posts", "notices of the system"),
        ("t.json: 1 post", "posts that only quote others"),
        ("t.json: 1 post", "posts that were flagged and hidden"),
        ("t.json: 1 post", "whispers among the staff"),
    ]


def test_markdown_loses_the_quotes_of_other_posts(made) -> None:
    raw = '[quote="a, post:1"]\nold [quote="b"]older[/quote]\n[/quote]\nNew.'
    (found,), _ = read(made, topic(7, {"raw": raw}, {"raw": "[quote]never ended"}))

    assert [part.body for part in found.parts] == ["New.", "[quote]never ended"]


@pytest.mark.parametrize(
    "more", [{"has_accepted_answer": True}, {"accepted_answer": {"post_number": 40}}]
)
def test_a_solved_topic_worked_though_the_solution_is_not_in_the_export(made, more) -> None:
    (found,), _ = read(made, topic(7, {"cooked": "q"}, **more))

    assert (found.status, found.parts[0].name) == ("worked", "post")


def test_quoted_and_linked_topics_of_the_forum_are_links(made) -> None:
    quote = '<aside class="quote" data-post="1" data-topic="{}"><blockquote>x</blockquote></aside>'
    counts = [
        {"url": "https://f.org/t/a-title/12/3", "internal": True, "reflection": False},
        {"url": "/t/13", "internal": True},
        {"url": "https://f.org/t/from-there/14", "internal": True, "reflection": True},
        {"url": "https://elsewhere.org/t/x/15", "internal": False},
    ]
    post = {"cooked": quote.format(11) + quote.format(7) + "<p>a</p>", "link_counts": counts}

    (found,), _ = read(made, topic(7, post))

    assert found.links == tuple(Link("related", f"topic/{n}") for n in (11, 12, 13))


def test_private_messages_are_left_out(made) -> None:
    documents, skipped = read(made, topic(7, {"cooked": "q"}, archetype="private_message"))

    assert documents == []
    assert list(skipped.values()) == ["a private message"]


def test_a_list_of_topics_gives_what_has_a_text_and_tells_how_to_get_the_rest(made) -> None:
    heads = [
        {"id": 1, "title": "A", "excerpt": "Please read.", "posters": [{"user_id": 5}]},
        {"id": 2, "title": "B"},
        {"id": 3, "title": "C"},
    ]
    listed = {"users": [{"id": 5, "username": "ada"}], "topic_list": {"topics": heads}}
    path = made.file("latest.json", json.dumps(listed))

    (found,), skipped = made.read(path, "discourse")

    assert recognise(path).name == "discourse"
    assert (found.key, found.author, found.parts[0].body) == ("topic/1", "ada", "Please read.")
    assert [s.where for s in skipped] == ["latest.json: 2 topics"]
    assert "/t/ID.json" in skipped[0].reason


def test_a_list_beside_the_topics_adds_only_those_that_are_missing(made, tmp_path) -> None:
    heads = [{"id": 1, "title": "A", "excerpt": "cut"}, {"id": 2, "title": "B", "excerpt": "b"}]
    made.file("f/latest.json", json.dumps({"topic_list": {"topics": heads}}))
    made.file("f/1.json", json.dumps(topic(1, {"cooked": "whole"})))

    documents, skipped = made.read(tmp_path / "f", "discourse")

    assert [(d.key, d.parts[0].body) for d in documents] == [("topic/1", "whole"), ("topic/2", "b")]
    assert skipped == []


def test_the_export_of_a_category_names_authors_and_categories_by_number(made) -> None:
    posts = [
        {"id": 1, "user_id": 5, "post_number": 1, "raw": "It *leaks*.", "created_at": "2020-01-01"},
        {"id": 2, "user_id": 6, "post_number": 2, "raw": "Tighten."},
    ]
    export = {
        "categories": [{"id": 9, "name": "Pumps", "slug": "pumps", "permissions_params": {}}],
        "groups": [],
        "topics": [{"id": 3, "title": "T", "category_id": 9, "posts": posts}, "stray"],
        "users": [{"id": 5, "username": "ada", "trust_level": 1}],
    }
    path = made.file("category-export.json", json.dumps(export, indent=1))

    (found,), skipped = made.read(path, "discourse")

    assert recognise(path).name == "discourse"
    assert [(p.author, p.body, p.format) for p in found.parts] == [
        ("ada", "It *leaks*.", "markdown"),
        (None, "Tighten.", "markdown"),
    ]
    assert (found.key, found.discipline) == ("topic/3", "Pumps")
    assert [s.reason for s in skipped] == ["not a JSON object"]


def test_posts_one_by_one_are_put_together_by_their_topic(made, tmp_path) -> None:
    posts = [
        {"id": n, "topic_id": t, "post_number": p, "username": "ada", "cooked": f"<p>{t}.{p}</p>",
         "topic_title": f"T{t}", "topic_slug": "s", "created_at": "2020-01-01"}
        for n, (t, p) in enumerate([(1, 2), (2, 1), (1, 1)])
    ]  # fmt: skip
    made.file("p/2020/a.json", json.dumps(posts[0]))
    made.file("p/2020/b.json", json.dumps({"latest_posts": posts[1:]}))

    documents, _ = made.read(tmp_path / "p", "discourse")

    assert recognise(tmp_path / "p").name == "discourse"
    assert [(d.key, d.title) for d in documents] == [("topic/1", "T1"), ("topic/2", "T2")]
    assert [p.body for p in documents[0].parts] == ["<p>1.1</p>", "<p>1.2</p>"]


def test_a_topic_that_was_fetched_knows_its_forum(made) -> None:
    path = made.file("7.json", json.dumps(topic(7, {"cooked": "q"}, forum_url="https://f.org")))

    (found,), _ = made.read(path, "discourse")
    (given,), _ = made.read(path, "discourse", ReadOptions(base_url="https://other.org"))

    assert found.origin == "https://f.org/t/s/7"
    assert given.origin == "https://other.org/t/s/7"


def test_a_folder_with_other_things_is_not_one_forum(made, tmp_path) -> None:
    made.file("f/1.json", json.dumps(topic(1, {"cooked": "q"})))
    made.file("f/README.md", "about")
    made.file("g/1.json", json.dumps(topic(1, {"cooked": "q"})))
    made.file("g/table.csv", "id,text\n1,a\n")

    assert recognise(tmp_path / "f").name == "discourse"
    assert recognise(tmp_path / "g").name == "collection"


def test_one_damaged_file_of_a_folder_does_not_stop_the_others(made, tmp_path) -> None:
    made.file("f/1.json", json.dumps(topic(1, {"cooked": "q"})))
    made.file("f/2.json", json.dumps(topic(2, {"cooked": "q"}))[:-9])
    made.file("f/notes.txt", "hello")

    documents, skipped = made.read(tmp_path / "f", "discourse")

    assert [d.key for d in documents] == ["topic/1"]
    assert [s.where for s in skipped] == ["2.json", "f: 1 file"]


@pytest.mark.parametrize(
    "odd",
    [
        {"tags": 5, "posts_count": "x", "category": ["a"], "accepted_answer": [1]},
        {"tags": {"a": 1}, "created_at": {"x": 1}, "title": None, "slug": 3},
        {"post_stream": {"posts": [None, 1, {"cooked": ["x"], "post_type": [1]}]}},
        {"post_stream": [], "posts": {"a": 1}},
    ],
)
def test_odd_values_do_no_harm(made, odd) -> None:
    documents, skipped = read(made, {**topic(7, {"cooked": "q"}), **odd})

    assert len(documents) + len(skipped) >= 1


@pytest.mark.shared
def test_real_topics_are_read_to_the_last_post(shared_data) -> None:
    path = shared_data / "formats_discourse_topics/topics.jsonl.gz"

    found = recognise(path)
    records = list(found.read(path, ReadOptions()))

    assert found.name == "discourse"
    assert len(records) == 825
    assert all(isinstance(record, Document) for record in records)
    assert sum(len(d.parts) for d in records if isinstance(d, Document)) == 2970
