"""A dump of a Stack Exchange site gives one document a question, and accounts for every row."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Link, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

SITE = "pumps.stackexchange.com"


def table(name: str, *rows: dict[str, object], between: str = "\n") -> str:
    lines = [
        "<row " + " ".join(f"{key}={quoteattr(str(value))}" for key, value in row.items()) + " />"
        for row in rows
    ]
    head = f'<?xml version="1.0" encoding="utf-8"?>{between}<{name}>{between}'
    return head + between.join(lines) + f"{between}</{name}>"


def question(number: int, **more: object) -> dict[str, object]:
    known = {"Id": number, "PostTypeId": 1, "Title": f"Q{number}", "Body": f"<p>ask {number}</p>"}
    return {**known, "CreationDate": "2020-01-01T00:00:00.000", "Score": 1, **more}


def answer(number: int, parent: int, **more: object) -> dict[str, object]:
    known = {"Id": number, "PostTypeId": 2, "ParentId": parent, "Body": f"<p>say {number}</p>"}
    return {**known, "CreationDate": "2020-01-02T00:00:00.000", "Score": 0, **more}


def texts(document: Document) -> list[str]:
    return [re.sub(r"</?p>", "", part.body) for part in document.parts]


def test_the_accepted_answer_is_the_action_and_comes_first(made) -> None:
    rows = question(1, AcceptedAnswerId=3), answer(2, 1, Score=9), answer(3, 1)

    (found,), skipped = made.read(made.file("Posts.xml", table("posts", *rows)), "stack-exchange")

    assert (found.key, found.title, found.status) == ("question/1", "Q1", "worked")
    assert [(part.name, part.format) for part in found.parts] == [
        ("post", "html"),
        ("action", "html"),
        ("post", "html"),
    ]
    assert texts(found) == ["ask 1", "say 3", "say 2"]
    assert skipped == []


def test_other_answers_come_by_votes_and_then_by_date(made) -> None:
    late = "2021-01-01T00:00:00"
    rows = [
        answer(2, 1),
        question(1),
        answer(3, 1, Score=2, CreationDate=late),
        answer(4, 1, Score=2),
        answer(5, 1, Score=-1),
    ]

    (found,), _ = made.read(made.file("Posts.xml", table("posts", *rows)), "stack-exchange")

    assert texts(found) == ["ask 1", "say 4", "say 3", "say 2", "say 5"]
    assert found.status == "unknown"


def test_votes_count_where_posts_have_no_score(made, tmp_path) -> None:
    rows = [question(1), answer(2, 1), answer(3, 1)]
    for row in rows:
        del row["Score"]
    votes = [{"Id": n, "PostId": 3, "VoteTypeId": 2} for n in (1, 2)]
    votes += [{"Id": 3, "PostId": 2, "VoteTypeId": 3}, {"Id": 4, "PostId": 3, "VoteTypeId": 1}]
    made.file("d/Posts.xml", table("posts", *rows))
    made.file("d/Votes.xml", table("votes", *votes))

    (found,), _ = made.read(tmp_path / "d", "stack-exchange")

    assert texts(found) == ["ask 1", "say 3", "say 2"]
    assert (found.parts[1].name, found.status) == ("action", "worked")


def test_authors_dates_comments_and_links_lead_back_to_the_site(made, tmp_path) -> None:
    made.file(
        f"{SITE}/Posts.xml",
        table("posts", question(1, OwnerUserId=7), answer(2, 1, OwnerDisplayName="old hand")),
    )
    made.file(f"{SITE}/Users.xml", table("users", {"Id": 7, "DisplayName": "Ada Pump"}))
    comments = [
        {"Id": 11, "PostId": 2, "Text": "later", "CreationDate": "2020-03-03", "UserId": 9},
        {"Id": 10, "PostId": 2, "Text": "@AdaPump or @ada, see", "CreationDate": "2020-02-02"},
    ]
    made.file(f"{SITE}/Comments.xml", table("comments", *comments))

    (found,), skipped = made.read(tmp_path / SITE, "stack-exchange")

    assert skipped == []
    assert [(part.author, part.origin) for part in found.parts] == [
        ("Ada Pump", f"https://{SITE}/q/1"),
        ("old hand", f"https://{SITE}/a/2"),
        (None, f"https://{SITE}/posts/comments/10#comment10_2"),
        (None, f"https://{SITE}/posts/comments/11#comment11_2"),
    ]
    assert found.parts[2].body == "@Ada Pump or @Ada Pump, see"
    assert (found.author, found.discipline, str(found.created)[:4]) == ("Ada Pump", "pumps", "2020")


def test_a_dump_whose_site_is_not_known_has_locators(made, tmp_path) -> None:
    path = made.file("dump/Posts.xml", table("posts", question(1), answer(2, 1)))

    (found,), _ = made.read(path, "stack-exchange")
    (linked,), _ = made.read(path, "stack-exchange", ReadOptions(base_url="https://q.example/"))

    assert [part.origin for part in found.parts] == ["stackexchange:q/1", "stackexchange:a/2"]
    assert linked.origin == "https://q.example/q/1"


@pytest.mark.parametrize("tags", ["<old-pump><leak>", "|old-pump|leak|"])
def test_tags_are_read_in_both_ways_of_writing(made, tags) -> None:
    path = made.file("Posts.xml", table("posts", question(1, Tags=tags)))

    assert made.read(path, "stack-exchange")[0][0].tags == ("old-pump", "leak")


def test_duplicates_are_kept_as_links(made, tmp_path) -> None:
    notice = "<blockquote><p><strong>Possible Duplicate:</strong><br>x</p></blockquote><p>mine</p>"
    rows = question(1, Body=notice), question(2)
    links = [
        {"Id": 1, "PostId": 1, "RelatedPostId": 2, "LinkTypeId": 3},
        {"Id": 2, "PostId": 1, "RelatedPostId": 99, "LinkTypeId": 1},
        {"Id": 3, "PostId": 98, "RelatedPostId": 1, "LinkTypeId": 3},
    ]
    made.file(f"{SITE}/Posts.xml", table("posts", *rows))
    made.file(f"{SITE}/PostLinks.xml", table("postlinks", *links))

    (found, _), skipped = made.read(tmp_path / SITE, "stack-exchange")

    assert found.links == (Link("duplicate", "question/2"), Link("related", f"https://{SITE}/q/99"))
    assert texts(found) == ["mine"]
    assert [s.where for s in skipped] == ["PostLinks.xml: 1 links"]


def test_what_is_no_question_or_answer_is_counted(made, tmp_path) -> None:
    rows = [question(1), answer(2, 1), answer(2, 1), answer(3, 77)]
    rows += [{"Id": n, "PostTypeId": 5, "Body": "x"} for n in (4, 5)]
    made.file("d/Posts.xml", table("posts", *rows))
    comments = [{"Id": 1, "PostId": 3, "Text": "hm"}, {"Id": 2, "PostId": 1, "Text": ""}]
    made.file("d/Comments.xml", table("comments", *comments))
    made.file("d/Badges.xml", table("badges", {"Id": 1}))

    (found,), skipped = made.read(tmp_path / "d", "stack-exchange")

    assert texts(found) == ["ask 1", "say 2"]
    assert [(s.where, s.reason) for s in skipped] == [
        ("Badges.xml", "badges hold no experiences"),
        ("Posts.xml: 2 posts", "tag wikis"),
        ("Comments.xml: 1 comments", "comments without a text, or without their post"),
        ("1 answers", "the same as an earlier one"),
        ("1 answers", "the dump does not hold their question"),
        ("1 comments", "the dump does not hold their question"),
    ]


def test_the_same_number_twice_loses_nothing(made) -> None:
    rows = question(1), question(1, Body="<p>another</p>"), question(1)

    documents, skipped = made.read(made.file("Posts.xml", table("posts", *rows)), "stack-exchange")

    assert [(d.key, texts(d)) for d in documents] == [
        ("question/1", ["ask 1"]),
        ("question/1#2", ["another"]),
    ]
    assert [s.reason for s in skipped] == ["the same as an earlier record (question/1)"]


def test_a_broken_row_costs_only_itself(made) -> None:
    good = table("posts", question(1), question(2))
    lines = good.splitlines()
    lines[2:2] = ['  <row Id="9" PostTypeId="1" Body="<p" />', "stray words"]

    documents, skipped = made.read(made.file("Posts.xml", "\n".join(lines)), "stack-exchange")

    assert [d.key for d in documents] == ["question/1", "question/2"]
    assert [s.where for s in skipped] == ["Posts.xml:3", "Posts.xml:4"]


@pytest.mark.parametrize("between", ["", "\n"])
def test_characters_that_xml_forbids_are_left_out(made, between) -> None:
    written = table("posts", question(1), between=between).replace("ask", "a&#x1;s\x02k &#xD83D;")

    (found,), _ = made.read(made.file("Posts.xml", written), "stack-exchange")

    assert texts(found) == ["ask  1"]


def test_a_file_without_line_ends_is_read_up_to_where_it_breaks(made) -> None:
    written = table("posts", question(1), question(2), between="")
    path = made.file("Posts.xml", written.replace('Title="Q2"', 'Title="Q2'))

    documents, skipped = made.read(path, "stack-exchange")

    assert [d.key for d in documents] == ["question/1"]
    assert [s.where for s in skipped] == ["Posts.xml after row 1"]


@pytest.mark.parametrize("between", ["", "\n"])
def test_entities_are_refused(made, between) -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    written = table("posts", question(1, Body="&b;"), between=between)
    written = written.replace("?>" + between, "?>" + between + bomb + between, 1)

    with pytest.raises(UnreadableSource, match="declares"):
        made.read(made.file("Posts.xml", written), "stack-exchange")


def test_a_dump_is_recognised_by_its_content(made, tmp_path) -> None:
    posts = table("posts", question(1))
    made.file("whole/posts.xml", posts)
    made.file("whole/README.md", "what it is")
    made.file("mixed/Posts.xml", posts)
    made.file("mixed/notes/a.md", "other things")
    other = made.file("other.xml", "<posts><post>hello</post></posts>")

    assert recognise(made.packed("any.name", posts)).name == "stack-exchange"
    assert recognise(tmp_path / "whole").name == "stack-exchange"
    assert recognise(tmp_path / "mixed").name == "collection"
    assert connector("stack-exchange").recognise(look_at(other)) == 0


def test_another_table_alone_is_answered_with_what_to_import(made) -> None:
    path = made.file("Users.xml", table("users", {"Id": 1, "DisplayName": "Ada"}))

    assert recognise(path).name == "stack-exchange"
    with pytest.raises(UnreadableSource, match=r"its Posts\.xml"):
        made.read(path, "stack-exchange")


def test_a_table_beside_the_posts_that_is_damaged_is_told(made, tmp_path) -> None:
    made.file("d/Posts.xml", table("posts", question(1)))
    made.file("d/Users.xml", b"\x00\x01\x02" * 50)

    documents, skipped = made.read(tmp_path / "d", "stack-exchange")

    assert len(documents) == 1
    assert [s.where for s in skipped] == ["Users.xml"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("site", "counts"),
    [
        ("bicycles.meta", (453, 1446, 189, 10)),
        ("conlang.meta", (54, 177, 20, 1)),
        ("french.meta", (274, 781, 134, 9)),
        ("quantumcomputing", (612, 1986, 327, 14)),
    ],
)
def test_real_dumps_are_read_to_the_last_row(shared_data, site, counts) -> None:
    questions, posts, links, duplicates = counts
    path = shared_data / f"formats_stackexchange_dump/{site}.stackexchange.com"
    if not path.exists():
        pytest.skip(f"{path.name} is not among the shared corpora")

    found = recognise(path)
    records = list(found.read(path, ReadOptions()))
    documents = [record for record in records if isinstance(record, Document)]
    skipped = [record for record in records if isinstance(record, Skipped)]
    answers = sum("/a/" in (p.origin or "") for d in documents for p in d.parts)
    lost = sum(int(s.where.split(": ")[1].split()[0]) for s in skipped if "posts" in s.where)
    kept = [link for document in documents for link in document.links]
    sourceless = sum(int(s.where.split(": ")[1].split()[0]) for s in skipped if "links" in s.where)

    assert found.name == "stack-exchange"
    assert (len(documents), len(documents) + answers + lost) == (questions, posts)
    assert len(kept) + sourceless == links
    assert 0 <= duplicates - sum(link.kind == "duplicate" for link in kept) <= sourceless
    assert all(d.origin == f"https://{path.name}/q/{d.key.split('/')[1]}" for d in documents)
    assert sum(d.status == "worked" for d in documents) > 10
