"""Tables made for Talk to the City, Sensemaker and kouchou-ai are told by their headers."""

from __future__ import annotations

import pytest

from pipeline.records import Skipped, Votes
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connectors, recognise


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("comment-id,comment-body,interview,video,timestamp", "talk-to-the-city"),
        ("comment-id,comment-body,agree,disagree", "talk-to-the-city"),
        ("id,interview,comment", "talk-to-the-city"),
        ("id,comment", "talk-to-the-city"),
        ("comment-id,comment_text,votes,agrees,disagrees,passes,topics", "sensemaker"),
        ("comment-id,comment_text,a-agree-count,a-disagree-count,a-pass-count", "sensemaker"),
        ("comment-id,comment-body,source,url,attribute_age", "kouchou-ai"),
        ("comment-id,comment-body", "kouchou-ai"),
        ("comment-id,author-id,agrees,disagrees,comment-body", "polis"),
        ("id,comment,rating,shop", "csv"),
    ],
)
def test_the_header_tells_what_a_table_was_made_for(made, header, name) -> None:
    cells = ",".join("1" for _ in header.split(","))
    path = made.file("table.csv", f"{header}\n{cells}\n{cells}\n")

    scores = {c.name: c.recognise(look_at(path)) for c in connectors()}

    assert recognise(path).name == name
    assert [n for n, score in scores.items() if score > 0.9 and n != "csv"] == (
        [] if name == "csv" else [name]
    )


def test_interviews_give_author_and_the_moment_in_the_video(made) -> None:
    path = made.file(
        "talks.csv",
        "comment-id,comment-body,interview,video,timestamp\n"
        "a,It leaked.,Ann,https://v.example.org/1,00:01:02\n"
        'b,"It held, later.",Bo,,\n'
        "c,?,Bo,,\n",
    )

    documents, skipped = made.read(path, "talk-to-the-city")

    assert [(d.key, d.author, d.origin) for d in documents] == [
        ("comment/a", "Ann", "https://v.example.org/1?t=62s"),
        ("comment/b", "Bo", "talk-to-the-city:comment/b"),
    ]
    assert skipped == [Skipped("talks.csv:4", "a comment without words")]


def test_votes_of_groups_are_added_up_and_topics_are_tags(made) -> None:
    path = made.file(
        "s.csv",
        "comment-id,comment_text,author-id,timestamp,moderated,topics,"
        "0-agree-count,0-disagree-count,0-pass-count,1-agree-count,1-disagree-count,1-pass-count\n"
        "1,More shade.,4,1400000000000,1,Stops:Shade;Health,3,1,0,2,2,5\n"
        "2,Less shade.,4,1400000000000,-1,Stops,0,0,0,0,0,0\n"
        "3,,4,,,,,,,,,\n",
    )

    documents, skipped = made.read(path, "sensemaker")

    (document,) = documents
    assert document.votes == Votes(5, 3, 5)
    assert (document.discipline, document.tags) == ("Stops", ("Shade", "Health"))
    assert (document.author, document.created.year) == ("participant 4", 2014)
    assert [s.where for s in skipped] == ["s.csv:3", "s.csv:4"]


def test_votes_that_are_counted_for_all_are_taken_as_they_are(made) -> None:
    path = made.file(
        "s.csv", "comment-id,comment_text,agrees,disagrees,passes,a-agree-count\n1,Yes.,7,2,1,3\n"
    )

    assert made.read(path, "sensemaker")[0][0].votes == Votes(7, 2, 1)


def test_attributes_are_tags_and_the_author_is_no_tag(made) -> None:
    path = made.file(
        "k.csv",
        "comment-id,comment-body,source,url,attribute_author,attribute_age,attribute_like_count\n"
        "1,公園に遊具がほしい,survey,https://x.example.org/1,山田,30s,12\n",
    )

    (document,) = made.read(path, "kouchou-ai")[0]

    assert (document.author, document.origin) == ("山田", "https://x.example.org/1")
    assert document.tags == ("survey", "age: 30s")


def test_the_same_id_with_other_words_keeps_both(made) -> None:
    path = made.file("k.csv", "comment-id,comment-body\n1,One.\n1,Two.\n1,One.\n")

    documents, skipped = made.read(path, "kouchou-ai")

    assert [d.key for d in documents] == ["comment/1", "comment/1#2"]
    assert len(skipped) == 1
