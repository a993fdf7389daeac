"""Which language model is in force, and what is said when it is not there."""

import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipeline.errors import InputError, MissingModel, MissingPiece, ServiceError
from pipeline.questions.chat_model import (
    EMBEDDED_MODEL,
    describe_chat_model,
    make_chat_model,
    try_chat_model,
)
from pipeline.settings import Settings

SECRET = "sk-very-secret"  # noqa: S105 (made up)


def wanting(chat_model: str, **given: object) -> Settings:
    return Settings(chat_model=chat_model, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("chat_model", ["none", "auto", ""])
def test_without_a_service_questions_are_assembled(chat_model: str) -> None:
    settings = wanting(chat_model)
    assert make_chat_model(settings) is None
    assert "assembled from the evidence" in describe_chat_model(settings)


def test_the_embedded_model_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match=f"doubleloop models add {EMBEDDED_MODEL}"):
        make_chat_model(wanting("embedded", models_dir=tmp_path))


@pytest.mark.parametrize("chat_model", ["something", "nobody:model"])
def test_a_form_that_is_not_known_names_the_known_ones(chat_model: str) -> None:
    with pytest.raises(InputError, match="openai"):
        make_chat_model(wanting(chat_model))


def test_a_provider_without_its_package_gives_the_command() -> None:
    with pytest.raises(MissingPiece, match="pip install langchain-mistralai"):
        make_chat_model(wanting("mistralai:small"))


def test_an_encoder_is_no_chat_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a language model"):
        try_chat_model(wanting("none", models_dir=tmp_path), "all-MiniLM-L6-v2")


def test_a_description_holds_no_secret() -> None:
    settings = wanting("openai:gpt", chat_base_url="http://127.0.0.1:9/v1", api_key=SECRET)
    assert describe_chat_model(settings) == ("openai:gpt at http://127.0.0.1:9/v1 drafts questions")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_service_that_is_not_there_is_told_without_the_key() -> None:
    address = f"http://127.0.0.1:{free_port()}/v1"
    model = make_chat_model(wanting("openai:gpt", chat_base_url=address, api_key=SECRET))
    assert model is not None
    with pytest.raises(ServiceError) as caught:
        model.complete("system", "user")
    assert "did not answer" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_auto_asks_the_service_which_model_it_has() -> None:
    address = f"http://127.0.0.1:{free_port()}/v1"
    with pytest.raises(ServiceError, match="does not say which models it has"):
        make_chat_model(wanting("auto", chat_base_url=address))


class Service(BaseHTTPRequestHandler):
    """A small OpenAI-compatible service; `answers` maps a path to status and body."""

    answers: dict[str, tuple[int, str]] = {}  # noqa: RUF012 (set by the fixture)

    def _answer(self) -> None:
        status, body = self.answers.get(self.path, (404, "{}"))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


CHOICE = (
    '{"id": "1", "object": "chat.completion", "created": 1, "model": "small", "choices": [{"index":'
    ' 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Warm."}}]}'
)


@pytest.fixture
def service() -> Iterator[str]:
    Service.answers = {
        "/v1/models": (200, '{"object": "list", "data": [{"id": "small", "object": "model"}]}'),
        "/v1/chat/completions": (200, CHOICE),
    }
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_service_is_asked_and_answers(service: str) -> None:
    model = make_chat_model(wanting("auto", chat_base_url=service))
    assert model is not None
    assert (model.name, model.writes) == ("openai:small", "questions")
    assert model.complete("system", "What is the opposite of cold?") == "Warm."
    model.close()


def test_a_key_that_is_refused_is_not_repeated(service: str) -> None:
    Service.answers["/v1/chat/completions"] = (401, f'{{"error": {{"message": "bad {SECRET}"}}}}')
    model = make_chat_model(wanting("openai:small", chat_base_url=service, api_key=SECRET))
    assert model is not None
    with pytest.raises(ServiceError) as caught:
        model.complete("system", "user")
    assert SECRET not in str(caught.value)


@pytest.mark.external
def test_the_embedded_model_holds_to_a_grammar_and_can_start_again() -> None:
    """Needs the fetched model: DOUBLELOOP_REQUIRE_MODELS names the folder that holds it."""
    folder = os.environ.get("DOUBLELOOP_REQUIRE_MODELS")
    if not folder:
        pytest.skip("DOUBLELOOP_REQUIRE_MODELS names no folder with a fetched model")
    model = make_chat_model(wanting("embedded", models_dir=Path(folder), threads=2))
    assert model is not None
    for _ in range(2):
        said = model.complete("Answer.", "Yes?", grammar='root ::= "yes" | "no"', max_tokens=4)
        assert said in ("yes", "no")
        model.close()
