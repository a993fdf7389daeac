"""Proposals of Decidim keep their comments, whatever form the export has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.records import Document, Skipped, Votes
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

URL = "https://decide.example.org/processes/stops/f/4/proposals"
PROPOSALS = (
    "id;category/id;category/name/ca;category/name/en;scope/name/ca;participatory_space/id;"
    "component/id;title/ca;title/en;body/ca;body/en;state;answer/ca;answered_at;published_at;url\n"
    f"1;2;Carrers;;Nord;3;4;Ombra;;<p>Ombra a les parades</p>;;accepted;S'accepta.;2020-06-01;"
    f"2020-03-04 12:00:00 UTC;{URL}/1\n"
    f"2;2;Carrers;;;3;4;;Paint;;Paint the stops;executed;;;2020-03-05;{URL}/2\n"
    f"3;;;;;3;4;;;;;;;;2020-03-06;{URL}/3\n"
)
COMMENT_HEADER = (
    "id;created_at;body;locale;author/id;author/name;alignment;depth;commentable_id;"
    "commentable_type;root_commentable_url\n"
)
PROPOSAL_TYPE, COMMENT_TYPE = "Decidim::Proposals::Proposal", "Decidim::Comments::Comment"
COMMENTS = (
    f"{COMMENT_HEADER}10;2020-03-07;Yes, please.;en;5;Ann;1;0;1;{PROPOSAL_TYPE};{URL}/1\n"
    f"11;2020-03-08;No shade at night.;en;6;Bo;-1;0;1;{PROPOSAL_TYPE};{URL}/1\n"
    f"12;2020-03-09;There is the moon.;en;;;0;1;10;{COMMENT_TYPE};{URL}/1\n"
)


def proposal(number: int, **more: object) -> dict[str, object]:
    held = {
        "id": number,
        "title": f"Proposal {number}",
        "summary": f"What we propose in {number}.",
        "category": "Streets",
        "subcategory": "Stops ",
        "district": "North",
        "status": "rejected",
        "created_at": "04/03/2016",
        "total_comments": 1,
        "author_id": 7,
        "url": f"https://decide.example.org/p/{number}",
    }
    return {**held, **more}


def comment(number: int, on: int, **more: object) -> dict[str, object]:
    held = {
        "id": number,
        "proposal_id": on,
        "parent": None,
        "alignment": 0,
        "body": f"Comment {number}",
        "created_at": "05/03/2016 10:20:30",
        "author_id": 8,
    }
    return {**held, **more}


def test_open_data_gives_proposals_with_comments_below_what_they_answer(made) -> None:
    made.file("open/proposals.csv", PROPOSALS)
    made.file("open/comments.csv", COMMENTS)
    path = made.folder / "open"

    documents, skipped = made.read(path, "decidim")

    assert recognise(path).name == "decidim"
    shade, paint = documents
    assert (shade.key, shade.title, shade.origin) == ("proposal/1", "Ombra", f"{URL}/1")
    assert (shade.discipline, shade.tags) == ("Carrers", ("Nord", "accepted"))
    assert (shade.language, shade.status) == ("ca", "unknown")
    assert [part.body for part in shade.parts] == [
        "<p>Ombra a les parades</p>",
        "S'accepta.",
        "Yes, please.",
        "There is the moon.",
        "No shade at night.",
    ]
    assert shade.parts[0].format == "html"
    assert [part.author for part in shade.parts[2:]] == ["Ann", None, "Bo"]
    assert shade.parts[2].origin == f"{URL}/1#comment_10"
    assert shade.votes == Votes(1, 1, 1)
    assert shade.created.isoformat() == "2020-03-04T12:00:00+00:00"
    assert (paint.title, paint.language, paint.status) == ("Paint", "en", "worked")
    assert paint.votes is None
    assert skipped == [Skipped("proposals.csv:4", "a proposal without text")]


def test_comments_may_come_before_what_they_answer_and_without_the_root(made) -> None:
    lines = COMMENTS.replace(f";{URL}/1", ";").splitlines(keepends=True)
    made.file("open/a.csv", lines[0] + lines[3] + lines[1] + lines[2])
    made.file("open/b.csv", PROPOSALS)

    documents, _ = made.read(made.folder / "open", "decidim")

    shade = next(document for document in documents if document.key == "proposal/1")
    assert [part.body for part in shade.parts[2:]] == [
        "Yes, please.",
        "There is the moon.",
        "No shade at night.",
    ]


def test_comments_on_other_things_stay_together(made) -> None:
    text = COMMENTS.replace("Proposals::Proposal", "Meetings::Meeting").replace(
        "/proposals/1", "/meetings/1"
    )

    documents, _ = made.read(made.file("comments.csv", text), "decidim")

    (document,) = documents
    assert len(document.parts) == 3
    assert document.origin == URL.replace("proposals", "meetings/1")


def test_json_lines_are_put_together_and_days_come_first(made) -> None:
    made.lines("in/p.jsonl", proposal(1), proposal(2, status="accepted"))
    made.lines(
        "in/c.jsonl",
        comment(3, 1, alignment=1),
        comment(4, 1, alignment=-1),
        comment(5, 1, parent="1/3", alignment=None),
        comment(6, 9),
    )
    path = made.folder / "in"

    documents, skipped = made.read(path, "decidim")

    assert recognise(path).name == "decidim"
    assert not skipped
    held = {document.key: document for document in documents}
    assert sorted(held) == ["proposal/1", "proposal/2", "proposal/9"]
    one = held["proposal/1"]
    assert [part.body for part in one.parts[1:]] == ["Comment 3", "Comment 5", "Comment 4"]
    assert one.votes == Votes(1, 1, 0)
    assert (one.discipline, one.tags) == ("Streets", ("Stops", "North", "rejected"))
    assert one.author == "participant 7"
    assert one.created.isoformat() == "2016-03-04T00:00:00+00:00"
    assert one.parts[1].created.isoformat() == "2016-03-05T10:20:30+00:00"


def test_the_api_wraps_records_and_the_same_one_twice_is_told(made) -> None:
    from json import dumps

    author = {"id": 5, "name": "Ann"}
    inner = proposal(1, author=author, category={"id": 2, "name": "Streets"})
    said = {"id": 3, "alignment": 1, "body": "<p>Yes</p>", "author": author}
    said |= {"commentable_id": 1, "commentable_type": "Proposal", "created_at": "05/03/2016"}
    made.file("api/a.json", dumps({"proposal": inner}))
    made.file("api/b.json", dumps({"comments": [said, said, 7]}))

    documents, skipped = made.read(made.folder / "api", "decidim")

    (document,) = documents
    assert (document.author, document.discipline) == ("Ann", "Streets")
    assert [part.body for part in document.parts] == ["What we propose in 1.", "<p>Yes</p>"]
    assert [s.reason for s in skipped] == [
        "the same comment again (3)",
        "not a proposal or comment",
    ]


def test_answers_that_go_in_a_circle_are_all_kept(made) -> None:
    path = made.lines("c.jsonl", comment(1, 1, parent="2"), comment(2, 1, parent="1"))

    documents, _ = made.read(path, "decidim")

    assert len(documents[0].parts) == 2


@pytest.mark.parametrize(
    "text",
    [
        "id;title;body\n1;a;b\n",
        '{"comments": [{"id": 1, "text": "x"}]}',
        '{"title": "a", "summary": "b"}',
        '{"proposal": 3}',
        "[" * 2000,
    ],
)
def test_other_records_are_not_taken_for_decidim(made, text) -> None:
    assert connector("decidim").recognise(look_at(made.file("a", text))) == 0.0


@pytest.mark.shared
def test_every_proposal_and_comment_of_barcelona_is_accounted_for(shared_data: Path) -> None:
    path = shared_data / "formats_decidim_barcelona"
    found = recognise(path)
    records = list(found.read(path, ReadOptions()))
    documents = [record for record in records if isinstance(record, Document)]
    skipped = [record for record in records if isinstance(record, Skipped)]

    assert found.name == "decidim"
    assert len(documents) == 10_860
    assert sum(p.name == "post" for d in documents for p in d.parts) == 18_192
    assert sum("accepted" in d.tags for d in documents) == 8_142
    assert all(d.status == "unknown" and d.title and d.created for d in documents)
    assert len({d.discipline for d in documents}) == 5
    assert sum(d.votes.agree for d in documents if d.votes) == 5_198
    assert sum(d.votes.disagree for d in documents if d.votes) == 798
    # the original form of two proposals, their comments, and the README
    assert len(skipped) == 62
