"""Issues, pull requests and discussions are read from every JSON in which GitHub gives them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.records import Document, Link
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import recognise

WEB = "https://github.com/guild/pumps"
API = "https://api.github.com/repos/guild/pumps"


def rest(number: int, **more: object) -> dict[str, Any]:
    known = {"url": f"{API}/issues/{number}", "html_url": f"{WEB}/issues/{number}"}
    known |= {
        "number": number,
        "title": f"T{number}",
        "user": {"login": "ada"},
        "body": "It leaks.",
    }
    return {**known, "state": "open", "created_at": "2020-01-01T00:00:00Z", "labels": [], **more}


def gh(number: int, **more: object) -> dict[str, Any]:
    known = {"author": {"login": "ada", "is_bot": False}, "body": "It leaks.", "number": number}
    known |= {"title": f"T{number}", "url": f"{WEB}/issues/{number}", "state": "OPEN"}
    return {**known, "createdAt": "2020-01-01T00:00:00Z", **more}


def archive(**more: object) -> str:
    return json.dumps({"magic": "E!vIA5L86J2I", "repo": "guild/pumps", "labels": [], **more})


def one(made, record: object, options: ReadOptions | None = None) -> Document:
    (found,), _ = made.read(made.file("i.json", json.dumps([record])), "github", options)
    return found


# --- the forms ---------------------------------------------------------------------------


def test_an_archive_gives_its_issues_and_pull_requests(made) -> None:
    issue = {
        "number": 1, "title": "Leak", "url": f"{WEB}/issues/1", "state": "CLOSED", "author": "ada",
        "labels": ["seal"], "body": "It leaks.", "createdAt": "2020-01-01T00:00:00Z",
        "comments": [{"author": "ben", "body": "Tighten.", "createdAt": "2020-01-02T00:00:00Z"}],
    }  # fmt: skip
    remark = {"body": "Nit.", "createdAt": "2020-02-03T00:00:00Z"}
    reviews = [
        {
            "author": "cem",
            "state": "APPROVED",
            "body": "Good.",
            "createdAt": "2020-02-04T00:00:00Z",
        },
        {"author": "dee", "state": "COMMENTED", "body": "", "comments": [remark]},
        {"author": "eli", "state": "APPROVED", "body": "", "comments": []},
    ]
    pull = {
        "number": 2, "title": "New seal", "state": "MERGED", "author": "ben", "labels": [],
        "body": "", "createdAt": "2020-02-01T00:00:00Z", "comments": [], "reviews": reviews,
    }  # fmt: skip
    path = made.file("archive.json", archive(issues=[issue], pulls=[pull, 5]))

    (first, second), skipped = made.read(path, "github")

    assert recognise(path).name == "github"
    assert (first.key, first.tags, first.origin) == ("guild/pumps#1", ("seal",), f"{WEB}/issues/1")
    assert [(p.author, p.body) for p in first.parts] == [("ada", "It leaks."), ("ben", "Tighten.")]
    assert (second.status, second.origin) == ("worked", f"{WEB}/pull/2")
    assert [(p.name, p.author, p.body) for p in second.parts] == [
        ("action", "ben", "New seal"),
        ("post", "dee", "Nit."),
        ("post", "cem", "Approved: Good."),
    ]
    assert sorted(s.reason for s in skipped) == [
        "comments and reviews without a text",
        "not a JSON object",
    ]


def test_rest_issues_get_the_comments_of_another_file(made, tmp_path) -> None:
    comment = {
        "id": 44, "html_url": f"{WEB}/issues/1#issuecomment-44", "issue_url": f"{API}/issues/1",
        "user": {"login": "ben"}, "body": "Tighten.", "created_at": "2020-01-02T00:00:00Z",
    }  # fmt: skip
    lone = {**comment, "issue_url": f"{API}/issues/9"}
    made.file("d/issues.json", json.dumps([rest(1, comments=1)]))
    made.file("d/issue_comments.json", json.dumps([comment, lone]))
    told: list[str] = []

    (found,), skipped = made.read(tmp_path / "d", "github", ReadOptions(notice=told.append))

    assert recognise(tmp_path / "d").name == "github"
    assert [p.origin for p in found.parts] == [
        f"{WEB}/issues/1",
        f"{WEB}/issues/1#issuecomment-44",
    ]
    assert [s.where for s in skipped] == ["1 comments"]
    assert told == []


def test_comments_that_the_export_lacks_are_told(made) -> None:
    told: list[str] = []

    one(made, rest(1, comments=3), ReadOptions(notice=told.append))

    assert len(told) == 1
    assert told[0].startswith("1 issues have comments that the export lacks")


@pytest.mark.parametrize("written", ["{0}{1}", "[{0},{1}]", "{0}\n{1}\n"])
def test_pages_of_rest_answers_are_read_however_they_were_joined(made, written) -> None:
    pages = json.dumps([rest(1)]), json.dumps([rest(2)])
    path = made.file("pages.json", written.format(*pages))

    documents, skipped = made.read(path, "github")

    assert recognise(path).name == "github"
    assert [d.key for d in documents] == ["guild/pumps#1", "guild/pumps#2"]
    assert skipped == []


def test_the_output_of_the_command_line_tool_is_read(made) -> None:
    comment = {"author": {"login": "ben"}, "body": "Tighten.", "createdAt": "2020-01-02T00:00:00Z"}
    record = gh(
        1,
        comments=[{**comment, "url": f"{WEB}/issues/1#issuecomment-7"}],
        labels=[{"name": "seal"}],
        state="CLOSED",
        stateReason="COMPLETED",
        closedByPullRequestsReferences=[{"number": 2, "url": f"{WEB}/pull/2"}],
    )
    path = made.file("view.json", json.dumps(record))

    (found,), _ = made.read(path, "github")

    assert recognise(path).name == "github"
    assert (found.key, found.status, found.tags) == ("guild/pumps#1", "worked", ("seal",))
    assert found.parts[1].origin == f"{WEB}/issues/1#issuecomment-7"
    assert found.links == (Link("related", "guild/pumps#2"),)


def test_the_chosen_answer_of_a_discussion_is_the_action(made) -> None:
    reply = {"id": "C3", "body": "Thanks.", "author": {"login": "ada"}}
    comments = [
        {"id": "C1", "body": "No idea.", "author": None},
        {
            "id": "C2",
            "body": "New seal.",
            "author": {"login": "ben"},
            "replies": {"nodes": [reply]},
        },
    ]
    discussion = {
        "number": 5, "title": "Leak?", "body": "It leaks.", "author": {"login": "ada"},
        "url": f"{WEB}/discussions/5", "category": {"name": "Q&A"}, "answer": {"id": "C2"},
        "comments": {"nodes": comments, "pageInfo": {"hasNextPage": False}},
    }  # fmt: skip
    answer = {"data": {"repository": {"discussions": {"nodes": [discussion]}}}}
    path = made.file("d.json", json.dumps(answer) * 2)

    (found,), skipped = made.read(path, "github")

    assert recognise(path).name == "github"
    assert [(p.name, p.author) for p in found.parts] == [
        ("post", "ada"),
        ("post", None),
        ("action", "ben"),
        ("post", "ada"),
    ]
    assert (found.status, found.discipline) == ("worked", "Q&A")
    assert [s.reason for s in skipped] == ["the same as an earlier record (guild/pumps#5)"]


def test_items_of_a_query_know_their_repository(made) -> None:
    inside = {"nameWithOwner": "guild/pumps", "issue": {"number": 3, "title": "T", "body": "b"}}

    found = one(made, {"data": {"repository": inside}})

    assert (found.key, found.origin) == ("guild/pumps#3", f"{WEB}/issues/3")


def test_the_archive_of_an_account_is_read(made, tmp_path) -> None:
    who = "https://github.com/ada"
    issue = {
        "type": "issue", "url": f"{WEB}/issues/1", "user": who, "title": "Leak",
        "body": "It leaks.", "labels": [f"{WEB}/labels/seal"], "closed_at": None,
        "created_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    comment = {
        "type": "issue_comment", "url": f"{WEB}/issues/1#issuecomment-7", "user": who,
        "issue": f"{WEB}/issues/1", "body": "Solved.", "created_at": "2020-01-02T00:00:00Z",
    }  # fmt: skip
    made.file("a/issues_000001.json", json.dumps([issue]))
    made.file("a/issue_comments_000001.json", json.dumps([comment]))
    made.file("a/users_000001.json", json.dumps([{"type": "user", "url": who, "login": "ada"}]))

    (found,), skipped = made.read(tmp_path / "a", "github")

    assert recognise(tmp_path / "a").name == "github"
    assert (found.key, found.tags, found.author) == ("guild/pumps#1", ("seal",), "ada")
    assert [p.body for p in found.parts] == ["It leaks.", "Solved."]
    assert [s.reason for s in skipped] == ["no issue, pull request, discussion or comment"]


# --- what it means -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, "unknown"),
        ({"state": "CLOSED"}, "unknown"),
        ({"state": "CLOSED", "stateReason": "COMPLETED"}, "worked"),
        ({"state": "closed", "state_reason": "completed"}, "worked"),
        ({"state": "CLOSED", "stateReason": "NOT_PLANNED"}, "unknown"),
        ({"state": "CLOSED", "labels": [{"name": "status: won't fix"}]}, "failed"),
        ({"state": "OPEN", "mergedAt": None}, "too early"),
        ({"state": "MERGED"}, "worked"),
        ({"state": "closed", "pull_request": {"merged_at": "2020-01-01"}}, "worked"),
        ({"state": "closed", "pull_request": {"merged_at": None}}, "failed"),
        ({"state": "CLOSED", "mergedAt": None, "labels": ["duplicate"]}, "unknown"),
        (
            {"state": "CLOSED", "mergedAt": None, "comments": [{"body": "Superseded by #4"}]},
            "unknown",
        ),
        ({"isAnswered": False}, "unknown"),
        ({"answer_html_url": f"{WEB}/discussions/1#discussioncomment-1"}, "worked"),
    ],
)
def test_the_status_is_what_github_knows_and_no_more(made, more, status) -> None:
    assert one(made, gh(1, **more)).status == status


def test_duplicates_and_what_takes_their_place_are_links(made) -> None:
    said = ["Duplicate of #2", "not a duplicate of #3", f"Duplicate of {WEB}/issues/4", "x"]
    record = gh(1, comments=[{"body": text} for text in said], body="Supersedes other/repo#9")

    assert one(made, record).links == (
        Link("supersedes", "other/repo#9"),
        Link("duplicate", "guild/pumps#2"),
        Link("duplicate", "guild/pumps#4"),
    )


def test_answers_by_mail_lose_what_they_quote(made) -> None:
    quoted = (
        "> It leaks.\n>\n> —\n> Reply to this email directly or view it on GitHub\n> <https://x>."
    )
    top = f"Tighten it.\n\nOn Mon, Jan 6, 2020, Ada <a@b.example>\nwrote:\n\n{quoted}\n"
    below = f"{quoted}\n\nTighten it."
    record = gh(1, comments=[{"body": top}, {"body": below}, {"body": "> It leaks.\n\nSo?"}])

    bodies = [part.body for part in one(made, record).parts[1:]]

    assert bodies[0] == "Tighten it."
    assert bodies[1].endswith("Tighten it.")
    assert bodies[2] == "> It leaks.\n\nSo?"


def test_an_item_without_a_text_has_its_title(made) -> None:
    assert [part.body for part in one(made, gh(1, body="")).parts] == ["T1"]


def test_an_export_without_links_has_locators_or_those_of_the_given_address(made) -> None:
    record = {"number": 1, "title": "T", "body": "b", "author": {"login": "ada"}}

    assert one(made, record).origin == "github:issues/1"
    assert one(made, record, ReadOptions(base_url=WEB)).origin == f"{WEB}/issues/1"


@pytest.mark.parametrize(
    "record",
    [
        {"number": 1, "title": "T", "text": "a row of some table"},
        {"iid": 1, "number": 1, "title": "T", "author": {"login": "a"}},
        {"repo": "a/b", "issues": "none"},
    ],
)
def test_other_json_is_not_taken_for_github(made, record) -> None:
    assert recognise(made.file("x.json", json.dumps([record]))).name != "github"


def test_one_damaged_file_of_a_folder_does_not_stop_the_others(made, tmp_path) -> None:
    made.file("d/a.json", json.dumps([rest(1)]))
    made.file("d/b.json", json.dumps([rest(2)])[:-20])

    documents, skipped = made.read(tmp_path / "d", "github")

    assert [d.key for d in documents] == ["guild/pumps#1"]
    assert [s.where for s in skipped] == ["b.json"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "counts"), [("tls13-spec", (446, 963, 998, 1400)), ("pcapng", (42, 140, 61, 150))]
)
def test_real_archives_are_read_to_the_last_comment(shared_data, name, counts) -> None:
    path = shared_data / f"formats_github_issues/ietf_{name}_archive.json.gz"
    issues, issue_comments, pulls, pull_comments = counts

    found = recognise(path)
    documents = [d for d in found.read(path, ReadOptions()) if isinstance(d, Document)]
    of_issues = [d for d in documents if "/issues/" in d.origin]
    of_pulls = [d for d in documents if "/pull/" in d.origin]
    reviews = {"tls13-spec": 129 + 1306, "pcapng": 1 + 73}[name]

    assert found.name == "github"
    assert (len(of_issues), len(of_pulls)) == (issues, pulls)
    assert sum(len(d.parts) - 1 for d in of_issues) == issue_comments
    assert sum(len(d.parts) - 1 for d in of_pulls) == pull_comments + reviews
    assert len({d.key for d in documents}) == issues + pulls
    assert all(part.author and part.created for d in documents for part in d.parts)
