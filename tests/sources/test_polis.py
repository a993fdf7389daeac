"""Statements of Polis keep how people voted; what moderators rejected is told, not taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, Votes
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    '1400000000000,Tue May 13 23:53:20 WIB 2014,0,7,2,1,1,"Shade the stops, all of them."\n'
    "1400000100000,x,1,8,0,1,-1,Sell the stops.\n"
    "1400000200000,x,2,8,0,0,0,Paint the stops.\n"
    "1400000300000,x,3,9,0,0,1,\n"
)
VOTES = (
    "participant,group-id,n-comments,n-votes,n-agree,n-disagree,2,0\n"
    "0,0,1,2,1,0,0,1\n1,0,1,2,1,1,-1,1\n2,1,0,1,0,0,0,\n"
)
SUMMARY = (
    "topic,Bus stops\nurl,https://pol.is/9stops\nviews,9\nvoters,3\nvoters-in-conv,3\ncommenters,2\n"
    'comments,4\ngroups,2\nconversation-description,"Which stops?\nAll of them?"\n'
)


def export(made) -> Path:
    made.packed("stops/comments.csv.gz", COMMENTS)
    made.file("stops/participants-votes.csv", VOTES)
    made.file("stops/summary.csv", SUMMARY)
    return made.folder / "stops"


def test_an_export_gives_statements_with_votes_topic_and_link(made) -> None:
    path = export(made)

    documents, skipped = made.read(path, "polis")

    assert recognise(path).name == "polis"
    shade, paint = documents
    assert (shade.key, shade.origin) == ("9stops/0", "https://pol.is/9stops#0")
    assert (shade.discipline, shade.author) == ("Bus stops", "participant 7")
    assert shade.parts[0].body == "Shade the stops, all of them."
    assert shade.created.isoformat() == "2014-05-13T16:53:20+00:00"
    assert (shade.votes, paint.votes) == (Votes(2, 0, 0), Votes(0, 1, 2))
    assert [s.reason for s in skipped] == [
        "rejected by the moderators of the conversation",
        "a statement without text",
    ]
    assert skipped[0].where == "comments.csv.gz:3"


def test_comments_alone_have_the_votes_they_count_themselves(made) -> None:
    path = made.file("exported.csv", COMMENTS)

    documents, _ = made.read(path, "polis")

    assert recognise(path).name == "polis"
    assert documents[0].votes == Votes(2, 1, 0)
    assert (documents[0].key, documents[0].origin) == ("comment/0", "polis:comment/0")


def test_groups_tell_who_passed_where_the_votes_of_participants_are_missing(made) -> None:
    made.file("stops/a.csv", COMMENTS)
    made.file(
        "stops/b.csv",
        "comment-id,comment,total-votes,total-agrees,total-disagrees,total-passes\n0,x,9,4,2,3\n",
    )

    documents, _ = made.read(made.folder / "stops", "polis")

    assert documents[0].votes == Votes(4, 2, 3)


def test_votes_are_part_of_what_a_document_holds(made) -> None:
    more = COMMENTS.replace(",7,2,1,", ",7,3,1,")

    before, _ = made.read(made.file("a.csv", COMMENTS), "polis")
    after, _ = made.read(made.file("b.csv", more), "polis")

    assert before[0].content_hash != after[0].content_hash
    assert before[1].content_hash == after[1].content_hash


def test_a_date_without_a_timestamp_is_read_without_its_zone(made) -> None:
    rows = COMMENTS.replace("1400000000000,", ",")

    documents, _ = made.read(made.file("a.csv", rows), "polis")

    assert documents[0].created.isoformat() == "2014-05-13T23:53:20+00:00"


@pytest.mark.parametrize(
    "text",
    ["id,comment\n1,x\n", "comment-id,comment-body\n1,x\n", "agrees,disagrees\n1,2\n", "{}", "-"],
)
def test_other_tables_are_not_taken_for_polis(made, text) -> None:
    path = made.file("a.csv", text)

    assert connector("polis").recognise(look_at(path)) == 0.0
    with pytest.raises(UnreadableSource):
        made.read(path, "polis")


def test_a_folder_of_conversations_is_no_single_export(made) -> None:
    export(made)
    made.file("other/comments.csv", COMMENTS)

    assert connector("polis").recognise(look_at(made.folder)) == 0.0


def test_files_that_tell_nothing_are_named(made) -> None:
    path = export(made)
    made.file("stops/readme.md", "# Stops\n")
    made.file("stops/votes.csv", "timestamp,datetime,comment-id,voter-id,vote\n1,x,0,7,1\n")

    _, skipped = made.read(path, "polis")

    assert Skipped("readme.md", "no file of a Polis export") in skipped
    assert Skipped("votes.csv", "single votes, which are counted elsewhere") in skipped


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "statements", "rejected"),
    [
        ("american-assembly.bowling-green", 896, 289),
        ("bg2050-volunteers", 371, 55),
        ("scoop-hivemind.biodiversity", 316, 162),
        ("canadian-electoral-reform", 174, 22),
        ("scoop-hivemind.freshwater", 80, 29),
        ("15-per-hour-seattle", 54, 23),
        ("london.youth.policing", 39, 3),
    ],
)
def test_every_statement_of_real_conversations_is_accounted_for(
    shared_data: Path, folder: str, statements: int, rejected: int
) -> None:
    path = shared_data / "formats_polis" / folder

    found = recognise(path)
    records = list(found.read(path, ReadOptions()))

    documents = [record for record in records if isinstance(record, Document)]
    assert found.name == "polis"
    assert (len(records), len(records) - len(documents)) == (statements, rejected)
    assert all(d.votes and d.created and d.discipline for d in documents)
    assert all(d.origin.startswith("https://pol.is/") for d in documents)
    assert sum(d.votes.passed for d in documents if d.votes) > 0
