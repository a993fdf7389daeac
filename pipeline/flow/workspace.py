"""A community opened for use: its store, encoder, index and chat model, each made when needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.access import community_folder, community_names
from pipeline.documents.authors import Pseudonyms, load_key
from pipeline.embeddings.base import Encoder
from pipeline.embeddings.cache import EmbeddingCache, open_cache
from pipeline.embeddings.registry import load_encoder
from pipeline.errors import NothingFound
from pipeline.index.base import Index
from pipeline.index.registry import open_index
from pipeline.records import OWNER, Actor
from pipeline.settings import Settings
from pipeline.store import FILE_NAME, Store

if TYPE_CHECKING:
    from pipeline.questions.chat_model import ChatModel

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and the whole if it is known."""


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """The progress callback that shows nothing."""


class Workspace:
    """One community, open. The same actor and settings hold for everything done through it.

    Args:
        settings: Where data and models are, and which models to use.
        community: Its name.
        actor: Who acts; in local mode the owner of the machine.
        create: Make the community if it does not exist.
        cache_home: Data folder whose embedding cache is used; by default the same.

    Raises:
        NothingFound: There is no such community and `create` is False.
    """

    def __init__(
        self,
        settings: Settings,
        community: str,
        *,
        actor: Actor = OWNER,
        create: bool = False,
        cache_home: Path | None = None,
    ) -> None:
        self.settings = settings
        self.community = community
        self.actor = actor
        self.folder = community_folder(settings.home, community)
        if not create and not (self.folder / FILE_NAME).is_file():
            raise _no_community(settings.home, community)
        self.store = Store(self.folder, community=community)
        self.cache_home = cache_home or settings.home
        self.turn = threading.RLock()
        self.indexed_version = -1
        self._chat_models: dict[str, ChatModel | None] = {}

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def encoder(self) -> Encoder:
        """Turns text into vectors; loaded at first use."""
        return load_encoder(self.settings)

    @cached_property
    def cache(self) -> EmbeddingCache:
        """Vectors computed before, shared by all communities of a data folder."""
        return open_cache(self.cache_home / "cache" / "embeddings")

    @property
    def chat_model(self) -> ChatModel | None:
        """The language model in force, or None when questions are assembled without one."""
        return self.chat_model_named(self.settings.chat_model)

    def chat_model_named(self, wanted: str) -> ChatModel | None:
        """The language model of that name (as in the setting), made once and kept."""
        from pipeline.questions.chat_model import make_chat_model

        if wanted not in self._chat_models:
            named = self.settings.model_copy(update={"chat_model": wanted})
            self._chat_models[wanted] = make_chat_model(named)
        return self._chat_models[wanted]

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """Names for authors; the key lies apart from the database."""
        return Pseudonyms(load_key(self.settings.home / "keys" / f"{self.community}.key"))

    def warm(self, progress: Progress) -> None:
        """Load the encoder now, saying so; nothing happens when it is loaded."""
        if "encoder" not in self.__dict__:
            progress("Loading the search model", 0, None)
            dimension = self.encoder.dimension
            progress("Loading the search model", bool(dimension), 1)

    @property
    def index_folder(self) -> Path:
        """Where the derived vectors lie."""
        return self.folder / "index"

    @cached_property
    def index(self) -> Index:
        """The index as it is on disk; `flow.indexing.catch_up` brings it up to date."""
        return open_index(self.index_folder, self.encoder)

    def reopen_index(self) -> Index:
        """Read the index again, after another process may have written it."""
        if "index" in self.__dict__:
            self.index.close()
            del self.__dict__["index"]
        return self.index

    def close(self) -> None:
        """Let go of files and stop a model that was started."""
        opened = [self.__dict__.pop(name, None) for name in ("index", "cache")]
        for piece in (*opened, *self._chat_models.values()):
            if piece is not None:
                piece.close()
        self.store.close()


def communities(settings: Settings) -> list[str]:
    """Names of the communities that have data here."""
    return community_names(settings.home, file_name=FILE_NAME)


def _no_community(home: Path, name: str) -> NothingFound:
    known = community_names(home, file_name=FILE_NAME)
    there = f"There are: {', '.join(known)}." if known else "There is none yet."
    return NothingFound(
        f"There is no community '{name}' in {home}. {there}",
        hint=f"Make it with: doubleloop import PATH --community {name}",
    )
