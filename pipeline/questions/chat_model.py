"""The seam to language models, and the only file that knows LangChain.

Which model is in force: `none`; `embedded` (a catalogue model on this machine); `provider:model`
(hosted, or any OpenAI-compatible service with `chat_base_url`); `auto` takes a service when its
address is set and otherwise leaves questions as they are assembled in code.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pipeline.errors import InputError, MissingPiece, ServiceError
from pipeline.models import find_entry, installed, model_path
from pipeline.questions.embedded import EmbeddedServer
from pipeline.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EMBEDDED_MODEL = "qwen2.5-coder-1.5b"
"""Catalogue name of the model that `embedded` means."""

Writes = Literal["clauses", "questions"]
RETRIES = 1


class ChatModel(Protocol):
    """What drafting needs of a language model.

    `writes` says what it is asked for: single clauses (small models) or whole questions.
    """

    @property
    def name(self) -> str:
        """What is shown as the author of its words."""
        ...

    @property
    def writes(self) -> Writes:
        """What it is good enough to be asked for."""
        ...

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: Mapping[str, Any] | None = None,
        grammar: str | None = None,
        max_tokens: int = 256,
    ) -> str:
        """The model's answer as text.

        `schema` is a JSON schema that the answer should follow, `grammar` a GBNF grammar; a
        model that cannot hold to them answers freely, so the answer is parsed with care.

        Raises:
            ServiceError: It does not answer, or not in time.
            MissingPiece: A package or model file that it needs is not there.
        """
        ...

    def close(self) -> None:
        """Let go of connections, and stop a server that was started."""
        ...


class LangChainModel:
    """A chat model behind LangChain, made at the first call."""

    def __init__(
        self,
        name: str,
        make: Callable[[], BaseChatModel],
        *,
        writes: Writes,
        understands_grammar: bool = False,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.writes: Writes = writes
        self._make = make
        self._grammar = understands_grammar
        self._on_close = on_close
        self._model: BaseChatModel | None = None

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: Mapping[str, Any] | None = None,
        grammar: str | None = None,
        max_tokens: int = 256,
    ) -> str:
        """The model's answer as text; see `ChatModel.complete`."""
        import httpx
        from langchain_core.exceptions import LangChainException
        from openai import OpenAIError

        try:
            if self._model is None:
                self._model = self._make()
            return self._ask(system, user, schema=schema, grammar=grammar, max_tokens=max_tokens)
        except (LangChainException, OpenAIError, httpx.HTTPError, OSError, ValueError) as error:
            raise ServiceError(
                f"The language model {self.name} did not answer ({type(error).__name__}).",
                hint="Look at the settings chat_model, chat_base_url and api_key.",
            ) from None

    def _ask(
        self,
        system: str,
        user: str,
        *,
        schema: Mapping[str, Any] | None,
        grammar: str | None,
        max_tokens: int,
    ) -> str:
        assert self._model is not None  # noqa: S101 (made by complete)
        messages = [("system", system), ("human", user)]
        if grammar and self._grammar:
            held = self._model.bind(max_tokens=max_tokens, extra_body={"grammar": grammar})
            return held.invoke(messages).text
        if schema is not None:
            try:
                structured = self._model.with_structured_output(dict(schema), include_raw=True)
            except NotImplementedError:
                return self._model.invoke(messages).text
            answer: Any = structured.invoke(messages)
            return json.dumps(answer["parsed"]) if answer["parsed"] else answer["raw"].text
        return self._model.invoke(messages).text

    def close(self) -> None:
        """Forget the connection, and stop what was started for it."""
        self._model = None
        if self._on_close:
            self._on_close()


def make_chat_model(settings: Settings) -> ChatModel | None:
    """The language model in force, not yet started; None when none is wanted.

    Raises:
        InputError: The setting `chat_model` is none of the forms it can have.
        MissingModel: `embedded` is wanted and the model file is not here.
        MissingPiece: The provider's package is not installed; the hint is the pip command.
    """
    wanted = settings.chat_model.strip()
    if wanted == "embedded":
        return _embedded(settings, EMBEDDED_MODEL)
    if ":" in wanted:
        return _hosted(settings, wanted)
    if wanted == "auto" and settings.chat_base_url:
        return _hosted(settings, f"openai:{_first_model(settings)}")
    if wanted in ("auto", "none", ""):
        return None
    raise InputError(
        f"The setting chat_model cannot be {wanted!r}.",
        hint="Use auto, none, embedded, or provider:model such as openai:gpt-5.",
    )


def describe_chat_model(settings: Settings) -> str:
    """In plain words, who words the questions. Loads nothing and holds no secret.

    Raises:
        DoubleloopError: As `make_chat_model`, save that no service is asked.
    """
    wanted = settings.chat_model.strip()
    if wanted == "embedded":
        model_path(EMBEDDED_MODEL, settings)
        return f"{EMBEDDED_MODEL} on this machine writes clauses into assembled questions"
    if wanted == "auto" and settings.chat_base_url:
        return f"the service at {settings.chat_base_url} drafts questions"
    model = make_chat_model(settings)
    if model is not None:
        where = f" at {settings.chat_base_url}" if settings.chat_base_url else ""
        return f"{model.name}{where} drafts questions"
    return "questions are assembled from the evidence; no language model"


def try_chat_model(settings: Settings, name: str) -> str:
    """Start a catalogue model and let it answer once; a clause such as "answered 'Yes' in 2.1 s".

    Raises:
        MissingModel: It is not here.
        ServiceError: It does not start or answer.
    """
    model = _embedded(settings, name)
    began = time.perf_counter()
    try:
        said = model.complete("Answer in one word.", "What is the opposite of cold?", max_tokens=8)
    finally:
        model.close()
    return f"answered '{' '.join(said.split())[:40]}' in {time.perf_counter() - began:.1f} s"


def _embedded(settings: Settings, name: str) -> ChatModel:
    entry = find_entry(name)
    if entry.kind != "chat":
        raise InputError(f"{entry.name} is not a language model.")
    server = EmbeddedServer(model_path(name, settings), threads=settings.threads)

    def make() -> BaseChatModel:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=entry.name,
            base_url=server.address(),
            api_key=SecretStr(server.key),
            timeout=settings.chat_timeout,
            max_retries=0,
            temperature=0.2,
            seed=7,
        )

    return LangChainModel(
        entry.name, make, writes="clauses", understands_grammar=True, on_close=server.close
    )


def embedded_here(settings: Settings) -> bool:
    """True if the embedded model's file is on this machine."""
    return installed(EMBEDDED_MODEL, settings)


def _hosted(settings: Settings, wanted: str) -> ChatModel:
    provider, _, model = wanted.partition(":")
    _need_package(provider)

    def make() -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        given: dict[str, Any] = {"timeout": settings.chat_timeout, "max_retries": RETRIES}
        key = settings.api_key.get_secret_value()
        if settings.chat_base_url:
            given["base_url"] = settings.chat_base_url
            key = key or "none"
        if key:
            given["api_key"] = key
        found: BaseChatModel = init_chat_model(model, model_provider=provider, **given)
        return found

    return LangChainModel(wanted, make, writes="questions")


_PACKAGES = {
    "openai": "langchain-openai",
    "anthropic": "langchain-anthropic",
    "ollama": "langchain-ollama",
    "mistralai": "langchain-mistralai",
    "google_genai": "langchain-google-genai",
    "groq": "langchain-groq",
    "deepseek": "langchain-deepseek",
    "openrouter": "langchain-openrouter",
    "xai": "langchain-xai",
    "azure_openai": "langchain-openai",
}


def _need_package(provider: str) -> None:
    package = _PACKAGES.get(provider)
    if package is None:
        raise InputError(
            f"There is no language-model provider called {provider!r}.",
            hint=f"Known: {', '.join(sorted(_PACKAGES))}; or set chat_base_url with openai:MODEL.",
        )
    if importlib.util.find_spec(package.replace("-", "_")) is None:
        raise MissingPiece(
            f"Language models of {provider} need a package that is missing.",
            hint=f"Install it: pip install {package}",
        )


def _first_model(settings: Settings) -> str:
    """The first model that an OpenAI-compatible service offers."""
    from openai import OpenAI, OpenAIError

    key = settings.api_key.get_secret_value() or "none"
    try:
        client = OpenAI(
            base_url=settings.chat_base_url, api_key=key, timeout=10.0, max_retries=RETRIES
        )
        return next(iter(client.models.list())).id
    except (OpenAIError, OSError, ValueError, StopIteration) as error:
        raise ServiceError(
            f"The service at {settings.chat_base_url} does not say which models it has"
            f" ({type(error).__name__}).",
            hint="Name one: set chat_model to openai:MODEL.",
        ) from None
