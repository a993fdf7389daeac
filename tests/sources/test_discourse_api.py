"""A forum is downloaded politely: paged, tried again, taken up where it stopped."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from pipeline.errors import InputError, ServiceError, UnreadableSource
from pipeline.records import Document
from pipeline.sources.base import ReadOptions
from pipeline.sources.forums.discourse_api import fetch_discourse
from pipeline.sources.reading import web_json
from pipeline.sources.registry import recognise

PAGE = 2
FIRST_POSTS = 3
KEY = "secret-key-123"


class Forum:
    """A small forum on this machine: topics by number, and answers given out of turn."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.topics: dict[int, int] = {1: 2, 2: 7, 3: 1}  # number of posts of each
        self.bumped: dict[int, str] = dict.fromkeys(self.topics, "2020-01-01")
        self.instead: dict[str, list[tuple[int, dict[str, str], bytes]]] = {}
        self.asked: list[str] = []
        self.keys: list[str | None] = []

    def count(self, beginning: str) -> int:
        return sum(path.startswith(beginning) for path in self.asked)

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        url = urlsplit(target)
        if self.instead.get(url.path):
            return self.instead[url.path].pop(0)
        found = self._found(url.path, parse_qs(url.query))
        return (200, {}, json.dumps(found).encode()) if found else (404, {}, b"{}")

    def _found(self, path: str, query: dict[str, list[str]]) -> dict[str, Any] | None:
        if path in ("/latest.json", "/c/pumps/9.json", "/tag/leak.json"):
            return self._listed(path, int(query.get("page", ["0"])[0]))
        if path == "/site.json":
            return {"categories": [{"id": 9, "name": "Pumps"}]}
        parts = path.removesuffix(".json").split("/")
        number = int(parts[2]) if parts[1] == "t" and parts[2].isdigit() else 0
        if number not in self.topics:
            return None
        posts = [self._post(number, n) for n in range(1, self.topics[number] + 1)]
        if parts[3:] == ["posts"]:
            wanted = {int(one) for one in query["post_ids[]"]}
            return {"post_stream": {"posts": [p for p in posts if p["id"] in wanted]}}
        stream = {"posts": posts[:FIRST_POSTS], "stream": [p["id"] for p in posts]}
        known = {"id": number, "title": f"T{number}", "slug": "s", "category_id": 9}
        return {**known, "posts_count": len(posts), "post_stream": stream}

    def _post(self, topic: int, number: int) -> dict[str, Any]:
        known = {"id": topic * 100 + number, "post_number": number, "username": "ada"}
        return {**known, "cooked": f"<p>{topic}.{number}</p>", "created_at": "2020-01-01"}

    def _listed(self, path: str, page: int) -> dict[str, Any]:
        numbers = sorted(self.bumped)
        numbers = numbers[:1] if path.startswith("/tag") else numbers
        here = numbers[page * PAGE : (page + 1) * PAGE]
        heads = [{"id": n, "bumped_at": self.bumped[n], "last_posted_at": "x"} for n in here]
        more = {"more_topics_url": "/latest?page=1"} if numbers[(page + 1) * PAGE :] else {}
        return {"topic_list": {"topics": heads, **more}}


@pytest.fixture
def forum() -> Iterator[Forum]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            forum.asked.append(self.path)
            forum.keys.append(self.headers.get("Api-Key"))
            status, headers, body = forum.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forum = Forum(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield forum
    server.shutdown()
    server.server_close()
    thread.join()


def read(folder: Path) -> list[Document]:
    found = recognise(folder)
    assert found.name == "discourse"
    return [one for one in found.read(folder, ReadOptions()) if isinstance(one, Document)]


def test_a_forum_is_fetched_page_by_page_with_all_its_posts(forum, tmp_path) -> None:
    done: list[int] = []

    got = fetch_discourse(
        forum.address, tmp_path / "f", progress=lambda _stage, number, _whole: done.append(number)
    )
    documents = read(got.folder)

    assert (got.fetched, got.unchanged, got.skipped) == (3, 0, ())
    assert [d.key for d in documents] == ["topic/1", "topic/2", "topic/3"]
    assert [p.body for p in documents[1].parts] == [f"<p>2.{n}</p>" for n in range(1, 8)]
    assert documents[1].parts[6].origin == f"{forum.address}/t/s/2/7"
    assert {d.discipline for d in documents} == {"Pumps"}
    assert (forum.count("/latest.json"), forum.count("/t/2/posts.json")) == (2, 1)
    assert done == [1, 2, 3]


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/c/pumps/9", ["topic/1", "topic/2", "topic/3"]),
        ("/tag/leak", ["topic/1"]),
        ("/t/a-title/2/5", ["topic/2"]),
        ("/t/3.json", ["topic/3"]),
    ],
)
def test_a_part_of_a_forum_can_be_fetched(forum, tmp_path, path, keys) -> None:
    fetch_discourse(forum.address + path, tmp_path / "f")

    assert [d.key for d in read(tmp_path / "f")] == keys


def test_only_what_changed_is_fetched_again(forum, tmp_path) -> None:
    fetch_discourse(forum.address, tmp_path / "f")
    forum.asked.clear()
    forum.bumped[3], forum.topics[3] = "2021-01-01", 2

    again = fetch_discourse(forum.address, tmp_path / "f")

    assert (again.fetched, again.unchanged) == (1, 2)
    assert [path for path in forum.asked if path.startswith("/t/")] == ["/t/3.json"]
    assert len(read(tmp_path / "f")[2].parts) == 2


def test_a_run_that_was_stopped_goes_on_where_it_was(forum, tmp_path) -> None:
    forum.instead["/t/2.json"] = [(429, {"Retry-After": "9999"}, b"")]

    with pytest.raises(ServiceError, match=r"wait for 9,999 seconds.*is kept"):
        fetch_discourse(forum.address, tmp_path / "f")
    (tmp_path / "f" / ".2.json.part").write_bytes(b'{"half')
    (tmp_path / "f" / "3.json").write_bytes(b'{"half')
    again = fetch_discourse(forum.address, tmp_path / "f")

    assert (again.fetched, again.unchanged) == (2, 1)
    assert len(read(tmp_path / "f")) == 3


def test_it_waits_when_told_to_and_tries_again(forum, tmp_path) -> None:
    forum.instead["/t/1.json"] = [(429, {"Retry-After": "1"}, b""), (502, {}, b"")]
    forum.instead["/latest.json"] = [(503, {"Retry-After": "0"}, b"")]

    got = fetch_discourse(forum.address, tmp_path / "f")

    assert (got.fetched, got.skipped) == (3, ())
    assert forum.count("/t/1.json") == 3


def test_topics_that_are_not_given_are_told(forum, tmp_path) -> None:
    forum.bumped[8] = "2020-01-01"
    forum.instead["/t/1.json"] = [(403, {}, b"")]
    forum.instead["/t/2.json"] = [(200, {}, b"<html>no JSON</html>")]

    got = fetch_discourse(forum.address, tmp_path / "f")

    assert got.fetched == 1
    assert [(s.where, s.reason) for s in got.skipped] == [
        (f"{forum.address}/t/1", "not open to everybody (status 403)"),
        (f"{forum.address}/t/2", "the answer is no JSON"),
        (f"{forum.address}/t/8", "not there, or not open to everybody (status 404)"),
    ]


def test_a_topic_that_always_fails_is_told_and_a_forum_that_does_is_given_up(
    forum, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(web_json, "ATTEMPTS", 2)
    now = {"Retry-After": "0"}
    forum.instead["/t/2.json"] = [(500, now, b"")] * 2

    got = fetch_discourse(forum.address, tmp_path / "f")

    assert [s.reason for s in got.skipped] == ["the site fails on it (status 500)"]
    for number in (1, 2, 3):
        forum.instead[f"/t/{number}.json"] = [(500, now, b"")] * 2
    with pytest.raises(ServiceError, match="fails on one topic after the other"):
        fetch_discourse(forum.address, tmp_path / "g")


def test_the_key_goes_along_and_stays_out_of_messages(forum, tmp_path) -> None:
    fetch_discourse(f"{forum.address}/t/1", tmp_path / "f", key=KEY, user="ada")
    forum.instead["/latest.json"] = [(403, {}, KEY.encode())]

    with pytest.raises(UnreadableSource, match="not open to everybody") as caught:
        fetch_discourse(forum.address, tmp_path / "f", key=KEY)

    assert set(forum.keys) == {KEY}
    assert KEY not in str(caught.value)
    assert all(KEY not in file.read_text() for file in (tmp_path / "f").iterdir())


def test_a_key_is_sent_only_protected_or_to_this_machine(tmp_path) -> None:
    with pytest.raises(InputError, match="without encryption"):
        fetch_discourse("http://forum.example", tmp_path, key=KEY)
    with pytest.raises(InputError, match="cannot be sent") as caught:
        fetch_discourse("https://forum.example", tmp_path, key=KEY + "\n")

    assert KEY not in str(caught.value)


def test_a_redirect_to_another_host_is_not_followed(forum, tmp_path) -> None:
    away = {"Location": "http://127.0.0.2:9/latest.json"}
    forum.instead["/latest.json"] = [(302, away, b"")]

    with pytest.raises(UnreadableSource, match=r"sends on to 127\.0\.0\.2"):
        fetch_discourse(forum.address, tmp_path / "f", key=KEY)


def test_a_redirect_on_the_same_site_is_followed_but_not_for_ever(forum, tmp_path) -> None:
    forum.instead["/t/1.json"] = [(301, {"Location": "/t/1.json?again"}, b"")]
    forum.instead["/t/2.json"] = [(301, {"Location": "/t/2.json"}, b"")] * 9

    got = fetch_discourse(forum.address, tmp_path / "f")

    assert got.fetched == 2
    assert [s.reason for s in got.skipped] == ["too many redirects"]


def test_an_answer_that_is_too_large_is_not_taken(forum, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(web_json, "LARGEST", 1 << 20)
    forum.instead["/t/1.json"] = [(200, {}, b'"' + b"x" * (1 << 21) + b'"')]

    got = fetch_discourse(forum.address, tmp_path / "f")

    assert [s.reason for s in got.skipped] == ["the answer is larger than 1 MB"]


@pytest.mark.parametrize(
    "url",
    ["ftp://forum.example", "forum.example", "https://", "https://f.example/u/ada", "https://["],
)
def test_what_is_no_address_of_a_forum_is_refused(tmp_path, url) -> None:
    with pytest.raises(InputError):
        fetch_discourse(url, tmp_path)


@pytest.mark.parametrize("answer", [b"{}", b'{"topic_list": 5}', b'{"topic_list": {"topics": 1}}'])
def test_another_site_is_told_apart_from_a_forum(forum, tmp_path, answer) -> None:
    forum.instead["/latest.json"] = [(200, {}, answer)]

    with pytest.raises(UnreadableSource, match="does not answer as a Discourse forum"):
        fetch_discourse(forum.address, tmp_path / "f")


def test_a_forum_that_cannot_be_reached_is_one_clear_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(web_json, "ATTEMPTS", 1)

    with (
        httpx.Client(timeout=0.5) as client,
        pytest.raises(ServiceError, match=r"127\.0\.0\.1 does not answer"),
    ):
        fetch_discourse("http://127.0.0.1:9", tmp_path, client=client)
